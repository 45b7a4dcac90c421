/** ForwardBackward: one pass through the network worked by hand, a step at a time. */

import { html, render } from "lit-html";
import { focusedIn } from "../render/focus.js";
import { Typesetter } from "../render/katex.js";
import { Measured } from "../render/measured.js";
import { whileSeen } from "../render/sight.js";
import { entriesOf, type Step, stepsOf, usesOf } from "../scene/by_hand/steps.js";
import { Symbols } from "../scene/by_hand/symbols.js";
import type { Worked } from "../scene/by_hand/worked.js";
import { same } from "../scene/kept.js";
import type { NetState } from "../state/types.js";
import type { Spec } from "../wire.js";
import { t } from "../words.js";
import { linkBadge } from "./badge.js";
import { body, type Deps } from "./by_hand/body.js";
import { Exercise } from "./by_hand/exercise.js";
import { WeightFields } from "./by_hand/fields.js";
import { stepKeys } from "./by_hand/keys.js";
import { Pace } from "./by_hand/pace.js";
import { PassSource } from "./by_hand/source.js";
import { Stepper } from "./by_hand/stepper.js";
import { Update } from "./by_hand/update.js";
import { ControlBarSlot } from "./control_bar.js";
import type { LibraryContext } from "./library.js";
import { NextFrame } from "./next_frame.js";
import { type NumberField, rateField } from "./number_field.js";
import { applySize } from "./size.js";
import { trainingKeys } from "./training_keys.js";

const WIDTH = 760;

export function forwardBackward(context: LibraryContext): () => void {
  const view = new ForwardBackwardView(context);
  return () => view.dispose();
}

class ForwardBackwardView {
  readonly #root = document.createElement("div");
  readonly #body = document.createElement("div");
  readonly #weights = document.createElement("div");
  readonly #foot = document.createElement("div");
  readonly #source: PassSource;
  readonly #fields: WeightFields;
  readonly #deps: Deps;
  readonly #room: Measured;
  readonly #off: (() => void)[];
  readonly #bar: ControlBarSlot;
  readonly #next = new NextFrame(() => this.#draw(this.context.store.state));
  readonly #pace = new Pace(() => this.#draw(this.context.store.state));
  #rate: NumberField | null = null;
  #unit = 0;
  #visible = true;
  #drawn: readonly unknown[] = [];
  /** Grows with what this view alone knows: typesetting, tries, the unit, playing. */
  #own = 0;
  #kept: unknown;
  #failed = "";

