/**
 * A chart of curves: a canvas for the curves, axes and a cursor as SVG. It draws charts and knows no
 * network; pan, zoom and pointing are told to its owner.
 */

import { scaleLinear, scaleLog } from "d3-scale";
import { html, nothing, render, svg } from "lit-html";
import type { Rgb } from "../math/colour.js";
import { nearestIndex, thin } from "../math/curves.js";
import { type Chart, type Curve, type Heat, heightOf, type Window } from "../scene/chart.js";
import { MARGINS } from "./axes.js";
import { clearCanvas } from "./canvas.js";
import { axesOf, guidesOf, type YScale } from "./chart_axes.js";
import { Measured } from "./measured.js";
import { watchTheme } from "./theme.js";

const LEFT = 54;

export interface LineChartOptions {
  readonly host: HTMLElement;
  readonly window: Window;
  /** Its size or the theme changed. */
  readonly changed: () => void;
}

export class LineChart {
  readonly el: HTMLElement;
  readonly tip: HTMLElement;
  x = scaleLinear();
  y: YScale = scaleLinear();
  width = 0;
  height = 0;
  readonly #options: LineChartOptions;
  readonly #canvas: HTMLCanvasElement;
  readonly #axes: SVGSVGElement;
  readonly #over: SVGSVGElement;
  readonly #stop: (() => void)[] = [];
  readonly #scratch = document.createElement("canvas");
  /** How pure colours are on this ground; the rest is white. */
  #pure = 1;

