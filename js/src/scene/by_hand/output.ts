/** Predictions, the loss, and how it changes with the last layer's values: in general and in numbers. */

import { derivative } from "../../math/activations.js";
import { t } from "../../words.js";
import { logistic, logisticAt } from "./functions.js";
import { isLinear, outputFunction } from "./steps.js";
import type { Symbols } from "./symbols.js";
import { factor, number, sum, type Term } from "./tex.js";
import { targetOf, valuesOf, type Worked } from "./worked.js";

/** What is written for the class that a sample is of. */
const CLASS = "c";

/** ŷⱼ of the last layer's values. */
export function outputGeneral(worked: Worked, symbols: Symbols): string {
  const last = worked.spec.layers.length - 1;
  const z = symbols.activation(last, "j");
  const head = outputFunction(worked.spec);
  if (head === "sigmoid") return `\\sigma(${z}) = ${logistic(z)}`;
  const total = `\\sum_k e^{${symbols.activation(last, "k")}}`;
  return head === "softmax" ? `\\frac{e^{${z}}}{${total}}` : `${z} - \\ln ${total}`;
}

export function outputAt(worked: Worked, unit: number, digits: number): string {
  const values = valuesOf(worked, "a", worked.spec.layers.length - 1);
  const head = outputFunction(worked.spec);
  if (head === "sigmoid") return logisticAt(values[unit], digits);
  const terms: Term[] = Array.from(values, (value) => ({
    tex: `e^{${number(value, digits)}}`,
    value: Math.exp(value),
  }));
  const total = sum(terms, digits);
  const own = number(values[unit], digits);
  return head === "softmax" ? `\\frac{e^{${own}}}{${total}}` : `${own} - \\ln(${total})`;
}

/** The loss of one sample. */
export function lossGeneral({ spec }: Worked, symbols: Symbols): string {
  const y = symbols.target("k");
  const p = symbols.output("k");
  if (spec.loss === "cross_entropy") return `-\\ln ${symbols.output(CLASS)}`;
  const term =
    spec.loss === "bce"
      ? `-\\left[${y} \\ln ${p} + (1 - ${y}) \\ln(1 - ${p})\\right]`
      : `(${p} - ${y})^2`;
  const half = spec.loss === "half_mse" ? "\\tfrac{1}{2}" : "";
  if (spec.outputs === 1) return `${half}${term}`;
  return `${half}\\frac{1}{${spec.outputs}} \\sum_k ${term.startsWith("-") ? `\\left(${term}\\right)` : term}`;
}

/** The same with the numbers of the sample shown. */
export function lossAt(worked: Worked, digits: number): string {
  const { spec, predicted } = worked;
  const target = targetOf(worked, worked.at);
  if (spec.loss === "cross_entropy") return `-\\ln ${factor(predicted[target[0]], digits)}`;
  const term = spec.loss === "bce" ? surprise : square;
  const terms = Array.from(predicted, (p, i) => term(p, target[i], digits));
  const half = spec.loss === "half_mse" ? "\\tfrac{1}{2}" : "";
  if (terms.length === 1) return `${half}${terms[0].tex}`;
  return `${half}\\frac{1}{${terms.length}}\\bigl(${sum(terms, digits)}\\bigr)`;
}

function square(p: number, y: number, digits: number): Term {
  return { tex: `(${difference(p, y, digits)})^2`, value: (p - y) ** 2 };
}

function surprise(p: number, y: number, digits: number): Term {
  const shown = number(p, digits);
  const value = -(y === 0 ? 0 : y * Math.log(p)) - (y === 1 ? 0 : (1 - y) * Math.log(1 - p));
  if (y === 1) return { tex: `-\\ln ${shown}`, value };
  if (y === 0) return { tex: `-\\ln(1 - ${shown})`, value };
  const rest = number(1 - y, digits);
  return {
    tex: `-(${number(y, digits)} \\ln ${shown} + ${rest} \\ln(1 - ${shown}))`,
    value,
  };
}

function difference(a: number, b: number, digits: number): string {
  return `${number(a, digits)} - ${factor(b, digits)}`;
}