  constructor(private readonly context: LibraryContext) {
    const { el, store, options } = context;
    this.#bar = new ControlBarSlot(context, () => this.#root);
    this.#source = new PassSource(options);
    this.#fields = new WeightFields(this.#weights, store);
    this.#deps = this.#makeDeps(context);
    this.#root.className = "nnw nnw-by-hand";
    this.#root.dataset.lmSuppressShortcuts = "true"; // JupyterLab leaves our keys to us
    this.#root.tabIndex = -1; // so that a click beside the buttons makes the keys work, too
    this.#root.addEventListener("keydown", (event) => this.#key(event));
    this.#weights.className = "nnw-hand-weights";
    this.#foot.className = "nnw-hand-foot";
    this.#root.append(this.#body, this.#weights, this.#foot);
    el.append(this.#root);
    this.#room = new Measured(this.#root, () => this.#redraw());
    this.#off = [
      () => this.#room.dispose(),
      store.subscribe((state) => this.#draw(state)),
      options.subscribe(() => this.#configure()),
      whileSeen(this.#root, (seen) => {
        this.#visible = seen;
        if (seen) this.#redraw();
      }),
    ];
    this.#configure();
    this.#draw(store.state);
    this.#typeset(context);
  }

  dispose(): void {
    this.#next.cancel();
    this.#pace.dispose();
    this.#deps.stepper.stop();
    for (const off of this.#off) off();
    this.#fields.dispose();
    this.#bar.dispose();
    this.#root.remove();
  }

  #makeDeps({ store, options, feed }: LibraryContext): Deps {
    const redraw = () => this.#redraw();
    return {
      ...{ store, source: this.#source, redraw },
      stepper: new Stepper(options, {
        steps: () => stepsOf(store.state.spec),
        moved: (byHand) => this.#moved(byHand),
        changed: redraw,
      }),
      exercise: new Exercise(feed),
      update: new Update(store, redraw),
      typesetter: new Typesetter(),
      chooseUnit: (unit) => this.#chooseUnit(unit),
      focus: (index) => this.#fields.focus(index),
    };
  }

  #typeset({ feed }: LibraryContext): void {
    void this.#deps.typesetter.fetch(feed, this.#root).then((failed) => {
      this.#failed = failed;
      this.#redraw();
    });
  }

  #configure(): void {
    const answers = this.#source.option<never[]>("answers", []);
    if (answers !== this.#kept) this.#deps.exercise.remember(answers);
    this.#kept = answers;
    applySize(this.#root, { width: this.#source.option("width", WIDTH) });
    this.#bar.update(this.context.store.state);
    this.#redraw();
  }

  /** After something of this view alone changed. */
  #redraw(): void {
    this.#own++;
    this.#next.ask();
  }

  #draw(state: NetState): void {
    this.#deps.exercise.flush(state);
    this.#bar.update(state);
    this.#root.dataset.frame = String(this.context.store.frame);
    if (!this.#visible) return;
    const { spec, params, data, frozen, selection, link, status } = state;
    const base = [spec, params, data, frozen, selection, link];
    const inputs = [...base, status.lr, status.state, this.#own];
    if (same(inputs, this.#drawn) || this.#pace.waits(state)) return;
    this.#drawn = inputs;
    const worked = this.#source.worked(state);
    if (!worked) this.#cannot(spec);
    else this.#show(state, worked);
  }

  /** The model was changed into one that the page cannot work. */
  #cannot(spec: Spec): void {
    const what =
      spec.kind === "stack"
        ? t("a loss that is no callable")
        : t("Linear layers one after the other");
    render(
      html`<p class="nnw-note">${t("A pass by hand needs {what}; the model has changed.", { what })}</p>`,
      this.#body,
    );
    this.#weights.hidden = true;
  }

  #show(state: NetState, worked: Worked): void {
    const steps = this.#source.steps(state.spec);
    const at = this.#deps.stepper.at;
    const step = steps[at];
    const unit = this.#source.youTry ? 0 : Math.min(this.#unit, step.rows - 1);
    const room = this.#room.width || this.#source.option("width", WIDTH);
    const focused = focusedIn(this.#root);
    const focus = this.#root.contains(focused) ? focused : null;
    render(body({ state, worked, steps, at, step, unit, room }, this.#deps), this.#body);
    render(html`<span>${this.#caption(worked)}</span>${linkBadge(state.link)}`, this.#foot);
    this.#drawRate(state);
    this.#drawFields(state, step, unit);
    // A step button that was pressed is another element's neighbour now: the keys stay here.
    if (focus && !this.#root.contains(focus)) this.#root.focus({ preventScroll: true });
    this.#root.dataset.frame = String(this.context.store.frame);
  }

  #caption(worked: Worked): string {
    const digits = this.#source.option("precision", 4);
    const mean =
      worked.n > 1
        ? t(
            " Sums and δ are of sample {sample}, as an example; loss and gradients are means over {n} samples.",
            { sample: worked.choice.sample, n: worked.n },
          )
        : "";
    return t("Shown to {digits} significant digits, computed with all.{mean} {failed}", {
      digits,
      mean,
      failed: this.#failed,
    });
  }

  #drawRate(state: NetState): void {
    const input = this.#body.querySelector<HTMLInputElement>(".nnw-eta");
    if (!input) return;
    this.#rate ??= rateField(input, (rate) => {
      this.context.options.set("lr", rate);
      this.#redraw();
    });
    this.#rate.show(this.#source.rate(state));
  }

  #drawFields(state: NetState, step: Step, unit: number): void {
    const uses = usesOf(step, state.spec);
    const own = uses.weights ?? uses.biases;
    this.#weights.hidden = own === null;
    if (own === null) return;
    const rows = [...new Set(entriesOf(step, unit).map(([row]) => row))];
    const behind = own !== step.layer; // δ comes from the layer behind, by all of its units
    const units = behind ? firstOf(state.spec.layers[own].units) : rows;
    this.#fields.draw(state, { layer: own, units }, new Symbols(state.spec));
  }

  #chooseUnit(unit: number): void {
    this.#unit = unit;
    this.#point();
    this.#redraw();
  }

  /** The step that is shown. */
  get #step(): Step {
    return this.#source.steps(this.context.store.state.spec)[this.#deps.stepper.at];
  }

  /** Other views highlight what the step works. */
  #point(): void {
    const { layer, rows } = this.#step;
    const unit = Math.min(this.#unit, rows - 1);
    this.context.store.select({ unit: { layer, unit }, weight: null });
  }

  /** Another step is shown. */
  #moved(byHand: boolean): void {
    this.#deps.update.forget();
    this.#point();
    const chip = focusedIn(this.#root)?.classList.contains("nnw-chip");
    if (!chip || !byHand) return;
    requestAnimationFrame(() => {
      const current = this.#body.querySelector<HTMLElement>('.nnw-chip[aria-current="step"]');
      current?.focus({ preventScroll: true });
    });
  }

  #key(event: KeyboardEvent): void {
    const { rows } = this.#step;
    const turn = (by: number) => this.#chooseUnit((this.#unit + by + rows) % rows);
    if (!stepKeys(event, this.#deps.stepper, turn)) trainingKeys(event, this.context.store);
  }
}

function firstOf(units: number): number[] {
  return Array.from({ length: Math.min(units, 4) }, (_, i) => i);
}
