/** ForwardBackward: one pass through the network worked by hand, a step at a time. */

import { html, nothing, render } from "lit-html";
import { computable } from "../math/landscape.js";
import { Typesetter } from "../render/katex.js";
import { plainTex } from "../render/plain_tex.js";
import { formulas, resultTex } from "../scene/by_hand/formulas.js";
import { graphOf } from "../scene/by_hand/graph.js";
import { entriesOf, type Step, stepsOf, usesOf } from "../scene/by_hand/steps.js";
import { Symbols, symbolOf } from "../scene/by_hand/symbols.js";
import { largestBatch, type Worked, Worker } from "../scene/by_hand/worked.js";
import { Kept } from "../scene/kept.js";
import type { NetState } from "../state/types.js";
import type { Spec } from "../wire.js";
import { linkBadge } from "./badge.js";
import { Exercise } from "./by_hand/exercise.js";
import { WeightFields } from "./by_hand/fields.js";
import { type GraphHandlers, graphView } from "./by_hand/graph_view.js";
import { head, rateField } from "./by_hand/head.js";
import { stepKeys } from "./by_hand/keys.js";
import { nav } from "./by_hand/nav.js";
import { panel } from "./by_hand/panel.js";
import { whileSeen } from "./by_hand/sight.js";
import { Stepper } from "./by_hand/stepper.js";
import { inTraining, Update } from "./by_hand/update.js";
import { ControlBarSlot } from "./control_bar.js";
import type { LibraryContext } from "./library.js";
import { NextFrame } from "./next_frame.js";
import type { NumberField } from "./number_field.js";
import { applySize } from "./size.js";
import { trainingKeys } from "./training_keys.js";

/** What holds where neither an option nor a trainer says; the same as in forward_backward.py. */
const RATE = 0.1;
const WIDTH = 760;
/** Milliseconds between two drawings while training goes on. */
const REST = 120;
/** Widths between which the graph is drawn. */
const GRAPH = [300, 620] as const;

export function forwardBackward(context: LibraryContext): () => void {
  const view = new ForwardBackwardView(context);
  return () => view.dispose();
}

class ForwardBackwardView {
  readonly #root = document.createElement("div");
  readonly #body = document.createElement("div");
  readonly #weights = document.createElement("div");
  readonly #foot = document.createElement("div");
  readonly #typesetter = new Typesetter();
  readonly #exercise: Exercise;
  readonly #fields: WeightFields;
  readonly #update: Update;
  readonly #stepper: Stepper;
  readonly #worker = new Worker();
  readonly #steps = new Kept<Step[]>();
  readonly #worked = new Kept<Worked | null>();
  readonly #off: (() => void)[];
  readonly #bar: ControlBarSlot;
  #rate: NumberField | null = null;
  #unit = 0;
  readonly #next = new NextFrame(() => this.#draw(this.context.store.state));
  #visible = true;
  #drawnAt = Number.NEGATIVE_INFINITY;
  #drawnIn = "";
  #later: ReturnType<typeof setTimeout> | undefined;
  #drawn: readonly unknown[] = [];
  /** Grows with what this view alone knows: typesetting, tries, the unit, playing. */
  #own = 0;
  #kept: unknown;
  #failed = "";

