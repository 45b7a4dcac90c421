/** Activations: what each unit of a layer makes of the data, and of the sample at hand. */

import { html, render } from "lit-html";
import { guard } from "lit-html/directives/guard.js";
import { Board } from "../render/board.js";
import { same } from "../scene/kept.js";
import type { NetState } from "../state/types.js";
import { t } from "../words.js";
import { captionOf } from "./activations/caption.js";
import { Curve } from "./activations/curve.js";
import { Distribution } from "./activations/distribution.js";
import { type Hit, type Panel, type UnitsFrame, unitOf } from "./activations/frame.js";
import { Heatmap } from "./activations/heatmap.js";
import { PatternPanel } from "./activations/patterns.js";
import { UnitsSource } from "./activations/source.js";
import { activationsToolbar, type Show } from "./activations/toolbar.js";
import { aboutUnit, nameOf } from "./activations/words.js";
import { ControlBarSlot } from "./control_bar.js";
import type { LibraryContext, LibraryView } from "./library.js";
import { NextFrame } from "./next_frame.js";
import { applySize } from "./size.js";
import { drawTip } from "./tip.js";
import { trainingKeys } from "./training_keys.js";

export const activations: LibraryView = (context) => {
  const view = new ActivationsView(context);
  return () => view.dispose();
};

class ActivationsView {
  readonly #context: LibraryContext;
  readonly #root = document.createElement("div");
  readonly #parts: Record<"title" | "toolbar" | "stage" | "caption" | "spoken", HTMLElement>;
  readonly #board: Board;
  readonly #source: UnitsSource;
  readonly #panels: Record<Show, Panel>;
  readonly #heatmap = new Heatmap();
  readonly #abort = new AbortController();
  readonly #unsubscribe: (() => void)[];
  readonly #bar: ControlBarSlot;
  #frame: UnitsFrame | null = null;
  #painted: readonly unknown[] = [];
  #marked: readonly unknown[] = [];
  #pointer: readonly [number, number] | null = null;
  readonly #next = new NextFrame(() => this.#draw(this.#context.store.state));
  /** The unit that keys have gone to: its numbers are shown while the picture has the focus. */
  #keyed = false;

