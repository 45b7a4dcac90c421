/** NetworkGraph: layers, units and weights as a graph whose edges one can take in hand. */

import { nothing, render } from "lit-html";
import { css, unitColour } from "../math/colour.js";
import { GraphCanvas } from "../render/graph_canvas.js";
import { Measured } from "../render/measured.js";
import { whileSeen } from "../render/sight.js";
import { themeOf, watchTheme } from "../render/theme.js";
import { derivedOf } from "../scene/derived.js";
import { emphasisOf } from "../scene/graph_emphasis.js";
import { type GraphFrame, GraphScene, gradientOf, tintsOf } from "../scene/graph_frame.js";
import type { NodeMark } from "../scene/graph_layout.js";
import { FIRST_PAGE, type Pages } from "../scene/graph_plan.js";
import type { EdgeMode } from "../scene/graph_values.js";
import { isLast } from "../scene/names.js";
import type { NetState, Store } from "../state/types.js";
import { ControlBarSlot } from "./control_bar.js";
import type { Feed } from "./feed.js";
import { GraphActs } from "./graph/acts.js";
import { BlockGraph } from "./graph/blocks.js";
import { caption, toolbar } from "./graph/chrome.js";
import { Flow } from "./graph/flow.js";
import { describe, drawNumbers, drawOverlay, FRAME } from "./graph/overlay.js";
import { UnitPictures } from "./graph/pictures.js";
import { drawHeads } from "./graph/structure.js";
import { drawPartTip } from "./graph/tips.js";
import type { LibraryContext, LibraryView } from "./library.js";
import { NextFrame } from "./next_frame.js";
import { applySize } from "./size.js";
import type { Options } from "./view.js";

/** After so many milliseconds without a change, pictures and gradients are computed in full. */
const REST = 220;

export const networkGraph: LibraryView = (context) => {
  const view = new NetworkGraph(context);
  return () => view.dispose();
};

export class NetworkGraph {
  readonly store: Store;
  readonly options: Options;
  readonly root: HTMLElement;
  readonly stage: HTMLElement;
  readonly overlay: SVGSVGElement;
  frame: GraphFrame | null = null;
  pages: Pages = FIRST_PAGE;
  readonly acts: GraphActs;
  readonly #scene = new GraphScene();
  readonly #pictures = new UnitPictures();
  readonly #canvas: GraphCanvas;
  readonly #flow: Flow;
  readonly #bar: ControlBarSlot;
  readonly #feed: Feed;
  readonly #room: Measured;
  #blocks: BlockGraph | null = null;
  readonly #stop: (() => void)[];
  readonly #next = new NextFrame(() => this.draw(this.store.state));
  #rest: ReturnType<typeof setTimeout> | undefined;
  #moving = false;
  #visible = true;
  #of: readonly unknown[] | null = null;
  #laid: readonly unknown[] = [];
  #heads: readonly unknown[] = [];
  #chrome: readonly unknown[] = [];

