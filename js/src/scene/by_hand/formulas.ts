/** What is written for a step: the general formula, the same with its numbers, and the result. */

import { activationAt, activationTex, slopeAt, slopeTex } from "./functions.js";
import * as output from "./output.js";
import { type Entry, entriesOf, isLinear, type Step } from "./steps.js";
import { Symbols } from "./symbols.js";
import { factor, matrix, number, plus, rowVector, sum, type Term, vector } from "./tex.js";
import { deltaOf, inputOf, resultOf, startOf, valuesOf, type Worked } from "./worked.js";

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

type Of = { worked: Worked; symbols: Symbols; step: Step; digits: number };
type Draft = Omit<Written, "lines" | "note"> & { line(entry: Entry): string; note?: string };

/** @param unit whose line is worked where there are too many for all */
export function formulas(worked: Worked, step: Step, unit: number, digits: number): Written {
  const symbols = new Symbols(worked.spec);
  const of = { worked, symbols, step, digits };
  const { line, note = "", ...draft } = WRITERS[step.kind](of);
  const result = resultOf(worked, step);
  const relation = step.phase === "update" ? "\\leftarrow" : "=";
  const parameters = ["dW", "db", "W", "b"].includes(step.kind);
  const lines = entriesOf(step, unit).map((entry): Line => {
    const at = entry[0] * step.columns + entry[1];
    return {
      ...{ entry, symbol: symbols.entry(step, entry[0], entry[1]), put: line(entry) },
      ...{ relation, result: result[at], weight: parameters ? startOf(worked, step) + at : null },
    };
  });
  return { ...draft, whole: lines.length === 1 && small(step) ? null : draft.whole, lines, note };
}

function small({ rows, columns }: Step): boolean {
  return rows * columns === 1;
}

/** The result as a whole. */
export function resultTex(worked: Worked, step: Step, digits: number): string {
  const values = resultOf(worked, step);
  if (step.columns > 1) return matrix(values, step.rows, step.columns, digits);
  return step.rows === 1 ? number(values[0], digits) : vector(values, digits);
}

const WRITERS: Record<Step["kind"], (of: Of) => Draft> = {
  ...{ z: sums, a: activations, y: predictions, loss },
  ...{ delta: deltas, dW: weightGradients, db: biasGradients, W: updates, b: updates },
};

function layerName({ spec }: Worked, layer: number): string {
  if (spec.layers.length === 1) return "the network's one layer";
  return layer === spec.layers.length - 1 ? "the output layer" : `layer ${layer + 1}`;
}

function sums({ worked, symbols, step, digits }: Of): Draft {
  const { spec, params } = worked;
  const { layer } = step;
  const { weight, bias, inputs, units } = spec.layers[layer];
  const W = params.subarray(weight ?? 0, (weight ?? 0) + units * inputs);
  const b = bias === null ? null : params.subarray(bias, bias + units);
  const x = inputOf(worked, layer);
  const one = symbols.one("z", layer, "j");
  const each = `\\sum_i ${symbols.weight(layer, "j", "i")}\\,${symbols.inputOf(layer, "i")}`;
  const add = (symbol: string) => (b === null ? "" : ` + ${symbol}`);
  return {
    title: `The weighted sums of ${layerName(worked, layer)}`,
    why: "Each unit adds up what it is given, weighted, and its bias.",
    general: [
      `${symbols.all("z", layer)} = ${symbols.weights(layer)}\\,${symbols.input(layer)}${add(symbols.biases(layer))}`,
      `${one} = ${each}${add(symbols.one("b", layer, "j"))}`,
    ],
    whole: {
      put:
        matrix(W, units, inputs, digits) + vector(x, digits) + (b ? `+ ${vector(b, digits)}` : ""),
      result: resultTex(worked, step, digits),
    },
    line([unit]) {
      const terms = Array.from(x, (value, i): Term => {
        const w = W[unit * inputs + i];
        return { tex: `${number(w, digits)}\\cdot ${factor(value, digits)}`, value: w * value };
      });
      const total = sum(terms, digits);
      return b === null ? total : plus(total, b[unit], digits);
    },
  };
}

function activations({ worked, symbols, step, digits }: Of): Draft {
  const { layer } = step;
  const spec = worked.spec.layers[layer].activation;
  const z = valuesOf(worked, "z", layer);
  const name = spec?.name.replace("_", " ") ?? "linear";
  const general = activationTex(spec, symbols.one("z", layer, "j"));
  return {
    title: `The activations of ${layerName(worked, layer)}`,
    why: `Each unit bends its sum: the activation is ${name}.`,
    general: [`${symbols.one("a", layer, "j")} = ${general}`],
    whole: null,
    line: ([unit]) => activationAt(spec, z[unit], digits),
  };
}

