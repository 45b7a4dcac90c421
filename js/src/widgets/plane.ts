/**
 * A plane with points and lines in it: the part that decision lines and feature space share.
 * The view says what the scene is and what a line's parameters are; the plane draws it once a
 * frame, its hand turns pointer and keys into edits of the store.
 */

import { html, nothing, render } from "lit-html";
import { createRef, ref } from "lit-html/directives/ref.js";
import { type LineShape, shapeOf, withArrow } from "../render/lines.js";
import { Plot } from "../render/plot.js";
import type { CurveMark, LineMark, Marker, Position, Scene } from "../scene/types.js";
import type { NetState, Store } from "../state/types.js";
import { t } from "../words.js";
import { ControlBarSlot } from "./control_bar.js";
import { CurveGestures } from "./curve_gestures.js";
import { type LineEditor, LineGestures } from "./line_gestures.js";
import { NextFrame } from "./next_frame.js";
import { PlaneHand } from "./plane_hand.js";
import { layers } from "./plane_layers.js";
import type { PointTool } from "./point_tool.js";
import { applySize } from "./size.js";
import { zoomButtons } from "./toolbar.js";
import type { Options, ViewContext } from "./view.js";

export interface PlaneView {
  readonly label: string;
  /** Called once a frame; sets `plot.home` before reading what is visible. */
  scene(state: NetState, plot: Plot): Scene;
  markers(state: NetState): readonly Marker[];
  editor(mark: LineMark, state: NetState): LineEditor;
  ghosts(state: NetState, plot: Plot): readonly LineMark[];
  /** Rows of "name, value" about a sample. */
  aboutPoint(state: NetState, row: number): readonly (readonly [string, string])[];
  /** What a curve's unit adds up to at a place, where a hand may move curves. */
  level?(mark: CurveMark, at: Position): number;
  aboutLine(state: NetState, mark: LineMark): readonly (readonly [string, string])[];
  toolbar(state: NetState): unknown;
  /** Forgets what was visible: the next scene is as narrow as the data allows. */
  fit(): void;
  /** Where points can be edited. */
  readonly points?: PointTool;
  /** The plane that draws this, once it is there. */
  plane: Plane | null;
  dispose(): void;
}

export function mountPlane(context: ViewContext, view: PlaneView): () => void {
  const plane = new Plane(context, view);
  return () => plane.dispose();
}

/** Handles of more lines than these would hide the data: only the line at hand shows its own. */
const MANY = 6;

