/** What the views of single samples have in common: their parts, their feed, tip and control bar. */

import { html, nothing, render } from "lit-html";
import { whileSeen } from "../../render/sight.js";
import { watchTheme } from "../../render/theme.js";
import type { NetState } from "../../state/types.js";
import { t } from "../../words.js";
import type { Rows } from "../about.js";
import { ControlBarSlot } from "../control_bar.js";
import type { Fed } from "../feed.js";
import type { LibraryContext } from "../library.js";
import { NextFrame } from "../next_frame.js";
import { applySize } from "../size.js";
import { drawTip } from "../tip.js";
import { trainingKeys } from "../training_keys.js";
import { ShownSample } from "./shown_sample.js";

export interface FrameView {
  readonly label: string;
  /** Between the bar of samples and the foot, from top to bottom. */
  readonly parts: readonly string[];
  draw(state: NetState): void;
}

export interface Said {
  /** In the page's pixels. */
  readonly at: readonly [number, number];
  readonly title: string;
  readonly rows?: Rows;
}

export class PictureFrame {
  readonly root = document.createElement("div");
  readonly shown: ShownSample;
  readonly #context: LibraryContext;
  readonly #view: FrameView;
  readonly #parts = new Map<string, HTMLElement>();
  readonly #unsubscribe: (() => void)[];
  readonly #keptOf = new WeakMap<Fed, unknown>();
  readonly #bar: ControlBarSlot;
  readonly #next = new NextFrame(() => this.#draw(this.#context.store.state));
  /** Off screen nothing is drawn: the newest is when the view comes back. */
  #visible = true;
  #last: unknown = null;
  #drawn: readonly unknown[] = [];

  constructor(context: LibraryContext, view: FrameView) {
    const { el, store, options, feed } = context;
    this.#context = context;
    this.#bar = new ControlBarSlot(context, () => this.part("foot"));
    this.#view = view;
    this.shown = new ShownSample(store, options, feed);
    this.root.className = "nnw nnw-maps";
    this.root.dataset.lmSuppressShortcuts = "true";
    this.root.tabIndex = -1;
    this.root.setAttribute("role", "group");
    this.root.setAttribute("aria-label", view.label);
    for (const name of ["title", "sample", ...view.parts, "caption", "foot", "tips"]) {
      const part = document.createElement("div");
      part.className = `nnw-maps-${name}`;
      this.#parts.set(name, part);
      this.root.append(part);
    }
    el.classList.add("nnw-host");
    el.append(this.root);
    render(html`<span class="nnw-soft">${t("Waiting for Python …")}</span>`, this.part("caption"));
    this.root.addEventListener("keydown", (event) => trainingKeys(event, store));
    const seen = (visible: boolean) => {
      this.#visible = visible;
      if (visible) this.redraw();
    };
    this.#unsubscribe = [
      store.subscribe((state) => this.#changed(state)),
      options.subscribe(() => this.redraw()),
      feed.subscribe(() => this.redraw()),
      whileSeen(this.root, seen, "200px"), // drawn a little before it is scrolled to
      watchTheme(() => this.redraw()),
    ];
    this.redraw();
  }

  part(name: string): HTMLElement {
    return this.#parts.get(name) as HTMLElement;
  }

  /** Decode what came, once; while it cannot be computed the last picture stays, with the reason. */
  kept<T>(decode: (fed: Fed | null) => T | null): T | null {
    const { latest } = this.#context.feed;
    if (!latest) return this.#last as T | null;
    if (!this.#keptOf.has(latest)) this.#keptOf.set(latest, decode(latest));
    const made = this.#keptOf.get(latest) as T | null;
    if (made) this.#last = made;
    return this.#last as T | null;
  }

  /** In the next frame; however often it is asked for. */
  redraw(): void {
    this.#next.ask();
  }

  tip(said: Said | null): void {
    const box = this.root.getBoundingClientRect();
    const tip = said && {
      ...{ title: said.title, rows: said.rows ?? [] },
      at: [said.at[0] - box.left, said.at[1] - box.top] as const,
    };
    drawTip(this.part("tips"), tip, { width: box.width, height: box.height });
  }

  dispose(): void {
    this.#next.cancel();
    for (const stop of this.#unsubscribe) stop();
    this.#bar.dispose();
    this.root.remove();
  }

  /** A frame of training alone changes the bar: maps come by the feed. */
  #changed(state: NetState): void {
    this.#bar.update(state);
    const of = [state.selection, state.spec, state.data];
    if (of.some((value, i) => value !== this.#drawn[i])) this.#draw(state);
    this.root.dataset.frame = String(this.#context.store.frame);
  }

  #draw(state: NetState): void {
    if (!this.#visible) return;
    const { options, feed } = this.#context;
    this.#drawn = [state.selection, state.spec, state.data];
    applySize(this.root, { width: options.get<number | undefined>("width") ?? 760 });
    this.#bar.update(state);
    render(options.get<string>("title") || nothing, this.part("title"));
    const error = feed.latest?.content.error;
    if (feed.latest) {
      const text = error
        ? html`<span class="nnw-maps-error" role="alert">${error}</span>`
        : nothing;
      render(text, this.part("caption"));
    }
    this.#view.draw(state);
  }
}
