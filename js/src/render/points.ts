/**
 * A scatter of many points on a canvas. Markers are drawn once as small pictures and then stamped
 * into a buffer of pixels: a canvas call for every point would cost more than all else in a frame.
 */

import type { ScaleLinear } from "d3-scale";
import type { Marker, PointsMark } from "../scene/types.js";
import type { Bounds } from "./lines.js";
import { trace } from "./markers.js";
import { straight } from "./straight.js";

export type Scale = ScaleLinear<number, number>;

/** Above this many, points are small and whole pixels are close enough. */
const CROWD = 1500;
/** Radius of the points of a crowd, in CSS pixels. */
const TINY = 1.8;
/** Places within a pixel that fewer points can have along each side, so that they move smoothly. */
const STEPS = 4;
/** Kinds from here on are those from 0 on as outlines. */
const HOLLOW = 256;

interface Sprite {
  /** Colours as bytes R, G, B, A from the lowest: how every machine with a browser stores them. */
  readonly pixels: Uint32Array;
  readonly side: number;
}

export class PointPainter {
  readonly #context: CanvasRenderingContext2D;
  readonly #sprites = new Map<number, Sprite>();
  #spritesOf: { radius: number; look: Look } | null = null;
  #buffer: ImageData | null = null;

  constructor(readonly canvas: HTMLCanvasElement) {
    this.#context = canvas.getContext("2d") as CanvasRenderingContext2D;
  }

  paint(points: PointsMark | null, x: Scale, y: Scale, look: Look): void {
    const { width, height } = this.canvas;
    if (!points || points.n === 0) {
      this.#context.clearRect(0, 0, width, height);
      return;
    }
    this.#prepare(points.n, look);
    if (this.#buffer?.width !== width || this.#buffer.height !== height) {
      this.#buffer = new ImageData(width, height);
    }
    const target = new Uint32Array(this.#buffer.data.buffer);
    target.fill(0);
    if (points.test) this.#stampAll(target, points.test, x, y, look.ratio, HOLLOW);
    this.#stampAll(target, points, x, y, look.ratio);
    this.#context.putImageData(this.#buffer, 0, 0);
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
    this.#sprites.clear();
  }

  #stampAll(
    target: Uint32Array,
    points: PointsMark,
    x: Scale,
    y: Scale,
    ratio: number,
    hollow = 0,
  ): void {
    const { width, height } = this.canvas;
    const steps = points.n > CROWD ? 1 : STEPS;
    const [alongX, alongY] = [straight(x), straight(y)];
    const fine = ratio * steps;
    for (let i = 0; i < points.n; i++) {
      const px = Math.round((alongX.slope * (points.x[i] - alongX.from) + alongX.to) * fine);
      const py = Math.round((alongY.slope * (points.y[i] - alongY.from) + alongY.to) * fine);
      const column = Math.floor(px / steps);
      const row = Math.floor(py / steps);
      if (!(column >= 0 && column < width && row >= 0 && row < height)) continue; // or not finite
      const sprite = this.#sprite(
        points.kind[i] + hollow,
        px - column * steps,
        py - row * steps,
        steps,
      );
      stamp(target, width, height, sprite, column, row);
    }
  }

  /** A kind's picture at a place within a pixel, made when it is first needed. */
  #sprite(kind: number, stepX: number, stepY: number, steps: number): Sprite {
    const key = (kind * STEPS + stepY) * STEPS + stepX;
    const known = this.#sprites.get(key);
    if (known) return known;
    const { radius, look } = this.#spritesOf as { radius: number; look: Look };
    const marker = look.markers[kind % HOLLOW];
    const made = sprite(marker, radius, look, stepX / steps, stepY / steps, kind >= HOLLOW);
    this.#sprites.set(key, made);
    return made;
  }
}

/** Writes a sprite with its middle at a pixel; what reaches over the rim is left out. */
function stamp(
  target: Uint32Array,
  width: number,
  height: number,
  { pixels, side }: Sprite,
  column: number,
  row: number,
): void {
  // Plain numbers and whole loops: this runs for every pixel of every point of a frame.
  const left = column - (side >> 1);
  const top = row - (side >> 1);
  const first = left < 0 ? -left : 0;
  const last = left + side > width ? width - left : side;
  const bottom = top + side > height ? height - top : side;
  for (let v = top < 0 ? -top : 0; v < bottom; v++) {
    let from = v * side + first;
    let to = (top + v) * width + left + first;
    for (let u = first; u < last; u++, from++, to++) {
      const pixel = pixels[from];
      if (pixel === 0) continue;
      const under = target[to];
      target[to] = pixel >>> 24 === 255 || under === 0 ? pixel : over(pixel, under);
    }
  }
}

/** One colour over another, both with alpha (Porter and Duff 1984). */
export function over(top: number, under: number): number {
  const alpha = (top >>> 24) * 255;
  const rest = (under >>> 24) * (255 - (top >>> 24));
  const sum = alpha + rest; // 255 × 255 where opaque
  const half = sum / 2;
  // Adding a half and cutting rounds: no call for any of the channels of any of the pixels.
  const blue = ((((top >>> 16) & 255) * alpha + ((under >>> 16) & 255) * rest + half) / sum) | 0;
  const green = ((((top >>> 8) & 255) * alpha + ((under >>> 8) & 255) * rest + half) / sum) | 0;
  const red = (((top & 255) * alpha + (under & 255) * rest + half) / sum) | 0;
  const opacity = (sum / 255 + 0.5) | 0;
  return ((opacity << 24) | (blue << 16) | (green << 8) | red) >>> 0;
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
  return n <= CROWD ? 2.6 : TINY;
}

function sprite(
  marker: Marker,
  radius: number,
  { ground, ratio }: Look,
  shiftX: number,
  shiftY: number,
  hollow: boolean,
): Sprite {
  const line = radius > 2 ? 1 : 0.6;
  const half = Math.ceil((radius * 1.4 + line) * ratio) + (radius === TINY ? 0 : 1);
  const side = 2 * half + 1;
  const image = document.createElement("canvas");
  image.width = side;
  image.height = side;
  const context = image.getContext("2d", { willReadFrequently: true }) as CanvasRenderingContext2D;
  context.scale(ratio, ratio);
  context.beginPath();
  trace(context, marker.shape, (half + shiftX) / ratio, (half + shiftY) / ratio, radius);
  const fill = isDark(ground) ? lifted(marker.fill) : marker.fill;
  context.fillStyle = hollow ? ground : fill;
  context.strokeStyle = hollow ? fill : ground;
  context.lineWidth = 2 * line;
  if (hollow) context.fill();
  context.stroke();
  if (!hollow) context.fill();
  const { data } = context.getImageData(0, 0, side, side);
  // In a crowd pixels are taken whole or left: blending their rims would be most of the work.
  if (radius === TINY) for (let i = 3; i < data.length; i += 4) data[i] = data[i] > 127 ? 255 : 0;
  const pixels = new Uint32Array(data.buffer);
  return { side, pixels: pixels.map((pixel) => (pixel >>> 24 === 0 ? 0 : pixel)) };
}

/** A theme's ground as the browser resolves it: "rgb(17, 17, 17)". */
export function isDark(ground: string): boolean {
  const [red = 255, green = 255, blue = 255] = (ground.match(/[\d.]+/g) ?? []).map(Number);
  return 0.3 * red + 0.6 * green + 0.1 * blue < 128;
}

/** The same hue, lighter: classes stand out on a dark ground with their field behind them. */
const lifted = (colour: string) => `color-mix(in srgb, ${colour} 78%, white)`;
