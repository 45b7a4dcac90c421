/**
 * What a network without its activations comes to, as formulas: each layer put into the next one,
 * with the numbers of now, down to one weight for each input and one bias.
 */

import { collapse } from "../../math/affine.js";
import { layersOf } from "../../math/forward.js";
import type { Spec } from "../../wire.js";
import { t } from "../../words.js";
import { activationTex } from "../by_hand/functions.js";
import { Symbols } from "../by_hand/symbols.js";
import { BREAK, factor, matrix, number, plus, sum, vector } from "../by_hand/tex.js";
import { chain, isChain } from "./chain.js";
import { entryName, type Of, type Passage, shiftName, soFar } from "./draft.js";
import { oneLayer } from "./one_layer.js";

export type { Passage };

/** Layers that are put in one after the other before the rest is told by their number. */
const MOST_LAYERS = 5;
/** Entries of the last layer's product that are worked. */
const MOST_ENTRIES = 3;

/** @param digits significant ones that are written */
export function passages(spec: Spec, params: Float64Array, digits: number): Passage[] {
  const maps = collapse(layersOf(spec, params));
  const of: Of = { spec, symbols: new Symbols(spec), params, maps, digits };
  const end = oneLayer(of);
  if (spec.layers.length === 1) return [end];
  if (isChain(spec)) return [activations(of), ...chain(of), end];
  const last = spec.layers.length - 1;
  return [activations(of), first(of), ...between(of), put(of, last), entries(of), end];
}

function activations({ spec, symbols }: Of): Passage {
  const hidden = spec.layers.slice(0, -1);
  const names = new Set(hidden.map((layer) => layer.activation?.name));
  const own = hidden[0].activation;
  const z = symbols.all("z", 0);
  const f = names.size === 1 ? [`f(z) = ${activationTex(own, "z")}`] : [];
  return {
    id: "bend",
    title: t("What the slider does"),
    why: t(
      "Each hidden unit's activation gives way to its sum. At α = 1 a unit hands on its sum and nothing else.",
    ),
    general: [
      `${symbols.all("a", 0)} = (1 - \\alpha)\\,f(${z}) + \\alpha\\,${z}`,
      ...f,
      `\\alpha = 1\\;\\text{: }\\;${symbols.all("a", 0)} = ${z}`,
    ],
    numbers: [],
    note:
      hidden.length > 1
        ? t("The same in each of the {n} hidden layers.", { n: hidden.length })
        : t(
            "With one hidden layer, z itself is so blended: 1 − α of the network's and α of the one line's.",
          ),
  };
}

function first({ spec, symbols, maps, digits }: Of): Passage {
  const { inputs, units, bias } = spec.layers[0];
  const z = symbols.all("z", 0);
  const add = bias === null ? "" : ` + ${symbols.biases(0)}`;
  const W = matrix(maps[0].weight, units, inputs, digits);
  const b = bias === null ? "" : ` + ${vector(maps[0].bias, digits)}`;
  return {
    id: "layer-1",
    title: t("The first layer"),
    why: t("Each unit's sum is a line in the inputs."),
    general: [`${z} = ${symbols.weights(0)}\\,\\mathbf{x}${add}`],
    numbers: [`${z} = ${W}\\,\\mathbf{x}${b}`],
    note: "",
  };
}

/** The layers that are put in before the last; of many, the first ones. */
function between(of: Of): Passage[] {
  const inner = of.spec.layers.length - 2;
  const shown = inner <= MOST_LAYERS ? inner : MOST_LAYERS - 1;
  const steps = Array.from({ length: shown }, (_, i) => ({ ...put(of, i + 1), folded: i > 0 }));
  if (shown === inner) return steps;
  const left: Passage = {
    id: "more",
    title: t("Layers {first} to {last}", { first: shown + 2, last: inner + 1 }),
    why: t("The same again, {times} times: a layer put into the next one is one layer.", {
      times: inner - shown,
    }),
    ...{ general: [], numbers: [], note: "" },
  };
  return [...steps, left];
}

