/**
 * The regions of a plane of two inputs in which a network of piecewise linear activations is one
 * affine map (Montúfar, Pascanu, Cho and Bengio 2014), as polygons: exactly, not on a grid.
 *
 * Within a region of the layers before, a unit's weighted sum is affine, so its kink is a straight
 * line, which cuts the region in two or misses it.
 */

import type { DenseLayer } from "../state/types.js";
import { derivative } from "./activations.js";
import { type Affine, after, onPlane } from "./affine.js";
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

/** A region on its way through the layers, with what comes into the next one, of (x, y). */
interface Piece extends Region {
  readonly map: Affine;
}

/** How many regions are looked for, and how many products may be spent on it. */
export interface Search {
  readonly most: number;
  readonly work: number;
}

/** Products: some twenty milliseconds. */
const USUAL: Search = { most: 1000, work: 20_000_000 };
/** Of the plane's size: what is cut off must be more than rounding. */
const SLIVER = 1e-9;

/**
 * The regions inside an extent.
 *
 * @param axes the inputs along x and y; where there is one only, regions are upright strips
 * @param fixed what the other inputs are
 * @param search when to give up
 * @returns null where an activation is not straight in pieces: such a network has no linear regions
 */
export function linearRegions(
  layers: readonly DenseLayer[],
  axes: Axes,
  fixed: ArrayLike<number>,
  extent: Extent,
  { most, work: affordable }: Search = USUAL,
): Regions | null {
  const hidden = inner(layers);
  if (!hidden.every((layer) => inPieces(layer.activation))) return null;
  let pieces: Piece[] = [whole(layers[0].inputs, axes, fixed, extent)];
  let work = 0;
  for (const layer of hidden) {
    work += pieces.length * layer.units * layer.inputs * 3;
    if (work > affordable) return { regions: pieces, complete: false };
    const next: Piece[] = [];
    for (const [i, { corners, map }] of pieces.entries()) {
      const z = after(layer, map);
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
  const corners: Point[] = [
    [x0, y0],
    [x1, y0],
    [x1, y1],
    [x0, y1],
  ];
  return { corners, map: onPlane(inputs, axes, fixed) };
}

function cutByAll(
  whole: readonly Point[],
  { outputs, weight, bias }: Affine,
  extent: Extent,
  most: number,
): (readonly Point[])[] {
  let parts: (readonly Point[])[] = [whole];
  for (let unit = 0; unit < outputs && parts.length <= most; unit++) {
    const [a, b, c] = [weight[2 * unit], weight[2 * unit + 1], bias[unit]];
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
function activated({ activation }: DenseLayer, z: Affine, corners: readonly Point[]): Affine {
  const [weight, bias] = [z.weight.slice(), z.bias.slice()];
  const n = corners.length;
  const x = corners.reduce((sum, corner) => sum + corner[0], 0) / n;
  const y = corners.reduce((sum, corner) => sum + corner[1], 0) / n;
  for (let unit = 0; unit < z.outputs; unit++) {
    const [i, j] = [2 * unit, 2 * unit + 1];
    const slope = derivative(activation, weight[i] * x + weight[j] * y + bias[unit]);
    weight[i] *= slope;
    weight[j] *= slope;
    bias[unit] *= slope;
  }
  return { ...z, weight, bias };
}
