/** WeightUpdates: the weight matrices, what training does to them, and how they have spread. */

import { html, render } from "lit-html";
import { guard } from "lit-html/directives/guard.js";
import { Board } from "../render/board.js";
import type { NetState } from "../state/types.js";
import { t } from "../words.js";
import { ControlBarSlot } from "./control_bar.js";
import type { LibraryContext, LibraryView } from "./library.js";
import { NextFrame } from "./next_frame.js";
import { applySize } from "./size.js";
import { trainingKeys } from "./training_keys.js";
import { MatrixHand } from "./weights/matrix_hand.js";
import { WeightSource } from "./weights/source.js";
import { SpreadHand } from "./weights/spread_hand.js";
import { weightsToolbar } from "./weights/toolbar.js";

export const weightUpdates: LibraryView = (context) => {
  const view = new WeightUpdatesView(context);
  return () => view.dispose();
};

class WeightUpdatesView {
  readonly #context: LibraryContext;
  readonly #root = document.createElement("div");
  readonly #part = (name: string) => this.#root.querySelector(`.${name}`) as HTMLElement;
  readonly #source: WeightSource;
  readonly #matrices: MatrixHand;
  readonly #spread: SpreadHand;
  readonly #boards: readonly Board[];
  readonly #abort = new AbortController();
  readonly #unsubscribe: (() => void)[];
  readonly #bar: ControlBarSlot;
  readonly #next = new NextFrame(() => this.#draw(this.#context.store.state));

  constructor(context: LibraryContext) {
    this.#context = context;
    this.#bar = new ControlBarSlot(context, () => this.#root);
    const { store, options, feed, el } = context;
    el.classList.add("nnw-host");
    this.#root.className = "nnw nnw-units nnw-weights";
    this.#root.dataset.lmSuppressShortcuts = "true"; // JupyterLab leaves our keys to us
    render(FRAME, this.#root);
    el.append(this.#root);
    this.#source = new WeightSource(store, options);
    const changed = () => this.#redraw();
    const board = (host: string, label: string) =>
      new Board({ host: this.#part(host), label, changed });
    const matrices = board(
      "nnw-matrices",
      t("Weights: arrow keys go from cell to cell, Enter edits"),
    );
    const spread = board(
      "nnw-spread",
      t("Weights over the epochs: arrow keys go from epoch to epoch"),
    );
    this.#boards = [matrices, spread];
    const { signal } = this.#abort;
    this.#matrices = new MatrixHand(matrices, this.#source, context, signal, (text) => {
      this.#part("nnw-spoken").textContent = text;
    });
    this.#spread = new SpreadHand(spread, this.#source, store, signal);
    this.#root.addEventListener("keydown", (event) => trainingKeys(event, store), { signal });
    this.#unsubscribe = [
      store.subscribe((state) => this.#draw(state)),
      options.subscribe(changed),
      feed.subscribe((fed) => {
        this.#source.learn(fed, store.state);
        this.#spread.forget();
        this.#redraw();
      }),
    ];
    this.#draw(store.state);
  }

  dispose(): void {
    for (const stop of this.#unsubscribe) stop();
    this.#next.cancel();
    this.#matrices.dispose();
    this.#abort.abort();
    for (const board of this.#boards) board.dispose();
    this.#bar.dispose();
    this.#root.remove();
  }

  #redraw(): void {
    this.#next.ask();
  }

  #draw(state: NetState): void {
    const { store, options } = this.#context;
    applySize(this.#root, { width: options.get("width") });
    this.#root.dataset.frame = String(store.frame);
    const counted = this.#source.see(state);
    if (options.get("quantity") === "update") {
      this.#source.recall(state, () => this.#redraw());
    }
    this.#bar.update(state);
    this.#toolbar(state);
    const show = options.get<string>("show");
    this.#part("nnw-matrices").hidden = show === "histogram";
    this.#part("nnw-spread").hidden = show === "matrices";
    if (show !== "histogram") this.#matrices.draw(state, this.#part("nnw-caption"));
    else this.#part("nnw-caption").textContent = "";
    if (counted) this.#spread.forget();
    if (show !== "matrices") this.#spread.draw(state);
  }

  #toolbar(state: NetState): void {
    const { options } = this.#context;
    const all = this.#source.all(state);
    const layer = this.#source.layer(state);
    const of = ["show", "quantity"].map((name) => options.get(name));
    render(
      guard([...of, all, layer], () => weightsToolbar(options, all, layer)),
      this.#part("nnw-toolbar"),
    );
    this.#part("nnw-title").textContent = options.get<string>("title");
  }
}

const FRAME = html`<div class="nnw-title"></div>
  <div class="nnw-toolbar"></div>
  <div class="nnw-stage nnw-matrices"></div>
  <div class="nnw-caption"></div>
  <div class="nnw-stage nnw-spread"></div>
  <div class="nnw-spoken" aria-live="polite"></div>`;
