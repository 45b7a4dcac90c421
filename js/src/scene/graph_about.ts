/** Units, weights and biases in words and numbers: names, formulas, and what a sample makes of them. */

import { headApply, softmaxRow } from "../math/forward.js";
import { givenName } from "../math/lift.js";
import { significant } from "../render/format.js";
import type { NetState } from "../state/types.js";
import type { Spec } from "../wire.js";
import { t } from "../words.js";
import { placeOf } from "./graph_values.js";
import { activationName, className, isLast, subscript, superscript } from "./names.js";

export type Rows = readonly (readonly [string, string])[];

/** One sample on its way through the network. */
export interface SamplePass {
  readonly row: number;
  readonly x: ArrayLike<number>;
  /** z[l] and a[l], (units). */
  readonly z: readonly ArrayLike<number>[];
  readonly a: readonly ArrayLike<number>[];
  /** After the head. */
  readonly outputs: ArrayLike<number>;
}

/** Terms of a sum that are written out, the largest first. */
const MOST_TERMS = 6;

const layerMark = (spec: Spec, layer: number): string =>
  spec.layers.length > 1 ? `⁽${superscript(layer + 1)}⁾` : "";

export function weightName(spec: Spec, layer: number, unit: number, input: number): string {
  const { units, inputs } = spec.layers[layer];
  const comma = units > 9 || inputs > 9 ? "," : "";
  return `w${subscript(unit + 1)}${comma}${subscript(input + 1)}${layerMark(spec, layer)}`;
}

export function biasName(spec: Spec, layer: number, unit: number): string {
  return `b${subscript(unit + 1)}${layerMark(spec, layer)}`;
}

/** Feature names such as x1 as they are written: x₁. */
export const typeset = (name: string): string =>
  name.replace(/^([a-z])_?(\d{1,4})$/i, (_, letter, digits) => letter + subscript(Number(digits)));

/** What a unit hands on: x₁, a₂⁽¹⁾, or a class at the end. */
export function nodeName(spec: Spec, layer: number, unit: number): string {
  if (layer < 0) return typeset(givenName(spec, unit));
  if (!isLast(spec, layer)) return activationName(spec, layer, unit);
  if (spec.task === "multiclass") return className(spec, unit);
  return spec.outputs === 1 ? "ŷ" : `ŷ${subscript(unit + 1)}`;
}

const sumName = (spec: Spec, layer: number, unit: number) => activationName(spec, layer, unit, "z");

/** A number of a sample at a unit, as it is shown there; null where there is no sample. */
export function nodeValue(spec: Spec, pass: SamplePass | null, layer: number, unit: number) {
  if (!pass) return null;
  if (layer < 0) return pass.x[unit];
  return isLast(spec, layer) ? answers(spec, pass.outputs)[unit] : pass.a[layer][unit];
}

/** Probabilities where the task has classes, values where it is a regression. */
export function answers(spec: Spec, outputs: ArrayLike<number>): ArrayLike<number> {
  if (spec.task === "regression") return outputs;
  const out = Float64Array.from(outputs);
  if (spec.task === "binary") {
    if (spec.head !== "sigmoid") headApply("sigmoid", out, out.length);
  } else if (spec.head === "log_softmax") {
    for (let i = 0; i < out.length; i++) out[i] = Math.exp(out[i]);
  } else if (spec.head !== "softmax") softmaxRow(out, 0, out.length);
  return out;
}

/** The unit's sum with the numbers of the sample in it, its activation and what comes of it. */
export function aboutUnit(
  { spec, params, data }: NetState,
  pass: SamplePass | null,
  layer: number,
  unit: number,
): Rows {
  if (layer < 0) return inputRows(data.n, pass, unit);
  const { weight, bias, inputs } = spec.layers[layer];
  const sources = layer === 0 ? pass?.x : pass?.a[layer - 1];
  const w = (input: number) => params[(weight ?? 0) + unit * inputs + input];
  const part = (input: number) => w(input) * (sources ? sources[input] : 1);
  const order = Array.from({ length: inputs }, (_, input) => input)
    .sort((i, j) => Math.abs(part(j)) - Math.abs(part(i)) || i - j)
    .slice(0, inputs > MOST_TERMS ? MOST_TERMS : inputs)
    .sort((i, j) => i - j);
  const rest = inputs - order.length;
  const name = (input: number) => nodeName(spec, layer - 1, input);
  const term = (input: number): readonly [string, string] => [
    `${weightName(spec, layer, unit, input)} · ${name(input)}`,
    sources
      ? `${plain(w(input))} × ${bracketed(sources[input])} = ${plain(part(input))}`
      : `${plain(w(input))} · ${name(input)}`,
  ];
  const left = () => {
    let sum = 0;
    for (let i = 0; i < inputs; i++) if (!order.includes(i)) sum += part(i);
    return plain(sum);
  };
  return [
    ...order.map(term),
    ...(rest > 0 ? [[t("+ {rest} smaller terms", { rest }), sources ? left() : ""] as const] : []),
    ...(bias === null ? [] : [[biasName(spec, layer, unit), plain(params[bias + unit])] as const]),
    ...result(spec, pass, layer, unit),
  ];
}

