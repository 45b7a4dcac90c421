/** What several views need of a state, computed once for all of them. */

import { forward, headApply, layersOf, type Pass } from "../math/forward.js";
import { Workspace } from "../math/workspace.js";
import type { DataSet, DenseLayer, NetState, Store } from "../state/types.js";
import type { Spec } from "../wire.js";

export interface DataPass extends Pass {
  readonly layers: readonly DenseLayer[];
  /** (n, outputs), after the head. */
  readonly outputs: Float64Array;
}

/**
 * The forward pass over the data, until the state changes. The arrays are reused: a view copies
 * what it keeps.
 */
export class Derived {
  readonly #workspace = new Workspace();
  #key: readonly [Spec, Float64Array, DataSet] | null = null;
  #pass: DataPass | null = null;

  /** Null where the model is not a stack: Python computes it. */
  pass({ spec, params, data }: NetState): DataPass | null {
    if (spec.kind !== "stack") return null;
    if (this.#key?.[0] === spec && this.#key[1] === params && this.#key[2] === data) {
      return this.#pass;
    }
    const layers = layersOf(spec, params);
    const { z, a } = forward(layers, data.X, data.n, this.#workspace);
    const last = a[a.length - 1];
    const outputs = this.#workspace.floats("head", last.length);
    outputs.set(last);
    headApply(spec.head, outputs, spec.outputs);
    this.#key = [spec, params, data];
    this.#pass = { layers, z, a, outputs };
    return this.#pass;
  }
}

const shared = new WeakMap<Store, Derived>();

/** The one that all views of a store share. */
export function derivedOf(store: Store): Derived {
  const known = shared.get(store);
  if (known) return known;
  const derived = new Derived();
  shared.set(store, derived);
  return derived;
}
