/** Names as the field writes them: w₁₂, b₁, a₁, h₁⁽²⁾. */

import type { Spec } from "../wire.js";
import { t } from "../words.js";

const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉";
const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

const write = (digits: string) => (number: number) =>
  [...String(number)].map((digit) => digits[Number(digit)] ?? digit).join("");

export const subscript = write(SUBSCRIPTS);
export const superscript = write(SUPERSCRIPTS);

/** Layers are told apart by a superscript where there are two hidden ones or more. */
function layerMark(spec: Spec, layer: number): string {
  return spec.layers.length > 2 ? `⁽${superscript(layer + 1)}⁾` : "";
}

export const isLast = (spec: Spec, layer: number): boolean => layer === spec.layers.length - 1;

/** A unit's name: h₂ in the first hidden layer of one, h₂⁽¹⁾ of several, a class at the end. */
export function unitName(spec: Spec, layer: number, unit: number): string {
  // The last layer that an opaque model shows need not be its output.
  if (!isLast(spec, layer) || spec.kind === "opaque") {
    return `h${subscript(unit + 1)}${layerMark(spec, layer)}`;
  }
  if (spec.outputs === 1) return t("output");
  return spec.task === "multiclass"
    ? className(spec, unit)
    : t("output {unit}", { unit: unit + 1 });
}

export function activationName(spec: Spec, layer: number, unit: number, letter = "a"): string {
  return `${letter}${subscript(unit + 1)}${layerMark(spec, layer)}`;
}

export function className(spec: Spec, index: number): string {
  return spec.classes?.[index] ?? t("class {index}", { index });
}

const signs = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** The beginning of a name, at most so many signs: none is cut, whatever it is put together of. */
export function beginning(name: string, most: number): string {
  let text = "";
  let count = 0;
  for (const { segment } of signs.segment(name.slice(0, 32 * most))) {
    if (count++ === most) break;
    text += segment;
  }
  return text;
}
