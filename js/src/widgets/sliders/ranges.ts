/** From where to where each slider goes. */

import type { ParamSpec } from "../../wire.js";
import type { Entry } from "./entries.js";

export type Range = readonly [lo: number, hi: number];

/** No slider is narrower than this by itself: ordinary weights fit without a jump of scale. */
const LEAST = 2;

/** The smallest [−2ᵏ, 2ᵏ], k ≥ 1, in which `size` takes up half at most. */
export function defaultRange(size: number): Range {
  const half = Math.max(LEAST, 2 ** Math.ceil(Math.log2(2 * Math.abs(size))));
  return Number.isFinite(half) ? [-half, half] : [-LEAST, LEAST];
}

/** The range itself where it holds the value; else grown by doublings, a symmetric one to both sides. */
export function expand(range: Range, value: number): Range {
  let [lo, hi] = range;
  if (!Number.isFinite(value) || (value >= lo && value <= hi)) return range;
  const symmetric = lo === -hi;
  while (value < lo || value > hi) {
    const width = hi - lo;
    if (value < lo || symmetric) lo -= width / (symmetric ? 2 : 1);
    if (value > hi || symmetric) hi += width / (symmetric ? 2 : 1);
  }
  return [lo, hi];
}

/** A range someone gave, or null where it is none. */
export function validRange(value: unknown): Range | null {
  if (!Array.isArray(value) || value.length !== 2) return null;
  const [lo, hi] = value as unknown[];
  if (typeof lo !== "number" || typeof hi !== "number") return null;
  return Number.isFinite(lo) && Number.isFinite(hi) && lo < hi ? [lo, hi] : null;
}

/**
 * The ranges of one view. The entries of a parameter share theirs, so that equal fills mean equal
 * weights, unless a range was given for an entry by itself.
 */
export class Ranges {
  /** Grows whenever some range did: rows not otherwise touched must then be drawn anew. */
  version = 0;
  readonly #given: Readonly<Record<string, unknown>>;
  readonly #initial: Float64Array;
  readonly #byName = new Map<string, Range>();

  constructor(given: Readonly<Record<string, unknown>>, initial: Float64Array) {
    this.#given = given;
    this.#initial = initial;
  }

  of(entry: Entry): Range {
    const key = this.#key(entry);
    let range = this.#byName.get(key);
    if (range === undefined) {
      range = validRange(this.#given[key]) ?? defaultRange(this.#largest(entry.param));
      this.#byName.set(key, range);
    }
    return range;
  }

  /** Grow the entry's range until it holds the value. */
  hold(entry: Entry, value: number): void {
    const range = this.of(entry);
    const grown = expand(range, value);
    if (grown === range) return;
    this.#byName.set(this.#key(entry), grown);
    this.version++;
  }

  #key(entry: Entry): string {
    return validRange(this.#given[entry.reference]) ? entry.reference : entry.param.name;
  }

  #largest({ offset, size }: ParamSpec): number {
    let largest = 0;
    for (let i = offset; i < offset + size; i++) {
      largest = Math.max(largest, Math.abs(this.#initial[i]));
    }
    return largest;
  }
}