/** How many outputs the loss is a mean over, and the factor of its square. */
function weightOf({ spec }: Worked): string {
  const k = spec.outputs;
  if (spec.loss === "mse") return k === 1 ? "2\\," : `\\tfrac{2}{${k}}`;
  return k === 1 || spec.loss === "cross_entropy" ? "" : `\\tfrac{1}{${k}}`;
}

/** Where the output function and the loss belong together, their derivatives make a difference. */
function pairs({ spec }: Worked): boolean {
  return spec.loss === "bce" || spec.loss === "cross_entropy";
}

/** ∂L/∂ of the last layer's value j: what comes before its own activation's derivative. */
export function slopeGeneral(worked: Worked, symbols: Symbols): string {
  const [p, y] = [symbols.output("j"), symbols.target("j")];
  const head = outputFunction(worked.spec);
  const gap = `${weightOf(worked)}(${p} - ${y})`;
  if (pairs(worked)) return weightOf(worked) ? gap : `${p} - ${y}`;
  if (head === "sigmoid") return `${gap}\\,${p}\\,(1 - ${p})`;
  const g = (i: string) => `g_${i}`;
  const means = `\\text{ ${t("with")} } ${g("j")} = ${gap}`;
  if (head === "softmax") {
    return `${p}\\,\\bigl(${g("j")} - \\textstyle\\sum_k ${g("k")}\\,${symbols.output("k")}\\bigr)${means}`;
  }
  if (head === "log_softmax") {
    return `${g("j")} - e^{${p}} \\textstyle\\sum_k ${g("k")}${means}`;
  }
  return weightOf(worked) ? gap : `${p} - ${y}`;
}

/** What a class is as a number for each output: 1 for the sample's own, else 0. */
function wanted(worked: Worked, unit: number): number {
  const target = targetOf(worked, worked.at);
  if (worked.spec.loss !== "cross_entropy") return target[unit];
  return target[0] === unit ? 1 : 0;
}

/** The same with numbers; `alone` says that nothing is multiplied with it. */
export function slopeAtOutput(
  worked: Worked,
  unit: number,
  digits: number,
  alone: boolean,
): string {
  const { predicted } = worked;
  const head = outputFunction(worked.spec);
  const p = predicted[unit];
  const gap = `${weightOf(worked)}(${difference(p, wanted(worked, unit), digits)})`;
  const bare = alone && weightOf(worked) === "" ? difference(p, wanted(worked, unit), digits) : gap;
  if (pairs(worked) || head === "linear") return bare;
  const shown = number(p, digits);
  if (head === "sigmoid") return `${gap}\\cdot ${shown}\\cdot (1 - ${shown})`;
  const g = gaps(worked);
  if (head === "softmax") {
    const mean = g.reduce((total, each, k) => total + each * predicted[k], 0);
    return `${shown}\\cdot(${number(g[unit], digits)} - ${factor(mean, digits)})`;
  }
  const total = g.reduce((all, each) => all + each, 0);
  return `${number(g[unit], digits)} - e^{${shown}}\\cdot ${factor(total, digits)}`;
}

/** ∂L/∂ŷ of a squared error. */
function gaps(worked: Worked): number[] {
  const scale = (worked.spec.loss === "mse" ? 2 : 1) / worked.spec.outputs;
  return Array.from(worked.predicted, (p, i) => scale * (p - wanted(worked, i)));
}

/** What the formula above comes to in exact arithmetic, for comparison with the pass. */
export function exactSlope(worked: Worked, unit: number): number {
  const { spec, predicted } = worked;
  const last = spec.layers.length - 1;
  const head = outputFunction(spec);
  const p = predicted[unit];
  let slope = p - wanted(worked, unit);
  if (pairs(worked)) {
    if (spec.loss === "bce") slope /= spec.outputs;
  } else {
    const g = gaps(worked);
    const mean = g.reduce((total, each, k) => total + each * predicted[k], 0);
    const total = g.reduce((all, each) => all + each, 0);
    slope = g[unit];
    if (head === "sigmoid") slope *= p * (1 - p);
    if (head === "softmax") slope = p * (g[unit] - mean);
    if (head === "log_softmax") slope = g[unit] - Math.exp(p) * total;
  }
  if (isLinear(spec.layers[last])) return slope;
  const own = spec.layers[last].activation ?? { name: "linear" as const };
  return slope * derivative(own, valuesOf(worked, "z", last)[unit]);
}
