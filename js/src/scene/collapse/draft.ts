/** What the passages about a collapsed network are written of, and what its quantities are called. */

import type { Affine } from "../../math/affine.js";
import type { Spec } from "../../wire.js";
import type { Symbols } from "../by_hand/symbols.js";
import { index } from "../by_hand/tex.js";

/** A step of the argument. */
export interface Passage {
  readonly id: string;
  readonly title: string;
  readonly why: string;
  /** With letters, and with numbers. */
  readonly general: readonly string[];
  readonly numbers: readonly string[];
  /** What is left out. */
  readonly note: string;
  /** Closed at first: one of many like it. */
  readonly folded?: boolean;
}

/** What all passages are written of. */
export interface Of {
  readonly spec: Spec;
  readonly symbols: Symbols;
  readonly params: Float64Array;
  /** One for each layer; the last is the whole. */
  readonly maps: readonly Affine[];
  readonly digits: number;
}

/** What stands for all layers up to this one: V⁽²⁾ and c⁽²⁾, or W⁽¹⁾ and b⁽¹⁾ of the first. */
export function soFar({ symbols, spec }: Of, layer: number): { V: string; c: string } {
  if (layer === 0) return { V: symbols.weights(0), c: symbols.biases(0) };
  const mark = layer === spec.layers.length - 1 ? "" : `^{(${layer + 1})}`;
  const single = spec.layers[layer].units === 1;
  return { V: `\\mathbf{V}${mark}`, c: `${single ? "c" : "\\mathbf{c}"}${mark}` };
}

/** v₁, v where there is one input, v₁₂ where there are several outputs. */
export function entryName({ spec }: Of, input: number, output = 0): string {
  const own = [...(spec.outputs > 1 ? [output] : []), ...(spec.inputs > 1 ? [input] : [])];
  return own.length === 0 ? "v" : `v_{${index(...own)}}`;
}

export function shiftName({ spec }: Of, output = 0): string {
  return spec.outputs > 1 ? `c_{${index(output)}}` : "c";
}
