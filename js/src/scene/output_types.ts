/** What the views of a network's output over the square of its two inputs draw. */

import type { Extent } from "./types.js";

/** From low to high. */
export type Interval = readonly [number, number];

/** What the heights are called and where they are. */
export interface Heights {
  /** "ŷ", "probability", "p(class 2)". */
  readonly name: string;
  /** What the axis shows: steady while the network moves. */
  readonly range: Interval;
  /** What the two ends of the colours stand for. */
  readonly colours: Interval;
  /** The class whose probability is shown where there are more than two; else null. */
  readonly classShown: number | null;
  /** Whether the targets are numbers, not classes: each then wears a shade. */
  readonly shaded: boolean;
  /** Where the network decides, or half way between targets that are all 0 or 1; else null. */
  readonly level: number | null;
}

/** Samples with what is wanted and what the network says of them. */
export interface Targets {
  /** Their rows in the data: evenly chosen where these are many. */
  readonly rows: Int32Array;
  readonly of: number;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly target: Float64Array;
  /** NaN where Python has yet to compute it. */
  readonly output: Float64Array;
  /** Index of the class, or 0. */
  readonly kind: Uint8Array;
}

export interface OutputPicture {
  readonly names: readonly [string, string];
  readonly extent: Extent;
  /** Points along each side. */
  readonly side: number;
  /** (side, side), row-major, row 0 at the extent's y0; NaN where Python has yet to compute it. */
  readonly values: Float64Array;
  readonly heights: Heights;
  readonly targets: Targets;
  /** Row of the data that is pointed at; null: none. */
  readonly chosen: number | null;
}

/** A row of the truth table: of samples that are all alike, the first. */
export interface TruthRow {
  readonly row: number;
  /** How many samples are like this. */
  readonly count: number;
  readonly x: readonly number[];
  readonly target: number;
  readonly output: number;
  /** Output less target. */
  readonly error: number;
}

/** Outputs that only Python can compute, (rows, outputs) after the head; null: not yet there. */
export interface Given {
  /** Over the square. */
  readonly field: Float64Array | null;
  /** Of the samples that are drawn. */
  readonly outputs: Float64Array | null;
}
