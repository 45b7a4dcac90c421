/**
 * Affine maps in a stack of dense layers: the one that the whole stack is without its activations,
 * and the one that it is around one input, which is its first-order Taylor expansion there.
 */

import type { DenseLayer } from "../state/types.js";
import { activation, derivative } from "./activations.js";
import type { Axes } from "./lines.js";

/** y = W x + b. */
export interface Affine {
  readonly inputs: number;
  readonly outputs: number;
  /** (outputs, inputs), row-major */
  readonly weight: Float64Array;
  /** (outputs) */
  readonly bias: Float64Array;
}

/** The layer's weighted sums after an affine map: W (V x + c) + b = (W V) x + (W c + b). */
export function after(layer: DenseLayer, { inputs, weight, bias }: Affine): Affine {
  const { units } = layer;
  const product = new Float64Array(units * inputs);
  const shift = new Float64Array(units);
  for (let unit = 0; unit < units; unit++) {
    shift[unit] = layer.bias === null ? 0 : layer.bias[unit];
    for (let m = 0; m < layer.inputs; m++) {
      const w = layer.weight[unit * layer.inputs + m];
      shift[unit] += w * bias[m];
      for (let i = 0; i < inputs; i++) product[unit * inputs + i] += w * weight[m * inputs + i];
    }
  }
  return { inputs, outputs: units, weight: product, bias: shift };
}

/**
 * What each layer's weighted sums are of the inputs where every activation before is the identity.
 *
 * @returns one map for each layer; the last one is what the whole stack collapses to
 */
export function collapse(layers: readonly DenseLayer[]): Affine[] {
  const maps: Affine[] = [];
  for (const [l, layer] of layers.entries()) {
    maps.push(l === 0 ? copy(layer) : after(layer, maps[l - 1]));
  }
  return maps;
}

function copy({ inputs, units, weight, bias }: DenseLayer): Affine {
  const shift = bias === null ? new Float64Array(units) : bias.slice();
  return { inputs, outputs: units, weight: weight.slice(), bias: shift };
}

export interface Tangent {
  /** The last layer's weighted sums as an affine map of the inputs: exact in a linear region. */
  readonly map: Affine;
  /** The hidden layers' weighted sums at x, and the slopes of their activations there. */
  readonly z: readonly Float64Array[];
  readonly slopes: readonly Float64Array[];
}

/**
 * The affine map that touches the stack at x: its Jacobian, and the bias that makes the two agree.
 *
 * Forward through the layers: with a = s z + (f(z₀) − s z₀) around z₀, where s = f′(z₀), each layer
 * stays affine. At a kink the slope is the one that torch's autograd takes.
 *
 * @param x one row of inputs
 */
export function tangent(layers: readonly DenseLayer[], x: ArrayLike<number>): Tangent {
  let map = copy(layers[0]);
  const zs: Float64Array[] = [];
  const slopes: Float64Array[] = [];
  for (const [l, layer] of layers.entries()) {
    if (l > 0) map = after(layer, map);
    if (l === layers.length - 1) break;
    const z = at(map, x);
    const slope = z.map((value) => derivative(layer.activation, value));
    for (let unit = 0; unit < map.outputs; unit++) {
      const s = slope[unit];
      const shift = activation(layer.activation, z[unit]) - s * z[unit];
      map.bias[unit] = s * map.bias[unit] + shift;
      for (let i = 0; i < map.inputs; i++) map.weight[unit * map.inputs + i] *= s;
    }
    zs.push(z);
    slopes.push(slope);
  }
  return { map, z: zs, slopes };
}

/** W x + b. */
export function at({ inputs, outputs, weight, bias }: Affine, x: ArrayLike<number>): Float64Array {
  const out = bias.slice();
  for (let unit = 0; unit < outputs; unit++) {
    for (let i = 0; i < inputs; i++) out[unit] += weight[unit * inputs + i] * x[i];
  }
  return out;
}

/** What the inputs are in the plane of two of them: the map of (x, y) to all. */
export function onPlane(inputs: number, axes: Axes, fixed: ArrayLike<number>): Affine {
  const weight = new Float64Array(2 * inputs);
  const bias = Float64Array.from({ length: inputs }, (_, m) => fixed[m]);
  axes.forEach((axis, side) => {
    weight[2 * axis + side] = 1;
    bias[axis] = 0;
  });
  return { inputs: 2, outputs: inputs, weight, bias };
}

/** An affine map as a layer, with the activation that the stack's last layer has. */
export function layerOf(map: Affine, like: DenseLayer): DenseLayer {
  const { inputs, outputs, weight, bias } = map;
  return { inputs, units: outputs, weight, bias, activation: like.activation };
}
