/**
 * LossSurface: the loss over a plane through the parameters, as a map and in three dimensions, with
 * the network on it as a ball. The grid comes from Python; the ball's loss and slope are the page's.
 */

import { html, nothing, render } from "lit-html";
import { createRef, ref } from "lit-html/directives/ref.js";
import { hasWebgl } from "../render/webgl.js";
import { Kept } from "../scene/kept.js";
import { missing } from "../scene/surface.js";
import { SurfaceScene } from "../scene/surface_picture.js";
import type { Surface3d, SurfaceGrid, SurfacePicture, Track } from "../scene/surface_types.js";
import { type ComputeState, gridOf, tracksOf } from "../scene/surface_wire.js";
import type { NetState } from "../state/types.js";
import { t } from "../words.js";
import { BallMover } from "./ball.js";
import { drawColourBar } from "./colour_bar.js";
import { ContourMap } from "./contour_map.js";
import { ControlBarSlot } from "./control_bar.js";
import { NextFrame } from "./next_frame.js";
import { applySize } from "./size.js";
import type { SurfaceChannel } from "./surface_channel.js";
import { surfaceKeys } from "./surface_keys.js";
import { surfaceStatus } from "./surface_status.js";
import { surfaceToolbar } from "./surface_toolbar.js";
import { mountSurface3d } from "./surface3d.js";
import { zoomButtons } from "./toolbar.js";
import type { ViewContext } from "./view.js";

export interface SurfaceContext extends ViewContext {
  readonly channel: SurfaceChannel;
}

export function lossSurface(context: SurfaceContext): () => void {
  const view = new LossSurfaceView(context);
  return () => view.dispose();
}

const PARTS = ["title", "map", "bar", "space", "status", "caption", "toolbar", "foot"] as const;
type Part = (typeof PARTS)[number];

class LossSurfaceView {
  readonly #context: SurfaceContext;
  readonly #root: HTMLElement;
  readonly #parts = Object.fromEntries(PARTS.map((part) => [part, createRef()]));
  readonly #mover: BallMover;
  readonly #scene = new SurfaceScene();
  readonly #grid = new Kept<SurfaceGrid | null>();
  readonly #tracks = new Kept<readonly Track[]>();
  readonly #unsubscribe: (() => void)[];
  #picture: SurfacePicture | null = null;
  #map: ContourMap | null = null;
  #space: Surface3d | null = null;
  readonly #bar: ControlBarSlot;
  readonly #next = new NextFrame(() => this.draw(this.#context.store.state));
  readonly #status = new Kept<void>();
  /** What the parts that a drag leaves alone were drawn of. */
  #menusOf: readonly unknown[] | null = null;

  constructor(context: SurfaceContext) {
    this.#context = context;
    this.#bar = new ControlBarSlot(context, () => this.#part("foot"));
    const { el, store, options } = context;
    el.classList.add("nnw-host");
    render(this.#frame(), el);
    this.#root = el.querySelector(".nnw-surface") as HTMLElement;
    this.#mover = new BallMover({ store, surface: () => this.#surface() });
    const keys = { root: this.#root, store, map: () => this.#map, showAll: () => this.#fit() };
    this.#unsubscribe = [
      surfaceKeys(keys),
      store.subscribe((state) => this.draw(state)),
      options.subscribe(() => this.redraw()),
    ];
    this.draw(store.state);
  }

  /** After something of this view alone changed: an option, a trait, the zoom, the size. */
  redraw(): void {
    this.#next.ask();
  }

  draw(state: NetState): void {
    const { options, store } = this.#context;
    const sent = this.#grid.get([options.get("_surface")], () => gridOf(options.get("_surface")));
    // One of other units or layers knows nothing of this network; another is on its way.
    const grid = sent?.revision === state.spec.revision ? sent : null;
    this.#picture = grid && this.#scene.build(state, grid, this.#tracksOf(), this.#look(state));
    applySize(this.#root, { width: options.get("width"), height: options.get("height") });
    this.#drawMenus(state, grid);
    this.#drawStatus();
    if (this.#picture) this.#drawPicture(this.#picture);
    this.#bar.update(state);
    this.#root.dataset.frame = String(store.frame);
  }

  dispose(): void {
    this.#next.cancel();
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#map?.dispose();
    this.#space?.dispose();
    this.#bar.dispose();
    this.#root.remove();
  }

  /** Along one direction there is a profile only, and nothing in 3-D where a page has no WebGL. */
  get #kind(): string {
    const wanted = this.#context.options.get<string>("kind");
    return this.#line || (wanted !== "contour" && !hasWebgl()) ? "contour" : wanted;
  }

  get #line(): boolean {
    return this.#picture?.grid.ny === 1;
  }

  get #compute(): ComputeState | null {
    const state = this.#context.options.get<Partial<ComputeState> | undefined>("_state");
    return state?.state ? (state as ComputeState) : null;
  }

  #surface() {
    const picture = this.#picture;
    return picture && { picture, plane: this.#scene.plane(picture.grid) };
  }

