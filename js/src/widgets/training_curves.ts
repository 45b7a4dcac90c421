/** TrainingCurves: losses, accuracies and other metrics over the epochs, of one run or several. */

import { html, nothing, render } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { repeat } from "lit-html/directives/repeat.js";
import { css } from "../math/colour.js";
import { icons } from "../render/icons.js";
import { type Chart, homeOf } from "../scene/chart.js";
import { csvOf, RunBook } from "../scene/runs.js";
import {
  type CurveOptions,
  captionOf,
  chartOf,
  columnName,
  hasTest,
  plotsOf,
  runColour,
} from "../scene/training_curves.js";
import type { NetState } from "../state/types.js";
import { t } from "../words.js";
import { ChartPanel } from "./chart_panel.js";
import { EpochView, legendEntry } from "./epoch_view.js";
import type { Fed } from "./feed.js";
import { iconButton } from "./icon_button.js";
import type { LibraryContext, LibraryView } from "./library.js";
import { saveText } from "./save.js";
import { toggle } from "./toolbar.js";

export const trainingCurves: LibraryView = (context) => {
  const view = new TrainingCurvesView(context);
  return () => view.dispose();
};

const OPTIONS = ["log", "smoothing", "columns", "hidden", "title"] as const;

class TrainingCurvesView {
  readonly #context: LibraryContext;
  readonly #view: EpochView;
  readonly #book = new RunBook();
  readonly #panels = new Map<string, ChartPanel>();
  readonly #unsubscribe: () => void;
  #charts = new Map<string, Chart>();
  #key: readonly unknown[] = [];
  #failed = "";

  constructor(context: LibraryContext) {
    this.#context = context;
    this.#view = new EpochView(context, "nnw-training-curves", t("Training curves"), (state) =>
      this.#draw(state),
    );
    this.#unsubscribe = context.feed.subscribe((fed) => this.#take(fed));
    this.#view.draw(context.store.state);
  }

  dispose(): void {
    this.#unsubscribe();
    for (const panel of this.#panels.values()) panel.dispose();
    this.#view.dispose();
  }

  get #options(): CurveOptions {
    const { options } = this.#context;
    return {
      log: options.get("log"),
      smoothing: options.get("smoothing"),
      columns: options.get("columns"),
      hidden: options.get("hidden"),
    };
  }

  #take({ content, buffers }: Fed): void {
    this.#failed = typeof content.error === "string" ? content.error : "";
    if (!this.#book.apply(content, buffers)) this.#context.feed.ask({ type: "again" });
    this.#view.redraw();
  }

  #draw(state: NetState): void {
    const { options } = this.#context;
    const key = [
      ...[this.#book.version, this.#failed, state.link, this.#view.window.zoomed],
      ...OPTIONS.map((name) => options.get<unknown>(name)),
    ];
    if (!key.every((each, i) => each === this.#key[i]) || this.#key.length === 0) {
      this.#key = key;
      this.#rebuild(state);
    }
    for (const [name, panel] of this.#panels) panel.draw(this.#charts.get(name) as Chart);
  }

  #rebuild(state: NetState): void {
    const { runs } = this.#book;
    const chosen = this.#options;
    const names = plotsOf(runs, chosen.columns);
    this.#charts = new Map(names.map((name) => [name, chartOf(runs, name, chosen)]));
    const all = [...this.#charts.values()];
    this.#view.window.home = homeOf(all.flatMap(({ curves }) => curves));
    this.#mount(names);
    const title = this.#context.options.get<string>("title");
    render(title || nothing, this.#view.part("title"));
    render(this.#legend(chosen), this.#view.part("legend"));
    render(this.#failed || captionOf(all, chosen), this.#view.part("caption"));
    render(this.#toolbar(state, chosen), this.#view.part("toolbar"));
  }

  /** A plot for each column, in order; those that stay are left alone. */
  #mount(names: readonly string[]): void {
    const stage = this.#view.part("stage");
    for (const [name, panel] of this.#panels) {
      if (names.includes(name)) continue;
      panel.dispose();
      this.#panels.delete(name);
    }
    render(
      repeat(
        names,
        (name) => name,
        (name) => html`<div class="nnw-chart-host" data-column=${name}></div>`,
      ),
      stage,
    );
    for (const host of stage.querySelectorAll<HTMLElement>(".nnw-chart-host")) {
      const name = host.dataset.column as string;
      if (this.#panels.has(name)) continue;
      const label = t("{name} over epochs; arrow keys choose an epoch", { name: columnName(name) });
      this.#panels.set(name, new ChartPanel(host, this.#view.pointing, label));
    }
  }

  #legend({ hidden }: CurveOptions) {
    const { runs } = this.#book;
    const flip = (name: string) => () => {
      const next = hidden.includes(name) ? hidden.filter((h) => h !== name) : [...hidden, name];
      this.#context.options.set("hidden", next);
    };
    const entry = (name: string, colour: string, dashed = false, label = name) =>
      legendEntry(label, { colour, dashed }, !hidden.includes(name), flip(name));
    const several = runs.length > 1;
    const own = runs.length === 1 ? css(runColour(runs[0].slot)) : "var(--nnw-fg-soft)";
    return html`
      ${several ? runs.map((run) => this.#runEntry(run, entry(run.name, css(runColour(run.slot))))) : nothing}
      ${hasTest(runs) ? [entry("train", own, false, t("train")), entry("test", own, true, t("test"))] : nothing}
    `;
  }

  #runEntry({ name, slot }: { name: string; slot: number }, entry: unknown) {
    const remove = () => this.#context.feed.ask({ type: "remove", name });
    return html`<span class="nnw-legend-run">${entry}${
      slot === 0 ? nothing : iconButton(t("Remove {name}", { name }), icons.close, remove)
    }</span>`;
  }

  #toolbar({ link }: NetState, { log, smoothing }: CurveOptions) {
    const { options, feed } = this.#context;
    const set = (name: string) => (value: unknown) => options.set(name, value);
    const slide = ({ target }: Event) => {
      set("smoothing")(Number((target as HTMLInputElement).value));
    };
    return html`
      ${toggle(t("log"), t("Losses on a logarithmic scale"), log, set("log"))}
      <label class="nnw-setting nnw-smoothing" title=${t("Share of the past in a moving average (bias-corrected)")}>
        <span>${t("smoothing")}</span>
        <input type="range" min="0" max="0.99" step="0.01" aria-label=${t("Smoothing")}
          .value=${live(String(Math.min(0.99, smoothing)))} @input=${slide} />
        <output aria-live="off">${smoothing.toFixed(2)}</output>
      </label>
      ${
        link === "live"
          ? html`<button type="button" class="nnw-button nnw-text" data-action="keep"
              title=${t("Keep this run under a name of its own, to compare the next one with it")}
              @click=${() => feed.ask({ type: "keep" })}>${t("keep run")}</button>`
          : nothing
      }
      <button type="button" class="nnw-button nnw-text" data-action="csv"
        title=${t("Save all numbers of all runs as a CSV file")}
        @click=${() => saveText("training-curves.csv", csvOf(this.#book.runs), "text/csv")}>CSV</button>
      ${this.#view.zoomButtons()}
    `;
  }
}
