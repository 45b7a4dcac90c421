/** The affine map of the network around one input: that of its linear region, or the tangent. */

import { type Tangent, tangent } from "../../math/affine.js";
import { inPieces, straight } from "../../math/blend.js";
import { layersOf } from "../../math/forward.js";
import { type Regions, regionAt } from "../../math/regions.js";
import type { NetState } from "../../state/types.js";
import type { Spec } from "../../wire.js";
import { t } from "../../words.js";
import { Symbols } from "../by_hand/symbols.js";
import { number } from "../by_hand/tex.js";
import { subscript, unitName } from "../names.js";
import { affineTex, plainName } from "./one_layer.js";
import { inputsAt, type Shown } from "./window.js";

export interface Local {
  readonly title: string;
  /** Where it is: "x₁ = 0.2, x₂ = −1". */
  readonly place: string;
  /** How it comes about, and with its numbers. */
  readonly general: string;
  readonly numbers: string;
  /** Which units are on, for activations in pieces. */
  readonly units: string;
  readonly note: string;
}

/** Entries of a diagonal and names of units that are written. */
const MOST = 8;

/**
 * @param state of the blended network
 * @param at a place in the plane that is shown
 */
export function localMap(
  state: NetState,
  shown: Shown,
  regions: Regions | null,
  at: readonly [number, number],
  digits: number,
): Local {
  const { spec, params } = state;
  const layers = layersOf(spec, params);
  const hidden = layers.slice(0, -1);
  const found = tangent(layers, inputsAt(shown, at));
  const exact = hidden.every(({ activation }) => inPieces(activation));
  const under = regions?.complete ? regionAt(regions, at) : -1;
  const symbols = new Symbols(spec);
  return {
    title: title(
      exact,
      under,
      regions,
      hidden.every(({ activation }) => straight(activation)),
    ),
    place: shown.axes.map((axis, side) => `${named(spec, axis)} = ${short(at[side])}`).join(", "),
    general: product(symbols, layers.length, found, digits),
    numbers: affineTex(spec, symbols, found.map, digits),
    units: exact ? unitsOn(state, found) : "",
    note: exact ? "" : t("These activations are curved, so the map is another at every point."),
  };
}

function title(exact: boolean, under: number, regions: Regions | null, linear: boolean): string {
  if (linear) return t("One affine map everywhere");
  if (!exact) return t("The tangent here: the map that touches the network");
  if (under < 0 || !regions) return t("The linear region here");
  return t("Linear region {k} of {n}", { k: under + 1, n: regions.regions.length });
}

/** With the letter that stands for it in the formulas, where it has a name of its own. */
function named({ features, inputs }: Spec, axis: number): string {
  const name = features[axis];
  if (plainName(name)) return name;
  return `${name} (${inputs === 1 ? "x" : `x${subscript(axis + 1)}`})`;
}

const short = (value: number) => String(Number(value.toPrecision(3))).replaceAll("-", "−");

/** V = W⁽³⁾ D⁽²⁾ W⁽²⁾ D⁽¹⁾ W⁽¹⁾ with the slopes on the diagonals. */
function product(symbols: Symbols, layers: number, { slopes }: Tangent, digits: number): string {
  if (layers > 4) return "";
  let text = symbols.weights(layers - 1);
  const diagonals: string[] = [];
  for (let l = layers - 2; l >= 0; l--) {
    const D = `\\mathbf{D}^{(${l + 1})}`;
    text += `${D}${symbols.weights(l)}`;
    const entries = Array.from(slopes[l].slice(0, MOST), (slope) => number(slope, digits));
    if (slopes[l].length > MOST) entries.push("\\cdots");
    diagonals.unshift(`${D} = \\operatorname{diag}(${entries.join(", ")})`);
  }
  return `\\mathbf{V} = ${text}${diagonals.map((each) => `,\\quad ${each}`).join("")}`;
}

/** "on: h₁, h₃; off: h₂": on is where z > 0. */
function unitsOn({ spec }: NetState, { z }: Tangent): string {
  const [on, off]: [string[], string[]] = [[], []];
  z.forEach((sums, layer) => {
    if (straight(spec.layers[layer].activation ?? { name: "linear" })) return;
    sums.forEach((sum, unit) => void (sum > 0 ? on : off).push(unitName(spec, layer, unit)));
  });
  if (on.length + off.length === 0) return "";
  return t("on: {on} · off: {off}", { on: listed(on), off: listed(off) });
}

function listed(names: readonly string[]): string {
  if (names.length === 0) return t("none");
  const more = names.length - MOST;
  return more > 1
    ? t("{names} and {more} more", { names: names.slice(0, MOST).join(", "), more })
    : names.join(", ");
}
