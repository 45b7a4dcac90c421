/**
 * Feature space: the samples where a layer's units put them, with the next layer's lines there.
 *
 * `morph` runs from the input plane (0) over pre-activations z (1) to activations a (2).
 */

import { contour, fieldInputs, type Size } from "../math/field.js";
import { forward, type Pass } from "../math/forward.js";
import type { Axes } from "../math/lines.js";
import { Workspace } from "../math/workspace.js";
import type { DenseLayer, NetState } from "../state/types.js";
import type { DataPass } from "./derived.js";
import { around, equalUnits, mix, pad, union } from "./extent.js";
import { activationName, isLast } from "./names.js";
import { unitLook } from "./palette.js";
import { fieldSize, PlaneField } from "./plane_field.js";
import { kinds, means } from "./samples.js";
import type { CurveMark, Extent, LineMark, PointsMark, Position, Scene } from "./types.js";
import { MOST_LINES, unitLines } from "./unit_lines.js";

export interface FeatureOptions {
  readonly layer: number;
  readonly units: Axes;
  /** The input features that stand for input space where morph < 2. */
  readonly features: Axes;
  readonly morph: number;
  readonly grid: boolean;
  readonly lines: boolean;
  readonly field: "none" | "output" | "boundary" | "both";
}

/** Grid lines each way, and points along each of them. */
const GRID_LINES = 13;
const GRID_POINTS = 65;
/** Cells of the search for the next layer's lines in input space. */
const SEARCH: Size = [72, 72];

const GRID = "var(--nnw-fg-soft)";

/** What a frame needs of the network, computed once by whoever has it. */
export interface FeatureFrame {
  readonly state: NetState;
  readonly pass: DataPass;
  readonly options: FeatureOptions;
  /** While a line is dragged, the units that are not shown stay where they were; else null. */
  readonly held: Float64Array | null;
}

export class FeatureScene {
  readonly #gridWork = new Workspace();
  readonly #curveWork = new Workspace();
  readonly #field = new PlaneField();
  #kinds: { data: unknown; kind: Uint8Array } | null = null;

  /** The rectangle that holds the samples wherever they are on their way. */
  home(
    { state, pass, options }: FeatureFrame,
    inner: { width: number; height: number },
  ): {
    wanted: Extent;
    needed: Extent;
  } {
    const stage = (morph: number) => this.#extent(state, pass, { ...options, morph });
    const { morph } = options;
    // Between two stages the window goes evenly from one to the other, as the samples do.
    const [from, to] = [Math.floor(morph), Math.ceil(morph)];
    const needed = from === to ? stage(from) : mix(stage(from), stage(to), morph - from);
    const bounds = options.morph === 2 ? bounded(pass.layers[options.layer]) : null;
    const room = pad(bounds ? union(needed, bounds) : needed, 0.08);
    return { needed, wanted: equalUnits(room, inner.width, inner.height) };
  }

