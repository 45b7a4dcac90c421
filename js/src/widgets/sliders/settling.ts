/** Brings the controls of rows up to date a few at a time while they change, and all at rest. */

interface Settles {
  settle(): void;
}

/** So many rows settle in the frame itself: an edit, or all of a small network (1.5 ms). */
const AT_ONCE = 12;
/** Of more, as when training moves a large network, so many a frame. */
const IN_TURN = 3;
/** Milliseconds without a frame after which things are at rest. */
const REST = 100;

export class Settling {
  /** In the order in which they fell behind, so that each has its turn. */
  readonly #behind = new Set<Settles>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  add(row: Settles): void {
    this.#behind.add(row);
  }

  /** Once a frame. */
  next(): void {
    clearTimeout(this.#timer);
    this.#settle(this.#behind.size <= AT_ONCE ? AT_ONCE : IN_TURN);
    if (this.#behind.size > 0) {
      this.#timer = setTimeout(() => this.#settle(Number.POSITIVE_INFINITY), REST);
    }
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#behind.clear();
  }

  #settle(most: number): void {
    let left = most;
    for (const row of this.#behind) {
      if (left-- <= 0) return;
      this.#behind.delete(row);
      row.settle();
    }
  }
}