  constructor({ el, store, options, feed }: LibraryContext) {
    this.#feed = feed;
    this.store = store;
    this.options = options;
    this.#bar = new ControlBarSlot({ store, options }, () => this.#part("foot"));
    el.classList.add("nnw-host");
    render(FRAME(), el);
    this.root = el.querySelector(".nnw-graph") as HTMLElement;
    this.stage = this.#part("stage");
    this.overlay = this.stage.querySelector("svg") as SVGSVGElement;
    this.#canvas = new GraphCanvas(this.#part("canvas") as HTMLCanvasElement);
    this.#flow = new Flow(this.#part("flow") as HTMLCanvasElement);
    this.acts = new GraphActs(this);
    this.#room = new Measured(this.stage, () => this.redraw());
    this.#stop = [
      store.subscribe((state) => this.draw(state)),
      options.subscribe(() => this.redraw()),
      watchTheme(() => this.#retheme()),
      () => this.#room.dispose(),
      whileSeen(this.root, (seen) => this.#seen(seen)),
    ];
    this.#retheme();
    this.draw(store.state);
  }

  dispose(): void {
    this.#next.cancel();
    clearTimeout(this.#rest);
    this.#flow.stop();
    for (const stop of this.#stop) stop();
    this.acts.dispose();
    this.#bar.dispose();
    this.#blocks?.dispose();
    this.root.remove();
  }

  option<T>(name: string, otherwise: T): T {
    return this.options.get<T | undefined>(name) ?? otherwise;
  }

  /** After something of this view alone changed: an option, the size, what is pointed at. */
  redraw(): void {
    this.#of = null;
    this.#next.ask();
  }

  turn(pages: Pages): void {
    this.pages = pages;
    this.redraw();
  }

  /** The chosen sample: the one that is pointed at anywhere, else the view's own. */
  sample(state: NetState): number | null {
    const row = state.selection.sample ?? this.option<number | null>("sample", null);
    return row !== null && row < state.data.n ? row : null;
  }

  /** dL/dw of what the edges' gradients are of, for a tooltip. */
  gradient(frame: GraphFrame) {
    const { state, sample } = frame;
    const of = this.#choices(state);
    return frame.gradient ?? gradientOf(state, of, sample, derivedOf(this.store));
  }

  draw(state: NetState): void {
    if (!this.#visible) return;
    this.#resize();
    this.root.dataset.frame = String(this.store.frame);
    const drawn = this.#room.width > 0 && this.#changed(state);
    if (drawn && state.spec.kind === "stack") this.#drawGraph(state);
    else if (drawn) this.#drawBlocks(state);
    this.#bar.update(state);
  }

  #drawBlocks(state: NetState): void {
    this.root.dataset.kind = "opaque";
    render(this.option("title", "") || nothing, this.#part("title"));
    this.#blocks ??= new BlockGraph(this.#part("modules"), this.#part("caption"), this.#feed);
    const of = [state.spec, this.#room.width];
    if (!same(of, this.#laid)) this.#blocks.draw();
    this.#laid = of;
  }

  #drawGraph(state: NetState): void {
    const frame = this.#scene.build(state, this.#choices(state), derivedOf(this.store));
    this.frame = frame;
    this.acts.settle();
    const { lit, hot } = emphasisOf(state.spec, frame.layout, state.selection, this.acts.own);
    const pictures = this.option("thumbnails", true)
      ? this.#pictures.of(frame, this.#moving)
      : { thumbnails: new Map(), spot: null };
    this.#canvas.paint({
      ...pictures,
      ...{ layout: frame.layout, values: frame.values, places: frame.places, scale: frame.scale },
      ...{ lit, hot, tints: tintsOf(frame), frame: (node: NodeMark) => frameColour(state, node) },
    });
    this.#flow.update(frame);
    this.#drawTexts(frame);
    this.#drawChrome(frame);
    drawPartTip(this, frame);
    this.acts.update();
    this.root.dataset.painted = String(this.#pictures.painted);
  }

  #drawTexts(frame: GraphFrame): void {
    const labels = this.option("labels", true);
    const of = [frame.layout, frame.state.spec, labels];
    if (!same(of, this.#laid)) {
      this.#laid = of;
      drawOverlay(this.overlay, frame, labels);
      this.acts.relabel();
      describe(this.overlay, frame);
    }
    drawNumbers(this.overlay, frame);
    const { layout, plan, state } = frame;
    const editable = this.option("editable", true);
    const heads = [layout, plan, state.spec, state.status.state, state.link, editable];
    if (same(heads, this.#heads)) return;
    this.#heads = heads;
    drawHeads(this.#part("structure"), frame, editable, this);
  }

  #drawChrome(frame: GraphFrame): void {
    const { state, mode, scale, layout } = frame;
    const pinned = this.option<number | null>("sample", null);
    const of = this.option("of", "data");
    const about = caption(frame);
    const key = [mode, scale, layout, pinned, of, state.data.n, about, this.option("title", "")];
    if (same(key, this.#chrome)) return;
    this.#chrome = key;
    render(this.option("title", "") || nothing, this.#part("title"));
    render(about || nothing, this.#part("caption"));
    render(toolbar(frame, of, pinned, this.acts), this.#part("toolbar"));
  }

  #choices(state: NetState) {
    return {
      edges: this.option<EdgeMode>("edges", "weights"),
      of: this.option<"data" | "sample">("of", "data"),
      sample: this.sample(state),
      most: this.option("max_units", 10),
      pages: this.pages,
      width: this.#room.width,
      height: this.option("height", 420),
      moving: this.#moving,
    };
  }

  /** Whether the picture is of anything else than when it was drawn. */
  #changed(state: NetState): boolean {
    const { spec, params, data, frozen, selection, status, held, link } = state;
    const { lr, optimizer, state: training } = status;
    const shown = [spec, params, data, frozen, selection, lr, optimizer, training, held, link];
    const own = [
      this.#room.width,
      this.acts.own[0],
      this.acts.own[1],
      this.acts.own[2],
      this.pages,
    ];
    const of = [...shown, ...own];
    const moved = this.#of !== null && (this.#of[1] !== params || this.#of[2] !== data);
    const changed = this.#of === null || !same(of, this.#of);
    this.#of = of;
    if (moved || held) this.#move();
    return changed;
  }

  /** Coarse now, in full once nothing has changed for a while. */
  #move(): void {
    this.#moving = true;
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => {
      this.#moving = false;
      this.redraw();
      if (this.frame) describe(this.overlay, this.frame);
    }, REST);
  }

  #seen(visible: boolean): void {
    const shows = visible && !this.#visible;
    this.#visible = visible;
    if (shows) this.redraw();
  }

  #retheme(): void {
    this.#canvas.inks = themeOf(this.#part("probe"));
    this.redraw();
  }

  #resize(): void {
    const size = { width: this.option("width", 720), height: this.option("height", 420) };
    applySize(this.root, size);
  }

  #part(name: string): HTMLElement {
    return this.root.querySelector(`.nnw-graph-${name}`) as HTMLElement;
  }
}

/** Hidden units wear their line's colour, outputs of classes their class's is in the picture. */
function frameColour({ spec }: NetState, { layer, unit }: NodeMark): string | null {
  return layer < 0 || isLast(spec, layer) ? null : css(unitColour(unit));
}

const same = (a: readonly unknown[], b: readonly unknown[]) =>
  a.length === b.length && a.every((value, i) => Object.is(value, b[i]));
