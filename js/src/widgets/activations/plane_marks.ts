/** Points and axes of a plane that is drawn on a canvas. */

import type { ScaleLinear } from "d3-scale";
import type { Board } from "../../render/board.js";
import { tickText } from "../../render/format.js";
import { trace } from "../../render/markers.js";
import { classMarker } from "../../scene/palette.js";
import type { UnitsFrame } from "./frame.js";

export interface PlaneScales {
  readonly x: ScaleLinear<number, number>;
  readonly y: ScaleLinear<number, number>;
}

export function drawPoints(
  context: CanvasRenderingContext2D,
  { ink }: Board,
  { rows, groups }: UnitsFrame,
  { x, y }: PlaneScales,
): void {
  const { X, n } = rows.data;
  const radius = n > 500 ? 2.2 : n > 60 ? 3.2 : 4.5;
  for (let group = 0; group < groups.count; group++) {
    const { shape, fill } = classMarker(group);
    context.beginPath();
    for (let row = 0; row < n; row++) {
      if (groups.of[row] === group) trace(context, shape, x(X[2 * row]), y(X[2 * row + 1]), radius);
    }
    context.strokeStyle = ink.ground;
    context.lineWidth = 1.6;
    context.stroke();
    context.fillStyle = groups.count > 1 ? fill : "#7b8490";
    context.fill();
  }
}

/** One tick in about so many pixels. */
const SPACING = 64;

export function drawAxes(
  context: CanvasRenderingContext2D,
  { ink }: Board,
  { x, y }: PlaneScales,
  names: readonly string[],
): void {
  const [left, right] = x.range();
  const [bottom, top] = y.range();
  context.font = `11px ${ink.font}`;
  context.fillStyle = ink.soft;
  context.textAlign = "center";
  const [nx, ny] = [(right - left) / SPACING, (bottom - top) / SPACING];
  const across = tickText(x.ticks(nx), x.tickFormat(nx));
  for (const value of x.ticks(nx)) {
    context.fillText(across(value), x(value), bottom + 13);
  }
  context.textAlign = "right";
  const up = tickText(y.ticks(ny), y.tickFormat(ny));
  for (const value of y.ticks(ny)) {
    context.fillText(up(value), left - 5, y(value) + 4);
  }
  context.fillStyle = ink.fg;
  context.font = `13px ${ink.font}`;
  context.textAlign = "center";
  context.fillText(names[0], (left + right) / 2, bottom + 28);
  context.save();
  context.translate(10, (top + bottom) / 2);
  context.rotate(-Math.PI / 2);
  context.fillText(names[1], 0, 0);
  context.restore();
}
