/** How far pictures may be changed: fields, a switch, a menu, and another draw. */

import { html, type TemplateResult } from "lit-html";
import { icons } from "../../render/icons.js";
import { key, t } from "../../words.js";
import { iconButton } from "../icon_button.js";
import type { Options } from "../view.js";
import { onEnter } from "./enter.js";

const FIELDS = [
  { name: "rotate", label: key("rotate ±"), unit: "°", step: 5, most: 180 },
  { name: "shift", label: key("shift ±"), unit: key("px"), step: 0.5, most: 100 },
  { name: "zoom", label: key("zoom ±"), unit: "", step: 0.05, most: 0.9 },
  { name: "noise", label: key("noise σ"), unit: "", step: 0.05, most: 1e6 },
] as const;

const SCALINGS = [
  ["none", key("no scaling")],
  ["minmax", key("min–max to 0 … 1")],
  ["standard", key("standardise")],
] as const;

export function amounts(options: Options): TemplateResult {
  const seed = options.get<number>("seed");
  return html`<div class="nnw-amounts" role="group" aria-label=${t("Changes")}>
    ${FIELDS.map(
      ({ name, label, unit, step, most }) => html`<label class="nnw-setting"
        ><span>${t(label)}</span
        ><input
          class="nnw-number"
          type="number"
          data-option=${name}
          min="0"
          max=${most}
          step=${step}
          aria-label=${t(label)}
          .value=${String(options.get<number>(name))}
          @change=${(event: Event) => change(event, options, name, most)}
          @keydown=${onEnter((event) => change(event, options, name, most))}
        /><span>${unit && t(unit)}</span></label
      >`,
    )}
    <label class="nnw-setting"
      ><input
        type="checkbox"
        data-option="flip"
        .checked=${options.get<boolean>("flip")}
        @change=${(event: Event) => options.set("flip", (event.target as HTMLInputElement).checked)}
      />${t("mirror")}</label
    >
    <select
      class="nnw-select"
      data-option="scaling"
      aria-label=${t("Scaling of pixel values")}
      @change=${(event: Event) => options.set("scaling", (event.target as HTMLSelectElement).value)}
    >
      ${SCALINGS.map(
        ([name, label]) =>
          html`<option value=${name} ?selected=${name === options.get("scaling")}>${t(label)}</option>`,
      )}
    </select>
    ${iconButton(t("Draw anew: the next seed"), icons.restore, () => options.set("seed", (seed + 1) % 2 ** 32), { action: "draw" })}
    <span class="nnw-soft">${t("seed {seed}", { seed })}</span>
  </div>`;
}

/** What is out of range is bounded here: Python would refuse it. */
function change(event: Event, options: Options, name: string, most: number): void {
  const input = event.target as HTMLInputElement;
  const value = Number(input.value);
  if (input.value !== "" && Number.isFinite(value)) {
    options.set(name, Math.max(0, Math.min(most, value)));
  }
  input.value = String(options.get<number>(name));
}
