/** The forward pass of a stack of Linear and activations, in float64, for many rows at once. */

import type { DenseLayer } from "../state/types.js";
import type { Head, Spec } from "../wire.js";
import { activate } from "./activations.js";
import { dense } from "./dense.js";
import { lifted, rowWidth } from "./lift.js";
import { logistic } from "./special.js";
import { Workspace } from "./workspace.js";

/** Rows that go through all layers together: their numbers then stay in the nearest cache. */
const BLOCK = 256;

export interface Pass {
  /** What the first layer is given, (n, inputs): the rows, or formulas of them. */
  readonly x: Float64Array;
  /** z[l]: before layer l's activation, (n, units) row-major. */
  readonly z: Float64Array[];
  /** a[l]: after it; the same array as z[l] where the activation is linear. */
  readonly a: Float64Array[];
}

/** The layers of a stack as views into the flat parameters, copying nothing. */
export function layersOf(spec: Spec, params: Float64Array): DenseLayer[] {
  const lift = spec.lift ? { inputs: spec.inputs, terms: spec.lift.terms } : undefined;
  return spec.layers.map(({ name, weight, bias, inputs, units, activation, reads }) => {
    if (weight === null) throw new Error(`layer ${name} is not a Linear: Python computes it`);
    return {
      inputs,
      units,
      weight: params.subarray(weight, weight + units * inputs),
      bias: bias === null ? null : params.subarray(bias, bias + units),
      activation: activation ?? { name: "linear" },
      lift: reads === -1 ? lift : undefined,
    };
  });
}

/**
 * Every layer's z and a for the n rows of X.
 *
 * @param X (n, inputs), row-major
 * @param workspace where the results live until its next pass; without one they are the caller's
 */
export function forward(
  layers: readonly DenseLayer[],
  X: Float64Array,
  n: number,
  workspace = new Workspace(),
): Pass {
  requireRows(layers, X, n);
  let x = lifted(layers[0], X, 0, n, workspace) ?? X;
  const pass: Pass = { x, z: [], a: [] };
  layers.forEach((layer, l) => {
    const z = workspace.floats(2 * l, n * layer.units);
    dense(layer, x, 0, z, 0, n);
    const linear = layer.activation.name === "linear";
    const a = linear ? z : workspace.floats(2 * l + 1, n * layer.units);
    if (!linear) activate(layer.activation, z, a);
    pass.z.push(z);
    pass.a.push(a);
    x = a;
  });
  return pass;
}

/**
 * What the model returns for the n rows of X: (n, k), after the head.
 *
 * @param workspace where the result lives until its next `outputs`; without one it is the caller's
 */
export function outputs(
  layers: readonly DenseLayer[],
  head: Head,
  X: Float64Array,
  n: number,
  workspace = new Workspace(),
): Float64Array {
  requireRows(layers, X, n);
  const k = layers[layers.length - 1].units;
  const out = workspace.floats("outputs", n * k);
  for (let row = 0; row < n; row += BLOCK) {
    block(layers, X, row, Math.min(BLOCK, n - row), out, workspace);
  }
  return headApply(head, out, k);
}

/** Rows `first` to `first + rows` through all layers, by two buffers that take turns. */
function block(
  layers: readonly DenseLayer[],
  X: Float64Array,
  first: number,
  rows: number,
  out: Float64Array,
  workspace: Workspace,
): void {
  const last = layers.length - 1;
  const width = Math.max(...layers.map((layer) => layer.units));
  const given = lifted(layers[0], X, first, rows, workspace);
  let x = given ?? X;
  let xStart = given ? 0 : first * layers[0].inputs;
  layers.forEach((layer, l) => {
    const y = l === last ? out : workspace.floats(l % 2 ? "odd" : "even", BLOCK * width);
    const yStart = l === last ? first * layer.units : 0;
    dense(layer, x, xStart, y, yStart, rows);
    activate(layer.activation, y, y, yStart, yStart + rows * layer.units);
    x = y;
    xStart = 0;
  });
}

function requireRows(layers: readonly DenseLayer[], X: Float64Array, n: number): void {
  const inputs = rowWidth(layers[0]);
  if (X.length < n * inputs) {
    throw new RangeError(`X: expected ${n} rows of ${inputs} numbers, got ${X.length} numbers`);
  }
}

/** The model's head on rows of k numbers, in place. */
export function headApply(head: Head, out: Float64Array, k: number): Float64Array {
  if (head === "sigmoid") for (let i = 0; i < out.length; i++) out[i] = logistic(out[i]);
  if (head === "softmax") for (let row = 0; row < out.length; row += k) softmaxRow(out, row, k);
  if (head === "log_softmax") {
    for (let row = 0; row < out.length; row += k) {
      const shift = logSumExp(out, row, k);
      for (let i = row; i < row + k; i++) out[i] -= shift;
    }
  }
  return out;
}

/** k numbers from `row` on become probabilities, in place. */
export function softmaxRow(values: Float64Array, row: number, k: number): void {
  let top = values[row];
  for (let i = row + 1; i < row + k; i++) top = Math.max(top, values[i]);
  let sum = 0;
  for (let i = row; i < row + k; i++) {
    values[i] = Math.exp(values[i] - top);
    sum += values[i];
  }
  for (let i = row; i < row + k; i++) values[i] /= sum;
}

/** log Σ exp of k numbers from `row` on, with no overflow. */
export function logSumExp(values: Float64Array, row: number, k: number): number {
  let top = values[row];
  for (let i = row + 1; i < row + k; i++) top = Math.max(top, values[i]);
  let sum = 0;
  for (let i = row; i < row + k; i++) sum += Math.exp(values[i] - top);
  return top + Math.log(sum);
}
