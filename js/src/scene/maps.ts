/** Feature maps as they came from Python, and one pixel of them worked out. */

import type { Reading } from "../math/receptive.js";
import type { BufferLike } from "../wire.js";

export interface MapArray {
  readonly c: number;
  readonly h: number;
  readonly w: number;
  /** Channels that were sent. */
  readonly sent: number;
  /** Where they begin among the numbers. */
  readonly at: number;
}

export interface Tensor {
  readonly shape: readonly number[];
  readonly at: number;
  readonly name: string | null;
  /** Offset in the flat parameters; null where it is none. */
  readonly flat: number | null;
}

export interface MapStep extends MapArray, Reading {
  readonly name: string;
  readonly function: string;
  readonly kind: string;
  readonly weight: Tensor | null;
  readonly bias: Tensor | null;
  readonly groups: number;
}

export type Answer = readonly [name: string, value: number | null];

export interface Sampled {
  readonly sample: number;
  readonly n: number;
  readonly epoch: number;
  readonly target: string | number | null;
}

export interface MapPicture extends Sampled {
  readonly answers: readonly Answer[];
  readonly picture: MapArray;
  readonly steps: readonly MapStep[];
  readonly numbers: Float32Array;
}

/** What came from Python. */
export interface Came {
  readonly content: Readonly<Record<string, unknown>>;
  readonly buffers: readonly BufferLike[];
}

/** Null before anything came, and where it could not be computed. */
export function mapsOf(fed: Came | null): MapPicture | null {
  if (!fed || fed.content.error || !fed.content.steps) return null;
  return { ...(fed.content as unknown as MapPicture), numbers: floats32(fed.buffers[0]) };
}

export function floats32(buffer: BufferLike | undefined): Float32Array {
  if (!buffer) return new Float32Array();
  const bytes = ArrayBuffer.isView(buffer)
    ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
    : new Uint8Array(buffer);
  return new Float32Array(bytes.slice().buffer);
}

/** Least and largest of a stretch of numbers. */
export function rangeOf(values: Float32Array, start = 0, length = values.length): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (let i = start; i < start + length; i++) {
    if (values[i] < low) low = values[i];
    if (values[i] > high) high = values[i];
  }
  return low <= high ? [low, high] : [0, 0];
}

export interface Place {
  readonly step: number;
  readonly channel: number;
  readonly y: number;
  readonly x: number;
}

/** One input channel's part of a convolution at one pixel, or a pooling's window. */
export interface Patch {
  readonly channel: number;
  readonly rows: number;
  readonly columns: number;
  /** Row-major; null in the padding. */
  readonly pixels: readonly (number | null)[];
  /** Null for a pooling. */
  readonly kernel: readonly number[] | null;
  /** Σ pixel × weight. */
  readonly sum: number;
  /** Flat index of the kernel's first weight in the parameters; null where it is none. */
  readonly flat: number | null;
}

export interface Worked {
  readonly kind: "convolution" | "pooling" | "pointwise" | "other";
  readonly patches: readonly Patch[];
  readonly bias: number | null;
  /** What torch says. */
  readonly value: number;
  /** Input channels whose numbers were not sent. */
  readonly missing: number;
}

export function sourceOf(maps: MapPicture, step: MapStep): MapArray | null {
  const read = step.reads[0];
  if (read === null || read === undefined) return null;
  return read === -1 ? maps.picture : maps.steps[read];
}

/** What the value at a place is made from. */
export function worked(maps: MapPicture, { step: at, channel, y, x }: Place): Worked {
  const step = maps.steps[at];
  const value = maps.numbers[step.at + (channel * step.h + y) * step.w + x];
  const source = sourceOf(maps, step);
  const none: Worked = { kind: "other", patches: [], bias: null, value, missing: 0 };
  if (!source) return none;
  if (step.kind === "convolution" && step.weight && step.window) {
    return convolution(maps, step, source, channel, y, x, value);
  }
  if (step.kind === "pooling" && step.rows && step.columns && channel < source.sent) {
    return { ...none, kind: "pooling", patches: [poolPatch(maps, step, source, channel, y, x)] };
  }
  const pointwise = step.kind === "activation" || step.kind === "normalisation";
  if (!pointwise || channel >= source.sent) return none;
  const pixel = maps.numbers[source.at + (channel * source.h + y) * source.w + x];
  const patch = { channel, rows: 1, columns: 1, pixels: [pixel], kernel: null, sum: pixel };
  return { ...none, kind: "pointwise", patches: [{ ...patch, flat: null }] };
}

function convolution(
  maps: MapPicture,
  step: MapStep,
  source: MapArray,
  channel: number,
  y: number,
  x: number,
  value: number,
): Worked {
  const weight = step.weight as Tensor;
  const [out, inside, rows, columns] = weight.shape;
  const first = Math.floor(channel / (out / step.groups)) * inside;
  const patches: Patch[] = [];
  for (let i = 0; i < inside && first + i < source.sent; i++) {
    const start = (channel * inside + i) * rows * columns;
    const kernel = Array.from(
      maps.numbers.subarray(weight.at + start, weight.at + start + rows * columns),
    );
    const pixels = window(maps, step, source, first + i, y, x, rows, columns);
    const sum = pixels.reduce<number>((total, pixel, k) => total + (pixel ?? 0) * kernel[k], 0);
    const flat = weight.flat === null ? null : weight.flat + start;
    patches.push({ channel: first + i, rows, columns, pixels, kernel, sum, flat });
  }
  const bias = step.bias ? maps.numbers[step.bias.at + channel] : null;
  return { kind: "convolution", patches, bias, value, missing: inside - patches.length };
}

function window(
  maps: MapPicture,
  { window: view }: MapStep,
  { at, h, w }: MapArray,
  channel: number,
  y: number,
  x: number,
  rows: number,
  columns: number,
): (number | null)[] {
  if (!view) return [];
  const pixels: (number | null)[] = [];
  for (let i = 0; i < rows; i++) {
    const row = y * view.stride[0] - view.padding[0] + i * view.dilation[0];
    for (let j = 0; j < columns; j++) {
      const column = x * view.stride[1] - view.padding[1] + j * view.dilation[1];
      const inside = row >= 0 && row < h && column >= 0 && column < w;
      pixels.push(inside ? maps.numbers[at + (channel * h + row) * w + column] : null);
    }
  }
  return pixels;
}

function poolPatch(
  maps: MapPicture,
  step: MapStep,
  { at, h, w }: MapArray,
  channel: number,
  y: number,
  x: number,
): Patch {
  const [top, bottom] = step.rows?.[y] ?? [0, -1];
  const [left, right] = step.columns?.[x] ?? [0, -1];
  const gap = step.window?.dilation ?? [1, 1];
  const pixels: (number | null)[] = [];
  for (let row = top; row <= bottom; row += gap[0]) {
    for (let column = left; column <= right; column += gap[1]) {
      const inside = row >= 0 && row < h && column >= 0 && column < w;
      pixels.push(inside ? maps.numbers[at + (channel * h + row) * w + column] : null);
    }
  }
  const columns = Math.floor((right - left) / gap[1]) + 1;
  const rows = Math.floor((bottom - top) / gap[0]) + 1;
  return { channel, rows, columns, pixels, kernel: null, sum: 0, flat: null };
}
