/** Playground: its places, and the network that is shown in them now. */

import { html, nothing, render } from "lit-html";
import { createRef, ref } from "lit-html/directives/ref.js";
import type { ModelLike } from "../../state/host.js";
import { setWords, t } from "../../words.js";
import { mountView } from "../mount.js";
import { trainingKeys } from "../training_keys.js";
import { Bar } from "./bar.js";
import { Choices } from "./choices.js";
import { DataPanel } from "./data_panel.js";
import { layers } from "./layers.js";
import { layoutFor } from "./layout.js";
import { Menu } from "./menu.js";
import { Panels } from "./panels.js";
import { type Parts, type PlaygroundHost, Session } from "./session.js";
import { settings } from "./settings.js";

export interface PlaygroundContext {
  readonly model: ModelLike;
  readonly el: HTMLElement;
  readonly signal?: AbortSignal;
  readonly host: PlaygroundHost;
}

export async function playground(context: PlaygroundContext): Promise<() => void> {
  const parts = context.model.get("_parts") as Parts;
  const session = await Session.open(parts, context.host);
  setWords(session.network.get("_words"));
  return mountView(context, null, () => {
    const view = new PlaygroundView(context, session);
    return () => view.dispose();
  });
}

class PlaygroundView {
  readonly #root = document.createElement("div");
  readonly #choices: Choices;
  readonly #head = createRef<HTMLElement>();
  readonly #data: DataPanel;
  readonly #menu: Menu;
  readonly #panels: Panels;
  readonly #settings = createRef<HTMLElement>();
  readonly #layers = createRef<HTMLElement>();
  readonly #sight: ResizeObserver | null;
  readonly #off: (() => void)[];
  #session: Session;
  #bar: Bar | null = null;
  #unsubscribe: () => void = () => {};
  #beside: boolean | null = null;
  #ended = false;

  constructor(
    private readonly context: PlaygroundContext,
    session: Session,
  ) {
    const { model, el } = context;
    this.#session = session;
    this.#choices = new Choices(model);
    this.#data = new DataPanel(model, this.#choices);
    this.#menu = new Menu(model, this.#choices);
    const [data, stage, side, under, foot] = Array.from({ length: 5 }, () => createRef());
    el.classList.add("nnw-host");
    this.#root.className = "nnw nnw-bench";
    this.#root.dataset.lmSuppressShortcuts = "true";
    this.#root.setAttribute("role", "group");
    this.#root.setAttribute("aria-label", t("Playground"));
    this.#root.tabIndex = -1;
    this.#root.addEventListener("keydown", (event) => trainingKeys(event, this.#session.store));
    el.append(this.#root);
    render(
      html`<div class="nnw-bench-head"><div class="nnw-bench-top"><div ${ref(this.#head)}></div>${this.#menu.el}</div><div ${ref(this.#settings)}></div></div>
        <div class="nnw-bench-grid">
          <details class="nnw-bench-left" open>
            <summary>${t("Data")}</summary><div ${ref(data)}>${this.#data.el}</div>
          </details>
          <div class="nnw-bench-stage">
            <div class="nnw-bench-network" ${ref(stage)}></div>
            <div ${ref(this.#layers)}></div>
            <div class="nnw-bench-under" ${ref(under)}></div>
          </div>
          <div class="nnw-bench-side" ${ref(side)}></div>
        </div>
        <div class="nnw-bench-foot" ${ref(foot)}></div>`,
      this.#root,
    );
    this.#panels = new Panels({
      stage: stage.value as HTMLElement,
      side: side.value as HTMLElement,
      under: under.value as HTMLElement,
      foot: foot.value as HTMLElement,
      missing: (part) => this.#choices.about.missing[part],
    });
    this.#sight =
      typeof ResizeObserver === "undefined" ? null : new ResizeObserver(() => this.#layOut());
    this.#sight?.observe(this.#root);
    this.#off = [this.#choices.subscribe(() => this.#chosen())];
    this.#layOut();
    this.#follow(session);
    void this.#panels.show(session).then(() => this.#told(session));
  }

  dispose(): void {
    this.#ended = true;
    this.#sight?.disconnect();
    for (const off of this.#off) off();
    this.#unsubscribe();
    this.#menu.dispose();
    this.#choices.dispose();
    this.#panels.dispose();
    this.#root.remove();
  }

  #layOut(): void {
    const layout = layoutFor(this.#root.clientWidth);
    this.#root.dataset.size = layout.size;
    if (layout.beside !== this.#beside) {
      this.#beside = layout.beside;
      (this.#root.querySelector(".nnw-bench-left") as HTMLDetailsElement).open = layout.beside;
    }
    this.#panels.layOut(layout);
    this.#panels.fit();
  }

  /** Something was chosen, here or in Python, or another network was made. */
  #chosen(): void {
    const parts = this.context.model.get("_parts") as Parts;
    if (parts.serial !== this.#session.parts.serial) void this.#change(parts);
    this.#draw();
  }

  async #change(parts: Parts): Promise<void> {
    if (this.#coming === parts.serial) return;
    this.#coming = parts.serial;
    const session = await Session.open(parts, this.context.host);
    if (this.#ended || this.#coming !== parts.serial) return;
    this.#follow(session);
    await this.#panels.show(session);
    this.#told(session);
  }
  #coming = -1;

  #follow(session: Session): void {
    this.#unsubscribe();
    this.#session = session;
    const bar = new Bar(this.#choices, session.store);
    this.#bar = bar;
    this.#head.value?.replaceChildren(bar.el);
    this.#unsubscribe = session.store.subscribe((state) => {
      this.#choices.gone = state.link === "disconnected";
      bar.update(state);
      this.#drawSettings();
    });
    this.#draw();
  }

  /** The views of the network before are needed no more. */
  #told(session: Session): void {
    if (this.#ended || session !== this.#session) return;
    this.#choices.tell({ type: "shown", serial: session.parts.serial });
    this.#root.dataset.serial = String(session.parts.serial);
  }

  #draw(): void {
    this.#bar?.update(this.#session.store.state);
    this.#data.update();
    this.#menu.draw();
    this.#drawSettings();
  }

  #drawSettings(): void {
    const { store } = this.#session;
    const place = this.#settings.value;
    const { activations } = this.#choices.about;
    if (this.#layers.value) render(layers(store.state, store, activations), this.#layers.value);
    if (place) render(settings(this.#choices, store.state, store) ?? nothing, place);
  }
}
