/** What a reader does to a graph: points, pins, types, turns pages, chooses a sample. */

import { focusedIn } from "../../render/focus.js";
import { biasName, weightName } from "../../scene/graph_about.js";
import type { GraphOrder, Part } from "../../scene/graph_hit.js";
import type { GraphLayout, NodeMark } from "../../scene/graph_layout.js";
import { revealing, turned } from "../../scene/graph_plan.js";
import { placeOf, WidthScale } from "../../scene/graph_values.js";
import type { Store } from "../../state/types.js";
import type { NetworkGraph } from "../network_graph.js";
import type { ChromeActions } from "./chrome.js";
import { WeightEditor } from "./editor.js";
import { GraphHand, type GraphHost, parameterOf } from "./hand.js";
import { anchorOf, describe, elementOf } from "./overlay.js";

export class GraphActs implements GraphHost, ChromeActions {
  readonly #hand: GraphHand;
  readonly #editor: WeightEditor;
  /** How far a hand has to go is by the weights, whatever the edges show. */
  readonly #scale = new WidthScale();
  #hovered: Part | null = null;
  #focused: Part | null = null;
  #pinned: Part | null = null;
  /** Where the focus goes once the page is turned. */
  #goal: string | null = null;
  /** The one that Tab leads to. */
  #current: string | null = null;

