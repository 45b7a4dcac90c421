/** Numbers that are added at the end, and cut off from there. */
export class Growing {
  #store = new Float64Array(256);
  #length = 0;
  #view: Float64Array | null = null;

  get length(): number {
    return this.#length;
  }

  /** What is there: the same array until something changes. */
  get values(): Float64Array {
    this.#view ??= this.#store.subarray(0, this.#length);
    return this.#view;
  }

  cut(length: number): void {
    if (length >= this.#length) return;
    // Arrays handed out earlier show what is cut off: those are left alone.
    this.#store = this.#store.slice();
    this.#length = length;
    this.#view = null;
  }

  add(more: Float64Array): void {
    if (more.length === 0) return;
    const length = this.#length + more.length;
    if (length > this.#store.length) {
      const grown = new Float64Array(Math.max(length, 2 * this.#store.length));
      grown.set(this.#store.subarray(0, this.#length));
      this.#store = grown;
    }
    this.#store.set(more, this.#length);
    this.#length = length;
    this.#view = null;
  }
}
