/** Parameters as places in the plane of a loss surface, and back. */

import type { SurfaceGrid } from "./surface_types.js";
import type { Position } from "./types.js";

export interface Place {
  readonly x: number;
  readonly y: number;
  /** How far the parameters are from the plane. */
  readonly off: number;
  /** True where that is more than rounding. */
  readonly away: boolean;
}

/** Off the plane by less than this share of the parameters' size is rounding. */
const ROUNDING = 1e-5;

type Given = Pick<SurfaceGrid, "origin" | "directions">;

export class SurfacePlane {
  /** Flat indices that a move in the plane changes. */
  readonly support: readonly number[];
  readonly #grid: Given;
  /** Products of the directions with each other: xx, xy, yy. */
  readonly #gram: readonly [number, number, number];

  constructor(grid: Given) {
    const [a, b] = grid.directions;
    this.#grid = grid;
    this.support = [...a.keys()].filter((i) => a[i] !== 0 || b[i] !== 0);
    const product = (v: Float64Array, w: Float64Array) =>
      this.support.reduce((sum, i) => sum + v[i] * w[i], 0);
    this.#gram = [product(a, a), product(a, b), product(b, b)];
  }

  /** The nearest place in the plane (least squares: the directions need not be at right angles). */
  project(params: Float64Array): Place {
    const { origin, directions } = this.#grid;
    const [a, b] = directions;
    let [u, v] = [0, 0];
    for (const i of this.support) {
      u += (params[i] - origin[i]) * a[i];
      v += (params[i] - origin[i]) * b[i];
    }
    const [x, y] = this.#solve(u, v);
    let [off, norm] = [0, 0];
    for (let i = 0; i < params.length; i++) {
      off += (params[i] - origin[i] - x * a[i] - y * b[i]) ** 2;
      norm += params[i] ** 2;
    }
    off = Math.sqrt(off);
    return { x, y, off, away: off > ROUNDING * Math.max(1, Math.sqrt(norm)) };
  }

  /** The edit that moves parameters along the plane, and no nearer to it. */
  moved(params: Float64Array, from: Position, to: Position): { index: number[]; value: number[] } {
    const [a, b] = this.#grid.directions;
    const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
    const index = this.support.filter((i) => dx * a[i] + dy * b[i] !== 0);
    return { index, value: index.map((i) => params[i] + dx * a[i] + dy * b[i]) };
  }

  #solve(u: number, v: number): Position {
    const [xx, xy, yy] = this.#gram;
    if (yy === 0) return [xx === 0 ? 0 : u / xx, 0]; // a line: the second direction is nothing
    const determinant = xx * yy - xy * xy;
    return [(u * yy - v * xy) / determinant, (v * xx - u * xy) / determinant];
  }
}
