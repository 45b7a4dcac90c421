/** What the cells of the weight matrices show: the weights, or how they changed or would. */

import { boundedSize } from "../math/bounds.js";
import { Workspace } from "../math/workspace.js";
import { isMoving } from "../state/moving.js";
import type { NetState } from "../state/types.js";
import { t } from "../words.js";
import type { Derived } from "./derived.js";
import type { Gradient } from "./gradients.js";
import { Kept } from "./kept.js";
import type { Matrix } from "./weight_matrices.js";
import type { WeightTrail } from "./weight_trail.js";

export type Quantity = "weights" | "update" | "change" | "gradient";

export interface Values {
  /** Flat, as the parameters are; null where they are not known. */
  readonly values: Float64Array | null;
  /** What they are, in words, or why they are not there. */
  readonly caption: string;
}

export class WeightValues {
  readonly #work = new Workspace();
  readonly #values = new Kept<Values>();
  readonly #derived: Derived;
  readonly trail: WeightTrail;
  /** What Python last said of a model that only it can compute. */
  fed: Gradient | null = null;

  constructor(derived: Derived, trail: WeightTrail) {
    this.#derived = derived;
    this.trail = trail;
  }

  of(quantity: Quantity, state: NetState): Values {
    const { params, initial, status, data, spec } = state;
    const { before } = this.trail;
    const of = [params, initial, status.epoch, before, data, spec, isMoving(state)];
    const key = [quantity, ...of, this.fed];
    return this.#values.get(key, () => {
      if (quantity === "weights") return { values: params, caption: "" };
      if (quantity === "change") {
        return { values: this.#difference(params, initial), caption: t("since the start") };
      }
      return quantity === "update" ? this.#update(state) : this.#slope(state);
    });
  }

  /** What the trainer did last to one parameter, or null. */
  updateOf({ params }: NetState, index: number): number | null {
    const { before } = this.trail;
    return before ? params[index] - before.params[index] : null;
  }

  /** dL/dw of the mean loss over the rows that a view looks at; null where only Python can say. */
  gradient(state: NetState): Gradient | null {
    const found = this.#derived.gradient(state, null, isMoving(state));
    return found ?? (this.fed?.gradient.length === state.spec.size ? this.fed : null);
  }

  #update(state: NetState): Values {
    const { before } = this.trail;
    const { epoch } = state.status;
    if (!before) {
      const why =
        epoch > 0 ? t("the epoch before is not known here") : t("nothing was trained yet");
      return { values: null, caption: why };
    }
    const by = epoch - before.epoch;
    const what =
      by === 1
        ? t("epoch {from} → {to}", { from: before.epoch, to: epoch })
        : t("epochs {from} → {to} together", { from: before.epoch, to: epoch });
    return { values: this.#difference(state.params, before.params), caption: what };
  }

  #slope(state: NetState): Values {
    const found = this.gradient(state);
    if (!found) {
      return { values: null, caption: t("the gradient is on its way from Python") };
    }
    const { gradient, n, of } = found;
    const rows =
      n === of ? t("all {of} samples", { of }) : t("{n} of {of} samples, evenly chosen", { n, of });
    return { values: gradient, caption: t("∂(mean loss)/∂w over {rows}", { rows }) };
  }

  #difference(a: Float64Array, b: Float64Array): Float64Array {
    const out = this.#work.floats("difference", a.length);
    for (let i = 0; i < out.length; i++) out[i] = a[i] - b[i];
    return out;
  }
}

/** The largest magnitude among the cells of some matrices, or 0. */
export function largestOf(values: Float64Array, matrices: readonly Matrix[]): number {
  let most = 0;
  const look = (start: number, size: number) => {
    for (let i = start; i < start + size; i++) {
      const magnitude = Math.abs(values[i]);
      if (magnitude > most && magnitude < Number.POSITIVE_INFINITY) most = magnitude;
    }
  };
  for (const { weight, rows, columns, bias } of matrices) {
    look(weight, rows * columns);
    if (bias !== null) look(bias, rows);
  }
  return most;
}

/** Ends of a scale, times a power of ten: close enough that colours are not paler than need be. */
const ENDS = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8];

/** The end of a symmetric scale: round, and steady while the values fit it well. */
export function steadyLimit(old: number | null, most: number): number {
  if (old !== null && old >= most && most > 0.4 * old) return old;
  if (!(most > 0)) return old ?? 1;
  const size = boundedSize(most);
  const power = 10 ** Math.floor(Math.log10(size));
  return (ENDS.find((end) => end * power >= size) ?? 10) * power;
}