export class Plane {
  readonly root: HTMLElement;
  readonly plot: Plot;
  readonly lines: LineGestures;
  readonly curves: CurveGestures;
  scene: Scene | null = null;
  shapes: ReadonlyMap<string, LineShape> = new Map();
  readonly #bar: ControlBarSlot;
  readonly #hand: PlaneHand;
  readonly #parts = {
    title: createRef(),
    toolbar: createRef(),
    stage: createRef(),
    caption: createRef(),
    bar: createRef(),
  };
  readonly store: Store;
  readonly #options: Options;
  readonly #unsubscribe: (() => void)[];

  constructor(
    { el: host, store, options }: ViewContext,
    readonly view: PlaneView,
  ) {
    this.store = store;
    this.#options = options;
    this.#bar = new ControlBarSlot({ store, options }, () => this.#part("bar"));
    view.plane = this;
    host.classList.add("nnw-host");
    render(this.#frame(), host);
    this.root = host.querySelector(".nnw-plane") as HTMLElement;
    this.plot = new Plot({
      host: this.#part("stage"),
      label: view.label,
      changed: () => this.redraw(),
      claims: (target) => this.#hand?.claims(target) ?? false,
    });
    this.curves = new CurveGestures(
      this.plot,
      store,
      (mark, at) => view.level?.(mark, at) ?? Number.NaN,
    );
    this.lines = new LineGestures(this.plot, store, (mark) => view.editor(mark, store.state));
    this.#hand = new PlaneHand(this);
    this.#unsubscribe = [
      store.subscribe((state) => this.draw(state)),
      options.subscribe(() => this.redraw()),
    ];
    this.draw(store.state);
  }

  /** After something of this view alone changed: an option, the zoom, the size. */
  redraw(): void {
    this.#menus = null;
    this.#of = null;
    if (this.plot) this.#next.ask();
  }
  readonly #next = new NextFrame(() => this.draw(this.store.state));
  /** What the menus were drawn of: a drag does not change them. */
  #menus: readonly unknown[] | null = null;

  draw(state: NetState): void {
    const options = this.#options;
    applySize(this.root, { width: options.get("width"), height: options.get("height") });
    if (this.plot.width === 0) return; // not laid out yet: the plot calls again when it is
    this.#drawn = state;
    this.root.dataset.frame = String(this.store.frame);
    if (this.#changed(state)) this.#drawPicture(state);
    this.#bar.update(state);
    this.#hand.drawTip();
  }

  /**
   * Whether the picture is of anything else than when it was drawn: half of the frames of a drag
   * say no more than that Python has heard of it.
   */
  #changed(state: NetState): boolean {
    const { spec, params, initial, data, frozen, selection, status } = state;
    const { held } = this.lines;
    const shown = [spec, params, state.held, initial, data, frozen, selection, status.epoch];
    const of = [...shown, held?.id, held?.part, held?.at];
    const same = spec.kind === "stack" && this.#of?.every((value, i) => value === of[i]);
    this.#of = of;
    return !same;
  }
  /** What the picture was drawn of; null where it has to be drawn anew whatever the state. */
  #of: readonly unknown[] | null = null;

  #drawPicture(state: NetState): void {
    const scene = this.view.scene(state, this.plot);
    this.scene = scene;
    const crowded = scene.lines.length > MANY;
    this.shapes = new Map(
      scene.lines.map((mark) => [mark.id, shapeOf(mark, this.plot.x, this.plot.y, crowded)]),
    );
    this.plot.paint(scene, this.view.markers(state), this.#layers(state, scene));
    render(this.#options.get<string>("title") || nothing, this.#part("title"));
    this.#drawMenus(state);
    render(scene.caption || nothing, this.#part("caption"));
    this.root.classList.toggle("nnw-many", crowded);
    this.root.dataset.tool = this.view.points?.kind ?? "";
  }

  #drawMenus(state: NetState): void {
    const of = [state.spec, state.data, state.status.epoch];
    if (this.#menus?.every((value, i) => value === of[i])) return;
    this.#menus = of;
    const zoom = zoomButtons(this.plot, () => this.fit());
    render([this.view.toolbar(state), zoom], this.#part("toolbar"));
  }

  /** Shows all of the data, and no more room than it needs. */
  fit(): void {
    this.view.fit();
    this.plot.resetZoom();
    this.redraw();
  }

  /** A gesture starts from what is true now, which may not have been painted yet. */
  settle(): void {
    if (this.#drawn !== this.store.state) this.draw(this.store.state);
  }
  #drawn: NetState | null = null;

  dispose(): void {
    this.#next.cancel();
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.view.dispose();
    this.#bar.dispose();
    this.plot.dispose();
    this.root.remove();
  }

  get editable(): boolean {
    return this.#options.get<boolean>("editable");
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
      <div class="nnw-toolbar" role="toolbar" aria-label=${t("View")} ${ref(toolbar)}></div>
      <div class="nnw-foot" ${ref(bar)}></div>
    </div>`;
  }

  // ---- drawing

  #layers(state: NetState, scene: Scene) {
    const { view, plot } = this;
    return layers({
      ...{ plot, scene, spec: state.spec, selection: state.selection, held: this.lines.held },
      shapes: [...this.shapes.values()].map((shape) => this.atHand(shape)),
      ghosts: view.ghosts(state, plot),
      markers: view.markers(state),
      about: (mark) => view.aboutLine(state, mark),
    });
  }

  /**
   * While an end is held it follows the pointer and its opposite stays where it was; so does the
   * arrow of a held tip, even out of the frame.
   */
  atHand(shape: LineShape): LineShape {
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
}
