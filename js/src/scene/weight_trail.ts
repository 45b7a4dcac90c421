/**
 * The parameters of the epoch before the one that is shown, as the page has seen them: what training
 * did last is the difference.
 */

import type { NetState } from "../state/types.js";

export interface Step {
  readonly params: Float64Array;
  readonly epoch: number;
}

export class WeightTrail {
  #before: Step | null = null;
  #now: Step | null = null;

  /** Takes note of what is shown now; call it in every frame, however little is drawn. */
  see({ params, status, spec }: Pick<NetState, "params" | "status" | "spec">): void {
    const { epoch } = status;
    if (this.#now && (this.#now.params.length !== spec.size || epoch < this.#now.epoch)) {
      this.clear(); // another structure, or training was reset
    }
    if (this.#now && epoch > this.#now.epoch) this.#before = this.#now;
    this.#now = { params, epoch };
  }

  /** Parameters from elsewhere (Python's record) that are nearer to now than the page's own. */
  offer(step: Step): void {
    const now = this.#now;
    if (!now || step.params.length !== now.params.length || step.epoch >= now.epoch) return;
    if (!this.#before || step.epoch > this.#before.epoch) this.#before = step;
  }

  get before(): Step | null {
    return this.#before;
  }

  /** The epoch right before now is known. */
  get whole(): boolean {
    return !!this.#now && this.#before?.epoch === this.#now.epoch - 1;
  }

  clear(): void {
    this.#before = null;
    this.#now = null;
  }
}
