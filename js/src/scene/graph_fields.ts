/**
 * What each unit makes of the plane of two inputs, as small pictures. Layers before the first that
 * changed keep their numbers, and units that did not change keep their pictures.
 */

import { activate } from "../math/activations.js";
import { classColour, divergingPalette, type Rgb } from "../math/colour.js";
import { dense } from "../math/dense.js";
import { fieldInputs } from "../math/field.js";
import { headApply, layersOf } from "../math/forward.js";
import { givenCount, lifted, rowWidth } from "../math/lift.js";
import { drawScore } from "../math/score.js";
import { Workspace } from "../math/workspace.js";
import type { DenseLayer, NetState } from "../state/types.js";
import type { Spec } from "../wire.js";
import { affordable } from "./chosen_rows.js";
import { around, equalUnits, pad } from "./extent.js";
import { rangeOf } from "./samples.js";
import type { Extent } from "./types.js";

/** Products a frame may spend on all pictures while the network moves. */
const MOVING_WORK = 900_000;
const MOST_CELLS = 36;
const LEAST_CELLS = 8;

/** Cells along one side: fewer while the network moves and is large. */
export function cellsOf(spec: Spec, moving: boolean): number {
  const rows = affordable(spec, moving ? MOVING_WORK : 5 * MOVING_WORK);
  return Math.max(LEAST_CELLS, Math.min(MOST_CELLS, Math.floor(Math.sqrt(rows))));
}

/** The plane that the pictures are of: around the data, with a little room. */
export function planeOf({ data }: NetState): Extent {
  const [x, y] = [0, 1].map((axis) =>
    Float64Array.from({ length: data.n }, (_, row) => data.X[row * data.d + axis]),
  );
  return equalUnits(pad(around(x, y) ?? [-1, 1, -1, 1], 0.12), 1, 1);
}

export interface Picture {
  readonly pixels: Uint8ClampedArray;
  readonly cells: number;
}

const PALETTE = divergingPalette(0.92);
const ENTRIES = 256;

export class UnitFields {
  readonly #work = new Workspace();
  #of: { spec: Spec; extent: string; cells: number } | null = null;
  #params = new Float64Array();
  #fresh = new Set<string>();
  readonly #pictures = new Map<string, Picture>();
  #score: ReturnType<typeof drawScore> | null = null;

  /**
   * Computes what has changed.
   *
   * @returns the ids ("layer/unit") of the units among `shown` whose pictures are other ones now
   */
  update(
    state: NetState,
    extent: Extent,
    cells: number,
    shown: readonly { readonly id: string; readonly layer: number; readonly unit: number }[],
  ): readonly string[] {
    const { spec, params } = state;
    const first = this.#firstChanged(spec, params, extent, cells);
    const layers = layersOf(spec, params);
    if (first < layers.length) this.#forward(state, layers, first);
    const changed = this.#changed(layers, first, params);
    const wanted = shown.filter(
      ({ id, layer, unit }) => changed(layer, unit) || !this.#fresh.has(id),
    );
    for (const { id } of this.#stale(layers, changed)) this.#fresh.delete(id);
    for (const { id, layer, unit } of wanted) {
      this.#paint(state, extent, id, layer, unit, cells);
      this.#fresh.add(id);
    }
    this.#params = params.slice();
    return wanted.map(({ id }) => id);
  }

  picture(id: string): Picture | null {
    return this.#pictures.get(id) ?? null;
  }

  /** The first layer whose numbers are others than those of the last time; none: their count. */
  #firstChanged(spec: Spec, params: Float64Array, extent: Extent, cells: number): number {
    const key = extent.join();
    const same = this.#of?.spec === spec && this.#of.extent === key && this.#of.cells === cells;
    if (!same) {
      this.#of = { spec, extent: key, cells };
      this.#fresh.clear();
      const inputs = this.#work.floats("inputs", cells * cells * spec.inputs);
      fieldInputs(extent, cells, cells, [0, 1], new Float64Array(spec.inputs), spec.inputs, inputs);
      return 0;
    }
    const differs = (start: number | null, length: number) => {
      if (start === null) return false;
      for (let i = start; i < start + length; i++) if (params[i] !== this.#params[i]) return true;
      return false;
    };
    const index = spec.layers.findIndex(
      ({ weight, bias, inputs, units }) => differs(weight, units * inputs) || differs(bias, units),
    );
    return index < 0 ? spec.layers.length : index;
  }

  #forward({ spec }: NetState, layers: readonly DenseLayer[], first: number): void {
    const { cells } = this.#of as { cells: number };
    const rows = cells * cells;
    for (let l = first; l < layers.length; l++) {
      const layer = layers[l];
      const size = rows * layer.units;
      const x = l === 0 ? this.#given(layer, rows) : this.#a(l - 1, rows, layers);
      const a = this.#a(l, rows, layers);
      dense(layer, x, 0, a, 0, rows);
      activate(layer.activation, a, a, 0, size);
    }
    const last = this.#a(layers.length - 1, rows, layers);
    const out = this.#work.floats("outputs", last.length);
    out.set(last);
    headApply(spec.head, out, spec.outputs);
    this.#score = null;
  }

  /** The places of the plane, or formulas of them. */
  #given(layer: DenseLayer, rows: number): Float64Array {
    const places = this.#work.floats("inputs", rows * rowWidth(layer));
    return lifted(layer, places, 0, rows, this.#work) ?? places;
  }

