/** What the first layer of a stack is given in place of the bare inputs: squares, products, sines. */

import type { DenseLayer } from "../state/types.js";
import type { Spec } from "../wire.js";
import type { Workspace } from "./workspace.js";

/** Numbers in a row of X: as many as the layer has weights, unless it is given formulas of them. */
export function rowWidth({ lift, inputs }: DenseLayer): number {
  return lift?.inputs ?? inputs;
}

/**
 * What a layer is given for `rows` rows of X from row `first` on, (rows, layer.inputs).
 *
 * @returns null where these are the rows themselves
 */
export function lifted(
  { lift, inputs }: DenseLayer,
  X: Float64Array,
  first: number,
  rows: number,
  workspace: Workspace,
): Float64Array | null {
  if (!lift) return null;
  const out = workspace.floats("lift", rows * inputs);
  lift.terms.forEach(([kind, i, by = 1], term) => {
    for (let row = 0; row < rows; row++) {
      const at = (first + row) * lift.inputs;
      const x = X[at + i];
      out[row * inputs + term] =
        kind === "x" ? x : kind === "*" ? x * X[at + by] : Math[kind](by * x);
    }
  });
  return out;
}

/** How many numbers the first layer is given, and what they are called. */
export const givenCount = (spec: Spec): number => spec.lift?.names.length ?? spec.inputs;
export const givenName = (spec: Spec, input: number): string =>
  (spec.lift?.names ?? spec.features)[input];
