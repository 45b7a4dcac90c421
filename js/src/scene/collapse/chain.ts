/** A chain of single units: n pairs (β, b) applied one after another are one slope and intercept. */

import type { Spec } from "../../wire.js";
import { t } from "../../words.js";
import { factor, number, plus, sum } from "../by_hand/tex.js";
import type { Of, Passage } from "./draft.js";

/** Pairs that are put in one by one, and factors or terms that are written. */
const MOST = 6;

/** Whether every layer is one unit with one input. */
export function isChain({ layers }: Spec): boolean {
  return layers.every(({ inputs, units }) => inputs === 1 && units === 1);
}

export interface Pair {
  readonly beta: number;
  readonly bias: number;
  /** All pairs up to this one as one. */
  readonly slope: number;
  readonly intercept: number;
}

export function pairsOf({ spec, params, maps }: Pick<Of, "spec" | "params" | "maps">): Pair[] {
  return spec.layers.map(({ weight, bias }, l) => ({
    beta: params[weight ?? 0],
    bias: bias === null ? 0 : params[bias],
    slope: maps[l].weight[0],
    intercept: maps[l].bias[0],
  }));
}

export function chain(of: Of): Passage[] {
  return [oneByOne(of), together(of)];
}

function oneByOne(of: Of): Passage {
  const pairs = pairsOf(of);
  const { digits } = of;
  const shown = pairs.length <= MOST ? pairs.length : MOST - 2;
  const lines = pairs.slice(0, shown).map((pair, l) => stepTex(pair, pairs[l - 1], l, digits));
  if (shown < pairs.length) {
    const l = pairs.length - 1;
    lines.push(stepTex(pairs[l], pairs[l - 1], l, digits));
  }
  return {
    id: "pairs",
    title: t("{n} pairs, one after another", { n: pairs.length }),
    why: t(
      "Each unit multiplies by its weight β and adds its bias b. What comes out of one goes into the next.",
    ),
    general: ["z_l = \\beta_l\\,z_{l-1} + b_l,\\quad z_0 = x"],
    numbers: lines,
    note:
      shown < pairs.length
        ? t("Between z{shown} and z{n} the same again, {times} times.", {
            shown,
            n: pairs.length,
            times: pairs.length - 1 - shown,
          })
        : "",
  };
}

/** z₂ = β (s x + i) + b = s′ x + i′ */
function stepTex(pair: Pair, before: Pair | undefined, l: number, digits: number): string {
  const whole = line(pair.slope, pair.intercept, digits);
  if (!before) return `z_{1} = ${whole}`;
  const inside = line(before.slope, before.intercept, digits);
  const put = plus(`${number(pair.beta, digits)}\\,(${inside})`, pair.bias, digits);
  return `z_{${l + 1}} = ${put} = ${whole}`;
}

/** 0.3 x − 2 */
export function line(slope: number, intercept: number, digits: number): string {
  return plus(`${number(slope, digits)}\\,x`, intercept, digits);
}

function together(of: Of): Passage {
  const pairs = pairsOf(of);
  const { digits } = of;
  const n = pairs.length;
  const whole = pairs[n - 1];
  const betas = pairs.map(({ beta }) => factor(beta, digits)).reverse();
  const product = n <= MOST ? betas : [...betas.slice(0, MOST - 2), "\\cdots", betas[n - 1]];
  let behind = 1;
  const terms = [...pairs].reverse().map(({ beta, bias }) => {
    const tex =
      behind === 1
        ? number(bias, digits)
        : `${number(behind, digits)}\\cdot ${factor(bias, digits)}`;
    const term = { tex, value: behind * bias };
    behind *= beta;
    return term;
  });
  return {
    id: "product",
    title: t("One slope, one intercept"),
    why: t("The slopes multiply. Each bias is multiplied by the slopes that come after it."),
    general: [
      "v = \\beta_n\\cdots\\beta_2\\,\\beta_1",
      "c = b_n + \\beta_n b_{n-1} + \\beta_n\\beta_{n-1}\\,b_{n-2} + \\cdots",
    ],
    numbers: [
      `v = ${product.join("\\cdot ")} = \\boldsymbol{${number(whole.slope, digits)}}`,
      `c = ${sum(terms, digits)} = \\boldsymbol{${number(whole.intercept, digits)}}`,
    ],
    note: "",
  };
}
