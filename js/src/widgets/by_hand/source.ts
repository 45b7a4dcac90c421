/** Which pass is shown: of which sample, or samples, and with which learning rate. */

import { computable } from "../../math/landscape.js";
import { type Step, stepsOf } from "../../scene/by_hand/steps.js";
import { type Worked, Worker } from "../../scene/by_hand/worked.js";
import { Kept } from "../../scene/kept.js";
import type { NetState } from "../../state/types.js";
import type { Spec } from "../../wire.js";
import type { Options } from "../view.js";

/** What holds where neither an option nor a trainer says; the same as in forward_backward.py. */
const RATE = 0.1;

export class PassSource {
  readonly #worker = new Worker();
  readonly #steps = new Kept<Step[]>();
  readonly #worked = new Kept<Worked | null>();

  constructor(readonly options: Options) {}

  option<T>(name: string, otherwise: T): T {
    return this.options.get<T | undefined>(name) ?? otherwise;
  }

  get youTry(): boolean {
    return this.option("you_try", false);
  }

  get sample(): number {
    return this.option("sample", 0);
  }

  rate({ status }: NetState): number {
    return this.option<number | null>("lr", null) ?? status.lr ?? RATE;
  }

  steps(spec: Spec): Step[] {
    return this.#steps.get([spec], () => stepsOf(spec));
  }

  /** Null where the page cannot compute the network's pass. */
  worked(state: NetState): Worked | null {
    const { spec, params, data, frozen, selection } = state;
    if (!computable(spec)) return null;
    // An exercise keeps its sample; else the one under the pointer, in any view, is shown.
    const sample = (this.youTry ? null : selection.sample) ?? this.sample;
    const choice = {
      sample,
      batch: this.option<number | null>("batch", null),
      rate: this.rate(state),
    };
    const key = [spec, params, data, frozen, sample, choice.batch, choice.rate];
    return this.#worked.get(key, () => this.#worker.work(state, choice));
  }
}
