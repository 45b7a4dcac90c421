/** What is written for a step, and what those who write it are given. */

import { t } from "../../words.js";
import type { Entry, Step } from "./steps.js";
import type { Symbols } from "./symbols.js";
import { factor, matrix, number, type Term, vector } from "./tex.js";
import { resultOf, type Worked } from "./worked.js";

/** One entry of a result, worked: "z₁ = 0.3 · 0.5 + 0.1" and what that comes to. */
export interface Line {
  readonly entry: Entry;
  /** The entry's symbol. */
  readonly symbol: string;
  /** "=", or "←" where the symbol gets a new value. */
  readonly relation: string;
  /** With the numbers put in. */
  readonly put: string;
  readonly result: number;
  /** Flat index of the parameter that it is about, or null. */
  readonly weight: number | null;
}

export interface Written {
  readonly title: string;
  readonly why: string;
  /** All units at once, and unit by unit. */
  readonly general: readonly string[];
  /** All units at once with numbers, and the result; null where one line says it all. */
  readonly whole: { readonly put: string; readonly result: string } | null;
  readonly lines: readonly Line[];
  /** What has to be said besides. */
  readonly note: string;
}

export type Of = { worked: Worked; symbols: Symbols; step: Step; digits: number };
export type Draft = Omit<Written, "lines" | "note"> & { line(entry: Entry): string; note?: string };

/** The result as a whole. */
export function resultTex(worked: Worked, step: Step, digits: number): string {
  const values = resultOf(worked, step);
  if (step.columns > 1) return matrix(values, step.rows, step.columns, digits);
  return step.rows === 1 ? number(values[0], digits) : vector(values, digits);
}

export function layerName({ spec }: Worked, layer: number): string {
  if (spec.layers.length === 1) return t("the network's one layer");
  return layer === spec.layers.length - 1
    ? t("the output layer")
    : t("layer {layer}", { layer: layer + 1 });
}

/** One number times another, as a term of a sum. */
export function product(a: number, b: number, digits: number): Term {
  return { tex: `${number(a, digits)}\\cdot ${factor(b, digits)}`, value: a * b };
}
