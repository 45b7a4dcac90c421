/** The formulas of the backward pass and of the update. */

import { t } from "../../words.js";
import { type Draft, layerName, type Of, product, resultTex } from "./draft.js";
import { slopeAt, slopeTex } from "./functions.js";
import * as output from "./output.js";
import { isLinear } from "./steps.js";
import { BREAK, factor, number, rowVector, sum, type Term, vector } from "./tex.js";
import { deltaOf, inputOf, startOf, valuesOf, type Worked } from "./worked.js";

export function deltas(of: Of): Draft {
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
    title:
      spec.outputs === 1
        ? t("How the loss changes with the last sum")
        : t("How the loss changes with the last sums"),
    why: t(
      "Backward from the loss: δ is the derivative of the loss by z. The chain rule gives it.",
    ),
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
  return t(
    "In exact arithmetic this would be {exact}: the probability is so near 0 or 1 that torch rounds or bounds it.",
    { exact },
  );
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
    title: t("How the loss changes with the sums of {layer}", {
      layer: layerName(worked, layer),
    }),
    why: linear
      ? t("Each unit answers for what it gave to the units behind it.")
      : t(
          "Each unit answers for what it gave to the units behind it, times the slope of its activation.",
        ),
    general: [
      `${symbols.all("delta", layer)} = ${transposed}${linear ? "" : ` \\odot f'(${symbols.all("z", layer)})`}`,
      `${symbols.one("delta", layer, "j")} = ${
        linear ? back : `${inner}\\,f'(${zj}), \\quad f'(${zj}) = ${slopeTex(own, zj, aj)}`
      }`,
    ],
    whole: null,
    line([unit]) {
      const weight = (k: number) => params[(next.weight ?? 0) + k * next.inputs + unit];
      const terms = Array.from(delta, (value, k) => product(weight(k), value, digits));
      const total = sum(terms, digits);
      if (linear) return total;
      const whole = terms.length === 1 ? total : `(${total})`;
      return `${whole}\\cdot ${slopeAt(own, z[unit], a[unit], digits)}`;
    },
  };
}

export function weightGradients({ worked, symbols, step, digits }: Of): Draft {
  const { layer } = step;
  const { n } = worked;
  const [d, x] = [symbols.one("delta", layer, "j"), symbols.inputOf(layer, "i")];
  const [mean, of] = n > 1 ? ["\\frac{1}{n}\\sum_s ", "_s"] : ["", ""];
  const all = `${symbols.all("delta", layer)}\\,${symbols.input(layer)}{}^{\\top}`;
  return {
    title: t("The gradient of the weights of {layer}", { layer: layerName(worked, layer) }),
    why: t("A weight matters as much as what went through it, times what its unit answers for."),
    general: [
      `${symbols.gradient(symbols.weights(layer))} = ${mean}${n > 1 ? `\\bigl(${all}\\bigr)${of}` : all}`,
      `${symbols.gradient(symbols.weight(layer, "j", "i"))} = ${mean}${n > 1 ? `(${d}\\,${x})${of}` : `${d}\\,${x}`}`,
    ],
    whole:
      n > 1
        ? null
        : {
            put:
              vector(deltaOf(worked, layer), digits) +
              BREAK +
              rowVector(inputOf(worked, layer), digits),
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

/** So many samples are written out; what the others add is one number. */
function meanOver({ n }: Worked, digits: number, term: (at: number) => Term): string {
  const terms = Array.from({ length: n }, (_, at) => term(at));
  return `\\frac{1}{${n}}\\bigl(${sum(terms, digits)}\\bigr)`;
}

export function biasGradients({ worked, symbols, step, digits }: Of): Draft {
  const { layer } = step;
  const d = symbols.one("delta", layer, "j");
  const own = symbols.gradient(symbols.one("b", layer, "j"));
  return {
    title: t("The gradient of the biases of {layer}", { layer: layerName(worked, layer) }),
    why: t("A bias is a weight of something that is always 1."),
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

export function updates({ worked, symbols, step, digits }: Of): Draft {
  const { layer, kind, columns } = step;
  const { params, pass, choice, frozen } = worked;
  const start = startOf(worked, step);
  const [all, one] =
    kind === "W"
      ? [symbols.weights(layer), symbols.weight(layer, "j", "i")]
      : [symbols.biases(layer), symbols.one("b", layer, "j")];
  const held = [...frozen].some((i) => i >= start && i < start + step.rows * columns);
  return {
    title:
      kind === "W"
        ? t("The update of the weights of {layer}", { layer: layerName(worked, layer) })
        : t("The update of the biases of {layer}", { layer: layerName(worked, layer) }),
    why: t("A step down the slope: against the gradient, as far as the learning rate η says."),
    general: [
      `${all} \\leftarrow ${all} - \\eta\\,${symbols.gradient(all)}`,
      `${one} \\leftarrow ${one} - \\eta\\,${symbols.gradient(one)}`,
    ],
    whole: null,
    line([unit, input]) {
      const at = start + unit * columns + input;
      const now = number(params[at], digits);
      if (frozen.has(at)) return `${now}\\ \\text{${t("(frozen)")}}`;
      return `${now} - ${number(choice.rate, digits)}\\cdot ${factor(pass.gradient[at], digits)}`;
    },
    note: held ? t("What is frozen stays as it is.") : "",
  };
}
