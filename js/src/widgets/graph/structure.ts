/** Small buttons in the graph's heads: add and remove units and hidden layers of a model of ours. */

import { html, nothing, render, type TemplateResult } from "lit-html";
import { icons } from "../../render/icons.js";
import type { GraphFrame } from "../../scene/graph_frame.js";
import type { ColumnMark } from "../../scene/graph_layout.js";
import type { Pages } from "../../scene/graph_plan.js";
import type { Store } from "../../state/types.js";
import type { Restructure } from "../../wire.js";
import { t } from "../../words.js";
import { playing } from "../training_keys.js";

/** Pixels between two layers that leave room for the buttons. */
const ROOM = 132;

/** Buttons over the graph: of its structure, and to layers for which there is no room. */
export function drawHeads(
  host: HTMLElement,
  { layout, plan, state }: GraphFrame,
  editable: boolean,
  view: { readonly store: Store; readonly pages: Pages; turn(pages: Pages): void },
): void {
  const { spec } = state;
  const { store } = view;
  const [first, second] = layout.columns;
  const roomy = second !== undefined && second.x - first.x >= ROOM;
  const shown = editable && spec.editable === true && roomy;
  render(
    [
      shown ? layout.columns.map((column, i) => heads(column, layout.columns[i + 1])) : nothing,
      plan.before > 0 ? turner(plan.before, -1) : nothing,
      plan.after > 0 ? turner(plan.after, 1) : nothing,
    ],
    host,
  );

  /** By all columns but one, so that the reader sees where they were. */
  function turner(count: number, direction: 1 | -1): TemplateResult {
    const by = direction * Math.min(count, layout.columns.length - 1);
    const title =
      direction > 0
        ? t("{count} more layers: show them", { count })
        : t("{count} earlier layers: show them", { count });
    return html`<button type="button" class="nnw-graph-turner" data-turn=${direction}
      style=${direction > 0 ? "right: 0" : "left: 0"} title=${title} aria-label=${title}
      @click=${() => view.turn({ ...view.pages, column: plan.before + by })}>
      ${direction > 0 ? icons.next : icons.previous}<span>${count}</span></button>`;
  }

  function heads(column: ColumnMark, next: ColumnMark | undefined): TemplateResult {
    const { layer } = column;
    const hidden = layer >= 0 && layer < spec.layers.length - 1;
    return html`${hidden ? unitButtons(column) : nothing}
      ${
        next === undefined
          ? nothing
          : button(
              (column.x + next.x) / 2,
              10,
              t("Add a hidden layer {place}", { place: place(layer) }),
              icons.plus,
              {
                op: "add_layer",
                after: layer,
              },
            )
      }`;
  }

  function unitButtons({ x, layer, units }: ColumnMark): TemplateResult {
    const name = t("hidden layer {layer}", { layer: layer + 1 });
    return html`
      ${button(x - 42, 22, t("Remove the last unit of {name}", { name }), icons.minus, { op: "remove_unit", layer, unit: units - 1 }, units < 2)}
      ${button(x + 42, 22, t("Add a unit to {name}", { name }), icons.plus, { op: "add_unit", layer })}
      ${button(x + 42, -2, t("Remove {name}", { name }), icons.close, { op: "remove_layer", layer })}`;
  }

  function button(
    x: number,
    y: number,
    title: string,
    icon: TemplateResult,
    change: Restructure,
    disabled = false,
  ): TemplateResult {
    const busy = playing(store);
    const gone = state.link === "disconnected";
    return html`<button type="button" class="nnw-graph-change" data-op=${change.op}
      style=${`left: ${x - 9}px; top: ${y}px`} ?disabled=${disabled || busy || gone}
      title=${busy ? t("{title}: pause training first", { title }) : title} aria-label=${title}
      @click=${() => store.restructure(change)}>${icon}</button>`;
  }
}

function place(after: number): string {
  return after < 0 ? t("after the inputs") : t("after hidden layer {after}", { after: after + 1 });
}
