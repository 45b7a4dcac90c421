/** A scatter of many points on a canvas: sprites while there are few, stamped pixels beyond. */

import type { Marker, PointsMark } from "../scene/types.js";
import type { Bounds } from "./lines.js";
import { trace } from "./markers.js";

export type Scale = (value: number) => number;

/** Above this many, blitting sprites costs more than writing pixels ourselves. */
const STAMP_FROM = 1500;

interface Sprite {
  readonly image: HTMLCanvasElement;
  readonly pixels: Uint32Array;
  /** Side in device pixels; odd, so that it has a centre. */
  readonly side: number;
}

export class PointPainter {
  readonly #context: CanvasRenderingContext2D;
  #sprites: Sprite[] = [];
  #spritesOf: { radius: number; look: Look } | null = null;
  #buffer: ImageData | null = null;

  constructor(readonly canvas: HTMLCanvasElement) {
    this.#context = canvas.getContext("2d") as CanvasRenderingContext2D;
  }

  paint(points: PointsMark | null, x: Scale, y: Scale, look: Look): void {
    const { width, height } = this.canvas;
    this.#context.setTransform(1, 0, 0, 1, 0, 0);
    this.#context.clearRect(0, 0, width, height);
    if (!points || points.n === 0) return;
    this.#prepare(points.n, look);
    if (points.n < STAMP_FROM) this.#blit(points, x, y, look.ratio);
    else this.#stamp(points, x, y, look.ratio);
    this.#frame(look);
  }

  /** Clears what a zoomed plot has outside its frame, where the ticks' numbers are. */
  #frame({ bounds: { left, right, top, bottom }, ratio }: Look): void {
    const { width, height } = this.canvas;
    this.#context.clearRect(0, 0, width, top * ratio);
    this.#context.clearRect(0, bottom * ratio, width, height);
    this.#context.clearRect(0, 0, left * ratio, height);
    this.#context.clearRect(right * ratio, 0, width, height);
  }

  #prepare(n: number, look: Look): void {
    const radius = radiusFor(n);
    const old = this.#spritesOf;
    if (old?.radius === radius && sameLook(old.look, look)) return;
    this.#spritesOf = { radius, look };
    this.#sprites = look.markers.map((marker) => sprite(marker, radius, look));
  }

  #blit(points: PointsMark, x: Scale, y: Scale, ratio: number): void {
    for (let i = 0; i < points.n; i++) {
      const sprite = this.#sprites[points.kind[i]];
      const half = sprite.side / 2;
      const [px, py] = [x(points.x[i]) * ratio - half, y(points.y[i]) * ratio - half];
      if (Number.isFinite(px) && Number.isFinite(py)) {
        this.#context.drawImage(sprite.image, px, py);
      }
    }
  }

  #stamp(points: PointsMark, x: Scale, y: Scale, ratio: number): void {
    const { width, height } = this.canvas;
    if (this.#buffer?.width !== width || this.#buffer.height !== height) {
      this.#buffer = new ImageData(width, height);
    }
    const target = new Uint32Array(this.#buffer.data.buffer);
    target.fill(0);
    // The scales are straight lines: two numbers each, without a call per point.
    const [ax, bx] = [(x(1) - x(0)) * ratio, x(0) * ratio];
    const [ay, by] = [(y(1) - y(0)) * ratio, y(0) * ratio];
    for (let i = 0; i < points.n; i++) {
      const sprite = this.#sprites[points.kind[i]];
      const half = sprite.side >> 1;
      const left = Math.round(ax * points.x[i] + bx) - half;
      const top = Math.round(ay * points.y[i] + by) - half;
      if (!(left >= 0 && top >= 0 && left + sprite.side <= width && top + sprite.side <= height)) {
        continue; // at the rim or not finite
      }
      let from = 0;
      for (let row = top; row < top + sprite.side; row++) {
        let to = row * width + left;
        for (let column = 0; column < sprite.side; column++, from++, to++) {
          const pixel = sprite.pixels[from];
          if (pixel !== 0) target[to] = pixel;
        }
      }
    }
    this.#context.putImageData(this.#buffer, 0, 0);
  }
}

export interface Look {
  readonly markers: readonly Marker[];
  /** Outline, in the colour of the ground, that keeps neighbours apart. */
  readonly ground: string;
  /** Device pixels to one CSS pixel. */
  readonly ratio: number;
  /** The plot's frame, in CSS pixels. */
  readonly bounds: Bounds;
}

function sameLook(a: Look, b: Look): boolean {
  return a.markers === b.markers && a.ground === b.ground && a.ratio === b.ratio;
}

/** Radius in CSS pixels: smaller where points crowd. */
export function radiusFor(n: number): number {
  if (n <= 60) return 5;
  if (n <= 500) return 3.6;
  return n <= STAMP_FROM ? 2.6 : 1.8;
}

function sprite(marker: Marker, radius: number, { ground, ratio }: Look): Sprite {
  const line = radius > 2 ? 1 : 0.6;
  const side = 2 * Math.ceil((radius * 1.4 + line) * ratio) + 1;
  const image = document.createElement("canvas");
  image.width = side;
  image.height = side;
  const context = image.getContext("2d", { willReadFrequently: true }) as CanvasRenderingContext2D;
  context.scale(ratio, ratio);
  context.beginPath();
  trace(context, marker.shape, side / 2 / ratio, side / 2 / ratio, radius);
  context.fillStyle = isDark(ground) ? lifted(marker.fill) : marker.fill;
  context.strokeStyle = ground;
  context.lineWidth = 2 * line;
  context.stroke();
  context.fill();
  return { image, side, pixels: opaque(context.getImageData(0, 0, side, side)) };
}

/** A theme's ground as the browser resolves it: "rgb(17, 17, 17)". */
export function isDark(ground: string): boolean {
  const [red = 255, green = 255, blue = 255] = (ground.match(/[\d.]+/g) ?? []).map(Number);
  return 0.3 * red + 0.6 * green + 0.1 * blue < 128;
}

/** The same hue, lighter: classes stand out on a dark ground with their field behind them. */
const lifted = (colour: string) => `color-mix(in srgb, ${colour} 78%, white)`;

/** Stamping cannot blend: pixels are taken whole or left. */
function opaque(image: ImageData): Uint32Array {
  for (let i = 3; i < image.data.length; i += 4) image.data[i] = image.data[i] > 127 ? 255 : 0;
  const pixels = new Uint32Array(image.data.buffer);
  return pixels.map((pixel, i) => (image.data[4 * i + 3] ? pixel : 0));
}
