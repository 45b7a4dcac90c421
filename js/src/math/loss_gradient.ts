/** How a loss pulls at the outputs, and through the head at the last layer, as torch's autograd says. */

import type { Spec } from "../wire.js";
import { softmaxRow } from "./forward.js";
import { rounded, tiny } from "./loss.js";
import { logistic } from "./special.js";

/**
 * dL/d(outputs) of the mean loss, (n, k).
 *
 * @param outputs (n, k) as the model returns them, after its head
 * @param y targets as the spec's loss takes them: class indices (n) or numbers (n, k)
 */
export function lossGradient(
  spec: Spec,
  outputs: Float64Array,
  y: Float64Array,
  n: number,
  out: Float64Array,
): void {
  if (spec.loss === "cross_entropy") crossEntropy(spec, outputs, y, n, out);
  else if (spec.loss === "mse" || spec.loss === "half_mse") {
    const factor = (spec.loss === "mse" ? 2 : 1) / out.length;
    for (let i = 0; i < out.length; i++) out[i] = factor * (outputs[i] - y[i]);
  } else if (spec.head === "sigmoid") {
    for (let i = 0; i < out.length; i++) {
      const p = rounded(spec, outputs[i]);
      // torch's bound, for answers that are certain
      out[i] = (p - y[i]) / Math.max(p * (1 - p), 1e-12) / out.length;
    }
  } else {
    for (let i = 0; i < out.length; i++) out[i] = (logistic(outputs[i]) - y[i]) / out.length;
  }
}

function crossEntropy(
  spec: Spec,
  outputs: Float64Array,
  y: Float64Array,
  n: number,
  out: Float64Array,
): void {
  const k = spec.outputs;
  if (spec.head === "linear" || spec.head === "sigmoid") {
    // F.cross_entropy takes the outputs for logits.
    out.set(outputs);
    for (let row = 0; row < n; row++) {
      softmaxRow(out, row * k, k);
      out[row * k + y[row]] -= 1;
    }
    for (let i = 0; i < out.length; i++) out[i] /= n;
    return;
  }
  out.fill(0);
  for (let row = 0; row < n; row++) {
    const target = row * k + y[row];
    const p = rounded(spec, outputs[target]);
    if (spec.head === "log_softmax") out[target] = -1 / n;
    else if (p >= tiny(spec)) out[target] = -1 / (n * p); // a smaller one is bounded, and flat
  }
}

/** dL/d(outputs) becomes dL/d(what the head was given), in place. */
export function throughHead(spec: Spec, outputs: Float64Array, gradient: Float64Array): void {
  const k = spec.outputs;
  if (spec.head === "sigmoid") {
    for (let i = 0; i < gradient.length; i++) {
      const p = rounded(spec, outputs[i]);
      gradient[i] *= p * (1 - p);
    }
  } else if (spec.head !== "linear") {
    const row = spec.head === "softmax" ? throughSoftmax : throughLogSoftmax;
    for (let start = 0; start < gradient.length; start += k) row(outputs, gradient, start, k);
  }
}

function throughSoftmax(p: Float64Array, gradient: Float64Array, start: number, k: number): void {
  let mean = 0;
  for (let i = start; i < start + k; i++) mean += p[i] * gradient[i];
  for (let i = start; i < start + k; i++) gradient[i] = p[i] * (gradient[i] - mean);
}

function throughLogSoftmax(
  logs: Float64Array,
  gradient: Float64Array,
  start: number,
  k: number,
): void {
  let sum = 0;
  for (let i = start; i < start + k; i++) sum += gradient[i];
  for (let i = start; i < start + k; i++) gradient[i] -= Math.exp(logs[i]) * sum;
}