/** A layer with the one before put in: (W V) x + (W c + b). */
function put(of: Of, layer: number): Passage {
  const { spec, symbols, params, maps, digits } = of;
  const { weight, bias, inputs, units } = spec.layers[layer];
  const before = soFar(of, layer - 1);
  const now = soFar(of, layer);
  const W = symbols.weights(layer);
  const z = symbols.all("z", layer);
  const shifted = spec.layers.slice(0, layer).some((each) => each.bias !== null);
  const b = bias === null ? "" : ` + ${symbols.biases(layer)}`;
  const inside = `${before.V}\\,\\mathbf{x}${shifted ? ` + ${before.c}` : ""}`;
  const own = params.subarray(weight ?? 0, (weight ?? 0) + units * inputs);
  const shift = bias === null ? null : params.subarray(bias, bias + units);
  const Wnumbers = matrix(own, units, inputs, digits);
  const d = spec.inputs;
  const general = [
    `${z} = ${W}\\,${symbols.all("z", layer - 1)}${b} = ${W}\\,(${inside})${b}`,
    `${z} = \\underbrace{${W}${before.V}}_{${now.V}}\\mathbf{x}${constant(W, before.c, b, now.c, shifted)}`,
  ];
  const numbers = [
    `${now.V} = ${W}${before.V} = ${Wnumbers}${BREAK}${matrix(maps[layer - 1].weight, inputs, d, digits)} = ${matrix(maps[layer].weight, units, d, digits)}`,
  ];
  const terms = [
    ...(shifted ? [`${Wnumbers}${BREAK}${vector(maps[layer - 1].bias, digits)}`] : []),
    ...(shift ? [vector(shift, digits)] : []),
  ];
  if (terms.length > 0) {
    const symbol = `${shifted ? `${W}${before.c}` : ""}${shifted ? b : b.slice(3)}`;
    numbers.push(
      `${now.c} = ${symbol} = ${terms.join(" + ")} = ${vector(maps[layer].bias, digits)}`,
    );
  }
  return {
    id: `layer-${layer + 1}`,
    title:
      layer === spec.layers.length - 1
        ? t("Put into the last layer")
        : t("Put into layer {layer}", { layer: layer + 1 }),
    why: t(
      "The sums of the layer before stand where its activations stood. Factors of x on one side, the rest on the other:",
    ),
    general,
    numbers,
    note: cut(units, inputs, d)
      ? t("Of large matrices the first rows and columns and the last are written.")
      : "",
  };
}

function constant(W: string, c: string, b: string, name: string, shifted: boolean): string {
  const inside = `${shifted ? `${W}${c}` : ""}${shifted ? b : b.slice(3)}`;
  return inside === "" ? "" : ` + \\underbrace{${inside}}_{${name}}`;
}

const cut = (...sizes: number[]) => sizes.some((size) => size > 5);

/** Entry by entry, for the first output: every number that is multiplied and added. */
function entries(of: Of): Passage {
  const { spec, symbols, params, maps, digits } = of;
  const last = spec.layers.length - 1;
  const { weight, bias, inputs: m } = spec.layers[last];
  const before = maps[last - 1];
  const now = maps[last];
  const d = spec.inputs;
  const w = (i: number) => params[(weight ?? 0) + i];
  const product = (i: number, value: number) => ({
    tex: `${number(w(i), digits)}\\cdot ${factor(value, digits)}`,
    value: w(i) * value,
  });
  const units = Array.from({ length: m }, (_, i) => i);
  const shown = d <= MOST_ENTRIES + 1 ? d : MOST_ENTRIES;
  const lines = Array.from({ length: shown }, (_, j) => {
    const terms = units.map((i) => product(i, before.weight[i * d + j]));
    return `${entryName(of, j)} = ${sum(terms, digits)} = \\boldsymbol{${number(now.weight[j], digits)}}`;
  });
  if (now.bias.some((value) => value !== 0)) {
    const terms = units.map((i) => product(i, before.bias[i]));
    const total = sum(terms, digits);
    const all = bias === null ? total : plus(total, params[bias], digits);
    lines.push(`${shiftName(of)} = ${all} = \\boldsymbol{${number(now.bias[0], digits)}}`);
  }
  const first =
    last === 1 ? symbols.weight(0, "i", "j") : `v_{${d === 1 ? "i" : "ij"}}^{(${last})}`;
  const inner = d === 1 && last === 1 ? symbols.weight(0, "i", 0) : first;
  const row = spec.outputs === 1 ? symbols.weight(last, 0, "i") : symbols.weight(last, "k", "i");
  const left = [
    ...(d > shown ? [t("{n} more inputs", { n: d - shown })] : []),
    ...(spec.outputs > 1 ? [t("{n} more outputs", { n: spec.outputs - 1 })] : []),
  ];
  return {
    id: "entries",
    title: t("Number by number"),
    why: t("Each weight of the one layer is a sum over the ways from its input through the units."),
    general: [`${generalEntry(of)} = \\sum_i ${row}\\,${inner}`],
    numbers: lines,
    note: left.length > 0 ? t("Likewise for {names}.", { names: left.join(t(" and ")) }) : "",
  };
}

function generalEntry({ spec }: Of): string {
  const own = `${spec.outputs > 1 ? "k" : ""}${spec.inputs > 1 ? "j" : ""}`;
  return own === "" ? "v" : `v_{${own}}`;
}
