/** What is written for a step: the general formula, the same with its numbers, and the result. */

import { key, t } from "../../words.js";
import { biasGradients, deltas, updates, weightGradients } from "./backward_formulas.js";
import {
  type Draft,
  type Line,
  layerName,
  type Of,
  product,
  resultTex,
  type Written,
} from "./draft.js";
import { activationAt, activationTex } from "./functions.js";
import * as output from "./output.js";
import { entriesOf, type Step } from "./steps.js";
import { Symbols } from "./symbols.js";
import { BREAK, matrix, number, plus, sum, vector } from "./tex.js";
import { inputOf, resultOf, startOf, valuesOf, type Worked } from "./worked.js";

export { type Line, resultTex, type Written };

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

const WRITERS: Record<Step["kind"], (of: Of) => Draft> = {
  ...{ z: sums, a: activations, y: predictions, loss },
  ...{ delta: deltas, dW: weightGradients, db: biasGradients, W: updates, b: updates },
};

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
    title: t("The weighted sums of {layer}", { layer: layerName(worked, layer) }),
    why: t("Each unit adds up what it is given, weighted, and its bias."),
    general: [
      `${symbols.all("z", layer)} = ${symbols.weights(layer)}\\,${symbols.input(layer)}${add(symbols.biases(layer))}`,
      `${one} = ${each}${add(symbols.one("b", layer, "j"))}`,
    ],
    whole: {
      put:
        matrix(W, units, inputs, digits) +
        BREAK +
        vector(x, digits) +
        (b ? `+ ${vector(b, digits)}` : ""),
      result: resultTex(worked, step, digits),
    },
    line([unit]) {
      const terms = Array.from(x, (value, i) => product(W[unit * inputs + i], value, digits));
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
    title: t("The activations of {layer}", { layer: layerName(worked, layer) }),
    why: t("Each unit bends its sum: the activation is {name}.", { name }),
    general: [`${symbols.one("a", layer, "j")} = ${general}`],
    whole: null,
    line: ([unit]) => activationAt(spec, z[unit], digits),
  };
}

function predictions({ worked, symbols, digits }: Of): Draft {
  const { spec } = worked;
  const inside = spec.head === "linear";
  return {
    title: spec.outputs === 1 ? t("The prediction") : t("The predictions"),
    why: inside
      ? t("The model returns the sums themselves; the loss makes probabilities of them.")
      : t("The last step of the model makes its answer of the sums."),
    general: [`${symbols.output("j")} = ${output.outputGeneral(worked, symbols)}`],
    whole: null,
    line: ([unit]) => output.outputAt(worked, unit, digits),
  };
}

const LOSS_NAMES = {
  mse: key("the squared error"),
  half_mse: key("half the squared error"),
  bce: key("the binary cross-entropy"),
  cross_entropy: key("the cross-entropy: c is the sample's class"),
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
    title: t("The loss"),
    why: t("How wrong the prediction is, by {loss}.", { loss: t(LOSS_NAMES[spec.loss]) }),
    general: alone ? [`L = ${own}`] : [`L_s = ${own}`, `L = \\frac{1}{n}\\sum_s L_s`],
    whole: alone
      ? null
      : {
          put: `\\text{${t("this sample:")} } L_{s} = ${put}`,
          result: number(pass.losses[at], digits),
        },
    line: () => (alone ? put : mean),
  };
}
