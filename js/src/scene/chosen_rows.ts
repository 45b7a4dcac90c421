/** Which rows of the data views look at: all, or evenly chosen ones where all would take too long. */

import type { DataSet } from "../state/types.js";
import type { Spec } from "../wire.js";
import { t } from "../words.js";

/** Products a frame may spend on the forward pass that all views share: some ten milliseconds. */
export const MOST_WORK = 16_000_000;
/** And once nothing moves, for numbers that are to be exact: a tenth of a second. */
export const RESTING_WORK = 128_000_000;
/** An activation costs as much as so many products. */
const ACTIVATION = 6;
/** The fractional part of the golden ratio: its multiples fall evenly and never into step. */
const GOLDEN = 0.6180339887498949;

export interface ChosenRows {
  /** Row numbers in the data, ascending. */
  readonly rows: Int32Array;
  /** Those rows as data: the data themselves where all are chosen. */
  readonly data: DataSet;
  /** How many rows there are in all. */
  readonly of: number;
}

/** How many rows of a stack go through it within `work`; at least 32. */
export function affordable(spec: Spec, work = MOST_WORK): number {
  const each = spec.layers.reduce(
    (sum, { inputs, units }) => sum + units * (inputs + ACTIVATION),
    0,
  );
  return Math.max(32, Math.floor(work / Math.max(1, each)));
}

/**
 * `most` of n rows: one from each of as many equal stretches, at a place in it that is another each
 * time, so that data in which the classes take turns do not lose one.
 */
export function evenRows(n: number, most: number): Int32Array {
  if (n <= most) return Int32Array.from({ length: n }, (_, row) => row);
  return Int32Array.from({ length: most }, (_, i) =>
    Math.min(n - 1, Math.floor(((i + ((i * GOLDEN) % 1)) * n) / most)),
  );
}

/** Where a row of the data is among the chosen ones, or −1. They ascend. */
export function placeOf(rows: Int32Array, row: number): number {
  let [low, high] = [0, rows.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (rows[middle] === row) return middle;
    if (rows[middle] < row) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

export function chooseRows(data: DataSet, most: number): ChosenRows {
  const rows = evenRows(data.n, most);
  if (rows.length === data.n) return { rows, data, of: data.n };
  return { rows, data: takeRows(data, rows), of: data.n };
}

/** One row, as data of its own. */
export function rowOf(data: DataSet, row: number): DataSet {
  return takeRows(data, Int32Array.of(row));
}

function takeRows(data: DataSet, rows: Int32Array): DataSet {
  const { d, k } = data;
  const X = new Float64Array(rows.length * d);
  const y = new Float64Array(rows.length * k);
  rows.forEach((row, i) => {
    X.set(data.X.subarray(row * d, row * d + d), i * d);
    y.set(data.y.subarray(row * k, row * k + k), i * k);
  });
  return { n: rows.length, d, k, X, y };
}

/** Views ask for a few different numbers of rows; a structure that is edited, for new ones. */
const MOST_KEPT = 6;

/** Evenly chosen rows: the same ones until the data change. */
export class RowCache {
  #data: DataSet | null = null;
  readonly #chosen = new Map<number, ChosenRows>();

  of(data: DataSet, most: number): ChosenRows {
    if (this.#data !== data || this.#chosen.size > MOST_KEPT) this.#chosen.clear();
    this.#data = data;
    const chosen = this.#chosen.get(most) ?? chooseRows(data, most);
    this.#chosen.set(most, chosen);
    return chosen;
  }
}

/** "1797 samples", or "300 of 60,000 samples". */
export function rowsCaption(n: number, of: number, write: (n: number) => string): string {
  return n === of
    ? t("{of} samples", { of: write(of) })
    : t("{n} of {of} samples, evenly chosen", { n: write(n), of: write(of) });
}
