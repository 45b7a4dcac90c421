/** Pointer and keys on a graph, as edits of the store, focus, and pages turned. */

import { type GraphOrder, type Part, partAt, type Step } from "../../scene/graph_hit.js";
import type { GraphLayout, NodeMark } from "../../scene/graph_layout.js";
import { dragged, keyStep, tidy } from "../../scene/graph_values.js";
import type { Store } from "../../state/types.js";
import { Gesture } from "../sliders/gesture.js";
import { togglePlay, trainingKeys } from "../training_keys.js";

export interface GraphHost {
  readonly store: Store;
  readonly root: HTMLElement;
  readonly stage: HTMLElement;
  readonly layout: GraphLayout | null;
  readonly order: GraphOrder | null;
  /** What the widest edge stands for, as a weight. */
  readonly weightScale: number;
  readonly editable: boolean;
  part(id: string | null): Part | null;
  hover(part: Part | null): void;
  focus(part: Part): void;
  /** A click, or Enter: type a weight, turn a page, pin a unit. */
  choose(part: Part): void;
  /** Delete on a unit: removes it, where the model can be changed so. */
  remove(unit: NodeMark): boolean;
  escape(): boolean;
  besideSample(step: 1 | -1): void;
  /** A weight's name, for undo. */
  nameOf(part: Part): string;
}

const SLACK = 3;

const STEPS: Readonly<Record<string, Step>> = {
  ArrowLeft: "back",
  ArrowRight: "on",
  PageUp: "up",
  PageDown: "down",
  Home: "first",
  End: "last",
};

interface Press {
  readonly part: Part;
  readonly index: number | null;
  readonly from: number;
  y: number;
  readonly at: readonly [number, number];
  value: number;
  moved: boolean;
}

/** The parameter that a part is; null where it is none, or several. */
export function parameterOf(part: Part): number | null {
  return part.kind === "edge" || part.kind === "bias" ? part.mark.index : null;
}

export class GraphHand {
  readonly #abort = new AbortController();
  readonly #hold: Gesture;
  #press: Press | null = null;

