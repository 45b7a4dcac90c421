/** The loss and accuracy that nnwidgets/core/losses.py states, so that a drag shows them at once. */

import type { DataSet } from "../state/types.js";
import type { Spec } from "../wire.js";
import { logSumExp } from "./forward.js";

type Targets = Pick<DataSet, "n" | "k" | "y">;

/**
 * The mean loss over the data.
 *
 * @param outputs (n, outputs) as the model returns them, after its head
 * @returns null where only Python can compute it (a callable loss)
 */
export function loss(spec: Spec, outputs: Float64Array, data: Targets): number | null {
  if (spec.loss === "custom") return null;
  if (spec.loss === "cross_entropy") return crossEntropy(spec, outputs, data);
  return mean(outputs, term(spec, data.y));
}

/** What output i costs, where the loss is the mean over outputs. */
function term(spec: Spec, y: Float64Array): (output: number, i: number) => number {
  if (spec.loss === "mse") return (output, i) => (output - y[i]) ** 2;
  if (spec.loss === "half_mse") return (output, i) => (output - y[i]) ** 2 / 2;
  if (spec.head !== "sigmoid") return (logit, i) => bceOfLogit(logit, y[i]);
  return (p, i) => bceOfProbability(rounded(spec, p), y[i]);
}

/**
 * What each of the first `out.length` rows costs; the mean of these is the loss.
 *
 * @param outputs (n, outputs) as the model returns them, after its head
 * @param out (n)
 */
export function losses(
  spec: Spec,
  outputs: Float64Array,
  y: Float64Array,
  out: Float64Array,
): void {
  const k = spec.outputs;
  const cost = term(spec, y);
  for (let row = 0; row < out.length; row++) {
    if (spec.loss === "cross_entropy") out[row] = crossEntropyOf(spec, outputs, row, y[row]);
    else {
      out[row] = 0;
      for (let i = row * k; i < row * k + k; i++) out[row] += cost(outputs[i], i) / k;
    }
  }
}

function mean(outputs: Float64Array, term: (output: number, i: number) => number): number {
  let sum = 0;
  for (let i = 0; i < outputs.length; i++) sum += term(outputs[i], i);
  return sum / outputs.length;
}

/** −y log σ(z) − (1 − y) log(1 − σ(z)), arranged so that nothing overflows. */
function bceOfLogit(z: number, y: number): number {
  return Math.max(z, 0) - z * y + Math.log1p(Math.exp(-Math.abs(z)));
}

/** torch bounds each logarithm by −100, so that a certain and wrong answer costs 100. */
function bceOfProbability(p: number, y: number): number {
  return -y * Math.max(Math.log(p), -100) - (1 - y) * Math.max(Math.log1p(-p), -100);
}

/** A probability as the model's own dtype holds it: near 1 the loss feels the difference. */
export function rounded(spec: Spec, p: number): number {
  return spec.dtype === "float32" ? Math.fround(p) : p;
}

function crossEntropy(spec: Spec, outputs: Float64Array, { n, y }: Targets): number {
  let sum = 0;
  for (let row = 0; row < n; row++) sum += crossEntropyOf(spec, outputs, row, y[row]);
  return sum / n;
}

/** Of one row whose class is `label`. */
function crossEntropyOf(spec: Spec, outputs: Float64Array, row: number, label: number): number {
  const k = spec.outputs;
  const target = outputs[row * k + label];
  if (spec.head === "log_softmax") return -target;
  if (spec.head === "softmax") return -Math.log(Math.max(rounded(spec, target), tiny(spec)));
  return logSumExp(outputs, row * k, k) - target;
}

/** The least normal number of the model's dtype, at which a probability is bounded. */
export function tiny(spec: Spec): number {
  return spec.dtype === "float32" ? 2 ** -126 : 2 ** -1022;
}

/**
 * The share of the data that is classified rightly, from 0 to 1.
 *
 * @param outputs (n, outputs) as the model returns them, after its head
 * @returns null for a regression, and where only a callable loss knows at which output the classes
 *   part
 */
export function accuracy(spec: Spec, outputs: Float64Array, data: Targets): number | null {
  if (spec.task === "multiclass") return classAccuracy(spec.outputs, outputs, data);
  const known = spec.loss === "bce" || spec.head === "sigmoid";
  return spec.task === "binary" && known ? binaryAccuracy(spec, outputs, data.y) : null;
}

/** Where the model decides between two classes: at probability ½, which is logit 0. */
export function decisionLevel(spec: Spec): number {
  return spec.head === "sigmoid" ? 0.5 : 0;
}

function binaryAccuracy(spec: Spec, outputs: Float64Array, y: Float64Array): number {
  const level = decisionLevel(spec);
  return mean(outputs, (output, i) => (output > level === y[i] > 0.5 ? 1 : 0));
}

function classAccuracy(k: number, outputs: Float64Array, { n, y }: Targets): number {
  let right = 0;
  for (let row = 0; row < n; row++) {
    if (argmax(outputs, row * k, k) === y[row]) right += 1;
  }
  return right / n;
}

/** Which of k numbers from `start` on is the largest; the first of equals. */
function argmax(values: Float64Array, start: number, k: number): number {
  let best = 0;
  for (let i = 1; i < k; i++) if (values[start + i] > values[start + best]) best = i;
  return best;
}
