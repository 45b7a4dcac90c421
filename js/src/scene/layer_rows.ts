/** One layer's z and a over the rows that a view looks at, wherever they were computed. */

import type { DataSet, NetState } from "../state/types.js";
import type { ActivationSpec } from "../wire.js";
import { t } from "../words.js";
import type { ChosenRows } from "./chosen_rows.js";
import type { DataPass, Derived } from "./derived.js";

export interface LayerRows extends ChosenRows {
  readonly layer: number;
  readonly units: number;
  /** How many rows; their targets and features are in `data`. */
  readonly n: number;
  /** (n, units), row-major: before and after the activation. */
  readonly z: Float64Array;
  readonly a: Float64Array;
  /** Null where a is no function of z alone: softmax, or a module nobody knows. */
  readonly activation: ActivationSpec | null;
  /** What stands between z and a, to read. */
  readonly named: string;
}

/** More rows of a layer that Python computed than a view reads in every frame. */
const MOST_ROWS = 4096;

/** Of a stack; null for a model that Python computes. The last layer's a is after the head. */
export function stackRows(derived: Derived, state: NetState, layer: number): LayerRows | null {
  const pass = derived.chosen(state);
  if (!pass) return null;
  const { rows, data, of } = pass;
  return { rows, data, of, n: data.n, ...layerOf(state, pass, layer) };
}

/** The same of one sample alone. */
export function stackSample(
  derived: Derived,
  state: NetState,
  layer: number,
  row: number,
): { z: Float64Array; a: Float64Array } | null {
  const pass = derived.sample(state, row);
  return pass && layerOf(state, pass, layer);
}

function layerOf({ spec }: NetState, pass: DataPass, layer: number) {
  const last = layer === spec.layers.length - 1;
  const own = spec.layers[layer].activation ?? { name: "linear" as const };
  const { units } = spec.layers[layer];
  const z = pass.z[layer];
  if (!last || spec.head === "linear") {
    return { layer, units, z, a: pass.a[layer], activation: own, named: own.name };
  }
  const activation = spec.head === "sigmoid" ? { name: "sigmoid" as const } : null;
  const named = spec.head.replace("_", " ");
  return { layer, units, z, a: pass.outputs, activation, named };
}

/** Of a layer that Python computed; all its rows, or evenly chosen ones of very many. */
export function probedRows(
  derived: Derived,
  state: NetState,
  layer: number,
  pass: DataPass,
): LayerRows {
  const { units, activation } = state.spec.layers[layer];
  const chosen = derived.rows(state, MOST_ROWS);
  const take = (values: Float64Array) =>
    chosen.data === state.data ? values : picked(values, chosen.rows, units);
  const named = activation?.name ?? t("its own activation");
  const [z, a] = [take(pass.z[layer]), take(pass.a[layer])];
  return { ...chosen, n: chosen.data.n, layer, units, z, a, activation, named };
}

/** Some rows of (n, units). */
export function picked(values: Float64Array, rows: Int32Array, units: number): Float64Array {
  const out = new Float64Array(rows.length * units);
  for (let i = 0; i < rows.length; i++) {
    out.set(values.subarray(rows[i] * units, (rows[i] + 1) * units), i * units);
  }
  return out;
}

/** The class of each row, and how many classes there are; one group of a regression. */
export interface Groups {
  readonly of: Uint8Array;
  readonly count: number;
}

export function groupsOf({ spec }: NetState, { n, k, y }: DataSet): Groups {
  const of = new Uint8Array(n);
  if (spec.task === "regression" || k > 1) return { of, count: 1 };
  const binary = spec.task === "binary";
  const count = binary ? 2 : Math.min(spec.outputs, 255);
  for (let i = 0; i < n; i++) of[i] = binary ? (y[i] >= 0.5 ? 1 : 0) : Math.min(y[i], count - 1);
  return { of, count };
}
