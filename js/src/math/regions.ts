/**
 * The regions of a plane of two inputs in which a network of piecewise linear activations is one
 * affine map (Montúfar, Pascanu, Cho and Bengio 2014), as polygons: exactly, not on a grid.
 *
 * Within a region of the layers before, a unit's weighted sum is affine, so its kink is a straight
 * line, which cuts the region in two or misses it.
 */

import type { DenseLayer } from "../state/types.js";
import { derivative } from "./activations.js";
import { inner, inPieces, straight } from "./blend.js";
import type { Axes, Extent, Point } from "./lines.js";

export interface Region {
  /** A convex polygon, its corners in order. */
  readonly corners: readonly Point[];
}

export interface Regions {
  readonly regions: readonly Region[];
  /** False where there are more of them, or more work, than there is time for. */
  readonly complete: boolean;
}

/** A region on its way through the layers: what comes into the next one is (x, y, 1) times this. */
interface Piece extends Region {
  /** (units, 3), row-major */
  readonly map: Float64Array;
}

/** Products that may be spent: some twenty milliseconds. */
const WORK = 20_000_000;
/** Of the plane's size: what is cut off must be more than rounding. */
const SLIVER = 1e-9;

/**
 * The regions inside an extent.
 *
 * @param axes the inputs along x and y; where there is one only, regions are upright strips
 * @param fixed what the other inputs are
 * @param most so many regions are looked for
 * @returns null where an activation is not straight in pieces: such a network has no linear regions
 */
export function linearRegions(
  layers: readonly DenseLayer[],
  axes: Axes,
  fixed: ArrayLike<number>,
  extent: Extent,
  most = 1000,
): Regions | null {
  const hidden = inner(layers);
  if (!hidden.every((layer) => inPieces(layer.activation))) return null;
  let pieces: Piece[] = [whole(layers[0].inputs, axes, fixed, extent)];
  let work = 0;
  for (const layer of hidden) {
    work += pieces.length * layer.units * layer.inputs * 3;
    if (work > WORK) return { regions: pieces, complete: false };
    const next: Piece[] = [];
    for (const [i, { corners, map }] of pieces.entries()) {
      const z = sums(layer, map);
      const parts = straight(layer.activation) ? [corners] : cutByAll(corners, z, extent, most);
      for (const part of parts) next.push({ corners: part, map: activated(layer, z, part) });
      const left = pieces.length - i - 1;
      if (next.length + left > most) {
        return { regions: [...next, ...pieces.slice(i + 1)], complete: false };
      }
    }
    pieces = next;
  }
  return { regions: pieces, complete: true };
}

/** The region that a point is in, or −1. */
export function regionAt({ regions }: Regions, [x, y]: Point): number {
  return regions.findIndex(({ corners }) => {
    let [left, right] = [false, false];
    for (let i = 0; i < corners.length; i++) {
      const [a, b] = [corners[i], corners[(i + 1) % corners.length]];
      const side = (b[0] - a[0]) * (y - a[1]) - (b[1] - a[1]) * (x - a[0]);
      if (side > 0) left = true;
      if (side < 0) right = true;
    }
    return !(left && right);
  });
}

/** All of the extent, with the inputs as they are there. */
function whole(inputs: number, axes: Axes, fixed: ArrayLike<number>, extent: Extent): Piece {
  const [x0, x1, y0, y1] = extent;
  const map = new Float64Array(3 * inputs);
  for (let m = 0; m < inputs; m++) {
    if (m === axes[0]) map[3 * m] = 1;
    else if (m === axes[1]) map[3 * m + 1] = 1;
    else map[3 * m + 2] = fixed[m];
  }
  const corners: Point[] = [
    [x0, y0],
    [x1, y0],
    [x1, y1],
    [x0, y1],
  ];
  return { corners, map };
}

/** The layer's weighted sums as (x, y, 1) times (units, 3). */
function sums({ inputs, units, weight, bias }: DenseLayer, map: Float64Array): Float64Array {
  const z = new Float64Array(3 * units);
  for (let unit = 0; unit < units; unit++) {
    const row = 3 * unit;
    z[row + 2] = bias === null ? 0 : bias[unit];
    for (let m = 0; m < inputs; m++) {
      const w = weight[unit * inputs + m];
      for (let c = 0; c < 3; c++) z[row + c] += w * map[3 * m + c];
    }
  }
  return z;
}

function cutByAll(
  whole: readonly Point[],
  z: Float64Array,
  extent: Extent,
  most: number,
): (readonly Point[])[] {
  let parts: (readonly Point[])[] = [whole];
  for (let row = 0; row < z.length && parts.length <= most; row += 3) {
    const [a, b, c] = [z[row], z[row + 1], z[row + 2]];
    // Most lines miss most parts, and of all those only the numbers are looked at.
    if (parts.some((part) => crosses(part, a, b, c, extent))) {
      parts = parts.flatMap((part) =>
        crosses(part, a, b, c, extent) ? cut(part, a, b, c) : [part],
      );
    }
  }
  return parts;
}

/** Whether a x + b y + c has both signs in a polygon, by more than rounding. */
function crosses(
  corners: readonly Point[],
  a: number,
  b: number,
  c: number,
  [x0, x1, y0, y1]: Extent,
): boolean {
  const least = SLIVER * (Math.abs(a) * (x1 - x0) + Math.abs(b) * (y1 - y0));
  let [above, below] = [false, false];
  for (let i = 0; i < corners.length; i++) {
    const value = a * corners[i][0] + b * corners[i][1] + c;
    if (value > least) above = true;
    else if (value < -least) below = true;
  }
  return above && below;
}

/** The parts of a polygon where a x + b y + c is positive and where it is negative. */
function cut(corners: readonly Point[], a: number, b: number, c: number): (readonly Point[])[] {
  const values = corners.map(([x, y]) => a * x + b * y + c);
  const above: Point[] = [];
  const below: Point[] = [];
  corners.forEach((corner, i) => {
    const next = (i + 1) % corners.length;
    const [v, w] = [values[i], values[next]];
    if (v >= 0) above.push(corner);
    if (v <= 0) below.push(corner);
    if ((v > 0 && w < 0) || (v < 0 && w > 0)) {
      const t = v / (v - w);
      const [p, q] = [corner, corners[next]];
      const crossing: Point = [p[0] + t * (q[0] - p[0]), p[1] + t * (q[1] - p[1])];
      above.push(crossing);
      below.push(crossing);
    }
  });
  return [above, below];
}

/** The activations in a part, in which each is one straight line. */
function activated(
  { activation, units }: DenseLayer,
  z: Float64Array,
  corners: readonly Point[],
): Float64Array {
  const out = z.slice();
  const n = corners.length;
  const x = corners.reduce((sum, corner) => sum + corner[0], 0) / n;
  const y = corners.reduce((sum, corner) => sum + corner[1], 0) / n;
  for (let unit = 0; unit < units; unit++) {
    const row = 3 * unit;
    const slope = derivative(activation, z[row] * x + z[row + 1] * y + z[row + 2]);
    for (let c = 0; c < 3; c++) out[row + c] *= slope;
  }
  return out;
}
