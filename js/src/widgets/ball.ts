/** The ball on a loss surface: the network now, as a handle that moves its weights. */

import { nothing, type SVGTemplateResult, svg } from "lit-html";
import { significant } from "../render/format.js";
import type { Plot } from "../render/plot.js";
import type { SurfacePlane } from "../scene/surface_plane.js";
import type { SurfacePicture } from "../scene/surface_types.js";
import type { Extent, Position } from "../scene/types.js";
import type { Store } from "../state/types.js";
import { t } from "../words.js";
import type { Rows } from "./about.js";

export const RADIUS = 8;
/** Share of the visible range that one press of an arrow key moves the ball. */
const SHARE = 0.01;

const ARROWS: Record<string, Position | undefined> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

export interface Ground {
  readonly store: Store;
  /** What is drawn now, and the plane it is of; null before anything was computed. */
  surface(): { readonly picture: SurfacePicture; readonly plane: SurfacePlane } | null;
}

/** Moves the network in the plane of its surface, by any hand. */
export class BallMover {
  readonly #ground: Ground;

  constructor(ground: Ground) {
    this.#ground = ground;
  }

  /** Where the parameters of this moment are: a frame may not have been painted since. */
  get at(): Position | null {
    const surface = this.#ground.surface();
    if (!surface) return null;
    const { x, y } = surface.plane.project(this.#ground.store.state.params);
    return [x, y];
  }

  begin(): void {
    const surface = this.#ground.surface();
    if (surface) this.#ground.store.begin("move the ball", surface.plane.support);
  }

  end(): void {
    this.#ground.store.end();
  }

  to(wanted: Position): void {
    const surface = this.#ground.surface();
    const from = this.at;
    if (!surface || !from || !wanted.every(Number.isFinite)) return;
    const to: Position = surface.picture.grid.ny === 1 ? [wanted[0], from[1]] : wanted;
    const { index, value } = surface.plane.moved(this.#ground.store.state.params, from, to);
    if (index.length > 0) this.#ground.store.edit(index, value);
  }

  /** A single step of undo. */
  put(at: Position): void {
    this.begin();
    this.to(at);
    this.end();
  }
}

/** The ball under a pointer or the keys of a plot. */
export class BallHand {
  held = false;
  /** From the pointer to the ball's middle, in data coordinates: it does not jump when taken. */
  #offset: Position = [0, 0];

  constructor(
    readonly plot: Plot,
    readonly mover: BallMover,
  ) {}

  take(event: PointerEvent): void {
    const at = this.mover.at;
    if (!at) return;
    const pointer = this.plot.toData(event);
    this.#offset = [at[0] - pointer[0], at[1] - pointer[1]];
    this.held = true;
    this.mover.begin();
  }

  drag(event: PointerEvent): void {
    if (!this.held) return;
    const pointer = this.plot.toData(event);
    this.mover.to([pointer[0] + this.#offset[0], pointer[1] + this.#offset[1]]);
  }

  release(): void {
    if (!this.held) return;
    this.held = false;
    this.mover.end();
  }

  /** True where the key moved the ball. */
  key(event: KeyboardEvent): boolean {
    const at = this.mover.at;
    const step = stepOf(event, this.plot.extent);
    if (!step || !at) return false;
    // The store joins a run of key presses into one step of undo.
    this.mover.to([at[0] + step[0], at[1] + step[1]]);
    return true;
  }
}

type Press = Pick<KeyboardEvent, "key" | "shiftKey" | "altKey" | "ctrlKey" | "metaKey">;

/** How far a key moves the ball; null where it is none of its keys. Shift: ten times, Alt: a tenth. */
export function stepOf(
  { key, shiftKey, altKey, ctrlKey, metaKey }: Press,
  [x0, x1, y0, y1]: Extent,
): Position | null {
  const toward = ARROWS[key];
  if (!toward || ctrlKey || metaKey) return null;
  const step = SHARE * (shiftKey ? 10 : 1) * (altKey ? 0.1 : 1);
  return [toward[0] * step * (x1 - x0), toward[1] * step * (y1 - y0)];
}

/** Its numbers, in a tip and for those who hear it. */
export function aboutBall({ grid, ball, gradient }: SurfacePicture): Rows {
  const rows: [string, string][] = [[grid.names[0], significant(ball.x)]];
  if (grid.ny > 1) rows.push([grid.names[1], significant(ball.y)]);
  rows.push([ball.exact ? t("loss") : t("loss ≈"), significant(ball.loss)]);
  if (gradient) rows.push([t("slope ‖∇L‖"), significant(Math.hypot(...gradient), 3)]);
  if (ball.away) rows.push([t("off the plane by"), significant(ball.off, 3)]);
  return rows;
}

/**
 * The ball at a place in pixels.
 *
 * @param outside true where it is drawn at the rim, being further out
 */
export function drawBall(
  picture: SurfacePicture,
  [px, py]: Position,
  { held, outside }: { readonly held: boolean; readonly outside: boolean },
): SVGTemplateResult {
  const { grid, ball, stale } = picture;
  const said = aboutBall(picture)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");
  return svg`<g class=${`nnw-ball${held ? " held" : ""}`} transform="translate(${px} ${py})"
    tabindex="0" role="slider" aria-label=${t("The network, a ball on its loss surface")}
    aria-roledescription=${t("point in a plane")} aria-valuenow=${ball.x}
    aria-valuemin=${grid.extent[0]} aria-valuemax=${grid.extent[1]} aria-valuetext=${said}
    data-outside=${outside || nothing} data-away=${(stale && ball.away) || nothing}>
    <circle class="nnw-grab" r=${RADIUS + 8} />
    <circle class="casing" r=${RADIUS + 1.5} />
    <circle class="dot" r=${RADIUS} />
    <circle class="shine" cx="-2.4" cy="-2.6" r="2.2" />
  </g>`;
}
