/**
 * Feature space: the samples where a layer's units put them, with the next layer's lines there.
 *
 * `morph` runs from the input plane (0) over pre-activations z (1) to activations a (2).
 */

import { Workspace } from "../math/workspace.js";
import { count } from "../render/format.js";
import { isMoving } from "../state/moving.js";
import type { DataSet, DenseLayer, NetState } from "../state/types.js";
import { t } from "../words.js";
import { rowOf, rowsCaption } from "./chosen_rows.js";
import type { DataPass } from "./derived.js";
import { around, equalUnits, mix, pad, union } from "./extent.js";
import { Kept } from "./kept.js";
import { activationName, isLast, unitName } from "./names.js";
import { classMarker, unitLook } from "./palette.js";
import { type Placing, place } from "./placing.js";
import { type Behind, type FieldChoice, fieldSize, fieldWork, PlaneField } from "./plane_field.js";
import { Preimages } from "./preimages.js";
import { kinds, means, rangeOf } from "./samples.js";
import type { CurveMark, Extent, LineMark, PointsMark, Scene } from "./types.js";
import { MOST_LINES, unitLines } from "./unit_lines.js";
import { WarpedGrid } from "./warped_grid.js";

export interface FeatureOptions extends Placing {
  readonly grid: boolean;
  readonly lines: boolean;
  readonly field: FieldChoice;
}

/** What a frame needs of the network, computed once by whoever has it. */
export interface FeatureFrame {
  readonly state: NetState;
  readonly pass: DataPass;
  /** What the pass is of: the data, or evenly chosen rows of very many. */
  readonly data: DataSet;
  /** Which rows those are; null: all. */
  readonly rows: Int32Array | null;
  /** The chosen sample's own pass, where it is none of these rows. */
  readonly beside: { readonly row: number; readonly pass: DataPass } | null;
  readonly options: FeatureOptions;
  /** While a line is dragged, the units that are not shown stay where they were; else null. */
  readonly held: Float64Array | null;
}

interface Inner {
  readonly width: number;
  readonly height: number;
}

/** Keeps its buffers, and what did not change, from frame to frame. */
export class FeatureScene {
  readonly #work = new Workspace();
  readonly #points = new Kept<PointsMark>();
  readonly #kinds = new Kept<Uint8Array>();
  readonly #field = new PlaneField();
  readonly #grid = new WarpedGrid();
  readonly #preimages = new Preimages();

  /** The rectangle that holds the samples wherever they are on their way. */
  home(frame: FeatureFrame, inner: Inner): { wanted: Extent; needed: Extent } {
    const { morph } = frame.options;
    // Between two stages the window goes evenly from one to the other, as the samples do.
    const [from, to] = [Math.floor(morph), Math.ceil(morph)];
    const needed =
      from === to
        ? this.#stage(frame)
        : mix(this.#stage(at(frame, from)), this.#stage(at(frame, to)), morph - from);
    return { needed, wanted: equalUnits(pad(needed, 0.08), inner.width, inner.height) };
  }

  build(frame: FeatureFrame, extent: Extent, inner: Inner): Scene {
    const { state, options } = frame;
    const settled = options.morph === 2;
    const fixed = settled ? heldUnits(frame) : NONE;
    const behind = settled ? this.#behind(frame, fixed, extent, inner) : null;
    const lines = settled && options.lines ? nextLines(frame, fixed, extent) : [];
    return {
      xLabel: axisName(state, options, 0),
      yLabel: axisName(state, options, 1),
      field: behind?.field ?? null,
      points: this.points(frame),
      lines,
      curves: [...(behind?.curves ?? []), ...this.#curves(frame)],
      caption: [behind || lines.length > 0 ? caption(frame) : "", rowsOf(frame)]
        .filter(Boolean)
        .join(" · "),
    };
  }

  points({ state, pass, data, rows, beside, options }: FeatureFrame): PointsMark {
    const { spec } = state;
    const { layer, units, features, morph } = options;
    const sides = [units[0], units[1], features[0], features[1]];
    return this.#points.get([pass, data, beside?.pass, layer, morph, ...sides], () => {
      const [x, y] = [this.#work.floats("x", data.n), this.#work.floats("y", data.n)];
      const inputs = { values: data.X, width: data.d };
      place(options, inputs, pass, pass.layers[layer].units, x, y);
      const kind = this.#kinds.get([spec, data, state.data], () => kinds(spec, data, state.data));
      return { n: data.n, x, y, kind, rows, beside: beside && besideOf(state, options, beside) };
    });
  }

  /** Around the samples at one stage, and around all that a bounded activation can reach. */
  #stage(frame: FeatureFrame): Extent {
    const { x, y } = this.points(frame);
    const extent = around(x, y) ?? [-1, 1, -1, 1];
    const { layer, morph } = frame.options;
    const bounds = morph === 2 ? bounded(frame.pass.layers[layer]) : null;
    return bounds ? union(extent, bounds) : extent;
  }

