/** FlowComparison: gradients of several networks over their depth and over the epochs. */

import { html, nothing, render } from "lit-html";
import { css, unitColour } from "../math/colour.js";
import { type Chart, homeOf, Window } from "../scene/chart.js";
import {
  type Candidate,
  candidatesOf,
  depthChart,
  lossesChart,
  ratiosChart,
  verdicts,
} from "../scene/flow_comparison.js";
import { Kept } from "../scene/kept.js";
import type { NetState } from "../state/types.js";
import { t } from "../words.js";
import { ChartPanel, Pointing } from "./chart_panel.js";
import { EpochView, legendEntry } from "./epoch_view.js";
import type { Fed } from "./feed.js";
import type { LibraryContext, LibraryView } from "./library.js";

export const flowComparison: LibraryView = (context) => {
  const view = new FlowComparisonView(context);
  return () => view.dispose();
};

class FlowComparisonView {
  readonly #context: LibraryContext;
  readonly #view: EpochView;
  readonly #depth: Pointing;
  readonly #panels: readonly ChartPanel[];
  readonly #charts = new Kept<readonly Chart[]>();
  readonly #profile = new Kept<Chart>();
  readonly #words = new Kept<void>();
  readonly #unsubscribe: () => void;
  #candidates: readonly Candidate[] = [];
  #error = "";
  #layer: number | null = null;
  #over: string | null = null;

  constructor(context: LibraryContext) {
    this.#context = context;
    const { store, feed } = context;
    this.#view = new EpochView(
      context,
      "nnw-flow-comparison",
      t("Gradients of several networks"),
      (state) => this.#draw(state),
    );
    const redraw = () => this.#view.redraw();
    const point = (layer: number | null) => {
      this.#layer = layer;
      redraw();
    };
    this.#depth = new Pointing(store, new Window(), redraw, point, () => this.#layer);
    const stage = this.#view.part("stage");
    render(HOSTS, stage);
    const [depth, ratio, loss] = stage.querySelectorAll<HTMLElement>(".nnw-chart-host");
    const { pointing } = this.#view;
    this.#panels = [
      new ChartPanel(
        depth,
        this.#depth,
        t("Gradient of every layer; arrow keys choose a layer"),
        (layer) => t("layer {layer}, {when}", { layer, when: this.#when() }),
      ),
      new ChartPanel(
        ratio,
        pointing,
        t("First layer's gradient over the last's; arrow keys choose an epoch"),
      ),
      new ChartPanel(loss, pointing, t("Losses over epochs; arrow keys choose an epoch")),
    ];
    this.#unsubscribe = feed.subscribe((fed) => this.#take(fed));
    this.#view.draw(store.state);
  }

  dispose(): void {
    this.#unsubscribe();
    for (const panel of this.#panels) panel.dispose();
    this.#view.dispose();
  }

  #take({ content, buffers }: Fed): void {
    this.#error = typeof content.error === "string" ? content.error : "";
    if (!this.#error) this.#candidates = candidatesOf(content, buffers);
    this.#view.redraw();
  }

  #when(): string {
    const { epoch } = this.#context.store.state.selection;
    return epoch === null ? t("at the end") : t("epoch {epoch}", { epoch });
  }

  #draw({ selection: { epoch } }: NetState): void {
    const { options } = this.#context;
    const hidden = options.get<readonly string[]>("hidden");
    const rule = [options.get<number>("vanishing"), options.get<number>("exploding")] as const;
    const [all, hot] = [this.#candidates, this.#over];
    if (all.length > 0) {
      const charts = this.#charts.get([all, hidden, hot, ...rule], () => [
        ratiosChart(all, rule, { hidden, hot }),
        lossesChart(all, { hidden, hot }),
      ]);
      const profile = this.#profile.get([all, hidden, hot, epoch], () =>
        depthChart(all, epoch, { hidden, hot }),
      );
      this.#view.window.home = homeOf(charts[1].curves);
      this.#depth.window.home = homeOf(profile.curves);
      [profile, ...charts].forEach((chart, i) => {
        this.#panels[i].draw(chart);
      });
    }
    const title = options.get<string>("title");
    this.#words.get([all, hidden, epoch, title, ...rule, this.#error], () => {
      render(title || nothing, this.#view.part("title"));
      render(this.#legend(hidden, epoch, rule), this.#view.part("legend"));
      render(this.#error || this.#caption(epoch), this.#view.part("caption"));
    });
  }

  #caption(epoch: number | null): string {
    if (this.#candidates.length === 0) return "";
    const layers = this.#candidates[0].layers.length;
    const at =
      epoch === null
        ? t("the last epoch")
        : epoch === 0
          ? t("epoch 0, initialisation")
          : t("epoch {epoch}", { epoch });
    return t(
      "{layers} layers each · left and above: {at} · gradient of the loss over the data, weights without biases",
      { layers, at },
    );
  }

  #legend(hidden: readonly string[], epoch: number | null, rule: readonly [number, number]) {
    const flip = (name: string) => () => {
      const next = hidden.includes(name) ? hidden.filter((h) => h !== name) : [...hidden, name];
      this.#context.options.set("hidden", next);
    };
    const over = (name: string | null) => () => {
      this.#over = name;
      this.#view.redraw();
    };
    return html`<div class="nnw-flow-lines">
      ${verdicts(this.#candidates, epoch, rule).map(
        ({ name, kind, text }, i) => html`<span class="nnw-flow-line"
          @pointerenter=${over(name)} @pointerleave=${over(null)}
          @focusin=${over(name)} @focusout=${over(null)}
          >${legendEntry(
            name,
            { colour: css(unitColour(i)), dashed: i % 3 > 0 },
            !hidden.includes(name),
            flip(name),
          )}<span class="nnw-flow-verdict" data-kind=${kind}>${text}</span></span>`,
      )}
    </div>`;
  }
}

const HOSTS = html`<div class="nnw-chart-host" data-plot="depth"></div>
  <div class="nnw-chart-host" data-plot="ratios"></div>
  <div class="nnw-chart-host" data-plot="losses"></div>`;