function predictions({ worked, symbols, digits }: Of): Draft {
  const { spec } = worked;
  const inside = spec.head === "linear";
  return {
    title: spec.outputs === 1 ? "The prediction" : "The predictions",
    why: inside
      ? "The model returns the sums themselves; the loss makes probabilities of them."
      : "The last step of the model makes its answer of the sums.",
    general: [`${symbols.output("j")} = ${output.outputGeneral(worked, symbols)}`],
    whole: null,
    line: ([unit]) => output.outputAt(worked, unit, digits),
  };
}

const LOSS_NAMES = {
  mse: "the squared error",
  half_mse: "half the squared error",
  bce: "the binary cross-entropy",
  cross_entropy: "the cross-entropy: c is the sample's class",
  custom: "",
} as const;

function loss({ worked, symbols, digits }: Of): Draft {
  const { spec, n, pass, at } = worked;
  const own = output.lossGeneral(worked, symbols);
  const put = output.lossAt(worked, digits);
  const mean = `\\frac{1}{${n}}\\bigl(${sum(
    Array.from(pass.losses, (value) => ({ tex: number(value, digits), value })),
    digits,
  )}\\bigr)`;
  const alone = n === 1;
  return {
    title: "The loss",
    why: `How wrong the prediction is, by ${LOSS_NAMES[spec.loss]}.`,
    general: alone ? [`L = ${own}`] : [`L_s = ${own}`, `L = \\frac{1}{n}\\sum_s L_s`],
    whole: alone
      ? null
      : { put: `\\text{this sample: } L_{s} = ${put}`, result: number(pass.losses[at], digits) },
    line: () => (alone ? put : mean),
  };
}

function deltas(of: Of): Draft {
  const { worked, step } = of;
  return step.layer === worked.spec.layers.length - 1 ? outputDelta(of) : hiddenDelta(of);
}

function outputDelta({ worked, symbols, step, digits }: Of): Draft {
  const { spec } = worked;
  const { layer } = step;
  const own = spec.layers[layer].activation;
  const linear = isLinear(spec.layers[layer]);
  const [z, a] = [valuesOf(worked, "z", layer), valuesOf(worked, "a", layer)];
  const one = symbols.one("delta", layer, "j");
  const slope = output.slopeGeneral(worked, symbols);
  const general = linear
    ? slope
    : `(${slope})\\cdot ${slopeTex(own, symbols.one("z", layer, "j"), symbols.one("a", layer, "j"))}`;
  return {
    title: `How the loss changes with the ${spec.outputs === 1 ? "last sum" : "last sums"}`,
    why: "Backward from the loss: δ is the derivative of the loss by z. The chain rule gives it.",
    general: [
      `${one} = \\frac{\\partial L${worked.n > 1 ? "_s" : ""}}{\\partial ${symbols.one("z", layer, "j")}} = ${general}`,
    ],
    whole: null,
    line([unit]) {
      const put = output.slopeAtOutput(worked, unit, digits, linear);
      return linear ? put : `(${put})\\cdot ${slopeAt(own, z[unit], a[unit], digits)}`;
    },
    note: outputNote(worked, digits),
  };
}

/** Where probabilities round to 0 or 1, or a logarithm is bounded, torch's numbers are not the formula's. */
function outputNote(worked: Worked, digits: number): string {
  const last = worked.spec.layers.length - 1;
  const off = deltaOf(worked, last).findIndex((delta, unit) => {
    const exact = output.exactSlope(worked, unit);
    return Math.abs(delta - exact) > 1e-6 * Math.max(1e-3, Math.abs(exact));
  });
  if (off < 0) return "";
  const exact = output.exactSlope(worked, off).toPrecision(digits);
  return `In exact arithmetic this would be ${exact}: the probability is so near 0 or 1 that torch rounds or bounds it.`;
}

function hiddenDelta({ worked, symbols, step, digits }: Of): Draft {
  const { spec, params } = worked;
  const { layer } = step;
  const next = spec.layers[layer + 1];
  const delta = deltaOf(worked, layer + 1);
  const [z, a] = [valuesOf(worked, "z", layer), valuesOf(worked, "a", layer)];
  const own = spec.layers[layer].activation;
  const linear = isLinear(spec.layers[layer]);
  const term = `${symbols.weight(layer + 1, "k", "j")}\\,${symbols.one("delta", layer + 1, "k")}`;
  const back = next.units === 1 ? term : `\\sum_k ${term}`;
  const inner = next.units === 1 ? back : `\\bigl(\\textstyle ${back}\\bigr)`;
  const transposed = `${symbols.weights(layer + 1)}{}^{\\top}\\,${symbols.all("delta", layer + 1)}`;
  const [zj, aj] = [symbols.one("z", layer, "j"), symbols.one("a", layer, "j")];
  return {
    title: `How the loss changes with the sums of ${layerName(worked, layer)}`,
    why: linear
      ? "Each unit answers for what it gave to the units behind it."
      : "Each unit answers for what it gave to the units behind it, times the slope of its activation.",
    general: [
      `${symbols.all("delta", layer)} = ${transposed}${linear ? "" : ` \\odot f'(${symbols.all("z", layer)})`}`,
      `${symbols.one("delta", layer, "j")} = ${
        linear ? back : `${inner}\\,f'(${zj}), \\quad f'(${zj}) = ${slopeTex(own, zj, aj)}`
      }`,
    ],
    whole: null,
    line([unit]) {
      const terms = Array.from(delta, (value, k): Term => {
        const w = params[(next.weight ?? 0) + k * next.inputs + unit];
        return { tex: `${number(w, digits)}\\cdot ${factor(value, digits)}`, value: w * value };
      });
      const total = sum(terms, digits);
      if (linear) return total;
      const whole = terms.length === 1 ? total : `(${total})`;
      return `${whole}\\cdot ${slopeAt(own, z[unit], a[unit], digits)}`;
    },
  };
}