  constructor(context: LibraryContext) {
    this.#context = context;
    this.#bar = new ControlBarSlot(context, () => this.#root);
    const { store, options, el } = context;
    el.classList.add("nnw-host");
    this.#root.className = "nnw nnw-units";
    this.#root.dataset.lmSuppressShortcuts = "true"; // JupyterLab leaves our keys to us
    render(FRAME, this.#root);
    const part = (name: string) => this.#root.querySelector(`.${name}`) as HTMLElement;
    this.#parts = {
      title: part("nnw-title"),
      toolbar: part("nnw-toolbar"),
      stage: part("nnw-stage"),
      caption: part("nnw-caption"),
      spoken: part("nnw-spoken"),
    };
    el.append(this.#root);
    this.#source = new UnitsSource(store, options);
    this.#panels = {
      distribution: new Distribution(),
      heatmap: this.#heatmap,
      curve: new Curve(),
      patterns: new PatternPanel(this.#source.patterns),
    };
    const changed = () => this.#redraw();
    const label = t("Activations: arrow keys go from unit to unit, full stop and comma to samples");
    this.#board = new Board({ host: this.#parts.stage, label, changed });
    this.#listen();
    this.#unsubscribe = [
      store.subscribe((state) => this.#draw(state)),
      options.subscribe(() => this.#redraw()),
    ];
    this.#draw(store.state);
  }

  dispose(): void {
    for (const stop of this.#unsubscribe) stop();
    this.#next.cancel();
    this.#abort.abort();
    this.#board.dispose();
    this.#source.dispose();
    this.#bar.dispose();
    this.#root.remove();
  }

  #redraw(): void {
    this.#next.ask();
  }

  get #panel(): Panel {
    return this.#panels[this.#context.options.get<Show>("show")] ?? this.#panels.distribution;
  }

  #draw(state: NetState): void {
    const { store, options } = this.#context;
    applySize(this.#root, { width: options.get("width") });
    this.#root.dataset.frame = String(store.frame);
    this.#bar.update(state);
    if (!this.#board.visible || this.#board.width === 0) return;
    this.#frame = this.#source.frame(state);
    this.#drawToolbar(state);
    if (this.#frame) this.#picture(this.#frame);
    else render(html`${t("Computed by Python…")}`, this.#parts.caption);
    this.#drawTip();
  }

  #picture(frame: UnitsFrame): void {
    const board = this.#board;
    const { options } = this.#context;
    const { status, held } = frame.state;
    const show = options.get<Show>("show");
    const height = this.#panel.height(board.width, frame);
    board.resize(height);
    // The curve is of the unit at hand; patterns are drawn finer once nothing moves.
    const own = {
      distribution: [],
      heatmap: [],
      curve: [unitOf(frame)],
      patterns: [status.state, held, options.get("with_earlier")],
    }[show];
    const base = [board.version, show, ...frame.key, frame.shown, frame.stats, ...own];
    const painted = !same(base, this.#painted);
    if (painted) this.#panel.paint(board, frame);
    this.#painted = base;
    const over = [frame.unit, frame.sample?.row];
    if (painted || !same(over, this.#marked)) {
      this.#panel.mark(board, frame);
      const words = captionOf(frame, this.#source.thresholds(), this.#panel.caption(frame));
      render(words, this.#parts.caption);
    }
    this.#marked = over;
  }

  #drawToolbar(state: NetState): void {
    const { options } = this.#context;
    const actions = {
      choose: (row: number | null) => this.#choose(row),
      pin: (chosen: number) => this.#pin(chosen),
      turn: (page: number) => {
        this.#source.page = page;
        this.#redraw();
      },
    };
    const frame = this.#frame;
    const unit = frame && unitOf(frame);
    const of = ["show", "layer", "units", "with_earlier"].map((name) => options.get(name));
    const chosen = this.#source.chosen(state);
    render(
      guard([...of, state.spec, state.data, chosen, this.#source.page, unit], () =>
        activationsToolbar({ state, options, source: this.#source, unit }, actions),
      ),
      this.#parts.toolbar,
    );
    this.#parts.title.textContent = options.get<string>("title");
  }

  // The hand

  #listen(): void {
    const { el } = this.#board;
    const { signal } = this.#abort;
    const { store } = this.#context;
    this.#root.addEventListener("keydown", (event) => trainingKeys(event, store), { signal });
    el.addEventListener("pointermove", (event) => this.#move(event), { signal });
    el.addEventListener("pointerleave", () => this.#leave(), { signal });
    el.addEventListener("pointerdown", (event) => this.#press(event), { signal });
    el.addEventListener("keydown", (event) => this.#key(event), { signal });
    el.addEventListener("blur", () => this.#blur(), { signal });
  }

  #hit(): Hit | null {
    return this.#pointer && this.#frame ? this.#panel.hit(this.#pointer, this.#frame) : null;
  }

  #move(event: PointerEvent): void {
    this.#pointer = this.#board.at(event);
    this.#keyed = false;
    const hit = this.#hit();
    this.#select(hit?.unit ?? null, hit?.sample ?? null);
    this.#drawTip();
  }

  #press(event: PointerEvent): void {
    this.#pointer = this.#board.at(event);
    const hit = this.#hit();
    if (hit && hit.unit !== null) this.#pin(hit.unit);
    const sample = hit?.sample ?? null;
    if (sample !== null) this.#context.options.set("sample", sample);
  }

  #leave(): void {
    this.#pointer = null;
    this.#select(null, null);
    this.#drawTip();
  }

  #blur(): void {
    if (this.#keyed) this.#select(null, null);
    this.#keyed = false;
    this.#drawTip();
  }

  #select(unit: number | null, sample: number | null): void {
    const { store } = this.#context;
    const layer = this.#source.layer(store.state);
    store.select({ unit: unit === null ? null : { layer, unit }, sample });
  }

  #choose(row: number | null): void {
    this.#context.store.select({ sample: null }); // what is pointed at would hide what is chosen
    this.#context.options.set("sample", row);
  }

  #key(event: KeyboardEvent): void {
    const frame = this.#frame;
    if (!frame || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const { key } = event;
    const along = { ",": -1, ".": 1 }[key];
    const across = { ArrowLeft: -1, ArrowRight: 1 }[key];
    if (key === "Escape") this.#escape();
    else if (along) this.#choose(stepped(frame, along));
    else if (across && this.#panel === this.#heatmap) {
      this.#choose(this.#heatmap.stepSample(across, frame));
    } else {
      const unit = this.#panel.step(key, frame);
      if (unit === null) return;
      this.#go(frame, unit);
    }
    event.preventDefault();
    event.stopPropagation();
    this.#drawTip();
  }

  #pin(unit: number): void {
    this.#source.pinned = { layer: this.#source.layer(this.#context.store.state), unit };
    this.#redraw();
  }

  #go(frame: UnitsFrame, unit: number): void {
    this.#keyed = true;
    this.#pin(unit);
    this.#pointer = null;
    this.#select(unit, null);
    const about = aboutUnit(frame, unit).map(([name, value]) => `${name} ${value}`);
    this.#parts.spoken.textContent = `${nameOf(frame, unit)}: ${about.join(", ")}`;
  }

  #escape(): void {
    this.#keyed = false;
    this.#select(null, null);
    this.#context.options.set("sample", null);
  }

  #drawTip(): void {
    const frame = this.#frame;
    const hit = this.#hit();
    const { tipHost } = this.#board;
    if (hit && this.#pointer) {
      drawTip(tipHost, { at: this.#pointer, title: hit.title, rows: hit.rows }, this.#board);
      return;
    }
    const at = frame && this.#keyed ? this.#panel.anchor(frame) : null;
    const unit = frame?.unit ?? null;
    const tip =
      frame && at && unit !== null
        ? { at, title: nameOf(frame, unit), rows: aboutUnit(frame, unit) }
        : null;
    drawTip(tipHost, tip, this.#board);
  }
}

/** The row after or before the chosen one. */
function stepped({ state, sample }: UnitsFrame, by: number): number {
  return sample === null ? 0 : Math.max(0, Math.min(state.data.n - 1, sample.row + by));
}

const FRAME = html`<div class="nnw-title"></div>
  <div class="nnw-toolbar"></div>
  <div class="nnw-stage"></div>
  <div class="nnw-caption"></div>
  <div class="nnw-spoken" aria-live="polite"></div>`;