  build(frame: FeatureFrame, extent: Extent, inner: { width: number; height: number }): Scene {
    const { state, options } = frame;
    const { spec } = state;
    const axis = (side: 0 | 1) => axisName(state, options, side);
    const settled = options.morph === 2;
    const background = settled ? this.#background(frame, extent, inner) : null;
    return {
      xLabel: axis(0),
      yLabel: axis(1),
      field: background?.field ?? null,
      points: this.points(frame),
      lines: settled && options.lines ? nextLines(frame, extent) : [],
      curves: [
        ...(background?.curves ?? []),
        ...(options.grid && spec.kind === "stack" && spec.inputs <= 2 ? this.#grid(frame) : []),
        ...(!settled && options.lines ? this.#preimages(frame) : []),
      ],
      caption: caption(frame),
    };
  }

  points({ state, pass, options }: FeatureFrame): PointsMark {
    if (this.#kinds?.data !== state.data) {
      this.#kinds = { data: state.data, kind: kinds(state.spec, state.data) };
    }
    const { X, n, d } = state.data;
    const place = placer(pass, pass.layers, options, X, d);
    const [x, y] = [new Float64Array(n), new Float64Array(n)];
    for (let row = 0; row < n; row++) {
      x[row] = place(row, 0);
      y[row] = place(row, 1);
    }
    return { n, x, y, kind: this.#kinds.kind };
  }

  #extent(state: NetState, pass: DataPass, options: FeatureOptions): Extent {
    const { X, n, d } = state.data;
    const place = placer(pass, pass.layers, options, X, d);
    const side = (axis: 0 | 1) => Float64Array.from({ length: n }, (_, row) => place(row, axis));
    return around(side(0), side(1)) ?? [-1, 1, -1, 1];
  }

  #background(
    frame: FeatureFrame,
    extent: Extent,
    inner: { width: number; height: number },
  ): { field: Scene["field"]; curves: CurveMark[] } | null {
    const { state, pass, options } = frame;
    const { spec } = state;
    if (
      spec.kind !== "stack" ||
      options.field === "none" ||
      isLast(spec, options.layer) ||
      options.units.length < 2
    ) {
      return null;
    }
    const layers = pass.layers.slice(options.layer + 1);
    const fixed = heldUnits(frame);
    const size = fieldSize({ width: inner.width / 2, height: inner.height / 2 });
    const plane = { spec, layers, axes: options.units, fixed, extent, size };
    const picture = this.#field.picture(plane, null);
    const curves: CurveMark[] =
      options.field === "output"
        ? []
        : [
            {
              id: "boundary",
              colour: "currentColor",
              paths: picture.boundaries,
              style: "boundary",
              name: "decision boundary",
            },
          ];
    return { field: options.field === "boundary" ? null : picture.field, curves };
  }

  /** Lines of constant x₁ and x₂ over the data, carried along with the samples. */
  #grid({ state, pass, options }: FeatureFrame): CurveMark[] {
    const { X, n, d } = state.data;
    const feature = (m: number) => Float64Array.from({ length: n }, (_, row) => X[row * d + m]);
    const flat = d === 1;
    const box = pad(around(feature(0), flat ? feature(0) : feature(1)) ?? [-1, 1, -1, 1], 0.12);
    const rows = gridRows(box, flat);
    const count = rows.length / d;
    const through = forward(pass.layers.slice(0, options.layer + 1), rows, count, this.#gridWork);
    const place = placer(through, pass.layers, options, rows, d);
    const paths: Position[][] = [];
    for (let first = 0; first < count; first += GRID_POINTS) {
      paths.push(
        Array.from({ length: GRID_POINTS }, (_, i) => [place(first + i, 0), place(first + i, 1)]),
      );
    }
    return [{ id: "grid", colour: GRID, paths, style: "grid", name: "grid of input space" }];
  }

  /** Where the next layer's units are zero in input space, carried along with the samples. */
  #preimages({ state, pass, options }: FeatureFrame): CurveMark[] {
    const { spec, data } = state;
    if (spec.kind !== "stack" || isLast(spec, options.layer) || spec.inputs !== 2) return [];
    const [x0, x1, y0, y1] = pad(this.#extent(state, pass, { ...options, morph: 0 }), 0.25);
    const box: Extent = [x0, x1, y0, y1];
    const next = options.layer + 1;
    const layers = pass.layers.slice(0, next + 1);
    const inputs = fieldInputs(box, SEARCH[0], SEARCH[1], [0, 1], means(data), 2);
    const { z } = forward(layers, inputs, SEARCH[0] * SEARCH[1], this.#curveWork);
    const units = layers[next].units;
    return Array.from({ length: Math.min(units, MOST_LINES) }, (_, unit) => {
      const values = Float64Array.from(
        { length: SEARCH[0] * SEARCH[1] },
        (_, cell) => z[next][cell * units + unit],
      );
      const paths = contour(values, SEARCH, box, 0).map((path) =>
        this.#carried(path, pass, options),
      );
      return {
        id: `${next}/${unit}`,
        ...lineLook(state, next, unit),
        paths,
        style: "unit",
        name: "",
      };
    });
  }

  #carried(path: readonly Position[], pass: DataPass, options: FeatureOptions): Position[] {
    const rows = Float64Array.from(path.flat());
    const through = forward(
      pass.layers.slice(0, options.layer + 1),
      rows,
      path.length,
      this.#curveWork,
    );
    const place = placer(through, pass.layers, options, rows, 2);
    return path.map((_, row) => [place(row, 0), place(row, 1)]);
  }
}

/** The next layer's lines, in the plane of the two units. */
export function nextLines(frame: FeatureFrame, extent: Extent): LineMark[] {
  const { state, pass, options } = frame;
  const layer = options.layer + 1;
  if (state.spec.layers[layer]?.weight == null) return [];
  const fixed = heldUnits(frame);
  const plane = { layer, axes: options.units, fixed, extent };
  return unitLines(state, pass.layers[layer], plane, (unit) => lineLook(state, layer, unit));
}

/** An output's line is the decision itself: in the text's colour, as the boundary is elsewhere. */
function lineLook(
  { spec }: NetState,
  layer: number,
  unit: number,
): { colour: string; dash: string } {
  if (isLast(spec, layer) && spec.outputs === 1) return { colour: "var(--nnw-fg)", dash: "" };
  return unitLook(unit);
}

/** Where the units that are not shown are held: at their means over the data. */
export function heldUnits({ state, pass, options, held }: FeatureFrame): Float64Array {
  if (held) return held;
  const d = pass.layers[options.layer].units;
  return means({ X: pass.a[options.layer], n: state.data.n, d });
}

/** Where a row is drawn: between input, z and a, by `morph`. */
function placer(
  { z, a }: Pass,
  layers: readonly DenseLayer[],
  { layer, units, features, morph }: FeatureOptions,
  X: Float64Array,
  d: number,
): (row: number, side: 0 | 1) => number {
  const width = layers[layer].units;
  const early = morph < 1;
  const [from, to] = early ? [X, z[layer]] : [z[layer], a[layer]];
  const t = early ? morph : morph - 1;
  return (row, side) => {
    const unit = units[side];
    // One unit alone: its values lie on the horizontal axis.
    const feature = features[side];
    const end = unit === undefined ? 0 : to[row * width + unit];
    if (t === 1) return end;
    if (!early) return unit === undefined ? 0 : mixed(from[row * width + unit], end, t);
    return mixed(feature === undefined ? 0 : from[row * d + feature], end, t);
  };
}

const mixed = (from: number, to: number, t: number) => from + (to - from) * t;

/** The square that a bounded activation cannot leave. */
function bounded({ activation }: DenseLayer): Extent | null {
  if (activation.name === "tanh" || activation.name === "sine") return [-1, 1, -1, 1];
  return activation.name === "sigmoid" ? [0, 1, 0, 1] : null;
}

/** Rows of input space along each grid line, one line after another. */
function gridRows([x0, x1, y0, y1]: Extent, flat: boolean): Float64Array {
  const rows: number[] = [];
  const at = (low: number, high: number, i: number, n: number) =>
    low + ((high - low) * i) / (n - 1);
  for (let line = 0; line < (flat ? 1 : GRID_LINES); line++) {
    for (let i = 0; i < GRID_POINTS; i++) {
      rows.push(at(x0, x1, i, GRID_POINTS));
      if (!flat) rows.push(at(y0, y1, line, GRID_LINES));
    }
  }
  for (let line = 0; !flat && line < GRID_LINES; line++) {
    for (let i = 0; i < GRID_POINTS; i++) {
      rows.push(at(x0, x1, line, GRID_LINES), at(y0, y1, i, GRID_POINTS));
    }
  }
  return Float64Array.from(rows);
}

function axisName(
  { spec }: NetState,
  { layer, units, features, morph }: FeatureOptions,
  side: 0 | 1,
): string {
  const unit = units[side];
  const feature = features[side];
  const x = feature === undefined ? "" : spec.features[feature];
  if (morph === 0) return x;
  if (unit === undefined) return "";
  const z = activationName(spec, layer, unit, "z");
  const a = activationName(spec, layer, unit, "a");
  if (morph < 1) return `${x} → ${z}`;
  if (morph === 1) return z;
  return morph < 2 ? `${z} → ${a}` : a;
}

function caption({ state, pass, options }: FeatureFrame): string {
  const { units } = pass.layers[options.layer];
  const hidden = units - options.units.length;
  if (hidden <= 0 || isLast(state.spec, options.layer)) return "";
  return `Lines and field: a slice with the other ${hidden} unit${hidden > 1 ? "s" : ""} at the data's mean`;
}