  #a(l: number, rows: number, layers: readonly DenseLayer[]): Float64Array {
    return this.#work.floats(l, rows * layers[l].units);
  }

  /** In the first layer that changed, units of the same weights did not. */
  #changed(layers: readonly DenseLayer[], first: number, params: Float64Array) {
    const { spec } = this.#of as { spec: Spec };
    const last = layers.length - 1;
    return (layer: number, unit: number): boolean => {
      if (layer !== first || this.#params.length !== params.length) return layer >= first;
      if (layer === last) return true; // softmax: every output hangs on all of them
      const { weight, bias, inputs } = spec.layers[layer];
      const start = (weight ?? 0) + unit * inputs;
      for (let i = start; i < start + inputs; i++) if (params[i] !== this.#params[i]) return true;
      return bias !== null && params[bias + unit] !== this.#params[bias + unit];
    };
  }

  /** Pictures that are drawn and no longer right, whether they are shown or not. */
  #stale(layers: readonly DenseLayer[], changed: (layer: number, unit: number) => boolean) {
    return [...this.#fresh]
      .map((id) => ({ id, layer: Number(id.split("/")[0]), unit: Number(id.split("/")[1]) }))
      .filter(({ layer, unit }) => layer < layers.length && changed(layer, unit));
  }

  #paint(
    state: NetState,
    extent: Extent,
    id: string,
    layer: number,
    unit: number,
    cells: number,
  ): void {
    const picture = this.#room(id, cells);
    const { spec } = state;
    if (layer < 0) this.#input(picture, extent, unit, spec);
    else if (layer === spec.layers.length - 1) this.#output(state, picture, unit);
    else this.#hidden(picture, spec, layer, unit);
  }

  #hidden(picture: Picture, spec: Spec, layer: number, unit: number): void {
    const { cells } = picture;
    const { units, activation } = spec.layers[layer];
    const values = this.#work.floats(layer, cells * cells * units);
    const half = activation?.name === "sigmoid";
    const most = bounded(activation?.name) ? 1 : largest(values, unit, units);
    diverge(picture, values, unit, units, half ? 0.5 : 0, half ? 0.5 : most);
  }

  #input(picture: Picture, extent: Extent, unit: number, spec: Spec): void {
    const width = givenCount(spec);
    const values = this.#work.floats(spec.lift ? "lift" : "inputs", picture.cells ** 2 * width);
    const [low, high] = unit === 0 ? [extent[0], extent[1]] : [extent[2], extent[3]];
    const most = spec.lift ? largest(values, unit, width) : Math.max(Math.abs(low), Math.abs(high));
    diverge(picture, values, unit, width, 0, most);
  }

  #output(state: NetState, picture: Picture, unit: number): void {
    const { spec } = state;
    const rows = picture.cells ** 2;
    const outputs = this.#work.floats("outputs", rows * spec.outputs);
    if (spec.task === "multiclass") {
      this.#score ??= drawScore(spec, outputs, { workspace: this.#work });
      tint(picture, this.#score.values, unit, this.#score.k, classColour(unit));
      return;
    }
    const range = rangeOf(state);
    const {
      values,
      range: [low, high],
    } = drawScore(spec, outputs, {
      ...{ output: unit, workspace: this.#work },
      ...(range ? { range } : {}),
    });
    diverge(picture, values, 0, 1, (low + high) / 2, (high - low) / 2);
  }

  #room(id: string, cells: number): Picture {
    const known = this.#pictures.get(id);
    if (known?.cells === cells) return known;
    const picture = { cells, pixels: new Uint8ClampedArray(4 * cells * cells) };
    this.#pictures.set(id, picture);
    return picture;
  }
}

const bounded = (name: string | undefined) =>
  name === "tanh" || name === "sigmoid" || name === "sine";

function largest(values: Float64Array, unit: number, units: number): number {
  let most = 0;
  for (let i = unit; i < values.length; i += units) {
    const size = Math.abs(values[i]);
    if (size > most && size < Infinity) most = size;
  }
  return most || 1;
}

/** One column of `values` as colours about a middle; the picture's first row is the uppermost. */
function diverge(
  { pixels, cells }: Picture,
  values: Float64Array,
  unit: number,
  units: number,
  middle: number,
  half: number,
): void {
  const target = new Uint32Array(pixels.buffer, pixels.byteOffset, cells * cells);
  const scale = ENTRIES / (2 * half);
  for (let row = 0, i = unit; row < cells; row++) {
    const start = (cells - 1 - row) * cells;
    for (let column = 0; column < cells; column++, i += units) {
      const step = (values[i] - middle + half) * scale;
      const entry = step >= 0 ? Math.min(ENTRIES - 1, step | 0) : step < 0 ? 0 : ENTRIES;
      target[start + column] = PALETTE[entry];
    }
  }
}

/** Probabilities as one colour, more of it where they are higher. */
function tint(
  { pixels, cells }: Picture,
  values: Float64Array,
  unit: number,
  k: number,
  [red, green, blue]: Rgb,
): void {
  for (let row = 0, i = unit; row < cells; row++) {
    let at = 4 * (cells - 1 - row) * cells;
    for (let column = 0; column < cells; column++, i += k, at += 4) {
      pixels[at] = red;
      pixels[at + 1] = green;
      pixels[at + 2] = blue;
      pixels[at + 3] = 235 * values[i];
    }
  }
}
