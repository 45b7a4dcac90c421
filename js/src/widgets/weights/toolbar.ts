/** Above the matrices: what is shown of them, and of which layer. */

import { html, type TemplateResult } from "lit-html";
import type { Matrix } from "../../scene/weight_matrices.js";
import type { Quantity } from "../../scene/weight_values.js";
import { type Choice, menu, named, tabs } from "../toolbar.js";
import type { Options } from "../view.js";

export const QUANTITIES: readonly Choice[] = [
  { value: "weights", label: "weights" },
  { value: "update", label: "last update Δw" },
  { value: "change", label: "change since the start" },
  { value: "gradient", label: "gradient" },
];

/** For the legend: short. */
export const SHORT: Record<Quantity, string> = {
  weights: "w",
  update: "Δw",
  change: "w − w₀",
  gradient: "∂L/∂w",
};

const SHOWS = named(["both", "matrices", "histogram"]);

export function weightsToolbar(
  options: Options,
  all: readonly Matrix[],
  layer: number | null,
): TemplateResult {
  const layers = [
    { value: "all", label: all.length > 1 ? "all layers" : (all[0]?.name ?? "") },
    ...all.map(({ name, shape }, i) => ({ value: String(i), label: `${name}: ${shape}` })),
  ];
  const choose = (value: string) => options.set("layer", value === "all" ? null : Number(value));
  return html`${tabs("Picture", SHOWS, options.get("show"), (value) => options.set("show", value))}
    ${menu("colours", QUANTITIES, options.get<string>("quantity"), (value) => options.set("quantity", value))}
    ${menu("layer", layers, layer === null ? "all" : String(layer), choose)}`;
}
