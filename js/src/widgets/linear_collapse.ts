/** LinearCollapse: the network made linear by a slider, and what is left of it then. */

import { html, nothing, render } from "lit-html";
import { type Alpha, alphaAt, blended, hiddenLayers } from "../math/blend.js";
import { Typesetter } from "../render/katex.js";
import { whileSeen } from "../render/sight.js";
import { type Passage, passages } from "../scene/collapse/formulas.js";
import { localMap } from "../scene/collapse/local.js";
import { derivedOf } from "../scene/derived.js";
import { Kept } from "../scene/kept.js";
import { Lens } from "../state/lens.js";
import { isMoving, isTraining } from "../state/moving.js";
import type { NetState } from "../state/types.js";
import type { Spec } from "../wire.js";
import { t } from "../words.js";
import { linkBadge } from "./badge.js";
import { Columns } from "./collapse/columns.js";
import { type Lost, legend, localPanel, lostTable, passage } from "./collapse/panels.js";
import { Pictures } from "./collapse/pictures.js";
import { AlphaSlider, functionName } from "./collapse/slider.js";
import { ControlBarSlot } from "./control_bar.js";
import type { NestingContext } from "./library.js";
import { trainingKeys } from "./training_keys.js";
import { weightSliders } from "./weight_sliders.js";

/** What holds where an option does not say; the same as in linear_collapse.py. */
const WIDTH = 800;
const DIGITS = 4;
/** Milliseconds between two drawings of the text while training goes on, or where it takes long. */
const REST = 120;
/** A drawing of the text that takes longer than this (ms) is not made in every frame. */
const LONG = 10;
/** Then two columns of the table take turns with the formulas. */
const TURNS = 3;
const FORMULAS = 2;

export function linearCollapse(context: NestingContext): () => void {
  const view = new LinearCollapseView(context);
  return () => view.dispose();
}

class LinearCollapseView {
  readonly #root = document.createElement("div");
  readonly #head = document.createElement("div");
  readonly #text = document.createElement("div");
  readonly #sliders = document.createElement("details");
  readonly #foot = document.createElement("div");
  readonly #typesetter = new Typesetter();
  readonly #lens: Lens;
  readonly #slider: AlphaSlider;
  readonly #pictures: Pictures;
  readonly #bar: ControlBarSlot;
  readonly #spec = new Kept<Spec>();
  readonly #passages = new Kept<Passage[]>();
  readonly #columns = new Columns();
  readonly #off: (() => void)[];
  #unmountSliders: (() => void) | null = null;
  #visible = true;
  #pending = 0;
  #later: ReturnType<typeof setTimeout> | undefined;
  #drawnAt = Number.NEGATIVE_INFINITY;
  #took = 0;
  #drawn: readonly unknown[] = [];
  #own = 0;
  #failed = "";