  /** The rest of the network over the plane of the two units; null where it is not to be had. */
  #behind(
    { state, pass, options }: FeatureFrame,
    fixed: Float64Array,
    extent: Extent,
    inner: Inner,
  ): Behind | null {
    const { spec } = state;
    const { layer, units, field } = options;
    if (spec.kind !== "stack" || isLast(spec, layer) || units.length < 2) return null;
    if (field === "none") return null;
    const layers = pass.layers.slice(layer + 1);
    const size = fieldSize(
      { width: inner.width / 2, height: inner.height / 2 },
      layers,
      fieldWork(state),
    );
    const plane = { spec, layers, axes: units, fixed, extent, size };
    return this.#field.behind(plane, field, rangeOf(state));
  }

  #curves(frame: FeatureFrame): CurveMark[] {
    const { state, pass, options } = frame;
    const { spec, data } = state;
    if (spec.kind !== "stack" || spec.inputs > 2) return [];
    const grid = options.grid
      ? [this.#grid.curve(data, pass.layers, options, isMoving(state))]
      : [];
    return options.morph < 2 && options.lines ? [...grid, ...this.#unitCurves(frame)] : grid;
  }

  #unitCurves({ state, pass, options }: FeatureFrame): CurveMark[] {
    const { spec, data } = state;
    const next = options.layer + 1;
    if (isLast(spec, options.layer) || spec.inputs !== 2) return [];
    return this.#preimages.paths(data, pass.layers, options, MOST_LINES).map((paths, unit) => ({
      ...{ id: `${next}/${unit}`, name: unitName(spec, next, unit), style: "unit", paths },
      ...lineLook(state, next, unit),
    }));
  }
}

const NONE = new Float64Array();

/** Where a sample is that is none of the rows. */
function besideOf(
  { spec, data }: NetState,
  options: FeatureOptions,
  { row, pass }: NonNullable<FeatureFrame["beside"]>,
) {
  const alone = rowOf(data, row);
  const [x, y] = [new Float64Array(1), new Float64Array(1)];
  const inputs = { values: alone.X, width: data.d };
  place(options, inputs, pass, pass.layers[options.layer].units, x, y);
  return { row, x: x[0], y: y[0], kind: kinds(spec, alone, data)[0] };
}

const at = (frame: FeatureFrame, morph: number): FeatureFrame => ({
  ...frame,
  options: { ...frame.options, morph },
});

/** The next layer's lines, in the plane of the two units. */
function nextLines({ state, pass, options }: FeatureFrame, fixed: Float64Array, extent: Extent) {
  const layer = options.layer + 1;
  const spec = state.spec.layers[layer];
  // What an opaque model computes next need not read this layer, or not this layer alone.
  if (spec?.reads !== options.layer || spec.weight === null) return [];
  const next = pass.layers[layer];
  const plane = { layer, axes: options.units, fixed, extent };
  return unitLines(
    state,
    next,
    plane,
    (unit): Pick<LineMark, "colour" | "dash"> => lineLook(state, layer, unit),
  );
}

/** An output's line is the decision itself: in the text's colour, as the boundary is elsewhere. */
function lineLook({ spec }: NetState, layer: number, unit: number) {
  if (!isLast(spec, layer)) return unitLook(unit);
  if (spec.task === "multiclass") return { colour: classMarker(unit).fill, dash: "" };
  return spec.outputs === 1 ? { colour: "var(--nnw-fg)", dash: "" } : unitLook(unit);
}

/** Where the units that are not shown are held: at their means over the data. */
export function heldUnits({ data, pass, options, held }: FeatureFrame): Float64Array {
  const { units } = pass.layers[options.layer];
  if (held?.length === units) return held;
  if (units === options.units.length) return new Float64Array(units); // all are shown
  return means({ X: pass.a[options.layer], n: data.n, d: units });
}

/** The square that a bounded activation cannot leave. */
function bounded({ activation }: DenseLayer): Extent | null {
  if (activation.blend) return null;
  if (activation.name === "tanh" || activation.name === "sine") return [-1, 1, -1, 1];
  return activation.name === "sigmoid" ? [0, 1, 0, 1] : null;
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

/** That not all samples are shown, where that is so. */
function rowsOf({ state, data, rows }: FeatureFrame): string {
  return rows ? rowsCaption(data.n, state.data.n, count) : "";
}

function caption({ pass, options }: FeatureFrame): string {
  const hidden = pass.layers[options.layer].units - options.units.length;
  if (hidden === 0) return "";
  const others =
    hidden === 1 ? t("unit at its mean") : t("{hidden} units at their means", { hidden });
  return t("Lines and field: a slice, the other {others}", { others });
}
