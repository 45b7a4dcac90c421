/** The body of a pass by hand: its head, the network, the steps to choose from and the step shown. */

import { html, nothing, type TemplateResult } from "lit-html";
import type { Typesetter } from "../../render/katex.js";
import { plainTex } from "../../render/plain_tex.js";
import { formulas, resultTex } from "../../scene/by_hand/formulas.js";
import { graphOf } from "../../scene/by_hand/graph.js";
import { entriesOf, type Step } from "../../scene/by_hand/steps.js";
import { Symbols, symbolOf } from "../../scene/by_hand/symbols.js";
import { largestBatch, type Worked } from "../../scene/by_hand/worked.js";
import { isTraining } from "../../state/moving.js";
import type { NetState, Store } from "../../state/types.js";
import { t } from "../../words.js";
import type { Exercise } from "./exercise.js";
import { type GraphHandlers, graphView } from "./graph_view.js";
import { head } from "./head.js";
import { nav } from "./nav.js";
import { panel } from "./panel.js";
import type { PassSource } from "./source.js";
import type { Stepper } from "./stepper.js";
import type { Update } from "./update.js";

/** What is drawn. */
export interface Shown {
  readonly state: NetState;
  readonly worked: Worked;
  readonly steps: readonly Step[];
  /** The place of the step among the steps. */
  readonly at: number;
  readonly step: Step;
  readonly unit: number;
  /** Room for the graph, in pixels. */
  readonly room: number;
}

/** What draws it, and what its buttons move. */
export interface Deps {
  readonly store: Store;
  readonly source: PassSource;
  readonly stepper: Stepper;
  readonly exercise: Exercise;
  readonly update: Update;
  readonly typesetter: Typesetter;
  readonly redraw: () => void;
  readonly chooseUnit: (unit: number) => void;
  /** Puts the cursor into a weight's field. */
  readonly focus: (index: number) => void;
}

/** Widths between which the graph is drawn. */
const GRAPH = [300, 620] as const;

export function body(shown: Shown, deps: Deps): TemplateResult {
  const { state, worked, steps, at, step } = shown;
  const { source, stepper, exercise, update } = deps;
  const title = source.option("title", "");
  return html`${title ? html`<div class="nnw-title">${title}</div>` : nothing}
    ${headOf(shown, deps)}
    <div class="nnw-hand-picture">${graph(shown, deps)}</div>
    ${nav({
      ...{ spec: state.spec, steps, at, playing: stepper.playing },
      done: source.youTry ? (each) => exercise.done(worked, each) : null,
      go: (to) => stepper.go(to),
      play: () => stepper.togglePlay(),
    })}
    ${stepPanel(shown, deps)} ${update.template(state, worked, step)}`;
}

function headOf({ state, worked, steps }: Shown, { source, store, exercise, redraw }: Deps) {
  const set = (name: string, value: unknown) => {
    source.options.set(name, value);
    redraw();
  };
  return head({
    ...{ worked, count: state.data.n, largest: largestBatch(state.spec, state.data) },
    youTry: source.youTry,
    score: source.youTry ? exercise.score(worked, steps) : null,
    hovered: worked.choice.sample !== source.sample,
    choose: (sample) => {
      source.options.set("sample", sample);
      store.select({ sample });
      redraw();
    },
    chooseBatch: (batch) => set("batch", batch),
    toggle: () => set("you_try", !source.youTry),
  });
}

function graph({ state, worked, steps, at, unit, room }: Shown, deps: Deps) {
  const { store, source, exercise } = deps;
  const symbols = new Symbols(state.spec);
  const width = Math.round(Math.max(GRAPH[0], Math.min(GRAPH[1], room - 18)));
  const known = (step: Step) => !source.youTry || exercise.done(worked, step);
  const on: GraphHandlers = {
    select: (selection) => store.select(selection),
    edit: (index) => deps.focus(index),
    work: (layer, chosen) => {
      if (layer === steps[at].layer) deps.chooseUnit(chosen);
    },
    nameOf: (index) => plainTex(symbolOf(state.spec, symbols, index)),
    unitOf: (layer, chosen) =>
      plainTex(layer < 0 ? symbols.inputOf(0, chosen) : symbols.activation(layer, chosen)),
  };
  const drawn = graphOf({ worked, steps, at, unit, known, width });
  return graphView(drawn, state.spec, state.selection, on);
}

function stepPanel({ state, worked, steps, at, step, unit }: Shown, deps: Deps) {
  const { store, source, exercise, typesetter } = deps;
  const digits = source.option("precision", 4);
  const before = steps.slice(0, at);
  const symbols = new Symbols(state.spec);
  const answered = () => {
    exercise.flush(store.state);
    deps.redraw();
  };
  return panel({
    ...{ worked, step, unit, digits, typesetter, chooseUnit: deps.chooseUnit, tried: answered },
    written: formulas(worked, step, unit, digits),
    whole: { symbol: symbols.result(step), result: resultTex(worked, step, digits) },
    exercise: source.youTry ? exercise : null,
    open: before.every((each) => exercise.done(worked, each)),
    tolerance: source.option("tolerance", 0.01),
    blocked: isTraining(state.status) ? t("The weights are being trained: pause to answer.") : "",
    point: (line) => {
      const chosen = line && { layer: step.layer, unit: line.entry[0] };
      store.select({ unit: chosen, weight: line?.weight ?? null });
    },
    revealBefore: () => {
      for (const each of before) {
        for (const entry of entriesOf(each, 0)) exercise.reveal(worked, each, entry);
      }
      answered();
    },
  });
}
