/** States and frames for the tests of scenes and views. */

import { Derived } from "../scene/derived.js";
import type { FeatureFrame, FeatureOptions } from "../scene/feature.js";
import type { DataSet, NetState } from "../state/types.js";
import type { ActivationName, Spec } from "../wire.js";
import { specOf, stateOf } from "./fake-store.js";

/** Rows of X and of y as a data set. */
export function dataOf(X: readonly number[][], y: readonly number[][]): DataSet {
  const [n, d, k] = [X.length, X[0].length, y[0].length];
  return { n, d, k, X: Float64Array.from(X.flat()), y: Float64Array.from(y.flat()) };
}

export interface Network {
  readonly sizes: readonly number[];
  readonly activation?: ActivationName;
  /** Flat parameters; else 0.1, 0.2, 0.3, … */
  readonly params?: ArrayLike<number>;
  readonly spec?: Partial<Spec>;
  readonly data?: DataSet;
}

export function networkOf({ sizes, activation, params, spec, data }: Network): NetState {
  const base = stateOf(sizes);
  const X = Array.from({ length: 4 }, (_, row) => sizes.slice(0, 1).flatMap((d) => corner(row, d)));
  return {
    ...base,
    spec: { ...specOf(sizes, activation), ...spec },
    ...(params ? { params: Float64Array.from(params) } : {}),
    data: data ?? dataOf(X, [[0], [1], [1], [0]]),
  };
}

/** The corners of the unit square, or of a cube of as many sides. */
function corner(row: number, d: number): number[] {
  return Array.from({ length: d }, (_, m) => (row >> m) & 1);
}

export function frameOf(state: NetState, options: Partial<FeatureOptions> = {}): FeatureFrame {
  const pass = new Derived().pass(state);
  if (!pass) throw new Error("only a stack has a pass of its own");
  const chosen: FeatureOptions = {
    ...{ layer: 0, units: [0, 1], features: [0, 1], morph: 2 },
    ...{ grid: false, lines: true, field: "none" },
    ...options,
  };
  const all = { data: state.data, rows: null, beside: null };
  return { state, pass, ...all, options: chosen, held: null };
}
