/** The backward pass of a stack of Linear and activations, in float64: all that torch's autograd says. */

import type { DenseLayer } from "../state/types.js";
import type { Spec } from "../wire.js";
import { throughActivation } from "./derivatives.js";
import { forward, headApply, layersOf, type Pass } from "./forward.js";
import { computable } from "./landscape.js";
import { losses } from "./loss.js";
import { lossGradient, throughHead } from "./loss_gradient.js";
import { addRows } from "./matmul.js";
import { Workspace } from "./workspace.js";

export interface Backward extends Pass {
  /** What the model returns, after its head, (n, k). */
  readonly outputs: Float64Array;
  /** The mean over the n rows, as spec.loss says. */
  readonly loss: number;
  /** Of each row, (n). */
  readonly losses: Float64Array;
  /** dL/dz and dL/da of that mean, (n, units); the same array where the activation is linear. */
  readonly dz: Float64Array[];
  readonly da: Float64Array[];
  /** dL/d(parameter) of that mean, flat as the parameters are. */
  readonly gradient: Float64Array;
}

/**
 * Every layer's z and a for the n rows of X, and how the mean loss of these rows changes with them
 * and with each parameter.
 *
 * One row (n = 1) gives that sample's own gradients; the gradients of a batch are the mean of its
 * rows'. At a kink the derivative is the one that torch's autograd takes (0 for relu).
 * By the chain rule from the last layer to the first (Rumelhart, Hinton & Williams 1986).
 *
 * @param params flat, as spec.layers have their offsets into it
 * @param X (n, inputs), row-major; more rows than n are left alone
 * @param y (n, k) numbers, or (n) class indices where the loss is cross_entropy
 * @param workspace where the results live until its next pass; without one they are the caller's
 * @returns null where only Python can compute it: an opaque network, or a callable as a loss
 */
export function backward(
  spec: Spec,
  params: Float64Array,
  X: Float64Array,
  y: Float64Array,
  n: number,
  workspace = new Workspace(),
): Backward | null {
  if (!computable(spec)) return null;
  requireTargets(spec, y, n);
  const layers = layersOf(spec, params);
  const { x, z, a } = forward(layers, X, n, workspace);
  const last = layers.length - 1;
  const outputs = workspace.floats("backward outputs", a[last].length);
  outputs.set(a[last]);
  headApply(spec.head, outputs, spec.outputs);
  const costs = workspace.floats("backward losses", n);
  losses(spec, outputs, y, costs);
  const loss = costs.reduce((sum, cost) => sum + cost, 0) / n;

  const dz: Float64Array[] = [];
  const da: Float64Array[] = [];
  const gradient = workspace.floats("backward gradient", params.length).fill(0);
  for (let l = last; l >= 0; l--) {
    const size = n * layers[l].units;
    da[l] = workspace.floats(`da ${l}`, size);
    if (l === last) {
      lossGradient(spec, outputs, y, n, da[l]);
      throughHead(spec, outputs, da[l]);
    } else toInputs(layers[l + 1], dz[l + 1], n, da[l]);
    const linear = layers[l].activation.name === "linear";
    dz[l] = linear ? da[l] : workspace.floats(`dz ${l}`, size);
    throughActivation(layers[l].activation, z[l], a[l], da[l], dz[l]);
    toParameters(spec.layers[l], dz[l], l === 0 ? x : a[l - 1], n, gradient);
  }
  return { x, z, a, outputs, loss, losses: costs, dz, da, gradient };
}

/** dL/da of the layer before: each unit's dL/dz by its weights. */
function toInputs(layer: DenseLayer, dz: Float64Array, n: number, out: Float64Array): void {
  const { inputs, units, weight } = layer;
  out.fill(0);
  addRows(dz, units, 1, n, weight, units, inputs, out);
}

/** dL/dW and dL/db, added into the flat gradient. */
function toParameters(
  { weight, bias, inputs, units }: Spec["layers"][number],
  dz: Float64Array,
  x: Float64Array,
  n: number,
  gradient: Float64Array,
): void {
  if (weight !== null) addRows(dz, 1, units, units, x, n, inputs, gradient, weight);
  if (bias === null) return;
  for (let row = 0; row < n; row++) {
    for (let unit = 0; unit < units; unit++) gradient[bias + unit] += dz[row * units + unit];
  }
}

function requireTargets(spec: Spec, y: Float64Array, n: number): void {
  const wanted = spec.loss === "cross_entropy" ? n : n * spec.outputs;
  if (y.length < wanted) {
    throw new RangeError(`y: expected ${wanted} numbers for ${n} rows, got ${y.length}`);
  }
}
