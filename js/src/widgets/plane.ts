/**
 * A plane with points and lines in it: the part that decision lines and feature space share.
 * The view says what the scene is and what a line's parameters are; the plane draws it once a
 * frame and turns pointer, keys and wheel into edits of the store.
 */

import { html, nothing, render } from "lit-html";
import { createRef, ref } from "lit-html/directives/ref.js";
import { type LineShape, type Part, shapeOf, withArrow } from "../render/lines.js";
import { Plot } from "../render/plot.js";
import { radiusFor } from "../render/points.js";
import type { LineMark, Marker, Position, Scene } from "../scene/types.js";
import type { NetState, Store } from "../state/types.js";
import { type LineEditor, LineGestures } from "./line_gestures.js";
import { layers } from "./plane_layers.js";
import { nearest, type PointTool } from "./point_tool.js";
import { drawTip, type Tip } from "./tip.js";
import { zoomButtons } from "./toolbar.js";
import { mountControlBar, trainingKeys } from "./training_bar.js";

export interface PlaneView {
  readonly label: string;
  /** Called once a frame; sets `plot.home` before reading what is visible. */
  scene(state: NetState, plot: Plot): Scene;
  markers(state: NetState): readonly Marker[];
  editor(mark: LineMark, state: NetState): LineEditor;
  ghosts(state: NetState, plot: Plot): readonly LineMark[];
  /** Rows of "name, value" about a sample. */
  aboutPoint(state: NetState, row: number): readonly (readonly [string, string])[];
  aboutLine(state: NetState, mark: LineMark): readonly (readonly [string, string])[];
  toolbar(state: NetState): unknown;
  readonly title: () => string;
  readonly editable: () => boolean;
  readonly size: () => { width: number; height: number };
  readonly controls: () => boolean;
  /** Forgets what was visible: the next scene is as narrow as the data allows. */
  fit(): void;
  /** Where points can be edited. */
  readonly points?: PointTool;
}

/** How near a press must be to a point to mean it, in pixels beyond its radius. */
const REACH = 5;

/** Handles of more lines than these would hide the data: only the line at hand shows its own. */
const MANY = 6;

