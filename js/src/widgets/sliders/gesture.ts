/** One drag, or one run of key presses, as one step of undo. */

import type { Store } from "../../state/types.js";
import type { Entry } from "./entries.js";

/** Key presses that follow one another this closely (ms) are undone together. */
const RUN = 600;

export class Gesture {
  readonly #store: Store;
  #held: number | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Take hold of an entry; going on with the one already held is the same gesture. */
  hold(entry: Pick<Entry, "index" | "reference">): void {
    clearTimeout(this.#timer);
    if (this.#held === entry.index) return;
    this.release();
    this.#held = entry.index;
    this.#store.begin(entry.reference, [entry.index]);
  }

  /** Let go. Harmless when nothing is held. */
  release(): void {
    clearTimeout(this.#timer);
    if (this.#held === null) return;
    this.#held = null;
    this.#store.end();
  }

  /** Let go unless another press comes soon. */
  releaseSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.release(), RUN);
  }
}
