/** Which step is shown, and the slow play through them. */

import type { Step } from "../../scene/by_hand/steps.js";
import type { Options } from "../view.js";

export interface StepperDeps {
  readonly steps: () => readonly Step[];
  /** Another step is shown, because somebody asked for it or because the play went on. */
  readonly moved: (byHand: boolean) => void;
  readonly changed: () => void;
}

/** Seconds a step is shown where the option does not say. */
const SECONDS = 2.5;

export class Stepper {
  #player: ReturnType<typeof setInterval> | undefined;

  constructor(
    private readonly options: Options,
    private readonly deps: StepperDeps,
  ) {}

  get playing(): boolean {
    return this.#player !== undefined;
  }

  /** The place of the step that is shown; the first, where the network has no such step. */
  get at(): number {
    const id = this.options.get<string | undefined>("step");
    return Math.max(
      0,
      this.deps.steps().findIndex((step) => step.id === id),
    );
  }

  /** By hand; this ends the play. */
  go(to: number): void {
    this.stop();
    this.#show(to, true);
  }

  togglePlay(): void {
    if (this.playing) {
      this.stop();
      return;
    }
    if (this.at === this.#last) this.#show(0, false);
    const seconds = this.options.get<number | undefined>("seconds") ?? SECONDS;
    this.#player = setInterval(() => this.#playOn(), 1000 * seconds);
    this.deps.changed();
  }

  stop(): void {
    if (!this.playing) return;
    clearInterval(this.#player);
    this.#player = undefined;
    this.deps.changed();
  }

  get #last(): number {
    return this.deps.steps().length - 1;
  }

  #playOn(): void {
    const next = this.at + 1;
    if (next <= this.#last) this.#show(next, false);
    if (next >= this.#last) this.stop();
  }

  #show(to: number, byHand: boolean): void {
    const at = Math.max(0, Math.min(this.#last, to));
    this.options.set("step", this.deps.steps()[at].id);
    this.deps.moved(byHand);
    this.deps.changed();
  }
}
