/** What views over epochs share: their frame, their size, when they draw, the control bar. */

import { html, render } from "lit-html";
import { createRef, ref } from "lit-html/directives/ref.js";
import { Window } from "../scene/chart.js";
import type { NetState } from "../state/types.js";
import { t } from "../words.js";
import { Pointing } from "./chart_panel.js";
import { ControlBarSlot } from "./control_bar.js";
import type { LibraryContext } from "./library.js";
import { NextFrame } from "./next_frame.js";
import { applySize } from "./size.js";
import { zoomButtons } from "./toolbar.js";
import { trainingKeys } from "./training_keys.js";

const PARTS = ["title", "legend", "stage", "caption", "toolbar", "foot"] as const;
export type Part = (typeof PARTS)[number];

export class EpochView {
  readonly root: HTMLElement;
  readonly window = new Window();
  readonly pointing: Pointing;
  readonly #parts = Object.fromEntries(PARTS.map((part) => [part, createRef<HTMLElement>()]));
  readonly #context: LibraryContext;
  readonly #draw: (state: NetState) => void;
  readonly #unsubscribe: (() => void)[];
  readonly #next = new NextFrame(() => this.draw(this.#context.store.state));
  readonly #bar: ControlBarSlot;

  constructor(
    context: LibraryContext,
    name: string,
    label: string,
    draw: (state: NetState) => void,
    pointing?: (window: Window, redraw: () => void) => Pointing,
  ) {
    this.#context = context;
    this.#bar = new ControlBarSlot(context, () => this.part("foot"));
    this.#draw = draw;
    const { el, store, options } = context;
    el.classList.add("nnw-host");
    render(this.#frame(name, label), el);
    this.root = el.querySelector(`.${name}`) as HTMLElement;
    const redraw = () => this.redraw();
    this.pointing = pointing?.(this.window, redraw) ?? new Pointing(store, this.window, redraw);
    this.root.addEventListener("keydown", (event) => trainingKeys(event, store));
    this.#unsubscribe = [store.subscribe((state) => this.draw(state)), options.subscribe(redraw)];
  }

  part(name: Part): HTMLElement {
    return this.#parts[name].value as HTMLElement;
  }

  /** After something of this view alone changed: an option, the zoom, the size, what Python sent. */
  redraw(): void {
    this.#next.ask();
  }

  zoomButtons() {
    const { window } = this;
    const then = (act: () => void) => {
      act();
      this.redraw();
    };
    const zoomed = { zoomBy: (factor: number) => then(() => window.zoomBy(factor)) };
    return zoomButtons(zoomed, () => then(() => window.reset()), !window.zoomed);
  }

  draw(state: NetState): void {
    const { store, options } = this.#context;
    applySize(this.root, { width: options.get("width"), height: options.get("height") });
    this.#draw(state);
    this.#bar.update(state);
    this.root.dataset.frame = String(store.frame);
  }

  dispose(): void {
    this.#next.cancel();
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#bar.dispose();
    this.root.remove();
  }

  #frame(name: string, label: string) {
    const { title, legend, stage, caption, toolbar, foot } = this.#parts;
    return html`<div class="nnw nnw-plane nnw-epochs ${name}" role="group" aria-label=${label}
      data-lm-suppress-shortcuts="true">
      <div class="nnw-title" ${ref(title)}></div>
      <div class="nnw-legend" role="group" aria-label=${t("Legend")} ${ref(legend)}></div>
      <div class="nnw-charts" ${ref(stage)}></div>
      <div class="nnw-caption" ${ref(caption)}></div>
      <div class="nnw-toolbar" role="toolbar" aria-label=${t("View")} ${ref(toolbar)}></div>
      <div class="nnw-foot" ${ref(foot)}></div>
    </div>`;
  }
}

/** A button of a legend: what it shows is drawn while it is pressed. */
export function legendEntry(
  name: string,
  look: { readonly colour: string; readonly dashed?: boolean },
  on: boolean,
  toggle: () => void,
  title = on ? t("Hide {name}", { name }) : t("Show {name}", { name }),
) {
  return html`<button type="button" class="nnw-button nnw-text nnw-legend-entry" title=${title}
    aria-label=${name} aria-pressed=${on ? "true" : "false"} @click=${toggle}>
    <span class="nnw-swatch" ?data-dashed=${look.dashed} style="--line: ${look.colour}"></span>${name}
  </button>`;
}