  #tracksOf(): readonly Track[] {
    const raw = this.#context.options.get<unknown>("_tracks");
    return this.#tracks.get([raw], () => tracksOf(raw));
  }

  #look({ link }: NetState) {
    const { options } = this.#context;
    return {
      log: options.get<boolean>("log"),
      trajectory: options.get<boolean>("trajectory"),
      gradient: options.get<boolean>("gradient"),
      stale: this.#compute?.stale ?? false,
      watched: options.get<boolean>("auto") && link === "live",
    };
  }

  #drawPicture(picture: SurfacePicture): void {
    // Before the map, which measures the room that is left: the ball would jump in the next frame.
    if (picture.grid.ny === 1) render(nothing, this.#part("bar"));
    else drawColourBar(this.#part("bar"), picture.shading, picture.ball.loss);
    this.#mount(this.#kind);
    this.#root.classList.toggle("nnw-stale", picture.stale);
    if (this.#map?.ready) this.#map.draw(picture);
    this.#space?.update(picture);
  }

  /** A part is there only while it is shown: WebGL has room for few contexts on a page. */
  #mount(kind: string): void {
    if (kind !== "surface" && !this.#map) {
      const deps = { mover: this.#mover, changed: () => this.redraw() };
      this.#map = new ContourMap(this.#part("map"), deps);
      this.#menusOf = null; // its zoom has buttons
      this.redraw();
    } else if (kind === "surface" && this.#map) {
      this.#map.dispose();
      this.#map = null;
      render(nothing, this.#part("map"));
    }
    if (kind !== "contour" && !this.#space) {
      const { channel } = this.#context;
      const pick = (at: readonly [number, number]) => this.#mover.put(at);
      this.#space = mountSurface3d(this.#part("space"), { chunk: channel.chunk, pick });
    } else if (kind === "contour" && this.#space) {
      this.#space.dispose();
      this.#space = null;
    }
  }

  #drawMenus(state: NetState, grid: SurfaceGrid | null): void {
    const { options, channel } = this.#context;
    const chosen = ["axes", "kind", "data", "log", "trajectory", "gradient", "title"] as const;
    const of = [state.spec, grid, this.#map, ...chosen.map((name) => options.get<unknown>(name))];
    if (this.#menusOf?.every((value, i) => value === of[i])) return;
    this.#menusOf = of;
    const zoom = this.#map ? zoomButtons(this.#map.plot, () => this.#fit()) : nothing;
    const recompute = () => channel.compute();
    render(options.get<string>("title") || nothing, this.#part("title"));
    render([surfaceToolbar(state, grid, options, recompute), zoom], this.#part("toolbar"));
    const flat = !this.#line && this.#kind !== options.get("kind");
    render(grid ? captionOf(grid, flat) : nothing, this.#part("caption"));
    this.#root.dataset.kind = this.#kind;
  }

  #drawStatus(): void {
    const { options, channel } = this.#context;
    const { ball, stale } = this.#picture ?? {};
    this.#status.get([options.get("_state"), !this.#picture, stale, stale && ball?.off], () => {
      render(surfaceStatus(this.#compute, this.#picture, channel), this.#part("status"));
    });
  }

  #fit(): void {
    this.#map?.plot.resetZoom();
    this.redraw();
  }

  #part(name: Part): HTMLElement {
    return this.#parts[name].value as HTMLElement;
  }

  #frame() {
    const { title, map, bar, space, status, caption, toolbar, foot } = this.#parts;
    return html`<div class="nnw nnw-plane nnw-surface" data-lm-suppress-shortcuts="true">
      <div class="nnw-title" ${ref(title)}></div>
      <div class="nnw-stage nnw-surface-stage">
        <div class="nnw-surface-map" ${ref(map)}></div>
        <div class="nnw-surface-bar" ${ref(bar)}></div>
        <div class="nnw-surface-space" ${ref(space)}></div>
        <div class="nnw-surface-status" ${ref(status)}></div>
      </div>
      <div class="nnw-caption" ${ref(caption)}></div>
      <div class="nnw-toolbar" role="toolbar" aria-label=${t("View")} ${ref(toolbar)}></div>
      <div class="nnw-foot" ${ref(foot)}></div>
    </div>`;
  }
}

/** What the picture does not say by itself. */
function captionOf(grid: SurfaceGrid, flat: boolean): string {
  const parts = [
    flat ? t("seen from above: this page has no WebGL") : "",
    grid.data === "test" ? t("loss on the test data") : "",
  ];
  const shares = grid.explained?.map((share) => `${(100 * share).toFixed(1)} %`);
  if (shares)
    parts.push(
      t("the axes explain {shares} of the path's variance", { shares: shares.join(t(" and ")) }),
    );
  const holes = missing(grid);
  if (holes > 0) parts.push(t("hatched: {holes} cells whose loss is no finite number", { holes }));
  return parts.filter(Boolean).join(" · ");
}
