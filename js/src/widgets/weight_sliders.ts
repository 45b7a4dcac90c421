/** A slider and a number field for every parameter of the network. */

import { render } from "lit-html";
import type { NetState, Store } from "../state/types.js";
import { ControlBarSlot } from "./control_bar.js";
import { applySize } from "./size.js";
import { type ChromeActions, chrome } from "./sliders/chrome.js";
import { type Entry, type Group, groupsOf } from "./sliders/entries.js";
import { Gesture } from "./sliders/gesture.js";
import { openAtFirst, opened, plan } from "./sliders/plan.js";
import { type Given, rangeEditor, withRange } from "./sliders/range_editor.js";
import { Ranges } from "./sliders/ranges.js";
import { Row, type RowActions, type RowStyle } from "./sliders/row.js";
import { Settling } from "./sliders/settling.js";
import { trainingKeys } from "./training_keys.js";
import type { Options, View, ViewContext } from "./view.js";

/** What holds where an option is not set; the same as in nnwidgets/widgets/weight_sliders.py. */
const LIMIT = 64;
const DECIMALS = 3;
const WIDTH = 440;

export const weightSliders: View = (context) => {
  const view = new WeightSliders(context);
  return () => view.dispose();
};

class WeightSliders implements ChromeActions, RowActions {
  readonly #store: Store;
  readonly #options: Options;
  readonly #root = document.createElement("div");
  readonly #body = document.createElement("div");
  readonly #gesture: Gesture;
  readonly #rows = new Map<number, Row>();
  readonly #settling = new Settling();
  readonly #unsubscribe: (() => void)[];
  readonly #bar: ControlBarSlot;
  #groups: Group[] = [];
  #open: string[] = [];
  #pages = new Map<string, number>();
  #ranges: Ranges;
  #given: unknown;
  #style: RowStyle = { decimals: DECIMALS, step: null };
  #drawn: NetState | null = null;

