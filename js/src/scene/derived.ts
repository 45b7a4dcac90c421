/** What several views need of a state, computed once for all of them. */

import { forward, headApply, layersOf, outputs, type Pass } from "../math/forward.js";
import { Workspace } from "../math/workspace.js";
import { isMoving } from "../state/moving.js";
import type { DataSet, DenseLayer, NetState, Store } from "../state/types.js";
import type { Spec } from "../wire.js";
import { affordable, type ChosenRows, RESTING_WORK, RowCache, rowOf } from "./chosen_rows.js";
import { Gradients, type LossGradient } from "./gradients.js";
import { Kept } from "./kept.js";

export interface DataPass extends Pass {
  readonly layers: readonly DenseLayer[];
  /** (n, outputs), after the head. */
  readonly outputs: Float64Array;
}

/** What the model says of the rows that a number is worked out of. */
export interface Answers extends ChosenRows {
  /** (rows, outputs), after the head. */
  readonly outputs: Float64Array;
}

/** Of how many rows that is: of all where the page has time for them, which at rest it has more of. */
export function answered(state: NetState): number {
  const { spec, data } = state;
  const work = state.ahead || isMoving(state) ? undefined : RESTING_WORK;
  return Math.min(data.n, affordable(spec, work));
}

/** A pass over the rows that views look at. */
export interface ChosenPass extends DataPass, ChosenRows {}

/**
 * The passes over the data, forward and backward, until the state changes. The arrays are reused:
 * a view copies what it keeps.
 */
export class Derived {
  readonly #all = new KeptPass();
  readonly #some = new KeptPass();
  readonly #one = new KeptPass();
  readonly #rows = new RowCache();
  readonly #alone = new Kept<DataSet>();
  readonly #chosen = new Kept<ChosenPass>();
  readonly #said = new Kept<Float64Array>();
  readonly #work = new Workspace();
  readonly #gradients = new Gradients(this.#rows);

  /** Null where the model is not a stack: Python computes it. */
  pass({ spec, params, data }: NetState): DataPass | null {
    return spec.kind === "stack" ? this.#all.of(spec, params, data) : null;
  }

  /**
   * The same over as many rows as a frame has time for while training: all of them where it has,
   * and then it is `pass` itself. Null where the model is not a stack.
   */
  chosen(state: NetState): ChosenPass | null {
    const { spec, params, data } = state;
    if (spec.kind !== "stack") return null;
    const chosen = this.#rows.of(data, affordable(spec));
    const kept = chosen.data === data ? this.#all : this.#some;
    const pass = kept.of(spec, params, chosen.data);
    return this.#chosen.get([pass, chosen], () => ({ ...pass, ...chosen }));
  }

  /** What a stack says of `answered(state)` rows, evenly chosen; null of another model. */
  answers(state: NetState): Answers | null {
    const { spec, params, data } = state;
    const most = answered(state);
    if (spec.kind !== "stack" || most <= affordable(spec)) return this.chosen(state);
    const chosen = this.#rows.of(data, most);
    const { X, n } = chosen.data;
    // No layer's numbers are kept: of so many rows they would fill hundreds of megabytes.
    const said = this.#said.get([spec, params, chosen.data], () =>
      outputs(layersOf(spec, params), spec.head, X, n, this.#work),
    );
    return { ...chosen, outputs: said };
  }

  /** At most so many rows of the data, evenly chosen; the same ones until the data change. */
  rows({ data }: NetState, most: number): ChosenRows {
    return this.#rows.of(data, most);
  }

  /** One sample alone, whether it is among the chosen rows or not; null where there is no such. */
  sample({ spec, params, data }: NetState, row: number): DataPass | null {
    if (spec.kind !== "stack" || !(row >= 0 && row < data.n)) return null;
    return this.#one.of(
      spec,
      params,
      this.#alone.get([data, row], () => rowOf(data, row)),
    );
  }

  /** The gradient of the mean loss, of one sample's where one is given; see Gradients.of. */
  gradient(state: NetState, sample: number | null, moving: boolean): LossGradient | null {
    return this.#gradients.of(state, sample, moving);
  }
}

/** One pass and what it is of. */
class KeptPass {
  readonly #workspace = new Workspace();
  #key: readonly [Spec, Float64Array, DataSet] | null = null;
  #pass: DataPass | null = null;

  of(spec: Spec, params: Float64Array, data: DataSet): DataPass {
    const same = this.#key?.[0] === spec && this.#key[1] === params && this.#key[2] === data;
    if (same && this.#pass) return this.#pass;
    const layers = layersOf(spec, params);
    const { x, z, a } = forward(layers, data.X, data.n, this.#workspace);
    const last = a[a.length - 1];
    const outputs = this.#workspace.floats("head", last.length);
    outputs.set(last);
    headApply(spec.head, outputs, spec.outputs);
    this.#key = [spec, params, data];
    this.#pass = { layers, x, z, a, outputs };
    return this.#pass;
  }
}

// On the store itself: a library's bundle has a module of its own, and the store is the network's.
const SHARED = Symbol.for("nnwidgets.derived");

/** The one that all views of a store share, whichever bundle draws them. */
export function derivedOf(store: Store): Derived {
  const held = store as Store & { [SHARED]?: Derived };
  held[SHARED] ??= new Derived();
  return held[SHARED];
}