  constructor(readonly host: GraphHost) {
    this.#hold = new Gesture(host.store);
    const { stage, root } = host;
    const listen = <K extends keyof HTMLElementEventMap>(
      on: HTMLElement,
      type: K,
      heard: (event: HTMLElementEventMap[K]) => void,
    ) => on.addEventListener(type, heard, { signal: this.#abort.signal });
    listen(stage, "pointermove", (event) => this.#move(event));
    listen(stage, "pointerleave", () => this.#press || host.hover(null));
    listen(stage, "pointerdown", (event) => this.#down(event));
    listen(stage, "pointerup", () => this.#up(true));
    listen(stage, "pointercancel", () => this.#up(false));
    listen(stage, "focusin", (event) => this.#focused(event));
    listen(stage, "focusout", () => this.#hold.release());
    listen(root, "keydown", (event) => this.#key(event));
  }

  /** A weight is at hand: it may change with every frame. */
  get dragging(): boolean {
    return this.#press?.moved ?? false;
  }

  dispose(): void {
    this.#abort.abort();
    this.#hold.release();
  }

  #at(event: PointerEvent): readonly [number, number] {
    const box = this.host.stage.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  #inField = (event: Event): boolean =>
    event.target instanceof Element && event.target.closest(".nnw-graph-editor, button") !== null;

  #move(event: PointerEvent): void {
    if (this.#press) {
      this.#drag(event);
      return;
    }
    const { host } = this;
    const { layout } = host;
    if (!layout || this.#inField(event)) {
      host.hover(null);
      return;
    }
    const part = partAt(layout, ...this.#at(event));
    this.host.stage.dataset.over = part === null ? "" : this.#cursor(part);
    this.host.hover(part);
  }

  #cursor(part: Part): string {
    if (part.kind === "band" || part.kind === "unit") return "button";
    if (parameterOf(part) === null) return "button";
    return this.#free(part) ? "weight" : "";
  }

  #free(part: Part): boolean {
    const index = parameterOf(part);
    return this.host.editable && index !== null && !this.host.store.state.frozen.has(index);
  }

  #down(event: PointerEvent): void {
    const { layout, stage, store, root } = this.host;
    root.dataset.by = "pointer";
    if (event.button !== 0 || !layout || this.#inField(event)) return;
    const at = this.#at(event);
    const part = partAt(layout, ...at);
    if (!part) return;
    event.preventDefault(); // no selection of text, and the focus goes where it is put below
    this.host.focus(part);
    const index = this.#free(part) ? parameterOf(part) : null;
    const from = index === null ? 0 : store.state.params[index];
    this.#press = { part, index, from, y: at[1], at, value: from, moved: false };
    stage.setPointerCapture(event.pointerId);
  }

  #drag(event: PointerEvent): void {
    const press = this.#press as Press;
    const [x, y] = this.#at(event);
    const far = Math.hypot(x - press.at[0], y - press.at[1]) > SLACK;
    if (press.index === null || (!press.moved && !far)) return;
    if (!press.moved) {
      press.moved = true;
      press.y = y;
      this.#hold.hold({ index: press.index, reference: this.host.nameOf(press.part) });
      return;
    }
    const factor = event.shiftKey ? 10 : event.altKey ? 0.1 : 1;
    const value = dragged(press.value, y - press.y, this.host.weightScale, factor);
    if (value === press.value) return;
    [press.value, press.y] = [value, y];
    this.host.store.edit([press.index], [value]);
  }

  #up(chosen: boolean): void {
    const press = this.#press;
    this.#press = null;
    if (!press) return;
    if (press.moved) this.#hold.release();
    else if (chosen) this.host.choose(press.part);
  }

  #focused(event: FocusEvent): void {
    const id = (event.target as Element).getAttribute("data-part");
    const part = this.host.part(id);
    if (part) this.host.focus(part);
  }

  #key(event: KeyboardEvent): void {
    const { host } = this;
    if (event.defaultPrevented || event.isComposing) return;
    host.root.dataset.by = "keys";
    const target = event.target as Element;
    if (target.closest("input, select, textarea")) {
      trainingKeys(event, host.store);
      return;
    }
    const part = host.part(target.getAttribute("data-part"));
    const plain = !event.ctrlKey && !event.metaKey;
    if (plain && ((part && this.#partKey(event, part)) || this.#graphKey(event))) {
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    trainingKeys(event, host.store);
  }

  #partKey(event: KeyboardEvent, part: Part): boolean {
    const { host } = this;
    const vertical = event.key === "ArrowUp" || event.key === "ArrowDown";
    if (vertical && parameterOf(part) !== null) return this.#nudge(event, part);
    if (event.key === "Delete" && part.kind === "unit") return host.remove(part.mark);
    if (event.key === "Enter") host.choose(part);
    else if (event.key === " ") togglePlay(host.store);
    else return this.#go(event, part, vertical ? (event.key === "ArrowUp" ? "up" : "down") : null);
    return true;
  }

  #go(event: KeyboardEvent, part: Part, vertical: Step | null): boolean {
    const step = vertical ?? STEPS[event.key];
    if (!step || event.shiftKey || event.altKey) return false;
    const next = this.host.order?.step(part, step);
    if (next) this.host.focus(next);
    return true;
  }

  #nudge(event: KeyboardEvent, part: Part): boolean {
    const { store, weightScale } = this.host;
    const index = parameterOf(part) as number;
    if (!this.#free(part)) return true;
    const step = keyStep(weightScale) * (event.shiftKey ? 10 : event.altKey ? 0.1 : 1);
    this.#hold.hold({ index, reference: this.host.nameOf(part) });
    const value = store.state.params[index] + (event.key === "ArrowUp" ? step : -step);
    store.edit([index], [tidy(value)]);
    this.#hold.releaseSoon();
    return true;
  }

  #graphKey(event: KeyboardEvent): boolean {
    if (event.key === "." || event.key === ",") {
      this.host.besideSample(event.key === "." ? 1 : -1);
      return true;
    }
    return event.key === "Escape" && this.host.escape();
  }
}