  constructor(private readonly context: NestingContext) {
    const { el, store, options, feed, mount } = context;
    this.#lens = new Lens(store, this.#look);
    this.#slider = new AlphaSlider(options, () => this.#turned());
    this.#bar = new ControlBarSlot(context, () => this.#foot);
    this.#layOut();
    el.append(this.#root);
    this.#pictures = new Pictures({
      ...{ lens: this.#lens, options, mount },
      moved: () => this.#redraw(),
    });
    this.#head.after(this.#pictures.el);
    this.#off = [
      this.#lens.subscribe((state) => this.#draw(state)),
      options.subscribe(() => this.#configure()),
      whileSeen(this.#root, (seen) => {
        this.#visible = seen;
        this.#lens.wake(seen);
      }),
    ];
    this.#configure();
    void this.#typesetter.fetch(feed, this.#root).then((failed) => {
      this.#failed = failed;
      this.#redraw();
    });
  }

  dispose(): void {
    cancelAnimationFrame(this.#pending);
    clearTimeout(this.#later);
    for (const off of this.#off) off();
    this.#slider.dispose();
    this.#pictures.dispose();
    this.#unmountSliders?.();
    this.#bar.dispose();
    this.#root.remove();
  }

  #layOut(): void {
    this.#root.className = "nnw nnw-collapse";
    this.#root.dataset.lmSuppressShortcuts = "true"; // JupyterLab leaves our keys to us
    this.#root.tabIndex = -1; // so that a click beside the controls makes the keys work, too
    this.#root.addEventListener("keydown", (event) => trainingKeys(event, this.context.store));
    this.#text.className = "nnw-collapse-text";
    this.#sliders.className = "nnw-collapse-sliders";
    this.#foot.className = "nnw-collapse-foot";
    render(html`<summary>${t("Weights and biases")}</summary><div></div>`, this.#sliders);
    this.#sliders.addEventListener("toggle", () => this.#mountSliders());
    this.#root.append(this.#head, this.#text, this.#sliders, this.#foot);
  }

  /** Every parameter as a slider, of the network as it is. */
  #mountSliders(): void {
    if (!this.#sliders.open || this.#unmountSliders) return;
    const { store } = this.context;
    const values: Record<string, unknown> = { width: 4000 };
    const options = {
      get: <T>(name: string) => values[name] as T,
      set: (name: string, value: unknown) => {
        values[name] = value;
        for (const changed of listeners) changed();
      },
      subscribe: (changed: () => void) => {
        listeners.add(changed);
        return () => void listeners.delete(changed);
      },
    };
    const listeners = new Set<() => void>();
    const el = this.#sliders.lastElementChild as HTMLElement;
    this.#unmountSliders = weightSliders({ store, options, el });
  }

  #look = (state: NetState): NetState => {
    const alpha = this.#slider.value;
    const key = [state.spec, typeof alpha === "number" ? alpha : alpha.join()];
    const spec = this.#spec.get(key, () => blended(state.spec, alpha));
    const held = state.held || this.#slider.moves; // what moves is drawn more coarsely
    return spec === state.spec && held === state.held ? state : { ...state, spec, held };
  };

  /** α is another: everything is drawn in the same frame. */
  #turned(): void {
    this.#own++;
    this.#lens.turn(this.#look);
  }

  #configure(): void {
    this.#root.style.setProperty("--nnw-width", `${this.#option("width", WIDTH)}px`);
    this.#turned();
  }

  /** After something of this view alone changed. */
  #redraw(): void {
    this.#own++;
    if (this.#pending) return;
    this.#pending = requestAnimationFrame(() => {
      this.#pending = 0;
      this.#draw(this.#lens.state);
    });
  }

  #option<T>(name: string, otherwise: T): T {
    return this.context.options.get<T | undefined>(name) ?? otherwise;
  }

  #draw(state: NetState): void {
    this.#root.dataset.frame = String(this.#lens.frame);
    this.#bar.update(this.context.store.state);
    if (!this.#visible) return;
    if (state.spec.kind !== "stack") {
      this.#cannot();
      return;
    }
    this.#drawHead(state);
    this.#pictures.update(state);
    this.#pictures.el.hidden = false;
    const { spec, params, data, selection } = state;
    const inputs = [spec, params, data, selection.sample, isMoving(state), this.#own];
    if (inputs.every((input, i) => Object.is(input, this.#drawn[i]))) return;
    if (this.#waits(state)) return;
    this.#drawn = inputs;
    const began = performance.now();
    const turn = this.#hurries(state) ? this.#turn++ % TURNS : null;
    this.#drawText(state, turn);
    this.#drawnAt = performance.now();
    if (turn === null) this.#took = this.#drawnAt - began;
  }

  #cannot(): void {
    this.#pictures.el.hidden = true;
    const text =
      t("This view needs Linear layers one after the other; the model has changed. ") +
      "DecisionLines and LossSurface can show it.";
    render(html`<p class="nnw-note">${text}</p>`, this.#head);
    render(nothing, this.#text);
  }

  #drawHead(state: NetState): void {
    const { spec, link } = state;
    const title = this.#option("title", "");
    const { value } = this.#slider;
    const own = functionName(spec, null);
    const none = hiddenLayers(spec) === 0;
    const as = isZero(value)
      ? t("This is your network, with its {own}.", { own })
      : t("Only this view is blended: your model keeps its {own}.", { own });
    render(
      html`${title ? html`<div class="nnw-title">${title}</div>` : nothing}
        ${this.#slider.template(spec)}
        <div class="nnw-collapse-note" role="note">
          <span>${none ? t("There is no hidden layer to blend.") : as}</span>
          ${legend(state, this.#pictures.line(state))} ${linkBadge(link)}
        </div>`,
      this.#head,
    );
  }

  /** Typesetting and counting take their time: where that is too long, they rest in between. */
  #waits(state: NetState): boolean {
    const rests = isTraining(state.status) || this.#took > LONG;
    // A large network leaves the page time to move.
    const rest = this.#hurries(state) ? REST : Math.max(REST, 3 * this.#took);
    if (!rests || performance.now() - this.#drawnAt >= rest) return false;
    this.#later ??= setTimeout(() => {
      this.#later = undefined;
      this.#draw(this.#lens.state);
    }, rest);
    return true;
  }

  /** Whether the text is drawn in turns: all of it would hold up what moves. */
  #hurries(state: NetState): boolean {
    return isMoving(state) && this.#took > LONG;
  }
  #turn = 0;

  /** @param turn what of it is drawn anew: a column of the table, or the formulas; null: all */
  #drawText(state: NetState, turn: number | null): void {
    const digits = this.#option("precision", DIGITS);
    const shown = this.#pictures.shown(state);
    const at = shown && this.#pictures.place(state, shown);
    const regions = shown && this.#pictures.overlay.regions(state, shown);
    const local = shown && at ? localMap(state, shown, regions, at, digits) : null;
    const { spec } = this.context.store.state;
    if (turn === null || turn === FORMULAS || this.#written.length === 0) {
      this.#written = this.#passages.get([spec, state.params, digits], () =>
        passages(spec, state.params, digits),
      );
    }
    render(
      html`<div class="nnw-collapse-facts">
          ${lostTable(this.#lost(state, turn))} ${localPanel(local, this.#typesetter)}
        </div>
        <div class="nnw-passages">${this.#written.map((each) => this.#passage(each))}</div>
        <p class="nnw-note">${t("Shown to {digits} significant digits, computed with all. {failed}", { digits, failed: this.#failed })}</p>`,
      this.#text,
    );
  }

  #written: readonly Passage[] = [];

  #passage(each: Passage) {
    const open = !each.folded || this.#open.has(each.id);
    return passage(each, this.#typesetter, open, () => {
      if (open) this.#open.delete(each.id);
      else this.#open.add(each.id);
      this.#redraw();
    });
  }
  /** Passages that were closed at first. */
  readonly #open = new Set<string>();

  #lost(state: NetState, turn: number | null): Lost {
    const shown = this.#pictures.shown(state);
    const said = derivedOf(this.#lens).chosen(state);
    const regions = shown && this.#pictures.overlay.regions(state, shown);
    const known = { state, shown, said, regions };
    const columns = this.#columns.measure(this.context.store.state, known, turn);
    return { ...columns, alpha: alphaText(this.#slider.value) };
  }
}

function isZero(alpha: Alpha): boolean {
  return typeof alpha === "number" ? alpha === 0 : alpha.every((_, l) => alphaAt(alpha, l) === 0);
}

function alphaText(alpha: Alpha): string {
  const all = typeof alpha === "number" ? [alpha] : alpha;
  if (all.length === 0) return "0"; // no layer is blended
  const text = all.slice(0, 4).map((each) => String(Number(each.toFixed(2))));
  return all.length > 4 ? `${text.join(", ")}, …` : text.join(", ");
}
