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
  switch (spec.loss) {
    case "mse":
      return mean(outputs, (output, i) => (output - data.y[i]) ** 2);
    case "half_mse":
      return mean(outputs, (output, i) => (output - data.y[i]) ** 2 / 2);
    case "bce":
      return spec.head === "sigmoid"
        ? mean(outputs, (p, i) => bceOfProbability(rounded(spec, p), data.y[i]))
        : mean(outputs, (logit, i) => bceOfLogit(logit, data.y[i]));
    case "cross_entropy":
      return crossEntropy(spec, outputs, data);
    default:
      return null;
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
function rounded(spec: Spec, p: number): number {
  return spec.dtype === "float32" ? Math.fround(p) : p;
}

function crossEntropy(spec: Spec, outputs: Float64Array, { n, y }: Targets): number {
  const k = spec.outputs;
  let sum = 0;
  for (let row = 0; row < n; row++) {
    const target = outputs[row * k + y[row]];
    if (spec.head === "log_softmax") sum -= target;
    else if (spec.head === "softmax") sum -= Math.log(Math.max(rounded(spec, target), tiny(spec)));
    else sum += logSumExp(outputs, row * k, k) - target;
  }
  return sum / n;
}

/** The least normal number of the model's dtype, at which a probability is bounded. */
function tiny(spec: Spec): number {
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