  constructor(private readonly context: LibraryContext) {
    const { el, store, options, feed } = context;
    this.#bar = new ControlBarSlot(context, () => this.#root);
    this.#exercise = new Exercise(feed);
    this.#fields = new WeightFields(this.#weights, store);
    this.#update = new Update(store, () => this.#redraw());
    this.#stepper = new Stepper(options, {
      steps: () => stepsOf(store.state.spec),
      moved: (byHand) => this.#moved(byHand),
      changed: () => this.#redraw(),
    });
    this.#root.className = "nnw nnw-by-hand";
    this.#root.dataset.lmSuppressShortcuts = "true"; // JupyterLab leaves our keys to us
    this.#root.tabIndex = -1; // so that a click beside the buttons makes the keys work, too
    this.#root.addEventListener("keydown", (event) => this.#key(event));
    this.#weights.className = "nnw-hand-weights";
    this.#foot.className = "nnw-hand-foot";
    this.#root.append(this.#body, this.#weights, this.#foot);
    el.append(this.#root);
    this.#off = [
      store.subscribe((state) => this.#draw(state)),
      options.subscribe(() => this.#configure()),
      whileSeen(this.#root, (seen) => {
        this.#visible = seen;
        if (seen) this.#redraw();
      }),
    ];
    this.#configure();
    this.#draw(store.state);
    void this.#typesetter.fetch(feed, this.#root).then((failed) => {
      this.#failed = failed;
      this.#redraw();
    });
  }

  dispose(): void {
    this.#next.cancel();
    clearTimeout(this.#later);
    this.#stepper.stop();
    for (const off of this.#off) off();
    this.#fields.dispose();
    this.#bar.dispose();
    this.#root.remove();
  }

  #option<T>(name: string, otherwise: T): T {
    return this.context.options.get<T | undefined>(name) ?? otherwise;
  }

  #configure(): void {
    const answers = this.#option<never[]>("answers", []);
    if (answers !== this.#kept) this.#exercise.remember(answers);
    this.#kept = answers;
    applySize(this.#root, { width: this.#option("width", WIDTH) });
    this.#bar.update(this.context.store.state);
    this.#redraw();
  }

  /** After something of this view alone changed. */
  #redraw(): void {
    this.#own++;
    this.#next.ask();
  }

  #draw(state: NetState): void {
    this.#exercise.flush(state);
    this.#bar.update(state);
    this.#root.dataset.frame = String(this.context.store.frame);
    if (!this.#visible) return;
    const { spec, params, data, frozen, selection, link, status } = state;
    const inputs = [
      spec,
      params,
      data,
      frozen,
      selection,
      link,
      status.lr,
      status.state,
      this.#own,
    ];
    if (inputs.every((input, i) => Object.is(input, this.#drawn[i]))) return;
    if (this.#waits(state)) return;
    this.#drawn = inputs;
    const worked = this.#work(state);
    if (!worked) this.#cannot(spec);
    else this.#show(state, worked);
  }

  /** Typesetting takes some 10 ms: while training goes on, nobody reads sixty formulas a second. */
  #waits({ status, held }: NetState): boolean {
    const now = performance.now();
    const began = status.state !== this.#drawnIn; // what it forbids is told at once
    if (!inTraining(status) || held || began || now - this.#drawnAt >= REST) {
      this.#drawnAt = now;
      this.#drawnIn = status.state;
      return false;
    }
    this.#later ??= setTimeout(() => {
      this.#later = undefined;
      this.#draw(this.context.store.state);
    }, REST);
    return true;
  }

  /** The model was changed into one that the page cannot work. */
  #cannot(spec: Spec): void {
    const what =
      spec.kind === "stack" ? "a loss that is no callable" : "Linear layers one after the other";
    render(
      html`<p class="nnw-note">A pass by hand needs ${what}; the model has changed.</p>`,
      this.#body,
    );
    this.#weights.hidden = true;
  }

  get #youTry(): boolean {
    return this.#option("you_try", false);
  }

  #rateOf({ status }: NetState): number {
    return this.#option<number | null>("lr", null) ?? status.lr ?? RATE;
  }

  #work(state: NetState): Worked | null {
    const { spec, params, data, frozen, selection } = state;
    if (!computable(spec)) return null;
    // An exercise keeps its sample; else the one under the pointer, in any view, is shown.
    const sample = (this.#youTry ? null : selection.sample) ?? this.#option("sample", 0);
    const choice = {
      sample,
      batch: this.#option<number | null>("batch", null),
      rate: this.#rateOf(state),
    };
    const key = [spec, params, data, frozen, sample, choice.batch, choice.rate];
    return this.#worked.get(key, () => this.#worker.work(state, choice));
  }

  #stepsOf(spec: Spec): Step[] {
    return this.#steps.get([spec], () => stepsOf(spec));
  }

  #show(state: NetState, worked: Worked): void {
    const { store } = this.context;
    const { spec } = state;
    const steps = this.#stepsOf(spec);
    const at = this.#stepper.at;
    const step = steps[at];
    const unit = this.#youTry ? 0 : Math.min(this.#unit, step.rows - 1);
    const title = this.#option("title", "");
    const focus = this.#root.contains(document.activeElement) ? document.activeElement : null;
    render(
      html`${title ? html`<div class="nnw-title">${title}</div>` : nothing}
        ${head(this.#headInput(state, worked, steps))}
        <div class="nnw-hand-picture">${this.#graph(state, worked, steps, at, unit)}</div>
        ${nav({
          ...{ spec, steps, at, playing: this.#stepper.playing },
          done: this.#youTry ? (each) => this.#exercise.done(worked, each) : null,
          go: (to) => this.#stepper.go(to),
          play: () => this.#stepper.togglePlay(),
        })}
        ${this.#panel(state, worked, steps, at, unit)} ${this.#update.template(state, worked, step)}
`,
      this.#body,
    );
    render(html`<span>${this.#caption(worked)}</span>${linkBadge(state.link)}`, this.#foot);
    this.#drawRate(state);
    this.#drawFields(state, step, unit);
    // A step button that was pressed is another element's neighbour now: the keys stay here.
    if (focus && !this.#root.contains(focus)) this.#root.focus({ preventScroll: true });
    this.#root.dataset.frame = String(store.frame);
  }

  #caption(worked: Worked): string {
    const digits = this.#option("precision", 4);
    const mean =
      worked.n > 1
        ? ` Sums and δ are of sample ${worked.choice.sample}, as an example; loss and gradients are means over ${worked.n} samples.`
        : "";
    return `Shown to ${digits} significant digits, computed with all.${mean} ${this.#failed}`;
  }

  #headInput(state: NetState, worked: Worked, steps: readonly Step[]) {
    const { options, store } = this.context;
    const choose = (sample: number) => {
      options.set("sample", sample);
      store.select({ sample });
      this.#redraw();
    };
    const set = (name: string, value: unknown) => {
      options.set(name, value);
      this.#redraw();
    };
    return {
      ...{ worked, count: state.data.n, largest: largestBatch(state.spec, state.data), choose },
      youTry: this.#youTry,
      score: this.#youTry ? this.#exercise.score(worked, steps) : null,
      hovered: worked.choice.sample !== this.#option("sample", 0),
      chooseBatch: (batch: number | null) => set("batch", batch),
      toggle: () => set("you_try", !this.#youTry),
    };
  }

  #graph(state: NetState, worked: Worked, steps: readonly Step[], at: number, unit: number) {
    const { store } = this.context;
    const symbols = new Symbols(state.spec);
    const room = this.#root.clientWidth || this.#option("width", WIDTH);
    const width = Math.round(Math.max(GRAPH[0], Math.min(GRAPH[1], room - 8)));
    const known = (step: Step) => !this.#youTry || this.#exercise.done(worked, step);
    const graph = graphOf({ worked, steps, at, unit, known, width });
    const on: GraphHandlers = {
      select: (selection) => store.select(selection),
      edit: (index) => this.#fields.focus(index),
      work: (layer, chosen) => {
        if (layer === steps[at].layer) this.#chooseUnit(chosen);
      },
      nameOf: (index) => plainTex(symbolOf(state.spec, symbols, index)),
      unitOf: (layer, chosen) =>
        plainTex(layer < 0 ? symbols.inputOf(0, chosen) : symbols.activation(layer, chosen)),
    };
    return graphView(graph, state.spec, state.selection, on);
  }

  #panel(state: NetState, worked: Worked, steps: readonly Step[], at: number, unit: number) {
    const digits = this.#option("precision", 4);
    const step = steps[at];
    const before = steps.slice(0, at);
    const symbols = new Symbols(state.spec);
    const moving = inTraining(state.status);
    return panel({
      ...{ worked, step, unit, digits, typesetter: this.#typesetter },
      written: formulas(worked, step, unit, digits),
      whole: { symbol: symbols.result(step), result: resultTex(worked, step, digits) },
      exercise: this.#youTry ? this.#exercise : null,
      open: before.every((each) => this.#exercise.done(worked, each)),
      tolerance: this.#option("tolerance", 0.01),
      blocked: moving ? "The weights are being trained: pause to answer." : "",
      chooseUnit: (chosen) => this.#chooseUnit(chosen),
      point: (line) => {
        const chosen = line && { layer: step.layer, unit: line.entry[0] };
        this.context.store.select({ unit: chosen, weight: line?.weight ?? null });
      },
      tried: () => {
        this.#exercise.flush(this.context.store.state);
        this.#redraw();
      },
      revealBefore: () => {
        for (const each of before) {
          for (const entry of entriesOf(each, 0)) this.#exercise.reveal(worked, each, entry);
        }
        this.#exercise.flush(this.context.store.state);
        this.#redraw();
      },
    });
  }

  #drawRate(state: NetState): void {
    const input = this.#body.querySelector<HTMLInputElement>(".nnw-eta");
    if (!input) return;
    this.#rate ??= rateField(input, (rate) => {
      this.context.options.set("lr", rate);
      this.#redraw();
    });
    this.#rate.show(this.#rateOf(state));
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

  /** Other views highlight what the step works. */
  #point(): void {
    const { spec } = this.context.store.state;
    const steps = this.#stepsOf(spec);
    const step = steps[this.#stepper.at];
    const unit = Math.min(this.#unit, step.rows - 1);
    this.context.store.select({ unit: { layer: step.layer, unit }, weight: null });
  }

  /** Another step is shown. */
  #moved(byHand: boolean): void {
    this.#update.forget();
    this.#point();
    const chip = document.activeElement?.classList.contains("nnw-chip");
    if (!chip || !byHand) return;
    requestAnimationFrame(() => {
      const current = this.#body.querySelector<HTMLElement>('.nnw-chip[aria-current="step"]');
      current?.focus({ preventScroll: true });
    });
  }

  #key(event: KeyboardEvent): void {
    const { rows } = this.#stepsOf(this.context.store.state.spec)[this.#stepper.at];
    const turn = (by: number) => this.#chooseUnit((this.#unit + by + rows) % rows);
    if (!stepKeys(event, this.#stepper, turn)) trainingKeys(event, this.context.store);
  }
}

function firstOf(units: number): number[] {
  return Array.from({ length: Math.min(units, 4) }, (_, i) => i);
}
