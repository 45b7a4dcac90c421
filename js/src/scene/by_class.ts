/** Rows in the order of their classes, and where each class begins. */

import type { Groups } from "./layer_rows.js";

export interface Band {
  readonly group: number;
  readonly start: number;
  readonly end: number;
}

export interface ByClass {
  /** (n): which row stands at each place; within a class they keep their order. */
  readonly order: Int32Array;
  readonly bands: readonly Band[];
}

export function byClass({ of, count }: Groups): ByClass {
  const starts = new Int32Array(count + 1);
  for (let row = 0; row < of.length; row++) starts[of[row] + 1]++;
  for (let group = 0; group < count; group++) starts[group + 1] += starts[group];
  const next = starts.slice(0, count);
  const order = new Int32Array(of.length);
  for (let row = 0; row < of.length; row++) order[next[of[row]]++] = row;
  const bands = Array.from({ length: count }, (_, group) => ({
    group,
    start: starts[group],
    end: starts[group + 1],
  }));
  return { order, bands: bands.filter(({ start, end }) => end > start) };
}
