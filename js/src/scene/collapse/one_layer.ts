/** What is left of a network made linear: one layer, and for one output one line. */

import type { Affine } from "../../math/affine.js";
import type { Spec } from "../../wire.js";
import { t } from "../../words.js";
import { activationTex } from "../by_hand/functions.js";
import type { Symbols } from "../by_hand/symbols.js";
import { matrix, number, plus, vector } from "../by_hand/tex.js";
import { subscript } from "../names.js";
import { entryName, type Of, type Passage, shiftName } from "./draft.js";

/** Inputs whose weight is written in the one line. */
const MOST_INPUTS = 5;

export function oneLayer(of: Of): Passage {
  const { spec, maps } = of;
  const layers = spec.layers.length;
  const map = maps[layers - 1];
  const whole = affineTex(spec, of.symbols, map, of.digits);
  const numbers = spec.outputs === 1 ? [whole, ...boundary(of)] : [whole];
  const many = layers > 1 ? t("{layers} layers are one", { layers }) : t("One layer");
  return {
    id: "one",
    title:
      spec.inputs === 1 && spec.outputs === 1
        ? t("{layers}: one straight line", { layers: many })
        : many,
    why:
      layers > 1
        ? t(
            "However the {size} parameters are chosen, a network without activations is these {n} numbers.",
            {
              size: spec.size.toLocaleString("en"),
              n: (map.weight.length + map.bias.length).toLocaleString("en"),
            },
          )
        : t("There is no hidden layer: nothing to bend."),
    general: [general(of), ...head(of)],
    numbers,
    note: named(spec),
  };
}

/** Which features the formulas' letters stand for, where they have names of their own. */
function named({ features, inputs, outputs }: Spec): string {
  const cut = inputs > MOST_INPUTS && outputs === 1 ? t("The first inputs and the last. ") : "";
  const own = features.flatMap((name, i) =>
    plainName(name)
      ? []
      : [t("{symbol} is {name}", { symbol: inputs === 1 ? "x" : `x${subscript(i + 1)}`, name })],
  );
  const shown = own.slice(0, MOST_INPUTS).join(", ");
  return `${cut}${shown}${own.length > MOST_INPUTS ? ", …" : ""}`.trim();
}

/** Whether a feature is called as the formulas call it. */
export const plainName = (name: string): boolean => /^x[\d₀-₉]*$/.test(name);

function general(of: Of): string {
  const { spec } = of;
  if (spec.outputs > 1) return "\\mathbf{z} = \\mathbf{V}\\,\\mathbf{x} + \\mathbf{c}";
  if (spec.inputs > 2) return "z = \\mathbf{V}\\,\\mathbf{x} + c";
  const terms = Array.from(
    { length: spec.inputs },
    (_, j) => `${entryName(of, j)}\\,${of.symbols.inputOf(0, j)}`,
  );
  return `z = ${terms.join(" + ")} + ${shiftName(of)}`;
}

/** What the model, or its loss, still makes of z: it bends no line, for it goes up everywhere. */
function head({ spec }: Of): string[] {
  const last = spec.layers[spec.layers.length - 1].activation;
  if (last && last.name !== "linear") return [`\\hat{y} = ${activationTex(last, "z")}`];
  const several = spec.outputs > 1;
  if (spec.loss === "cross_entropy" || spec.head.endsWith("softmax")) {
    return ["\\hat{\\mathbf{y}} = \\operatorname{softmax}(\\mathbf{z})"];
  }
  if (spec.head === "sigmoid" || spec.loss === "bce") {
    return [several ? "\\hat{\\mathbf{y}} = \\sigma(\\mathbf{z})" : "\\hat{y} = \\sigma(z)"];
  }
  return [several ? "\\hat{\\mathbf{y}} = \\mathbf{z}" : "\\hat{y} = z"];
}

/** z = 0.3 x₁ − 2 x₂ + 1, or with matrices where there are several outputs. */
export function affineTex(spec: Spec, symbols: Symbols, map: Affine, digits: number): string {
  const { weight, bias, inputs, outputs } = map;
  if (outputs > 1) {
    return `\\mathbf{z} = ${matrix(weight, outputs, inputs, digits)}\\,\\mathbf{x} + ${vector(bias, digits)}`;
  }
  const d = spec.inputs;
  const places = Array.from({ length: d }, (_, j) => j);
  const shown: (number | null)[] =
    d <= MOST_INPUTS ? places : [...places.slice(0, MOST_INPUTS - 1), null, d - 1];
  const terms = shown.map((j) =>
    j === null ? "\\cdots" : `${number(weight[j], digits)}\\,${symbols.inputOf(0, j)}`,
  );
  return `z = ${plus(join(terms), bias[0], digits)}`;
}

function join(terms: readonly string[]): string {
  return terms.reduce((text, term) =>
    term.startsWith("-") ? `${text} - ${term.slice(1)}` : `${text} + ${term}`,
  );
}

/** Where a network of two inputs decides otherwise: one straight line. */
function boundary({ spec, maps, digits }: Of): string[] {
  if (spec.task !== "binary" || spec.inputs > 2) return [];
  const { weight, bias } = maps[maps.length - 1];
  const [v1, v2 = 0] = weight;
  const slope = -v1 / v2;
  const start = -bias[0] / v2;
  if (spec.inputs === 2 && Number.isFinite(slope) && Number.isFinite(start)) {
    const right = plus(`${number(slope, digits)}\\,x_{1}`, start, digits);
    return [`z = 0 \\quad\\text{${t("on the line")}}\\quad x_{2} = ${right}`];
  }
  const place = -bias[0] / v1;
  if (!Number.isFinite(place)) return [];
  const name = spec.inputs === 1 ? "x" : "x_{1}";
  return [`z = 0 \\quad\\text{${t("at")}}\\quad ${name} = ${number(place, digits)}`];
}
