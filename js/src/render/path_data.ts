/**
 * Curves as the `d` of an SVG path. A warped grid has a thousand places and is drawn anew in every
 * frame of a drag, by the browser for longer than by us: places that a straight line passes within
 * a sixth of a pixel are left out.
 */

import type { Position } from "../scene/types.js";

type Scale = (value: number) => number;

/** How far a place that is left out may be from the line that is drawn, in pixels. */
export const SLACK = 0.15;

export function pathData(paths: readonly (readonly Position[])[], x: Scale, y: Scale): string {
  // The scales are straight lines: two numbers each say it, without a call per place.
  const [x0, y0] = [x(0), y(0)];
  const [dx, dy] = [x(1) - x0, y(1) - y0];
  const pen = new Pen();
  for (const path of paths) {
    for (const at of path) pen.to(x0 + dx * at[0], y0 + dy * at[1]);
    pen.lift();
  }
  return pen.data;
}

/**
 * Draws only what turns. From the place drawn last, every place passed since leaves a wedge of
 * directions that go by it closely enough; a place outside of their common wedge ends the line at
 * the one before it. (The cone method of Sklansky and Gonzalez, Pattern Recognition 12, 1980.)
 */
class Pen {
  data = "";
  #down = false;
  /** Drawn last. */
  #x = 0;
  #y = 0;
  /** Passed last. */
  #px = 0;
  #py = 0;
  /** The wedge between two directions, or none yet. */
  #open = true;
  #lx = 0;
  #ly = 0;
  #rx = 0;
  #ry = 0;

  to(x: number, y: number): void {
    if (!this.#down) this.#mark("M", x, y);
    else if (!this.#narrow(x, y)) {
      this.#mark("L", this.#px, this.#py);
      this.#narrow(x, y);
    }
    this.#down = true;
    this.#px = x;
    this.#py = y;
  }

  lift(): void {
    if (this.#down) this.#mark("L", this.#px, this.#py);
    this.#down = false;
  }

  #mark(command: string, x: number, y: number): void {
    this.data += `${command}${tenth(x)} ${tenth(y)}`;
    this.#x = x;
    this.#y = y;
    this.#open = true;
  }

  /** Narrows the wedge to directions that pass this place closely; false where it lies outside. */
  #narrow(x: number, y: number): boolean {
    const [dx, dy] = [x - this.#x, y - this.#y];
    const distance = Math.hypot(dx, dy);
    if (!this.#open) {
      if (this.#lx * dy - this.#ly * dx > 0 || this.#rx * dy - this.#ry * dx < 0) return false;
      // A path that turns back would be drawn too short.
      const [bx, by] = [this.#px - this.#x, this.#py - this.#y];
      if (distance < Math.hypot(bx, by)) return false;
    }
    if (distance <= SLACK) return true;
    const [nx, ny] = [(-dy / distance) * SLACK, (dx / distance) * SLACK];
    const left = this.#open || this.#lx * (dy + ny) - this.#ly * (dx + nx) < 0;
    const right = this.#open || this.#rx * (dy - ny) - this.#ry * (dx - nx) > 0;
    if (left) [this.#lx, this.#ly] = [dx + nx, dy + ny];
    if (right) [this.#rx, this.#ry] = [dx - nx, dy - ny];
    this.#open = false;
    return true;
  }
}

/** toFixed would take ten times as long. */
const tenth = (pixels: number) => Math.round(pixels * 10) / 10;