function weightGradients({ worked, symbols, step, digits }: Of): Draft {
  const { layer } = step;
  const { n } = worked;
  const [d, x] = [symbols.one("delta", layer, "j"), symbols.inputOf(layer, "i")];
  const [mean, of] = n > 1 ? ["\\frac{1}{n}\\sum_s ", "_s"] : ["", ""];
  const all = `${symbols.all("delta", layer)}\\,${symbols.input(layer)}{}^{\\top}`;
  return {
    title: `The gradient of the weights of ${layerName(worked, layer)}`,
    why: "A weight matters as much as what went through it, times what its unit answers for.",
    general: [
      `${symbols.gradient(symbols.weights(layer))} = ${mean}${n > 1 ? `\\bigl(${all}\\bigr)${of}` : all}`,
      `${symbols.gradient(symbols.weight(layer, "j", "i"))} = ${mean}${n > 1 ? `(${d}\\,${x})${of}` : `${d}\\,${x}`}`,
    ],
    whole:
      n > 1
        ? null
        : {
            put: vector(deltaOf(worked, layer), digits) + rowVector(inputOf(worked, layer), digits),
            result: resultTex(worked, step, digits),
          },
    line: ([unit, input]) =>
      mean === ""
        ? product(deltaOf(worked, layer)[unit], inputOf(worked, layer)[input], digits).tex
        : meanOver(worked, digits, (at) =>
            product(deltaOf(worked, layer, at)[unit], inputOf(worked, layer, at)[input], digits),
          ),
  };
}

function product(a: number, b: number, digits: number): Term {
  return { tex: `${number(a, digits)}\\cdot ${factor(b, digits)}`, value: a * b };
}

/** So many samples are written out; what the others add is one number. */
function meanOver({ n }: Worked, digits: number, term: (at: number) => Term): string {
  const terms = Array.from({ length: n }, (_, at) => term(at));
  return `\\frac{1}{${n}}\\bigl(${sum(terms, digits)}\\bigr)`;
}

function biasGradients({ worked, symbols, step, digits }: Of): Draft {
  const { layer } = step;
  const d = symbols.one("delta", layer, "j");
  const own = symbols.gradient(symbols.one("b", layer, "j"));
  return {
    title: `The gradient of the biases of ${layerName(worked, layer)}`,
    why: "A bias is a weight of something that is always 1.",
    general: [worked.n > 1 ? `${own} = \\frac{1}{n}\\sum_s (${d})_s` : `${own} = ${d}`],
    whole: null,
    line: ([unit]) =>
      worked.n === 1
        ? number(deltaOf(worked, layer)[unit], digits)
        : meanOver(worked, digits, (at) => {
            const value = deltaOf(worked, layer, at)[unit];
            return { tex: number(value, digits), value };
          }),
  };
}

function updates({ worked, symbols, step, digits }: Of): Draft {
  const { layer, kind, columns } = step;
  const { params, pass, choice, frozen } = worked;
  const start = startOf(worked, step);
  const [all, one] =
    kind === "W"
      ? [symbols.weights(layer), symbols.weight(layer, "j", "i")]
      : [symbols.biases(layer), symbols.one("b", layer, "j")];
  const held = Array.from({ length: step.rows * columns }, (_, i) => start + i).some((i) =>
    frozen.has(i),
  );
  return {
    title: `The update of the ${kind === "W" ? "weights" : "biases"} of ${layerName(worked, layer)}`,
    why: "A step down the slope: against the gradient, as far as the learning rate η says.",
    general: [
      `${all} \\leftarrow ${all} - \\eta\\,${symbols.gradient(all)}`,
      `${one} \\leftarrow ${one} - \\eta\\,${symbols.gradient(one)}`,
    ],
    whole: null,
    line([unit, input]) {
      const at = start + unit * columns + input;
      const now = number(params[at], digits);
      if (frozen.has(at)) return `${now}\\ \\text{(frozen)}`;
      return `${now} - ${number(choice.rate, digits)}\\cdot ${factor(pass.gradient[at], digits)}`;
    },
    note: held ? "What is frozen stays as it is." : "",
  };
}
