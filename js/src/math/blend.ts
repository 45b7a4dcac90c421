/** A network whose hidden activations are made linear by degrees: (1 − α)·f(z) + α·z. */

import type { DenseLayer } from "../state/types.js";
import type { ActivationName, ActivationSpec, Spec } from "../wire.js";

/** α of every hidden layer, from 0 (as the network is) to 1 (linear): one number, or one a layer. */
export type Alpha = number | readonly number[];

/** How many layers there are before the last one, whose activation belongs to the output. */
export const hiddenLayers = (spec: Spec): number => Math.max(0, spec.layers.length - 1);

/** α of one hidden layer; a layer that was added since the numbers were given is as it is. */
export function alphaAt(alpha: Alpha, layer: number): number {
  const given = typeof alpha === "number" ? alpha : (alpha[layer] ?? 0);
  return Math.min(1, Math.max(0, given));
}

/** The same network with its hidden activations blended; itself where every α is 0. */
export function blended(spec: Spec, alpha: Alpha): Spec {
  const hidden = hiddenLayers(spec);
  const layers = spec.layers.map((layer, l) => {
    const share = l < hidden ? alphaAt(alpha, l) : 0;
    if (share === 0 || layer.activation === null) return layer;
    return { ...layer, activation: { ...layer.activation, blend: share } };
  });
  return layers.every((layer, l) => layer === spec.layers[l]) ? spec : { ...spec, layers };
}

const PIECES: readonly ActivationName[] = ["linear", "relu", "leaky_relu"];

/** Whether an activation is straight on both sides of 0: the network is then affine in pieces. */
export function inPieces({ name, blend }: ActivationSpec): boolean {
  return blend === 1 || PIECES.includes(name);
}

/** Whether an activation is one straight line. */
export function straight({ name, slope, blend }: ActivationSpec): boolean {
  return blend === 1 || name === "linear" || (name === "leaky_relu" && slope === 1);
}

/** The layers whose activations lie inside the network: all but the last. */
export const inner = (layers: readonly DenseLayer[]): readonly DenseLayer[] => layers.slice(0, -1);
