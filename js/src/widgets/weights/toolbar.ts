/** Above the matrices: what is shown of them, and of which layer. */

import { html, type TemplateResult } from "lit-html";
import type { Matrix } from "../../scene/weight_matrices.js";
import type { Quantity } from "../../scene/weight_values.js";
import { key, t } from "../../words.js";
import { type Choice, menu, said, tabs, worded } from "../toolbar.js";
import type { Options } from "../view.js";

export const QUANTITIES: readonly Choice[] = [
  { value: "weights", label: key("weights") },
  { value: "update", label: key("last update Δw") },
  { value: "change", label: key("change since the start") },
  { value: "gradient", label: key("gradient") },
];

/** For the legend: short. */
export const SHORT: Record<Quantity, string> = {
  weights: "w",
  update: "Δw",
  change: "w − w₀",
  gradient: "∂L/∂w",
};

const SHOWS = [key("both"), key("matrices"), key("histogram")];

export function weightsToolbar(
  options: Options,
  all: readonly Matrix[],
  layer: number | null,
): TemplateResult {
  const layers = [
    { value: "all", label: all.length > 1 ? t("all layers") : (all[0]?.name ?? "") },
    ...all.map(({ name, shape }, i) => ({ value: String(i), label: `${name}: ${shape}` })),
  ];
  const choose = (value: string) => options.set("layer", value === "all" ? null : Number(value));
  return html`${tabs(t("Picture"), worded(SHOWS), options.get("show"), (value) => options.set("show", value))}
    ${menu(t("colours"), said(QUANTITIES), options.get<string>("quantity"), (value) => options.set("quantity", value))}
    ${menu(t("layer"), layers, layer === null ? "all" : String(layer), choose)}`;
}
