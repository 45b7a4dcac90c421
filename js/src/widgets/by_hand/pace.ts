/** How often a pass is drawn while training goes on. */

import { isTraining } from "../../state/moving.js";
import type { NetState } from "../../state/types.js";

/** Milliseconds between two drawings. */
const REST = 1000;

/** Typesetting takes some 10 ms: while training goes on, nobody reads formulas that change faster. */
export class Pace {
  #drawnAt = Number.NEGATIVE_INFINITY;
  #drawnIn = "";
  #later: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly draw: () => void) {}

  /** Whether it is too early; then it draws by itself when it is time. */
  waits({ status, held }: NetState): boolean {
    const now = performance.now();
    const began = status.state !== this.#drawnIn; // what it forbids is told at once
    if (!isTraining(status) || held || began || now - this.#drawnAt >= REST) {
      this.#drawnAt = now;
      this.#drawnIn = status.state;
      return false;
    }
    this.#later ??= setTimeout(() => {
      this.#later = undefined;
      this.draw();
    }, REST);
    return true;
  }

  dispose(): void {
    clearTimeout(this.#later);
  }
}
