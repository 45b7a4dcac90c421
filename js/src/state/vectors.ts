/** Vectors of one length by growing row numbers, in one piece of memory. */

import type { Spec } from "../wire.js";

type Numbers = Float32Array | Float64Array;

export class Vectors {
  readonly #rows: number[] = [];
  #store: Numbers;

  constructor(
    private readonly size: number,
    dtype: Spec["dtype"],
  ) {
    this.#store = dtype === "float32" ? new Float32Array(size) : new Float64Array(size);
  }

  get rows(): readonly number[] {
    return this.#rows;
  }

  at(place: number): Float64Array {
    return Float64Array.from(this.#store.subarray(place * this.size, (place + 1) * this.size));
  }

  /** Forgets `row` and those after it. */
  cut(row: number): void {
    while (this.#rows.length > 0 && (this.#rows.at(-1) as number) >= row) this.#rows.pop();
  }

  /** Keeps those that `stride` divides, and the one of row `last`. */
  thin(stride: number, last: number): void {
    const stays = (row: number) => row % stride === 0 || row === last;
    const places = [...this.#rows.keys()].filter((place) => stays(this.#rows[place]));
    if (places.length === this.#rows.length) return;
    places.forEach((from, to) => {
      this.#store.copyWithin(to * this.size, from * this.size, (from + 1) * this.size);
      this.#rows[to] = this.#rows[from];
    });
    this.#rows.length = places.length;
  }

  /** @param values one vector after the other */
  add(rows: readonly number[], values: Float64Array): void {
    const used = this.#rows.length * this.size;
    if (used + values.length > this.#store.length) {
      const grown = Math.max(used + values.length, 2 * this.#store.length);
      const store =
        this.#store instanceof Float32Array ? new Float32Array(grown) : new Float64Array(grown);
      store.set(this.#store.subarray(0, used));
      this.#store = store;
    }
    this.#store.set(values, used);
    for (const row of rows) this.#rows.push(row);
  }
}
