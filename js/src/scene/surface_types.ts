/** What the views of a loss surface draw: the grid that Python computed, and what moves on it. */

import type { Extent, Position } from "./types.js";

/** The trait `_surface`, decoded: θ(x, y) = origin + x · directions[0] + y · directions[1]. */
export interface SurfaceGrid {
  /** Another number for every grid that Python sends. */
  readonly serial: number;
  /** Of the structure whose parameters the directions are of. */
  readonly revision: number;
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** (ny, nx), row-major: z[j · nx + i] is the loss at (x[i], y[j]); NaN and ±∞ are kept. */
  readonly z: Float64Array;
  readonly nx: number;
  readonly ny: number;
  readonly extent: Extent;
  readonly names: readonly [string, string];
  readonly origin: Float64Array;
  readonly directions: readonly [Float64Array, Float64Array];
  /** How it was computed, in words. */
  readonly how: string;
  /** Of the whole grid that is done, 0 to 1. */
  readonly share: number;
  /** Shares of a trajectory's variance along the two directions, where they are principal ones. */
  readonly explained: readonly number[] | null;
  readonly data: "train" | "test";
}

/** A recorded run, seen in the plane; one number for each epoch that is shown. */
export interface Track {
  readonly name: string;
  /** The history of the network itself. */
  readonly current: boolean;
  readonly epochs: Float64Array;
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** How far from the plane. */
  readonly off: Float64Array;
  readonly loss: Float64Array;
}

/** The network now, as a place in the plane. */
export interface Ball {
  readonly x: number;
  readonly y: number;
  /** How far the parameters are from the plane. */
  readonly off: number;
  /** True where that is more than rounding. */
  readonly away: boolean;
  /** Of the parameters themselves, also where they are away from the plane; null: not known. */
  readonly loss: number | null;
  /** True where the loss is the page's own, false where it is read off the grid. */
  readonly exact: boolean;
}

/** A place worth a mark, with its loss. */
export interface Spot {
  readonly at: Position;
  readonly loss: number;
}

/** Values to colours and heights: linear, or logarithmic where `log`. */
export interface Shading {
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
}

/** All that a view of the surface draws. */
export interface SurfacePicture {
  readonly grid: SurfaceGrid;
  readonly shading: Shading;
  readonly ball: Ball;
  /** Slope of the loss along the two axes at the ball; null where not known or not wanted. */
  readonly gradient: Position | null;
  /** Empty where the trajectory is not wanted. */
  readonly tracks: readonly Track[];
  readonly start: Spot | null;
  /** The lowest cell of the grid. */
  readonly best: Spot | null;
  /** The surface is of other parameters, data or activations than the network's. */
  readonly stale: boolean;
}

export interface Surface3dDeps {
  /** Asks Python for a file of the package and gives its bytes, gzipped. */
  chunk(name: string): Promise<ArrayBuffer>;
  /** Puts the ball, and so the network, at a place of the plane. */
  pick(at: Position): void;
}

export interface Surface3d {
  /** Called in every frame; what is the same object as before is not drawn anew. */
  update(picture: SurfacePicture): void;
  dispose(): void;
}