function inputRows(n: number, pass: SamplePass | null, unit: number): Rows {
  if (!pass) return [[t("samples"), String(n)]];
  return [[t("of sample {row}", { row: pass.row }), significant(pass.x[unit])]];
}

function result(spec: Spec, pass: SamplePass | null, layer: number, unit: number): Rows {
  const z = sumName(spec, layer, unit);
  const formula = formulaOf(spec, layer, unit);
  if (!pass) return [[`${z}`, t("the sum of these")], ...(formula ? [[formula, ""] as const] : [])];
  const value = nodeValue(spec, pass, layer, unit) as number;
  const sum: readonly [string, string] = [t("{z} = sum", { z }), significant(pass.z[layer][unit])];
  return formula ? [sum, [formula, significant(value)]] : [sum];
}

/** "a₁ = tanh(z₁)", "ŷ = σ(z)"; null where nothing comes after the sum. */
function formulaOf(spec: Spec, layer: number, unit: number): string | null {
  const z = sumName(spec, layer, unit);
  const left = nodeName(spec, layer, unit);
  const applied = functionName(spec, layer);
  return applied === null ? null : `${left} = ${applied}(${z})`;
}

/** What makes an activation of a sum; null for the identity. */
export function functionName(spec: Spec, layer: number): string | null {
  const own = spec.layers[layer].activation?.name ?? "linear";
  if (!isLast(spec, layer)) return own === "linear" ? null : own;
  if (spec.task === "multiclass") return "softmax";
  if (spec.task === "binary") return own === "linear" || own === "sigmoid" ? "σ" : `σ ∘ ${own}`;
  if (spec.head === "sigmoid") return "σ";
  return own === "linear" ? null : own;
}

export interface WeightNumbers {
  /** dL/dw, where it is known. */
  readonly gradient: number | null;
  /** −η·g, where it is known. */
  readonly update: number | null;
}

/** A weight, what it is multiplied by and where the product goes. */
export function aboutWeight(
  { spec, params }: NetState,
  pass: SamplePass | null,
  layer: number,
  index: number,
  { gradient, update }: WeightNumbers,
): Rows {
  const { unit, input } = placeOf(spec, layer, index);
  const source = nodeName(spec, layer - 1, input);
  const sources = layer === 0 ? pass?.x : pass?.a[layer - 1];
  const w = params[index];
  const z = sumName(spec, layer, unit);
  const product = sources
    ? `${plain(w)} × ${bracketed(sources[input])} = ${plain(w * sources[input])} → ${z}`
    : `${plain(w)} · ${source} → ${z}`;
  const name = weightName(spec, layer, unit, input);
  return [
    [name, significant(w)],
    [`${name} · ${source}`, product],
    ...steps(name, gradient, update),
  ];
}

export function aboutBias(
  { spec, params }: NetState,
  layer: number,
  unit: number,
  { gradient, update }: WeightNumbers,
): Rows {
  const { bias } = spec.layers[layer];
  if (bias === null) return [];
  const name = biasName(spec, layer, unit);
  const value = params[bias + unit];
  const z = sumName(spec, layer, unit);
  return [
    [name, significant(value)],
    [t("adds"), `${plain(value)} → ${z}`],
    ...steps(name, gradient, update),
  ];
}

function steps(name: string, gradient: number | null, update: number | null): Rows {
  return [
    ...(gradient === null ? [] : [[`∂L/∂${name}`, significant(gradient)] as const]),
    ...(update === null ? [] : [["−η·g", significant(update)] as const]),
  ];
}

/** A number inside a formula. */
export const plain = (value: number): string => significant(value, 3);

const bracketed = (value: number): string => (value < 0 ? `(${plain(value)})` : plain(value));

/** How strongly a unit is coloured by a sample's number: −1 to 1. */
export function intensity(spec: Spec, layer: number, value: number, largest: number): number {
  if (layer >= 0 && isLast(spec, layer) && spec.task !== "regression") {
    return spec.task === "binary" ? 2 * value - 1 : value;
  }
  if (layer >= 0 && spec.layers[layer].activation?.name === "sigmoid") return 2 * value - 1;
  return value / (largest || 1);
}
