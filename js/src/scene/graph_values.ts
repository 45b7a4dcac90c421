/** The numbers that edges and biases show, how wide that makes them, and by which scale. */

import { boundedSize } from "../math/bounds.js";
import type { Spec } from "../wire.js";
import { key } from "../words.js";
import type { EdgeMark, Range } from "./graph_layout.js";

export const EDGE_MODES = [key("weights"), key("gradients"), key("updates")] as const;
export type EdgeMode = (typeof EDGE_MODES)[number];

/**
 * What is shown for each parameter, flat.
 *
 * @param gradient dL/dparam, or null where there is none: everything is then NaN but weights
 * @param rate η of the update −η·g
 */
export function shownNumbers(
  mode: EdgeMode,
  params: Float64Array,
  gradient: Float64Array | null,
  rate: number,
  out: Float64Array,
): Float64Array {
  if (mode === "weights") return params;
  if (!gradient) return out.fill(Number.NaN);
  if (mode === "gradients") return gradient;
  for (let i = 0; i < out.length; i++) out[i] = -rate * gradient[i];
  return out;
}

/** Of all weights an edge stands for, the place of the largest in size. */
export function strongest(spec: Spec, edge: EdgeMark, values: Float64Array): number | null {
  if (edge.index !== null) return edge.index;
  const { weight, inputs } = spec.layers[edge.layer];
  return weight === null ? null : largestOf(weight, inputs, edge.to, edge.from, values);
}

function largestOf(
  weight: number,
  inputs: number,
  to: Range,
  from: Range,
  values: Float64Array,
): number {
  let [best, size] = [weight + to.first * inputs + from.first, -1];
  for (let unit = to.first; unit < to.first + to.count; unit++) {
    const row = weight + unit * inputs;
    for (let i = row + from.first; i < row + from.first + from.count; i++) {
      const magnitude = Math.abs(values[i]);
      if (magnitude > size) [best, size] = [i, magnitude];
    }
  }
  return best;
}

/** Unit and input of a weight, from its place in the flat parameters. */
export function placeOf(spec: Spec, layer: number, index: number): { unit: number; input: number } {
  const { weight, inputs } = spec.layers[layer];
  const at = index - (weight ?? 0);
  return { unit: Math.floor(at / inputs), input: at % inputs };
}

/**
 * What the widest edge stands for: the largest number, rounded up to 1, 2 or 5 times a power of
 * ten. It stays while that still fits, so that edges do not breathe while the network trains.
 */
export class WidthScale {
  #scale = 0;

  of(largest: number): number {
    if (!(largest > 0) || !Number.isFinite(largest)) return this.#scale || 1;
    const size = boundedSize(largest);
    const fits = size <= this.#scale * 1.0001 && size >= 0.3 * this.#scale;
    if (!fits) this.#scale = roundUp(size);
    return this.#scale;
  }

  reset(): void {
    this.#scale = 0;
  }
}

function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const lead = value / power;
  const step = [1, 2, 5, 10].find((each) => lead <= each * 1.0001) ?? 10;
  return Number((step * power).toPrecision(3));
}

/** The largest size among the numbers that are shown. */
export function largestShown(places: readonly (number | null)[], values: Float64Array): number {
  let largest = 0;
  for (const place of places) {
    const size = place === null ? 0 : Math.abs(values[place]);
    if (size > largest && size < Infinity) largest = size;
  }
  return largest;
}

/** By how much an arrow key changes a weight: the power of ten nearest to a fiftieth of the scale. */
export function keyStep(scale: number): number {
  return 10 ** Math.round(Math.log10(scale / 50));
}

/** 0.30000000000000004 → 0.3: presses add up without dust. */
export function tidy(value: number): number {
  return Number(value.toPrecision(12));
}

/** How far a hand moves up or down, in pixels, to change a weight by the whole scale. */
export const DRAG_LENGTH = 150;

/** The value of a weight that was taken at `from` and moved by `dy` pixels: up is more. */
export function dragged(from: number, dy: number, scale: number, factor: number): number {
  const fine = Math.max(keyStep(scale) / 10, Number.MIN_VALUE) * Math.min(1, factor);
  const value = from - (dy * scale * factor) / DRAG_LENGTH;
  return tidy(Math.round(value / fine) * fine);
}
