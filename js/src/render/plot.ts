/**
 * A two-dimensional plot: a field, points and axes in layers that are painted only when they
 * changed, with pan, zoom and a size that follows its host. It draws scenes and knows no network.
 */

import { type ScaleLinear, scaleLinear } from "d3-scale";
import { select } from "d3-selection";
import { type D3ZoomEvent, zoom, zoomIdentity } from "d3-zoom";
import { html, render, type SVGTemplateResult, svg } from "lit-html";
import { guard } from "lit-html/directives/guard.js";
import type { Extent, Marker, Position, Scene } from "../scene/types.js";
import { axes, MARGINS } from "./axes.js";
import { fitCanvas } from "./canvas.js";
import { FieldPainter } from "./field.js";
import { focusedIn } from "./focus.js";
import type { Bounds } from "./lines.js";
import { PointPainter } from "./points.js";
import { watchTheme } from "./theme.js";

type Scale = ScaleLinear<number, number>;

export interface PlotOptions {
  readonly host: HTMLElement;
  readonly label: string;
  /** Something the scene depends on changed here: size, zoom or theme. */
  readonly changed: () => void;
  /** True where a press starts a gesture of the view's own, and so not a pan. */
  readonly claims: (target: Element) => boolean;
}

export class Plot {
  readonly el: HTMLElement;
  readonly surface: SVGSVGElement;
  x: Scale = scaleLinear();
  y: Scale = scaleLinear();
  width = 0;
  height = 0;

  readonly #options: PlotOptions;
  readonly #underlay: SVGSVGElement;
  readonly #field: FieldPainter;
  readonly #points: PointPainter;
  readonly #zoom = zoom<SVGSVGElement, unknown>();
  readonly #stop: (() => void)[] = [];
  #home: Extent = [-1, 1, -1, 1];
  #transform = zoomIdentity;
  #ground = "";
  #painted: { field: unknown; points: unknown; view: string } = { field: 0, points: 0, view: "" };

