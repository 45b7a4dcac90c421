/** A sample on its way: once after it was chosen, its products run along the edges, layer by layer. */

import { css, NEGATIVE, POSITIVE } from "../../math/colour.js";
import { clearCanvas } from "../../render/canvas.js";
import { type Product, productsOf } from "../../scene/graph_flow.js";
import type { GraphFrame } from "../../scene/graph_frame.js";
import { alongCurve } from "../../scene/graph_layout.js";

/** Milliseconds from one layer to the next. */
const LAYER = 420;
/** A pointer that sweeps over samples sets nothing off. */
const STILL = 160;
/** Points that follow one another on an edge. */
const TAIL = 5;

export class Flow {
  readonly #context: CanvasRenderingContext2D;
  #row: number | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #request = 0;
  #frame: GraphFrame | null = null;
  #running = false;

  constructor(readonly canvas: HTMLCanvasElement) {
    this.#context = canvas.getContext("2d") as CanvasRenderingContext2D;
  }

  /** Called with every picture: another sample than before sets out, unless motion is unwanted. */
  update(frame: GraphFrame): void {
    const row = frame.sample?.row ?? null;
    this.#frame = frame;
    if (row === this.#row) return;
    this.#row = row;
    this.stop();
    if (row === null || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    this.#timer = setTimeout(() => this.#start(), STILL);
  }

  stop(): void {
    clearTimeout(this.#timer);
    cancelAnimationFrame(this.#request);
    if (this.#running) this.#context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    this.#running = false;
  }

  #start(): void {
    this.#running = true;
    let began: number | null = null;
    const step = (time: number) => {
      began ??= time;
      if (!this.#paint((time - began) / LAYER)) return this.stop();
      this.#request = requestAnimationFrame(step);
      return undefined;
    };
    this.#request = requestAnimationFrame(step);
  }

  /** @param at layers passed so far; false where all are */
  #paint(at: number): boolean {
    const frame = this.#frame;
    if (!frame?.sample) return false;
    const { layout } = frame;
    const gap = Math.floor(at);
    if (gap >= layout.columns.length - 1) return false;
    clearCanvas(this.canvas, layout.width, layout.height);
    const share = at - gap;
    const { layer } = layout.columns[gap + 1];
    for (const product of productsOf(frame, layer)) this.#dot(product, share);
    return true;
  }

  #dot({ edge, share, positive }: Product, at: number): void {
    const context = this.#context;
    for (let i = 0; i < TAIL; i++) {
      const t = at - i * 0.028;
      if (t <= 0) continue;
      const [x, y] = alongCurve(edge.curve, ease(t));
      context.beginPath();
      context.arc(x, y, (1.2 + 3.6 * share) * (1 - i / (TAIL + 2)), 0, 2 * Math.PI);
      context.fillStyle = css(
        positive ? POSITIVE : NEGATIVE,
        (0.25 + 0.7 * share) * (1 - i / TAIL),
      );
      context.fill();
    }
  }
}

const ease = (t: number): number => (t < 0.5 ? 2 * t * t : 1 - (2 - 2 * t) ** 2 / 2);
