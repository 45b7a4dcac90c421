/** GradientFlow: every layer's gradient over the epochs, its distribution, and the updates. */

import { html, nothing, render } from "lit-html";
import { css } from "../math/colour.js";
import { nearestIndex } from "../math/curves.js";
import { icons } from "../render/icons.js";
import { type Chart, homeOf } from "../scene/chart.js";
import { type Flow, FlowBook } from "../scene/flow_book.js";
import {
  flowCaption,
  gradientChart,
  layerColour,
  ratioChart,
  ridgesOf,
  selectedLayer,
  spreadOf,
  verdictOf,
} from "../scene/gradient_flow.js";
import { Kept } from "../scene/kept.js";
import type { NetState } from "../state/types.js";
import { t } from "../words.js";
import { ChartPanel } from "./chart_panel.js";
import { EpochView, legendEntry } from "./epoch_view.js";
import type { Fed } from "./feed.js";
import type { LibraryContext, LibraryView } from "./library.js";
import { RidgePanel } from "./ridge_panel.js";
import { menu, named } from "./toolbar.js";

export const gradientFlow: LibraryView = (context) => {
  const view = new GradientFlowView(context);
  return () => view.dispose();
};

/** Layers beyond these have no entry in the legend: those in the middle. */
const MOST_ENTRIES = 24;

class GradientFlowView {
  readonly #context: LibraryContext;
  readonly #view: EpochView;
  readonly #book = new FlowBook();
  readonly #charts = new Kept<readonly [Chart, Chart] | null>();
  readonly #spread = new Kept<readonly [number, number]>();
  readonly #ridges = new Kept<ReturnType<typeof ridgesOf>>();
  readonly #words = new Kept<void>();
  readonly #panels: readonly [ChartPanel, ChartPanel];
  readonly #ridge: RidgePanel;
  readonly #unsubscribe: () => void;
  #error = "";
  /** Layer under the pointer. */
  #over: number | null = null;

