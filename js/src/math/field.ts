/** A grid over the plane of two features, and the lines where a field on it has one value. */

import { contours } from "d3-contour";
import type { Spec } from "../wire.js";
import type { Axes, Extent, Point } from "./lines.js";
import { decisionLevel } from "./loss.js";

/** Samples along x and y. */
export type Size = readonly [nx: number, ny: number];
export type Polyline = Point[];

/**
 * Input rows for a grid of samples: the first column at x0, the last at x1; row 0 at y0.
 *
 * @param axes the features along x and y; ny is 1 where there is one only
 * @param fixed what the d features are elsewhere; those at the axes are not read
 * @param out where to write, (nx · ny, d); its other features are overwritten, too
 */
export function fieldInputs(
  extent: Extent,
  nx: number,
  ny: number,
  axes: Axes,
  fixed: ArrayLike<number>,
  d: number,
  out: Float64Array = new Float64Array(nx * ny * d),
): Float64Array {
  const [x0, x1, y0, y1] = extent;
  for (let cell = 0; cell < nx * ny; cell++) {
    for (let m = 0; m < d; m++) out[cell * d + m] = fixed[m];
  }
  for (let row = 0; row < ny; row++) {
    const y = between(y0, y1, row, ny);
    for (let column = 0; column < nx; column++) {
      const start = (row * nx + column) * d;
      out[start + axes[0]] = between(x0, x1, column, nx);
      if (axes[1] !== undefined) out[start + axes[1]] = y;
    }
  }
  return out;
}

/** The i-th of n numbers evenly from low to high, the last being high exactly. */
function between(low: number, high: number, i: number, n: number): number {
  return n === 1 ? low : i === n - 1 ? high : low + ((high - low) * i) / (n - 1);
}

/**
 * Where a picture of the grid lies: each pixel is centred on its sample, so the picture is half a
 * cell larger than the extent on every side.
 */
export function imageExtent([x0, x1, y0, y1]: Extent, [nx, ny]: Size): Extent {
  const dx = nx > 1 ? (x1 - x0) / (nx - 1) / 2 : (x1 - x0) / 2;
  const dy = ny > 1 ? (y1 - y0) / (ny - 1) / 2 : (y1 - y0) / 2;
  return [x0 - dx, x1 + dx, y0 - dy, y1 + dy];
}

/**
 * Where the field equals `level`, in data coordinates; lines end where they leave the extent.
 *
 * @param values (ny, nx), row 0 at y0, as from `fieldInputs`
 */
export function contour(
  values: ArrayLike<number>,
  [nx, ny]: Size,
  extent: Extent,
  level: number,
): Polyline[] {
  if (nx < 2 || ny < 2 || Number.isNaN(level)) return [];
  // d3 reads its values only, and any array will do; its type asks for a plain one.
  const areas = contours()
    .size([nx, ny])
    .contour(values as number[], level);
  const [x0, x1, y0, y1] = extent;
  // d3 puts sample (i, j) at (i + ½, j + ½).
  const toData = ([x, y]: number[]): Point => [
    x0 + ((x - 0.5) / (nx - 1)) * (x1 - x0),
    y0 + ((y - 0.5) / (ny - 1)) * (y1 - y0),
  ];
  return areas.coordinates
    .flat()
    .flatMap((ring) => withoutBorder(ring, nx, ny))
    .map((line) => line.map(toData));
}

/** An area's outline without the parts that only follow the border of the grid. */
function withoutBorder(ring: number[][], nx: number, ny: number): number[][][] {
  // d3 surrounds the grid by lower values; what lies outside the outermost samples is its own.
  const onBorder = ([x, y]: number[]) => x < 0.5 || x > nx - 0.5 || y < 0.5 || y > ny - 0.5;
  const start = ring.findIndex(onBorder);
  if (start < 0) return [ring];
  const lines: number[][][] = [];
  let line: number[][] = [];
  // The ring's last point repeats its first: walk it once, from a point of the border.
  for (let step = 1; step < ring.length; step++) {
    const point = ring[(start + step) % (ring.length - 1)];
    if (!onBorder(point)) line.push(point);
    else if (line.length > 0) {
      if (line.length > 1) lines.push(line);
      line = [];
    }
  }
  return lines;
}

/**
 * Where the model decides otherwise: the lines between its classes.
 *
 * @param outputs (ny · nx, spec.outputs), row-major, as the model returns them for `fieldInputs`
 * @param output which of them decides, where they are not classes of one target
 * @returns none for a regression
 */
export function boundaries(
  spec: Spec,
  outputs: Float64Array,
  size: Size,
  extent: Extent,
  output = 0,
): Polyline[] {
  const k = spec.outputs;
  if (spec.task === "regression") return [];
  if (spec.task === "binary") {
    const values = outputs.length === size[0] * size[1] ? outputs : lead(outputs, k, output, false);
    return contour(values, size, extent, decisionLevel(spec));
  }
  // Two classes share one line; of more, each has its own outline.
  const outlined = k === 2 ? [1] : Array.from({ length: k }, (_, index) => index);
  return outlined.flatMap((index) => contour(lead(outputs, k, index, true), size, extent, 0));
}

/** One output of each row; `relative`: how far it is ahead of the largest of the others. */
function lead(outputs: Float64Array, k: number, index: number, relative: boolean): Float64Array {
  const values = new Float64Array(outputs.length / k);
  for (let row = 0; row < values.length; row++) {
    let other = relative ? Number.NEGATIVE_INFINITY : 0;
    for (let i = 0; relative && i < k; i++) {
      if (i !== index) other = Math.max(other, outputs[row * k + i]);
    }
    values[row] = outputs[row * k + index] - other;
  }
  return values;
}
