/**
 * A unit's line in the plane of two features, and the drags that move it.
 *
 * The line is w·x + b = 0; the unit is positive where w·x + b > 0. Its direction is (w₂, −w₁), so
 * that the positive side lies to the left of someone who walks along it (with y pointing up).
 */

import type { DenseLayer } from "../state/types.js";
import type { LayerSpec } from "../wire.js";

export type Point = readonly [x: number, y: number];
/** x0, x1, y0, y1 */
export type Extent = readonly [number, number, number, number];
export type Segment = readonly [from: Point, to: Point];

export interface Line {
  readonly w: Point;
  readonly b: number;
}

/** The two inputs that are shown; only one of them where the plane's other axis is no input. */
export type Axes = readonly [number] | readonly [number, number];

/**
 * The line of one unit where all inputs but those of the axes are held at `fixed`.
 *
 * @param fixed one number for each input; those at the axes are not read
 */
export function sliceLine(
  layer: DenseLayer,
  unit: number,
  axes: Axes,
  fixed: ArrayLike<number>,
): Line {
  const [i, j] = axes;
  const row = unit * layer.inputs;
  const second = j === undefined ? 0 : layer.weight[row + j];
  return {
    w: [layer.weight[row + i], second],
    b: offset(layer, unit, axes, fixed) + bias(layer, unit),
  };
}

function bias(layer: DenseLayer, unit: number): number {
  return layer.bias === null ? 0 : layer.bias[unit];
}

/** What the inputs that are not shown add to z. */
function offset(layer: DenseLayer, unit: number, axes: Axes, fixed: ArrayLike<number>): number {
  const row = unit * layer.inputs;
  let sum = 0;
  for (let m = 0; m < layer.inputs; m++) {
    if (m !== axes[0] && m !== axes[1]) sum += layer.weight[row + m] * fixed[m];
  }
  return sum;
}

/**
 * The flat parameters that make the unit's line this one: the inverse of `sliceLine`.
 *
 * Only the weights of the axes and the bias are named. A layer without bias has only the weights:
 * keep b as it is (see `turn`).
 */
export function toParams(
  line: Line,
  layer: DenseLayer,
  unit: number,
  axes: Axes,
  fixed: ArrayLike<number>,
  spec: LayerSpec,
): { index: number[]; value: number[] } {
  if (spec.weight === null) throw new Error(`layer ${spec.name} has no weight to write to`);
  const row = spec.weight + unit * layer.inputs;
  const index = axes.map((axis) => row + axis);
  const value = axes.map((_, side) => line.w[side]);
  if (spec.bias !== null) {
    index.push(spec.bias + unit);
    value.push(line.b - offset(layer, unit, axes, fixed));
  }
  return { index, value };
}

/** z at a point: positive on the positive side. */
export function evaluate({ w, b }: Line, [x, y]: Point): number {
  return w[0] * x + w[1] * y + b;
}

/** ‖w‖: how fast z grows away from the line. */
export function steepness({ w }: Line): number {
  return Math.hypot(w[0], w[1]);
}

/** The line moved by (dx, dy). */
export function translate({ w, b }: Line, dx: number, dy: number): Line {
  return { w, b: b - w[0] * dx - w[1] * dy };
}

/** The same line, its unit `factor` times as steep. */
export function scale({ w, b }: Line, factor: number): Line {
  return { w: [w[0] * factor, w[1] * factor], b: b * factor };
}

/** The same line, its positive side on the other side. */
export function flip(line: Line): Line {
  return scale(line, -1);
}

/**
 * The line through pivot and pointer that is as steep as this one.
 *
 * @param sense 1: the pointer is ahead of the pivot along the line's direction, −1: behind it. A
 *   handle keeps its sense for the whole drag, so the positive side stays on the same hand however
 *   far the line is turned. Without it, the side is taken that turns the line less.
 * @returns null where w = 0 or not finite: there is no line to turn
 */
export function through(line: Line, pivot: Point, pointer: Point, sense?: 1 | -1): Line | null {
  const norm = steepness(line);
  if (!(norm > 0 && Number.isFinite(norm))) return null;
  const dx = pointer[0] - pivot[0];
  const dy = pointer[1] - pivot[1];
  const length = Math.hypot(dx, dy);
  if (!Number.isFinite(length)) return null;
  if (length === 0) return withPoint(line.w, pivot);
  const ahead = sense ?? (line.w[1] * dx - line.w[0] * dy < 0 ? -1 : 1);
  const size = (ahead * norm) / length;
  return withPoint([-size * dy, size * dx], pivot);
}

function withPoint(w: Point, [x, y]: Point): Line {
  return { w, b: -(w[0] * x + w[1] * y) };
}

/**
 * The line through the pointer that is as steep as this one and has the same b: how a unit without
 * bias turns.
 *
 * @returns the one of the two that turns the line less; null where none comes so far
 */
export function turn(line: Line, pointer: Point): Line | null {
  const norm = steepness(line);
  const distance = Math.hypot(pointer[0], pointer[1]);
  const cosine = -line.b / (norm * distance); // of the angle between w and the pointer
  if (!(Math.abs(cosine) <= 1)) return null;
  const along = (norm * cosine) / distance;
  const across = (norm * Math.sqrt(1 - cosine * cosine)) / distance;
  const left = pointer[0] * line.w[1] - pointer[1] * line.w[0] >= 0 ? across : -across;
  const w: Point = [along * pointer[0] - left * pointer[1], along * pointer[1] + left * pointer[0]];
  return { w, b: line.b };
}

/**
 * The part of the line inside the extent, along the line's direction.
 *
 * @returns null where it misses the extent, only touches a corner, or is no line (w = 0, not finite)
 */
export function clip(line: Line, extent: Extent): Segment | null {
  const largest = Math.max(Math.abs(line.w[0]), Math.abs(line.w[1]));
  if (!(largest > 0) || !Number.isFinite(largest)) return null;
  const w: Point = [line.w[0] / largest, line.w[1] / largest]; // so that no square overflows
  const square = w[0] * w[0] + w[1] * w[1];
  const middle: Point = [(extent[0] + extent[1]) / 2, (extent[2] + extent[3]) / 2];
  // The point of the line nearest to the middle: from there rounding errors stay small.
  const away = (w[0] * middle[0] + w[1] * middle[1] + line.b / largest) / square;
  if (!Number.isFinite(away)) return null;
  const foot: Point = [middle[0] - away * w[0], middle[1] - away * w[1]];
  const span = inside(foot, [w[1], -w[0]], extent);
  if (span === null) return null;
  const at = (t: number): Point => [
    clamp(foot[0] + t * w[1], extent[0], extent[1]),
    clamp(foot[1] - t * w[0], extent[2], extent[3]),
  ];
  return [at(span[0]), at(span[1])];
}

/** For which t foot + t · direction is inside (after Liang and Barsky, 1984); null: for none. */
export function inside(
  foot: Point,
  direction: Point,
  extent: Extent,
): readonly [number, number] | null {
  let from = Number.NEGATIVE_INFINITY;
  let to = Number.POSITIVE_INFINITY;
  for (const axis of [0, 1] as const) {
    const low = extent[2 * axis] - foot[axis];
    const high = extent[2 * axis + 1] - foot[axis];
    const speed = direction[axis];
    if (speed === 0) {
      if (low > 0 || high < 0) return null;
    } else {
      from = Math.max(from, Math.min(low / speed, high / speed));
      to = Math.min(to, Math.max(low / speed, high / speed));
    }
  }
  return from < to ? [from, to] : null;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