  constructor(context: LibraryContext) {
    this.#context = context;
    const { feed, store } = context;
    this.#view = new EpochView(context, "nnw-gradient-flow", t("Gradient flow"), (state) =>
      this.#draw(state),
    );
    const stage = this.#view.part("stage");
    render(HOSTS, stage);
    const [gradient, ridge, ratio] = stage.querySelectorAll<HTMLElement>(".nnw-chart-host");
    const { pointing } = this.#view;
    const keys = t("over epochs; arrow keys choose an epoch");
    this.#panels = [
      new ChartPanel(gradient, pointing, t("Gradient of every layer {keys}", { keys })),
      new ChartPanel(
        ratio,
        pointing,
        t("Updates beside the weights of every layer {keys}", { keys }),
      ),
    ];
    this.#ridge = new RidgePanel(ridge, {
      point: (layer) => this.#point(layer),
      choose: (name) => this.#choose(name),
      changed: () => this.#view.redraw(),
    });
    this.#unsubscribe = feed.subscribe((fed) => this.#take(fed));
    this.#view.draw(store.state);
  }

  dispose(): void {
    this.#unsubscribe();
    for (const panel of this.#panels) panel.dispose();
    this.#ridge.dispose();
    this.#view.dispose();
  }

  #take({ content, buffers }: Fed): void {
    this.#error = typeof content.error === "string" ? content.error : "";
    if (!this.#book.apply(content, buffers)) this.#context.feed.ask({ type: "again" });
    this.#view.redraw();
  }

  #point(layer: number | null): void {
    if (layer === this.#over) return;
    this.#over = layer;
    this.#view.redraw();
  }

  #choose(name: string | null): void {
    const { options } = this.#context;
    options.set("layer", options.get("layer") === name ? null : name);
  }

  #draw(state: NetState): void {
    const { options } = this.#context;
    const { flow } = this.#book;
    const hidden = options.get<readonly string[]>("hidden");
    const chosen = flow && this.#chosen(state, flow);
    const charts = this.#charts.get([flow, hidden, chosen], () =>
      flow && flow.epochs.length > 0
        ? [gradientChart(flow, hidden, chosen), ratioChart(flow, hidden, chosen)]
        : null,
    );
    if (charts && flow) {
      // The last epochs may not be recorded; other views show them.
      const [first, last] = homeOf([{ x: flow.epochs }]);
      this.#view.window.home = [first, Math.max(last, state.status.epoch)];
      charts.forEach((chart, i) => {
        this.#panels[i].draw(chart);
      });
      this.#drawRidges(state, flow, hidden, chosen);
    }
    this.#drawWords(state, flow, hidden);
  }

  /** The layer that stands out: under the pointer here or elsewhere, else the one chosen. */
  #chosen(state: NetState, flow: Flow): number | null {
    const name = this.#context.options.get<string | null>("layer");
    const found = flow.layers.findIndex((layer) => layer.name === name);
    return this.#over ?? selectedLayer(state, flow) ?? (found < 0 ? null : found);
  }

  #row(state: NetState, flow: Flow): number {
    const { epoch } = state.selection;
    return epoch === null ? flow.epochs.length - 1 : nearestIndex(flow.epochs, epoch);
  }

  #drawRidges(state: NetState, flow: Flow, hidden: readonly string[], hot: number | null): void {
    const row = this.#row(state, flow);
    const ridges = this.#ridges.get([flow, row, hidden], () => ridgesOf(flow, row, hidden));
    const spread = this.#spread.get([flow], () => spreadOf(flow));
    const epoch = flow.epochs[row].toLocaleString("en-US");
    this.#ridge.draw({ ridges, spread, decades: flow.decades, hot }, t("epoch {epoch}", { epoch }));
  }

  #drawWords(state: NetState, flow: Flow | null, hidden: readonly string[]): void {
    const { options } = this.#context;
    const { window } = this.#view;
    const rule = [options.get<number>("vanishing"), options.get<number>("exploding")] as const;
    const [layer, title] = [options.get<string | null>("layer"), options.get<string>("title")];
    const row = flow && flow.epochs.length > 0 ? this.#row(state, flow) : null;
    const { epoch } = state.status;
    const key = [flow, row, hidden, layer, title, ...rule, epoch, window.zoomed, this.#error];
    this.#words.get(key, () => {
      render(title || nothing, this.#view.part("title"));
      render(this.#legend(flow, row, hidden, rule), this.#view.part("legend"));
      render(
        this.#error || (flow ? flowCaption(flow, epoch) : t("nothing recorded yet")),
        this.#view.part("caption"),
      );
      render(this.#toolbar(flow, layer), this.#view.part("toolbar"));
    });
  }

  #legend(
    flow: Flow | null,
    row: number | null,
    hidden: readonly string[],
    [vanishing, exploding]: readonly [number, number],
  ) {
    if (!flow || row === null) return nothing;
    const verdict = verdictOf(flow, row, vanishing, exploding);
    const count = flow.layers.length;
    const half = MOST_ENTRIES / 2;
    const shown = flow.layers
      .map((layer, l) => ({ ...layer, l }))
      .filter(({ l }) => count <= MOST_ENTRIES || l < half || l >= count - half);
    const flip = (name: string) => () => {
      const next = hidden.includes(name) ? hidden.filter((h) => h !== name) : [...hidden, name];
      this.#context.options.set("hidden", next);
    };
    return html`<p class="nnw-flow-verdict" data-kind=${verdict.kind} role="status">
        ${verdict.kind === "vanishing" || verdict.kind === "exploding" ? icons.warning : nothing}
        <span>${verdict.text}</span>
      </p>
      <span class="nnw-legend-more">${t("layers")}</span>
      ${shown.map(
        ({ name, l }) => html`<span
          @pointerenter=${() => this.#point(l)} @pointerleave=${() => this.#point(null)}
          @focusin=${() => this.#point(l)} @focusout=${() => this.#point(null)}
        >${legendEntry(name, { colour: css(layerColour(l, count)) }, !hidden.includes(name), flip(name))}</span>`,
      )}
      ${count > MOST_ENTRIES ? html`<span class="nnw-legend-more">${t("{count} more between", { count: count - MOST_ENTRIES })}</span>` : nothing}`;
  }

  #toolbar(flow: Flow | null, layer: string | null) {
    const choices = [
      { value: "", label: t("no layer") },
      ...named((flow?.layers ?? []).map(({ name }) => name)),
    ];
    const choose = (value: string) => this.#context.options.set("layer", value || null);
    return html`${menu(t("shaded"), choices, layer ?? "", choose)} ${this.#view.zoomButtons()}`;
  }
}

const HOSTS = html`<div class="nnw-chart-host" data-plot="gradient"></div>
  <div class="nnw-chart-host" data-plot="distribution"></div>
  <div class="nnw-chart-host" data-plot="ratio"></div>`;
