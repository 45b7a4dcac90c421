/** Units and hidden layers as numbers, where the graph has no room for buttons of its own. */

import { html, nothing, type TemplateResult } from "lit-html";
import type { NetState, Store } from "../../state/types.js";
import type { Restructure } from "../../wire.js";
import { t } from "../../words.js";
import { playing } from "../training_keys.js";

export function layers({ spec }: NetState, store: Store): TemplateResult | typeof nothing {
  if (!spec.editable) return nothing;
  const hidden = spec.layers.slice(0, -1);
  const last = hidden.length - 1;
  const busy = playing(store);
  const button = (sign: string, title: string, change: Restructure, disabled = false) =>
    html`<button type="button" class="nnw-button" data-change=${change.op} aria-label=${title}
      title=${title} ?disabled=${busy || disabled} @click=${() => store.restructure(change)}>${sign}</button>`;
  const named = (layer: number) => t("hidden layer {layer}", { layer: layer + 1 });
  return html`<div class="nnw-bench-layers" role="group" aria-label=${t("Network")}>
    ${hidden.map(
      ({ units }, layer) => html`<span>
        ${button("−", t("Remove the last unit of {name}", { name: named(layer) }), { op: "remove_unit", layer, unit: units - 1 }, units < 2)}
        <b>${units}</b>
        ${button("+", t("Add a unit to {name}", { name: named(layer) }), { op: "add_unit", layer })}
      </span>`,
    )}
    <span>
      ${last >= 0 ? button("✕", t("Remove {name}", { name: named(last) }), { op: "remove_layer", layer: last }) : nothing}
      ${button("+ ▯", t("Add a hidden layer {place}", { place: last < 0 ? t("after the inputs") : t("after hidden layer {after}", { after: last + 1 }) }), { op: "add_layer", after: last })}
    </span>
  </div>`;
}
