/** Visible rectangles: around data, with room, and with equal units where that is readable. */

import { bounded, TINY } from "../math/bounds.js";
import type { Extent } from "./types.js";

/** The smallest rectangle around finite points, or null where there is none. */
export function around(x: ArrayLike<number>, y: ArrayLike<number>, n = x.length): Extent | null {
  let [x0, x1, y0, y1] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i < n; i++) {
    if (!Number.isFinite(x[i]) || !Number.isFinite(y[i])) continue;
    if (x[i] < x0) x0 = x[i];
    if (x[i] > x1) x1 = x[i];
    if (y[i] < y0) y0 = y[i];
    if (y[i] > y1) y1 = y[i];
  }
  if (x0 > x1) return null;
  return [bounded(x0), bounded(x1), bounded(y0), bounded(y1)];
}

/** Widens each side by a share of the span; a span of nothing becomes one unit. */
export function pad([x0, x1, y0, y1]: Extent, share: number): Extent {
  const [dx, dy] = [room(x0, x1, share), room(y0, y1, share)];
  return [x0 - dx, x1 + dx, y0 - dy, y1 + dy];
}

/** A span below this share of the numbers' size is rounding: no scale could be made of it. */
const RESOLVED = 1e-12;

function room(low: number, high: number, share: number): number {
  const least = Math.max(TINY, RESOLVED * Math.max(Math.abs(low), Math.abs(high)));
  return high - low > least ? (high - low) * share : Math.max(0.5, 1e3 * least);
}

/** How unlike the spans may be before equal units would squash one of them. */
const COMPARABLE = 3;

/**
 * One unit as long across as up, so that angles and distances look as they are: the shorter side
 * is widened to the frame's shape. Spans too unlike are left alone.
 */
export function equalUnits(extent: Extent, width: number, height: number): Extent {
  const [x0, x1, y0, y1] = extent;
  const [sx, sy] = [x1 - x0, y1 - y0];
  if (sx / sy > COMPARABLE || sy / sx > COMPARABLE) return extent;
  const unit = Math.max(sx / width, sy / height);
  const [cx, cy] = [(x0 + x1) / 2, (y0 + y1) / 2];
  const [hx, hy] = [(unit * width) / 2, (unit * height) / 2];
  return [cx - hx, cx + hx, cy - hy, cy + hy];
}

export function union(a: Extent, b: Extent): Extent {
  return [Math.min(a[0], b[0]), Math.max(a[1], b[1]), Math.min(a[2], b[2]), Math.max(a[3], b[3])];
}

export function mix(a: Extent, b: Extent, t: number): Extent {
  return [0, 1, 2, 3].map((i) => a[i] + (b[i] - a[i]) * t) as unknown as Extent;
}

export function contains(outer: Extent, inner: Extent): boolean {
  return (
    outer[0] <= inner[0] && outer[1] >= inner[1] && outer[2] <= inner[2] && outer[3] >= inner[3]
  );
}

/** How much smaller than before the wanted rectangle has to be, on both sides, to be taken. */
const ROOMY = 0.6;

/**
 * The rectangle to show next: as it was while the data still fits it well, so that axes do not
 * jitter while weights move; grown where the data leaves it; else the wanted one.
 */
export function steady(old: Extent | null, wanted: Extent, needed: Extent): Extent {
  if (!old) return wanted;
  const kept = contains(old, needed) ? old : grown(old, wanted);
  const roomy =
    wanted[1] - wanted[0] < ROOMY * (kept[1] - kept[0]) &&
    wanted[3] - wanted[2] < ROOMY * (kept[3] - kept[2]);
  return roomy ? wanted : kept;
}

/** Both rectangles; of their shape where they share one, so that equal units stay equal. */
function grown(old: Extent, wanted: Extent): Extent {
  const both = union(old, wanted);
  const shape = shapeOf(wanted);
  return Math.abs(shapeOf(old) / shape - 1) < 1e-6 ? equalUnits(both, shape, 1) : both;
}

const shapeOf = ([x0, x1, y0, y1]: Extent) => (x1 - x0) / (y1 - y0);
