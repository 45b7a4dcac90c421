/** What surrounds the graph: which numbers edges show, whose sample, and what colours stand for. */

import { html, nothing, svg, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { count, significant } from "../../render/format.js";
import { widestEdge, widthOf } from "../../render/graph_canvas.js";
import { icons } from "../../render/icons.js";
import { rowsCaption } from "../../scene/chosen_rows.js";
import { answers } from "../../scene/graph_about.js";
import type { GraphFrame } from "../../scene/graph_frame.js";
import { EDGE_MODES } from "../../scene/graph_values.js";
import { className } from "../../scene/names.js";
import { t } from "../../words.js";
import { iconButton } from "../icon_button.js";
import { menu, worded } from "../toolbar.js";

export interface ChromeActions {
  edges(mode: string): void;
  of(which: string): void;
  /** Null: none. */
  sample(row: number | null): void;
}

export function toolbar(
  frame: GraphFrame,
  of: string,
  pinned: number | null,
  actions: ChromeActions,
): TemplateResult {
  const { mode, state } = frame;
  return html`
    ${menu(t("edges"), worded(EDGE_MODES), mode, (value) => actions.edges(value))}
    ${
      mode === "weights"
        ? nothing
        : menu(
            t("of"),
            [
              { value: "data", label: t("all data") },
              { value: "sample", label: t("the sample") },
            ],
            of,
            (value) => actions.of(value),
          )
    }
    ${chooser(state.data.n, pinned, actions)} ${legend(frame)}
  `;
}

function chooser(n: number, pinned: number | null, actions: ChromeActions): TemplateResult {
  const sample = (row: number | null) => actions.sample(row);
  const beside = (step: number) =>
    sample(pinned === null ? (step > 0 ? 0 : n - 1) : (pinned + step + n) % n);
  const typed = (event: Event) => {
    const input = event.target as HTMLInputElement;
    if (input.value.trim() === "") return sample(null);
    const row = Number(input.value);
    if (Number.isInteger(row) && row >= 0 && row < n) return sample(row);
    input.value = pinned === null ? "" : String(pinned); // there is no such sample
  };
  return html`<span class="nnw-buttons nnw-sample" role="group" aria-label=${t("Sample")}>
    <span class="nnw-sample-name">${t("sample")}</span>
    ${iconButton(t("Sample before (,)"), icons.previous, () => beside(-1), { action: "before" })}
    <input class="nnw-number" type="text" inputmode="numeric" autocomplete="off" placeholder="–"
      aria-label=${t("Sample, 0 to {n}", { n: n - 1 })} title=${t("0 to {n}; empty: none", { n: n - 1 })}
      .value=${live(pinned === null ? "" : String(pinned))} @change=${typed}
      @keydown=${(event: KeyboardEvent) => event.key === "Enter" && typed(event)} />
    ${iconButton(t("Next sample (.)"), icons.next, () => beside(1), { action: "next" })}
    ${iconButton(t("No sample (Escape)"), icons.close, () => sample(null), { action: "none", disabled: pinned === null })}
  </span>`;
}

const SYMBOLS = { weights: "w", gradients: "∂L/∂w", updates: "Δw" } as const;

/** Both signs, and three widths with what they stand for. */
function legend({ mode, scale, layout }: GraphFrame): TemplateResult {
  const widest = widestEdge(layout);
  const bar = (share: number) => svg`<rect x="0" y=${7 - widthOf(share, widest) / 2} width="22"
    height=${widthOf(share, widest)} rx="1"></rect>`;
  const width = (
    share: number,
  ) => html`<span class="nnw-graph-width"><svg class="nnw-icon" viewBox="0 0 22 14"
      width="22" height="14" aria-hidden="true">${bar(share)}</svg>${significant(scale * share, 1)}</span>`;
  return html`<span class="nnw-graph-legend" role="img"
    aria-label=${t("Edges: blue is positive, orange negative; the widest stands for {scale}", { scale: significant(scale, 2) })}>
    <span class="minus">− ${SYMBOLS[mode]}</span><span class="plus">+ ${SYMBOLS[mode]}</span>
    ${width(0.2)}${width(1)}
  </span>`;
}

/** The sample's class and what the network says of it; what gradients are of, and what is not exact. */
export function caption(frame: GraphFrame): string {
  return [sampleCaption(frame), gradientCaption(frame)].filter(Boolean).join(" · ");
}

function sampleCaption({ sample, state }: GraphFrame): string {
  if (!sample) return "";
  const { spec, data } = state;
  const target = data.y[sample.row * data.k];
  const found = answers(spec, sample.outputs);
  const named = t("sample {row}", { row: sample.row });
  if (spec.task === "regression") {
    return `${named}: y = ${significant(target, 3)}, ŷ = ${significant(found[0], 3)}`;
  }
  const binary = spec.task === "binary" && spec.outputs === 1;
  const all = Array.from(found);
  const best = binary ? Number(all[0] >= 0.5) : all.indexOf(Math.max(...all));
  if (spec.task === "binary" && !binary) return `${named}`;
  const share = binary ? (best ? all[0] : 1 - all[0]) : all[best];
  const verdict = best === target ? "✓" : "✗";
  return t("{sample}: {target}, predicted {best} with {share} {verdict}", {
    sample: named,
    target: className(spec, target),
    best: className(spec, best),
    share: significant(share, 2),
    verdict,
  });
}

function gradientCaption({ mode, gradient, state, rate, sample }: GraphFrame): string {
  if (mode === "weights") return "";
  if (!gradient)
    return t('no {numbers} here: the page cannot compute the loss "{loss}"', {
      numbers: t(mode),
      loss: state.spec.loss,
    });
  const rows =
    gradient.n === 1 && sample
      ? t("sample {row}", { row: sample.row })
      : rowsCaption(gradient.n, gradient.of, count);
  if (mode === "gradients") return t("gradients of the loss over {rows}", { rows });
  const { optimizer, lr } = state.status;
  const eta = lr === null ? t("η = 1: no trainer has set it") : `η = ${significant(rate, 2)}`;
  const plain = /^sgd$/i.test(optimizer) || !optimizer;
  return t("Δw = −η·g over {rows}, {eta}{more}", {
    rows,
    eta,
    more: plain ? "" : t("; as SGD steps: {optimizer} scales each", { optimizer }),
  });
}