  constructor(options: LineChartOptions) {
    this.#options = options;
    render(FRAME, options.host);
    this.el = options.host.querySelector(".nnw-chart") as HTMLElement;
    this.tip = this.el.querySelector(".nnw-chart-tip") as HTMLElement;
    this.#canvas = this.el.querySelector("canvas") as HTMLCanvasElement;
    [this.#axes, this.#over] = this.el.querySelectorAll("svg");
    this.#listen();
  }

  /** The abscissa under a pointer. */
  at(event: MouseEvent): number {
    return this.x.invert(event.clientX - this.el.getBoundingClientRect().left);
  }

  inside(event: MouseEvent): boolean {
    const { left, top } = this.el.getBoundingClientRect();
    const [x, y] = [event.clientX - left, event.clientY - top];
    return (
      x >= LEFT - 2 &&
      x <= this.width - MARGINS.right + 2 &&
      y >= MARGINS.top - 2 &&
      y <= this.height - MARGINS.bottom + 2
    );
  }

  /** Everything but the cursor. */
  draw(chart: Chart): void {
    const { shown } = this.#options.window;
    const [low, high] = heightOf(chart, shown);
    const up = [this.height - MARGINS.bottom, MARGINS.top];
    this.x = scaleLinear([...shown], [LEFT, Math.max(LEFT + 1, this.width - MARGINS.right)]);
    this.y = chart.log ? scaleLog([low, high], up) : scaleLinear([low, high], up);
    render(axesOf(chart, this.x, this.y), this.#axes);
    this.#paint(chart);
  }

  /** The line at an abscissa and a dot on every curve there. */
  cursor(chart: Chart, at: number | null): void {
    const [from, to] = this.x.domain();
    const names = guidesOf(chart, this.y).map(
      ([guide, y]) =>
        svg`<text class="nnw-guide-name" x=${LEFT + 4} y=${y - 4}>${guide.name}</text>`,
    );
    if (at === null || at < from || at > to) {
      render(names, this.#over);
      return;
    }
    const x = this.x(at);
    const [bottom, top] = this.y.range();
    render(
      svg`${names}<line class="nnw-cursor" x1=${x} x2=${x} y1=${bottom} y2=${top} />
        ${chart.curves.map((curve) => this.#dot(curve, at))}`,
      this.#over,
    );
  }

  dispose(): void {
    for (const stop of this.#stop) stop();
    render(nothing, this.#options.host);
  }

  #dot(curve: Curve, at: number) {
    const row = curve.silent ? -1 : nearestIndex(curve.x, at);
    if (row < 0 || curve.x[row] !== at) return nothing;
    const y = this.y(curve.y[row]);
    if (!Number.isFinite(y)) return nothing;
    return svg`<circle class="nnw-cursor-dot" cx=${this.x(at)} cy=${y} r="3.6"
      fill=${this.#colour(curve.colour, 1)} />`;
  }

  #listen(): void {
    const size = new Measured(this.el, () => {
      [this.width, this.height] = [size.width, size.height];
      this.#options.changed();
    });
    this.#stop.push(
      () => size.dispose(),
      watchTheme(() => this.#retheme()),
    );
    [this.width, this.height] = [size.width, size.height];
    this.#retheme();
  }

  #retheme(): void {
    const pure = Number.parseFloat(getComputedStyle(this.el).getPropertyValue("--nnw-pure"));
    const next = Number.isFinite(pure) ? pure / 100 : 1;
    if (next === this.#pure) return;
    this.#pure = next;
    this.#options.changed();
  }

  #colour(colour: Rgb, opacity: number): string {
    return `rgb(${this.#lifted(colour).join(" ")} / ${opacity})`;
  }

  #lifted(colour: Rgb): number[] {
    return colour.map((part) => Math.round(255 + (part - 255) * this.#pure));
  }

  #paint(chart: Chart): void {
    const ctx = clearCanvas(this.#canvas, this.width, this.height);
    ctx.save();
    ctx.beginPath();
    const [left, right] = this.x.range();
    const [bottom, top] = this.y.range();
    ctx.rect(left - 3, top - 3, right - left + 6, bottom - top + 6); // a dot at the edge is whole
    ctx.clip();
    if (chart.heat) this.#paintHeat(ctx, chart.heat);
    for (const curve of chart.curves) this.#paintCurve(ctx, curve);
    ctx.restore();
  }

  /** A pixel for each epoch and bin, stretched: as dark as the bin is full. */
  #paintHeat(ctx: CanvasRenderingContext2D, heat: Heat): void {
    const bins = heat.rows[0]?.length ?? 0;
    const columns = this.#pixels;
    if (bins === 0) return;
    const picture = new ImageData(columns, bins);
    const colour = this.#lifted(heat.colour);
    const [left] = this.x.range();
    for (let c = 0; c < columns; c++) {
      const at = this.x.invert(left + c + 0.5);
      const counts = heat.rows[nearestIndex(heat.x, at)];
      const most = counts.reduce((a, b) => Math.max(a, b), 1);
      for (let bin = 0; bin < bins; bin++) {
        const pixel = 4 * ((bins - 1 - bin) * columns + c);
        picture.data.set(colour, pixel);
        picture.data[pixel + 3] = 150 * Math.sqrt(counts[bin] / most);
      }
    }
    this.#scratch.width = columns;
    this.#scratch.height = bins;
    this.#scratch.getContext("2d")?.putImageData(picture, 0, 0);
    ctx.imageSmoothingEnabled = false;
    const [top, bottom] = [bins, 0].map((bin) => this.y(10 ** (heat.low + bin / heat.per)));
    ctx.drawImage(this.#scratch, left, top, columns, bottom - top);
  }

  #paintCurve(ctx: CanvasRenderingContext2D, curve: Curve): void {
    const [from, to] = this.x.domain();
    const rows = thin(curve.x, curve.y, from, to, this.#pixels);
    ctx.strokeStyle = this.#colour(curve.colour, curve.opacity ?? 1);
    ctx.fillStyle = ctx.strokeStyle;
    ctx.lineWidth = curve.width ?? 1.8;
    ctx.lineJoin = "round";
    ctx.setLineDash([...(curve.dash ?? [])]);
    ctx.beginPath();
    let pen = false;
    for (let i = 0; i < rows.length; i++) {
      const value = curve.y[rows[i]];
      if (!this.#places(value)) {
        pen = false;
        continue;
      }
      const [px, py] = [this.x(curve.x[rows[i]]), this.y(value)];
      if (pen) ctx.lineTo(px, py);
      else {
        ctx.moveTo(px, py);
        // One row between two gaps would be no line at all.
        const alone = i + 1 === rows.length || !this.#places(curve.y[rows[i + 1]]);
        if (alone) ctx.fillRect(px - 2.5, py - 2.5, 5, 5);
      }
      pen = true;
    }
    ctx.stroke();
  }

  get #pixels(): number {
    return Math.max(1, Math.round(this.width - LEFT - MARGINS.right));
  }

  #places(value: number): boolean {
    return Number.isFinite(value) && (value > 0 || !("base" in this.y));
  }
}

const FRAME = html`<div class="nnw-chart" tabindex="0" role="slider" aria-orientation="horizontal"
  aria-valuenow="0">
  <svg aria-hidden="true"></svg>
  <canvas aria-hidden="true"></canvas>
  <svg aria-hidden="true"></svg>
  <div class="nnw-chart-tip"></div>
</div>`;
