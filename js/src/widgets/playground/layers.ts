/**
 * Hidden layers in a row: the activation of each, and their units as numbers where the graph has no
 * room for buttons of its own.
 */

import { html, nothing, type TemplateResult } from "lit-html";
import type { NetState, Store } from "../../state/types.js";
import type { Restructure } from "../../wire.js";
import { t } from "../../words.js";
import { playing } from "../training_keys.js";
import { menu, plain } from "./fields.js";

/** @param activations that there are */
export function layers(
  state: NetState,
  store: Store,
  activations: readonly string[],
): TemplateResult | typeof nothing {
  const { spec } = state;
  // Of a model that only Python computes the page does not know which of them belong to whose layer.
  const hidden = spec.kind === "stack" ? hiddenActivations(state) : [];
  if (!spec.editable && hidden.length === 0) return nothing;
  return html`<div class="nnw-bench-layers" role="group" aria-label=${t("Hidden layers")}>
    ${hidden.map(
      (name, layer) => html`<span data-layer=${layer}>
        ${menu(
          {
            name: `activation-${layer}`,
            label: named(layer),
            title: t("Activation of {name}", { name: named(layer) }),
            disabled: store.state.link === "disconnected",
          },
          name,
          plain(activations),
          (chosen) => store.setActivation(hidden.with(layer, chosen)),
        )}
        ${spec.editable ? units(spec.layers[layer].units, layer, store) : nothing}
      </span>`,
    )}
    ${spec.editable ? ends(hidden.length - 1, store) : nothing}
  </div>`;
}

/** By name, of each hidden layer. */
export function hiddenActivations({ spec }: NetState): string[] {
  return spec.layers.slice(0, -1).map((layer) => layer.activation?.name ?? "linear");
}

function units(count: number, layer: number, store: Store): TemplateResult {
  const name = named(layer);
  return html`<span class="nnw-bench-units">
    ${button(store, "−", t("Remove the last unit of {name}", { name }), { op: "remove_unit", layer, unit: count - 1 }, count < 2)}
    <b>${count}</b>
    ${button(store, "+", t("Add a unit to {name}", { name }), { op: "add_unit", layer })}
  </span>`;
}

function ends(last: number, store: Store): TemplateResult {
  const place =
    last < 0 ? t("after the inputs") : t("after hidden layer {after}", { after: last + 1 });
  return html`<span class="nnw-bench-units">
    ${last >= 0 ? button(store, "✕", t("Remove {name}", { name: named(last) }), { op: "remove_layer", layer: last }) : nothing}
    ${button(store, "+ ▯", t("Add a hidden layer {place}", { place }), { op: "add_layer", after: last })}
  </span>`;
}

function button(
  store: Store,
  sign: string,
  title: string,
  change: Restructure,
  disabled = false,
): TemplateResult {
  return html`<button type="button" class="nnw-button" data-change=${change.op} aria-label=${title}
    title=${title} ?disabled=${disabled || playing(store) || store.state.link === "disconnected"}
    @click=${() => store.restructure(change)}>${sign}</button>`;
}

function named(layer: number): string {
  return t("hidden layer {layer}", { layer: layer + 1 });
}