export class Plane {
  readonly root: HTMLElement;
  readonly plot: Plot;
  readonly lines: LineGestures;
  #scene: Scene | null = null;
  #shapes = new Map<string, LineShape>();
  /** What the tip tells of. */
  #about: { readonly row: number } | { readonly line: string; readonly at: Position } | null = null;
  #bar: ReturnType<typeof mountControlBar> | null = null;
  readonly #parts = {
    title: createRef(),
    toolbar: createRef(),
    stage: createRef(),
    caption: createRef(),
    bar: createRef(),
  };
  readonly #unsubscribe: () => void;

  constructor(
    host: HTMLElement,
    readonly store: Store,
    readonly view: PlaneView,
  ) {
    host.classList.add("nnw-host");
    render(this.#frame(), host);
    this.root = host.querySelector(".nnw-plane") as HTMLElement;
    this.plot = new Plot({
      host: this.#part("stage"),
      label: view.label,
      changed: () => this.redraw(),
      claims: (target) => this.#claims(target),
    });
    this.lines = new LineGestures(this.plot, store, (mark) => view.editor(mark, store.state));
    this.#listen();
    this.#unsubscribe = store.subscribe((state) => this.draw(state));
    this.draw(store.state);
  }

  /** After something of this view alone changed: an option, the zoom, the size. */
  redraw(): void {
    this.#menus = null;
    if (this.plot && !this.#pending) {
      this.#pending = requestAnimationFrame(() => {
        this.#pending = 0;
        this.draw(this.store.state);
      });
    }
  }
  #pending = 0;
  /** What the menus were drawn of: a drag does not change them. */
  #menus: readonly unknown[] | null = null;

  draw(state: NetState): void {
    const { width, height } = this.view.size();
    this.#resize(width, height);
    if (this.plot.width === 0) return; // not laid out yet: the plot calls again when it is
    this.#drawn = state;
    const scene = this.view.scene(state, this.plot);
    this.#scene = scene;
    const crowded = scene.lines.length > MANY;
    this.#shapes = new Map(
      scene.lines.map((mark) => [mark.id, shapeOf(mark, this.plot.x, this.plot.y, crowded)]),
    );
    this.plot.paint(scene, this.view.markers(state), this.#layers(state, scene));
    render(this.view.title() || nothing, this.#part("title"));
    this.#drawMenus(state);
    render(scene.caption || nothing, this.#part("caption"));
    this.#drawBar(state);
    this.#drawTip();
    this.root.classList.toggle("nnw-many", crowded);
    this.root.dataset.tool = this.view.points?.kind ?? "";
    this.root.dataset.frame = String(this.store.frame);
  }

  /** Set only when they change: the browser lays out anew for equal sizes as well. */
  #resize(width: number, height: number): void {
    const size = `${width} ${height}`;
    if (this.root.dataset.size === size) return;
    this.root.dataset.size = size;
    this.root.style.setProperty("--nnw-width", `${width}px`);
    this.root.style.setProperty("--nnw-height", `${height}px`);
  }

  #drawMenus(state: NetState): void {
    const of = [state.spec, state.data, state.status.epoch];
    if (this.#menus?.every((value, i) => value === of[i])) return;
    this.#menus = of;
    const zoom = zoomButtons(this.plot, () => this.#fit());
    render([this.view.toolbar(state), zoom], this.#part("toolbar"));
  }

  /** Shows all of the data, and no more room than it needs. */
  #fit(): void {
    this.view.fit();
    this.plot.resetZoom();
    this.redraw();
  }

  dispose(): void {
    cancelAnimationFrame(this.#pending);
    this.#unsubscribe();
    this.#bar?.dispose();
    this.plot.dispose();
    this.root.remove();
  }

  #part(name: "title" | "toolbar" | "stage" | "caption" | "bar"): HTMLElement {
    return this.#parts[name].value as HTMLElement;
  }

  #frame() {
    const { title, toolbar, stage, caption, bar } = this.#parts;
    // Menus stand under the plot: beside another view, plots line up whatever each has to offer.
    return html`<div class="nnw nnw-plane" data-lm-suppress-shortcuts="true">
      <div class="nnw-title" ${ref(title)}></div>
      <div class="nnw-stage">
        <div ${ref(stage)}></div>
      </div>
      <div class="nnw-caption" ${ref(caption)}></div>
      <div class="nnw-toolbar" role="toolbar" aria-label="View" ${ref(toolbar)}></div>
      <div class="nnw-foot" ${ref(bar)}></div>
    </div>`;
  }

  // ---- drawing

  #layers(state: NetState, scene: Scene) {
    const { view, plot } = this;
    return layers({
      ...{ plot, scene, selection: state.selection, held: this.lines.held },
      shapes: [...this.#shapes.values()].map((shape) => this.#atHand(shape)),
      ghosts: view.ghosts(state, plot),
      markers: view.markers(state),
      about: (mark) => view.aboutLine(state, mark),
    });
  }

  /**
   * While an end is held it follows the pointer and its opposite stays where it was; so does the
   * arrow of a held tip, even out of the frame.
   */
  #atHand(shape: LineShape): LineShape {
    const { held } = this.lines;
    if (held?.id !== shape.mark.id) return shape;
    const { x, y } = this.plot;
    const px = ([a, b]: Position): Position => [x(a), y(b)];
    if (held.root) return withArrow(shape, px(held.root), px(held.at));
    if (held.part !== "start" && held.part !== "end") return shape;
    const other = held.part === "start" ? "end" : "start";
    const handles = { ...shape.handles, [held.part]: px(held.at) };
    if (held.pivot) handles[other] = px(held.pivot);
    return { ...shape, handles };
  }

  #drawBar(state: NetState): void {
    if (this.view.controls() && !this.#bar) {
      this.#bar = mountControlBar(this.#part("bar"), this.store);
    } else if (!this.view.controls() && this.#bar) {
      this.#bar.dispose();
      this.#bar = null;
    }
    this.#bar?.update(state);
  }

  #drawTip(): void {
    drawTip(this.#tipHost, this.#tip(this.store.state), this.plot);
  }

  /** Numbers of now: training goes on under a pointer that rests. */
  #tip(state: NetState): Tip | null {
    const about = this.#about;
    if (!about || this.lines.held || this.#movesPoint) return null;
    if ("row" in about) return this.#pointTip(state, about.row);
    const mark = this.#shapes.get(about.line)?.mark;
    if (!mark) return null;
    return { at: about.at, title: mark.name, rows: this.view.aboutLine(state, mark) };
  }

  #pointTip(state: NetState, row: number): Tip | null {
    const points = this.#scene?.points;
    if (!points || row !== state.selection.sample || row >= points.n) return null;
    const at: Position = [this.plot.x(points.x[row]), this.plot.y(points.y[row])];
    return { at, title: `point ${row}`, rows: this.view.aboutPoint(state, row) };
  }
  readonly #tipHost = document.createElement("div");

  // ---- gestures

  #listen(): void {
    const { el } = this.plot;
    el.append(this.#tipHost);
    el.addEventListener("pointerdown", (event) => this.#press(event));
    el.addEventListener("pointermove", (event) => this.#move(event));
    el.addEventListener("pointerup", () => this.#release());
    el.addEventListener("pointercancel", () => this.#release());
    el.addEventListener("lostpointercapture", () => this.#release());
    el.addEventListener("pointerleave", () => this.#leave());
    el.addEventListener("dblclick", (event) => this.#double(event));
    this.root.addEventListener("keydown", (event) => this.#key(event));
  }

  /** A gesture starts from what is true now, which may not have been painted yet. */
  #settle(): void {
    if (this.#drawn !== this.store.state) this.draw(this.store.state);
  }
  #drawn: NetState | null = null;

  #grabbed(target: EventTarget | null): { shape: LineShape; part: Part } | null {
    const part = (target as Element | null)?.closest?.<SVGElement>("[data-part]");
    const shape = this.#shapes.get(part?.closest<SVGElement>("[data-line]")?.dataset.line ?? "");
    return part && shape ? { shape: this.#atHand(shape), part: part.dataset.part as Part } : null;
  }

  /** A press that takes a line or a point, or that a tool waits for, is no pan. */
  #claims(target: Element): boolean {
    if (this.lines.held || this.view.points?.busy) return true;
    return !!target.closest(".nnw-grab");
  }

  #press(event: PointerEvent): void {
    this.root.dataset.by = "pointer"; // rings of focus are for those who use keys
    if (event.button !== 0) return;
    if (!this.view.editable()) return;
    this.#settle();
    const { points } = this.view;
    const taken = this.#grabbed(event.target);
    const line = taken && (event.target as Element).closest(".nnw-grab");
    if (line && (points?.tool ?? "move") === "move") {
      this.lines.take(taken.shape, taken.part, event); // a line wins: it is what most came for
      this.#capture(event);
      return;
    }
    const row = this.#pointAt(event, REACH);
    const used = row === null ? points?.place(this.plot.toData(event)) : points?.take(row);
    if (used) this.#capture(event);
  }

  #capture(event: PointerEvent): void {
    this.#about = null; // it would cover what is being moved
    this.plot.el.setPointerCapture(event.pointerId);
    const focusable = (event.target as Element).closest<SVGElement>("[tabindex]");
    focusable?.focus({ preventScroll: true });
    event.preventDefault();
  }

  #move(event: PointerEvent): void {
    if (this.lines.held) {
      const shape = this.#shapes.get(this.lines.held.id);
      this.lines.drag(event, shape && this.#atHand(shape));
    } else if (this.#movesPoint) {
      this.view.points?.drag(this.plot.toData(event));
    } else if (event.buttons === 0) {
      this.#hover(event);
    }
  }

  get #movesPoint(): boolean {
    return typeof this.view.points?.dragging === "number";
  }

  #release(): void {
    this.lines.release();
    this.view.points?.release();
  }

  #hover(event: PointerEvent): void {
    const box = this.plot.surface.getBoundingClientRect();
    const at: Position = [event.clientX - box.left, event.clientY - box.top];
    const taken = this.#grabbed(event.target);
    const row = taken ? null : this.#pointAt(event, REACH);
    const unit = taken?.shape.mark ?? null;
    this.#about = row !== null ? { row } : unit && { line: unit.id, at };
    this.root.dataset.over = row !== null && this.view.points ? "point" : "";
    this.store.select({
      sample: row,
      unit: unit ? { layer: unit.layer, unit: unit.unit } : null,
    });
    this.#drawTip();
  }

  #leave(): void {
    if (this.lines.held || this.#movesPoint) return;
    this.#about = null;
    this.store.select({ sample: null, unit: null });
    this.#drawTip();
  }

  #double(event: MouseEvent): void {
    this.#settle();
    // The press took the pointer for the whole plot, so the event does not say what was hit.
    const page = this.root.getRootNode() as Document | ShadowRoot;
    const taken = this.#grabbed(page.elementFromPoint(event.clientX, event.clientY));
    if (taken && this.view.editable()) this.lines.flip(taken.shape.mark);
    else if (!taken) this.#fit();
  }

  #key(event: KeyboardEvent): void {
    this.root.dataset.by = "keys";
    this.#settle();
    const taken = this.#grabbed(event.target);
    const typing = (event.target as Element).closest("input, select, textarea");
    const used =
      (!typing && taken && this.view.editable() && !event.ctrlKey && !event.metaKey
        ? this.lines.key(event, taken.shape, taken.part)
        : false) ||
      (!typing && this.#planeKey(event)) ||
      trainingKeys(event, this.store);
    if (used) {
      event.preventDefault();
      event.stopPropagation();
    }
  }

  #planeKey(event: KeyboardEvent): boolean {
    if (event.ctrlKey || event.metaKey) return false;
    if (event.key === "+" || event.key === "=") this.plot.zoomBy(1.3);
    else if (event.key === "-") this.plot.zoomBy(1 / 1.3);
    else if (event.key === "0" && this.store.state.selection.sample === null) this.#fit();
    else return this.view.editable() && this.#pointKey(event);
    return true;
  }

  /** Keys on points; the numbers of the one they choose are shown. */
  #pointKey(event: KeyboardEvent): boolean {
    if (!this.view.points?.key(event, this.plot)) return false;
    const { sample } = this.store.state.selection;
    this.#about = sample === null ? null : { row: sample };
    return true;
  }

  #pointAt(event: MouseEvent, reach: number): number | null {
    const points = this.#scene?.points;
    if (!points) return null;
    const box = this.plot.surface.getBoundingClientRect();
    const at: Position = [event.clientX - box.left, event.clientY - box.top];
    return nearest(points, this.plot.x, this.plot.y, at, radiusFor(points.n) + reach);
  }
}