  constructor(readonly view: NetworkGraph) {
    this.#hand = new GraphHand(this);
    const host = view.stage.querySelector(".nnw-graph-editor") as HTMLElement;
    this.#editor = new WeightEditor(host, {
      revision: () => this.store.state.spec.revision,
      value: (index) => this.store.state.params[index],
      commit: (index, value) => this.#commit(index, value),
      closed: (back) => {
        if (back) this.#elementOf(this.#focused)?.focus({ preventScroll: true });
        view.redraw();
      },
    });
    view.stage.addEventListener("focusout", (event) => {
      if (view.stage.contains(event.relatedTarget as Node | null)) return;
      this.#focused = null;
      this.#select(this.#hovered);
      view.redraw();
    });
  }

  get store(): Store {
    return this.view.store;
  }

  get root(): HTMLElement {
    return this.view.root;
  }

  get stage(): HTMLElement {
    return this.view.stage;
  }

  get layout(): GraphLayout | null {
    return this.view.frame?.layout ?? null;
  }

  get order(): GraphOrder | null {
    return this.view.frame?.order ?? null;
  }

  get editable(): boolean {
    return this.view.option("editable", true);
  }

  /** What is pointed at, focused and pinned. */
  get own(): readonly (Part | null)[] {
    return [this.#hovered, this.#focused, this.#pinned];
  }

  /** What the tooltip is about: what is under the pointer, else what keys have chosen. */
  get shown(): Part | null {
    const keys = this.root.dataset.by === "keys" ? this.#focused : null;
    return this.#hovered ?? keys ?? this.#pinned;
  }

  get typing(): boolean {
    return this.#editor.index !== null;
  }

  get weightScale(): number {
    const { params } = this.store.state;
    let largest = 0;
    for (const { index } of this.layout?.edges ?? []) {
      if (index !== null) largest = Math.max(largest, Math.abs(params[index]));
    }
    return this.#scale.of(Math.max(largest, 1e-3));
  }

  part(id: string | null): Part | null {
    return this.order?.get(id) ?? null;
  }

  dispose(): void {
    this.#hand.dispose();
    this.#editor.close();
  }

  /** Marks are made anew with every layout: what was pointed at is found again by its name. */
  settle(): void {
    const now = (part: Part | null) => this.found(part);
    [this.#hovered, this.#focused, this.#pinned] = [
      now(this.#hovered),
      now(this.#focused),
      now(this.#pinned),
    ];
    this.#current = this.#current && this.order?.get(this.#current) ? this.#current : null;
    this.#current ??= this.order?.parts[0]?.mark.id ?? null;
  }

  /** After the overlay was drawn: which of its elements Tab leads to. */
  relabel(): void {
    this.#tab(this.#current);
  }

  update(): void {
    const goal = this.part(this.#goal);
    this.#goal = null;
    if (goal) this.focus(goal);
    this.#editor.update();
    const { frame, overlay } = this.view;
    if (frame && this.#focused) describe(overlay, frame, this.#focused);
  }

  nameOf(part: Part): string {
    const { spec } = this.store.state;
    const index = parameterOf(part);
    if (index === null) return "";
    const { layer } = part.mark;
    if (part.kind === "bias") return biasName(spec, layer, part.mark.unit);
    const { unit, input } = placeOf(spec, layer, index);
    return weightName(spec, layer, unit, input);
  }

  hover(part: Part | null): void {
    if (part?.mark.id === this.#hovered?.mark.id) return;
    this.#hovered = part;
    this.#select(part ?? this.#focused);
    this.view.redraw();
  }

  focus(part: Part): void {
    const before = this.#focused?.mark.id;
    this.#focused = part;
    this.#current = part.mark.id;
    this.#tab(part.mark.id);
    const element = this.#elementOf(part);
    if (element && element !== focusedIn(element)) element.focus({ preventScroll: true });
    if (before === part.mark.id) return;
    this.#select(part);
    this.view.redraw();
  }

  choose(part: Part): void {
    const { view } = this;
    if (part.kind === "band") this.#turn(part);
    else if (part.kind === "unit") {
      this.#pinned = this.#pinned?.mark.id === part.mark.id ? null : part;
      view.redraw();
    } else if (parameterOf(part) === null) this.#reveal(part);
    else this.#type(part);
  }

  remove({ layer, unit }: NodeMark): boolean {
    const { spec } = this.store.state;
    const hidden = layer >= 0 && layer < spec.layers.length - 1;
    if (!this.editable || !spec.editable || !hidden || spec.layers[layer].units < 2) return false;
    this.store.restructure({ op: "remove_unit", layer, unit });
    return true;
  }

  escape(): boolean {
    const pinned = this.view.option<number | null>("sample", null) !== null;
    if (this.#pinned === null && !pinned) return false;
    if (this.#pinned === null) this.sample(null);
    this.#pinned = null;
    this.view.redraw();
    return true;
  }

  edges(mode: string): void {
    this.view.options.set("edges", mode);
  }

  of(which: string): void {
    this.view.options.set("of", which);
  }

  sample(row: number | null): void {
    this.view.options.set("sample", row);
    this.store.select({ sample: row });
  }

  besideSample(step: 1 | -1): void {
    const { n } = this.store.state.data;
    const now = this.view.sample(this.store.state);
    if (n > 0) this.sample(now === null ? (step > 0 ? 0 : n - 1) : (now + step + n) % n);
  }

  found(part: Part | null): Part | null {
    return part && (this.order?.get(part.mark.id) ?? null);
  }

  #elementOf(part: Part | null): SVGElement | null {
    return part && elementOf(this.view.overlay, part.mark.id);
  }

  #tab(id: string | null): void {
    this.view.overlay.querySelector('[tabindex="0"]')?.setAttribute("tabindex", "-1");
    if (id !== null) elementOf(this.view.overlay, id)?.setAttribute("tabindex", "0");
    const { frame, overlay } = this.view;
    const part = this.order?.get(id);
    if (frame && part) describe(overlay, frame, part);
  }

  /** Every view shows what this one points at. */
  #select(part: Part | null): void {
    const unit =
      part?.kind === "unit" && part.mark.layer >= 0
        ? { layer: part.mark.layer, unit: part.mark.unit }
        : null;
    this.store.select({ unit, weight: part && parameterOf(part) });
  }

  #turn(part: Part & { kind: "band" }): void {
    const { frame, pages } = this.view;
    const column = frame?.plan.columns.find(({ layer }) => layer === part.mark.layer);
    if (column) this.view.turn(turned(pages, column, part.mark.side === "after" ? 1 : -1));
  }

  /** Pages to both units of the strongest of the weights that an edge stands for. */
  #reveal(part: Part): void {
    const { frame } = this.view;
    if (!frame || part.kind !== "edge") return;
    const place = frame.places[frame.layout.edges.indexOf(part.mark)];
    if (place === null) return;
    const { layer } = part.mark;
    const { unit, input } = placeOf(frame.state.spec, layer, place);
    let { pages } = this.view;
    this.#goal = `${layer}/${unit}/${input}`;
    for (const column of frame.plan.columns) {
      if (column.layer === layer) pages = revealing(pages, column, unit);
      if (column.layer === layer - 1) pages = revealing(pages, column, input);
    }
    this.view.turn(pages);
  }

  #type(part: Part): void {
    const index = parameterOf(part);
    const { layout, store } = this;
    if (index === null || !layout || !this.editable || store.state.frozen.has(index)) return;
    const { revision } = store.state.spec;
    const at = anchorOf(part);
    this.#editor.open({ name: this.nameOf(part), index, revision, at, room: layout });
    this.view.redraw();
  }

  #commit(index: number, value: number): void {
    this.store.begin(this.#focused ? this.nameOf(this.#focused) : "weight", [index]);
    this.store.edit([index], [value]);
    this.store.end();
  }
}