  constructor({ store, options, el }: ViewContext) {
    this.#store = store;
    this.#options = options;
    this.#bar = new ControlBarSlot({ store, options }, () => this.#root);
    this.#gesture = new Gesture(store);
    this.#ranges = this.#newRanges();
    this.#root.className = "nnw nnw-weight-sliders";
    this.#root.dataset.lmSuppressShortcuts = "true"; // JupyterLab leaves our keys to us
    this.#root.tabIndex = -1; // so that a click beside the controls makes the keys work, too
    this.#root.addEventListener("keydown", (event) => trainingKeys(event, store));
    this.#root.append(this.#body);
    el.append(this.#root);
    this.#configure();
    this.#draw(store.state);
    this.#unsubscribe = [
      store.subscribe((state) => this.#draw(state)),
      options.subscribe(() => this.#configure()),
    ];
  }

  dispose(): void {
    for (const stop of this.#unsubscribe) stop();
    this.#gesture.release();
    this.#settling.clear();
    this.#bar.dispose();
    this.#root.remove();
  }

  // What the rows do.

  hold(entry: Entry): void {
    if (this.#isThere(entry)) this.#gesture.hold(entry);
  }

  edit(entry: Entry, value: number): void {
    if (this.#isThere(entry)) this.#store.edit([entry.index], [value]);
  }

  release(): void {
    this.#gesture.release();
  }

  releaseSoon(): void {
    this.#gesture.releaseSoon();
  }

  reset(entry: Entry): void {
    if (this.#isThere(entry)) this.#restore(`reset ${entry.reference}`, [entry.index]);
  }

  freeze(entry: Entry, frozen: boolean): void {
    this.#gesture.release(); // what is held would stay held
    if (this.#isThere(entry)) this.#store.freeze([entry.index], frozen);
  }

  /** A row that is on its way out, of a network before this one, moves nothing any more. */
  #isThere({ revision }: Entry): boolean {
    return revision === this.#store.state.spec.revision;
  }

  editRange(entry: Entry, below: HTMLElement): void {
    const close = () => {
      render(null, below);
    };
    if (below.childElementCount > 0) {
      close();
      return;
    }
    const given = this.#option<Given>("ranges", {});
    render(
      rangeEditor(
        entry,
        this.#ranges.of(entry),
        (scope, range) => {
          close();
          this.#options.set("ranges", withRange(given, entry, scope, range));
        },
        close,
      ),
      below,
    );
    below.querySelector("input")?.select();
  }

  // What the head and the groups do.

  search(text: string): void {
    this.#pages.clear();
    this.#options.set("search", text); // which lays out, as any change of an option does
  }

  toggle(group: Group): void {
    this.#open = this.#open.includes(group.name)
      ? this.#open.filter((name) => name !== group.name)
      : opened(this.#groups, this.#open, group.name);
    this.#layout();
  }

  turn(group: Group, page: number): void {
    this.#pages.set(group.name, page);
    this.#layout();
  }

  resetGroup(group: Group): void {
    this.#restore(`reset ${group.name}`, indices(group));
  }

  freezeGroup(group: Group, frozen: boolean): void {
    this.#store.freeze(indices(group), frozen);
  }

  resetAll(): void {
    this.#restore("reset all", [...this.#store.state.params.keys()]);
  }

  undo(): void {
    this.#gesture.release();
    this.#store.undo();
  }

  redo(): void {
    this.#gesture.release();
    this.#store.redo();
  }

  /** Back to the initial values in one step of undo, where anything moved and is not frozen. */
  #restore(label: string, index: readonly number[]): void {
    const { params, initial, frozen } = this.#store.state;
    const moved = index.filter((i) => params[i] !== initial[i] && !frozen.has(i));
    if (moved.length === 0) return;
    this.#gesture.release();
    this.#store.begin(label, moved);
    this.#store.edit(
      moved,
      moved.map((i) => initial[i]),
    );
    this.#store.end();
  }

  /** After any option changed, by us or by Python. */
  #configure(): void {
    if (this.#option("ranges", null) !== this.#given) this.#ranges = this.#newRanges();
    this.#restyle();
    this.#bar.update(this.#store.state);
    if (this.#drawn) this.#layout();
  }

  #restyle(): void {
    const decimals = this.#option("precision", DECIMALS);
    const step = this.#option<number | null>("step", null);
    if (decimals !== this.#style.decimals || step !== this.#style.step) this.#rows.clear();
    this.#style = { decimals, step };
    applySize(this.#root, { width: this.#option("width", WIDTH) });
    this.#root.style.setProperty("--nnw-digits", `${Math.max(decimals, 3) + 3}ch`);
  }

  #option<T>(name: string, otherwise: T): T {
    return this.#options.get<T | undefined>(name) ?? otherwise;
  }

  #newRanges(): Ranges {
    this.#given = this.#option("ranges", null);
    return new Ranges((this.#given ?? {}) as Given, this.#store.state.initial);
  }

  #draw(state: NetState): void {
    const before = this.#drawn;
    this.#drawn = state;
    if (before?.spec !== state.spec) this.#restructure(state);
    else if (before.frozen !== state.frozen || undoable(before) !== undoable(state)) this.#layout();
    else this.#drawRows(state);
    this.#bar.update(state);
    this.#root.dataset.frame = String(this.#store.frame);
  }

  #restructure(state: NetState): void {
    this.#gesture.release();
    const names = this.#groups.map((group) => group.name).join();
    this.#groups = groupsOf(state.spec);
    this.#rows.clear();
    this.#settling.clear();
    // A swapped activation gives a new spec of the same parameters: what is open stays open.
    if (names !== this.#groups.map((group) => group.name).join()) {
      this.#open = this.#openAtFirst();
      this.#ranges = this.#newRanges();
    }
    this.#layout();
  }

  #openAtFirst(): string[] {
    if (this.#option("collapsed", false)) return [];
    return openAtFirst(this.#groups, this.#option("limit", LIMIT));
  }

  /** Render all but the rows' values: after a click, a search, a new structure. */
  #layout(): void {
    const state = this.#store.state;
    const search = this.#option("search", "");
    const shown = plan(this.#groups, { search, open: this.#open, pages: this.#pages });
    const rows = new Map(
      shown.flatMap(({ entries }) => entries.map((entry) => [entry.index, this.#rowOf(entry)])),
    );
    this.#rows.clear();
    for (const [index, row] of rows) this.#rows.set(index, row);
    this.#drawRows(state);
    const title = this.#option("title", "");
    const limit = this.#option("limit", LIMIT);
    const view = { state, title, search, limit, shown, rows: this.#rows };
    render(chrome(view, this), this.#body);
  }

  #rowOf(entry: Entry): Row {
    return this.#rows.get(entry.index) ?? new Row(entry, this, this.#style);
  }

  #drawRows(state: NetState): void {
    const { params, initial, frozen } = state;
    for (const { entry } of this.#rows.values()) this.#ranges.hold(entry, params[entry.index]);
    for (const row of this.#rows.values()) {
      const { index } = row.entry;
      const behind = row.draw({
        value: params[index],
        initial: initial[index],
        frozen: frozen.has(index),
        range: this.#ranges.of(row.entry),
      });
      if (behind) this.#settling.add(row);
    }
    this.#settling.next();
  }
}

function undoable(state: NetState): string {
  return `${state.canUndo} ${state.canRedo}`;
}

function indices(group: Group): number[] {
  return group.params.flatMap(({ offset, size }) =>
    Array.from({ length: size }, (_, i) => offset + i),
  );
}