  constructor(options: PlotOptions) {
    this.#options = options;
    render(FRAME(options.label), options.host);
    this.el = options.host.querySelector(".nnw-plot") as HTMLElement;
    this.#field = new FieldPainter(this.#part<HTMLElement>(".nnw-picture"));
    this.#points = new PointPainter(this.#part<HTMLCanvasElement>(".nnw-points"));
    [this.#underlay, this.surface] = this.el.querySelectorAll("svg");
    this.#listen();
  }

  /** Sets what is shown when nothing is panned or zoomed. */
  set home(extent: Extent) {
    if (extent.every((value, i) => value === this.#home[i])) return;
    this.#home = extent;
    this.#rescale(); // no word of it: whoever sets this is about to paint
  }

  get home(): Extent {
    return this.#home;
  }

  /** What is visible now. */
  get extent(): Extent {
    const [x0, x1] = this.x.domain();
    const [y0, y1] = this.y.domain();
    return [x0, x1, y0, y1];
  }

  get inner(): { width: number; height: number } {
    return {
      width: Math.max(1, this.width - MARGINS.left - MARGINS.right),
      height: Math.max(1, this.height - MARGINS.top - MARGINS.bottom),
    };
  }

  /** The frame, in pixels of the whole. */
  get bounds(): Bounds {
    const { left, top } = MARGINS;
    const { width, height } = this.inner;
    return { left, right: left + width, top, bottom: top + height };
  }

  get ground(): string {
    return this.#ground;
  }

  /** Pointer to data coordinates. */
  toData(event: { clientX: number; clientY: number }): Position {
    const box = this.surface.getBoundingClientRect();
    return [this.x.invert(event.clientX - box.left), this.y.invert(event.clientY - box.top)];
  }

  zoomBy(factor: number): void {
    select(this.surface).call(this.#zoom.scaleBy, factor);
  }

  resetZoom(): void {
    select(this.surface).call(this.#zoom.transform, zoomIdentity);
  }

  /** @param layers SVG behind the points and before them */
  paint(
    scene: Scene,
    markers: readonly Marker[],
    layers: { under: SVGTemplateResult; over: SVGTemplateResult },
  ): void {
    const ratio = this.#fitCanvas();
    const view = `${ratio},${this.width},${this.height},${this.#ground},${this.extent}`;
    const [x, y] = [this.x, this.y];
    const look = { markers, ground: this.#ground, ratio, bounds: this.bounds };
    const moved = view !== this.#painted.view;
    if (moved || scene.field !== this.#painted.field) this.#field.paint(scene.field, x, y);
    const points = scene.points && [scene.points, markers];
    if (moved || !same(points, this.#painted.points)) this.#points.paint(scene.points, x, y, look);
    this.#painted = { field: scene.field, points, view };
    const { width, height } = this.inner;
    const clip = `url(#${this.#clip})`;
    render(
      svg`<clipPath id=${this.#clip}>
          <rect x=${MARGINS.left} y=${MARGINS.top} width=${width} height=${height} />
        </clipPath>
        ${guard([view, scene.xLabel, scene.yLabel], () => axes(x, y, scene.xLabel, scene.yLabel))}
        <g clip-path=${clip}>${layers.under}</g>`,
      this.#underlay,
    );
    render(svg`<g clip-path=${clip}>${layers.over}</g>`, this.surface);
  }

  dispose(): void {
    for (const stop of this.#stop) stop();
    select(this.surface).on(".zoom", null);
  }

  readonly #clip = `nnw-clip-${Math.random().toString(36).slice(2)}`;

  #part<T extends Element>(selector: string): T {
    return this.el.querySelector(selector) as T;
  }

  #listen(): void {
    const watch = new ResizeObserver(() => this.#measure());
    watch.observe(this.el);
    this.#stop.push(
      () => watch.disconnect(),
      watchTheme(() => this.#retheme()),
    );
    this.#zoom
      .scaleExtent([0.05, 200])
      .wheelDelta(wheelStep)
      .filter((event) => this.#wantsZoom(event))
      .on("zoom", (event: D3ZoomEvent<SVGSVGElement, unknown>) => {
        this.#transform = event.transform;
        this.#rescale();
        this.#options.changed();
      });
    select(this.surface).call(this.#zoom).on("dblclick.zoom", null);
    this.#measure();
    this.#retheme();
  }

  /** A page must scroll past a plot: the wheel zooms only with Ctrl or in the focused plot. */
  #wantsZoom(event: MouseEvent | WheelEvent | TouchEvent): boolean {
    if (event.type === "wheel") {
      return event.ctrlKey || event.metaKey || this.el.contains(focusedIn(this.el));
    }
    const primary = !("button" in event) || event.button === 0;
    return primary && !event.ctrlKey && !this.#options.claims(event.target as Element);
  }

  #measure(): void {
    const { clientWidth, clientHeight } = this.el;
    if (clientWidth === this.width && clientHeight === this.height) return;
    this.width = clientWidth;
    this.height = clientHeight;
    this.#zoom.extent([
      [MARGINS.left, MARGINS.top],
      [clientWidth - MARGINS.right, clientHeight - MARGINS.bottom],
    ]);
    this.#rescale();
    this.#options.changed();
  }

  #retheme(): void {
    const ground = getComputedStyle(this.el).backgroundColor;
    if (ground === this.#ground) return;
    this.#ground = ground;
    this.#options.changed();
  }

  #rescale(): void {
    const [x0, x1, y0, y1] = this.#home;
    const across = [MARGINS.left, this.width - MARGINS.right];
    const up = [this.height - MARGINS.bottom, MARGINS.top];
    this.x = this.#transform.rescaleX(scaleLinear([x0, x1], across));
    this.y = this.#transform.rescaleY(scaleLinear([y0, y1], up));
  }

  #fitCanvas(): number {
    const { canvas } = this.#points;
    const { width, height } = canvas;
    const ratio = fitCanvas(canvas, this.width, this.height);
    if (canvas.width !== width || canvas.height !== height) this.#painted.view = "";
    return ratio;
  }
}

/** By how many doublings a turn of the wheel zooms in. */
const MOST_STEP = 0.3;

/**
 * A pinch comes as Ctrl and a wheel of many small steps, which are taken ten times as large (as d3
 * does); but one notch of a mouse would then be most of the way, so there is a largest step.
 */
function wheelStep({ deltaY, deltaMode, ctrlKey }: WheelEvent): number {
  const step = -deltaY * (deltaMode === 1 ? 0.05 : deltaMode ? 1 : 0.002) * (ctrlKey ? 10 : 1);
  return Math.max(-MOST_STEP, Math.min(MOST_STEP, step));
}

const FRAME = (label: string) => html`
  <div class="nnw-plot" tabindex="0" role="group" aria-label=${label}>
    <div class="nnw-picture" aria-hidden="true" hidden><canvas></canvas></div>
    <svg aria-hidden="true"></svg>
    <canvas class="nnw-points" aria-hidden="true"></canvas>
    <svg></svg>
  </div>
`;

function same(a: readonly unknown[] | null, b: unknown): boolean {
  if (a === b) return true;
  return !!a && Array.isArray(b) && a.every((value, i) => value === b[i]);
}
