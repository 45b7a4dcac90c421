/** Above the matrices: what is shown of them, and of which layer. */

import { html, type TemplateResult } from "lit-html";
import type { Matrix } from "../../scene/weight_matrices.js";
import type { Quantity } from "../../scene/weight_values.js";
import { type Choice, menu } from "../toolbar.js";
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

const SHOWS = [
  ["both", "both"],
  ["matrices", "matrices"],
  ["histogram", "histogram"],
] as const;

export function weightsToolbar(
  options: Options,
  all: readonly Matrix[],
  layer: number | null,
): TemplateResult {
  const show = options.get<string>("show");
  const layers = [
    { value: "all", label: all.length > 1 ? "all layers" : (all[0]?.name ?? "") },
    ...all.map(({ name, shape }, i) => ({ value: String(i), label: `${name}: ${shape}` })),
  ];
  const choose = (value: string) => options.set("layer", value === "all" ? null : Number(value));
  return html`<span class="nnw-buttons nnw-tabs" role="group" aria-label="Picture">
      ${SHOWS.map(
        ([
          value,
          label,
        ]) => html`<button type="button" class="nnw-button nnw-text" data-show=${value}
          aria-pressed=${value === show ? "true" : "false"}
          @click=${() => options.set("show", value)}>${label}</button>`,
      )}
    </span>
    ${menu("colours", QUANTITIES, options.get<string>("quantity"), (value) => options.set("quantity", value))}
    ${menu("layer", layers, layer === null ? "all" : String(layer), choose)}`;
}
