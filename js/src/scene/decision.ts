/** Decision lines: the data in the plane of two features, with each unit's line in it. */

import { layersOf } from "../math/forward.js";
import type { Axes } from "../math/lines.js";
import type { DenseLayer, NetState } from "../state/types.js";
import { t } from "../words.js";
import { Kept } from "./kept.js";
import { unitName } from "./names.js";
import { unitLook } from "./palette.js";
import {
  type FieldChoice,
  type FieldPlane,
  fieldSize,
  fieldWork,
  PlaneField,
} from "./plane_field.js";
import { featureMeans, rangeOf, samples } from "./samples.js";
import type { CurveMark, Extent, LineMark, PointsMark, Scene } from "./types.js";
import { MOST_LINES, unitLines } from "./unit_lines.js";

export interface DecisionOptions {
  /** One feature or two. */
  readonly axes: Axes;
  /** Where the other features are held; null: at the data's means. */
  readonly fixed: readonly number[] | null;
  readonly field: FieldChoice;
  readonly layer: number;
  readonly lines: boolean;
  readonly points: boolean;
  /** Whether points that are only scored are shown, too. */
  readonly test?: boolean | undefined;
  /** Whether the field is in flat colours: classes, or bands of a regression. */
  readonly discrete?: boolean | undefined;
}

export interface Window {
  readonly extent: Extent;
  readonly inner: { readonly width: number; readonly height: number };
}

/** Keeps what did not change from frame to frame, so that a drag only pays for what it moves. */
export class DecisionScene {
  readonly #field = new PlaneField();
  readonly #points = new Kept<PointsMark>();
  readonly #drawn = new Kept<Pick<Scene, "field" | "curves">>();

  build(state: NetState, options: DecisionOptions, window: Window): Scene {
    const { spec } = state;
    const flat = options.axes.length === 1;
    const fixed = fixedAt(state, options);
    const [i, j] = options.axes;
    return {
      xLabel: spec.features[i],
      yLabel: flat ? targetName(state) : spec.features[j as number],
      points: options.points ? this.points(state, options.axes, options.test) : null,
      lines: options.lines ? firstLayerLines(state, options, fixed, window.extent) : [],
      caption: heldCaption(state, options, fixed),
      ...this.#background(state, options, fixed, window),
    };
  }

  points({ spec, data }: NetState, axes: Axes, withTest = false): PointsMark {
    const test = withTest && data.test ? data.test : null;
    return this.#points.get([data, spec, test, ...axes], () => ({
      ...samples(spec, data, axes),
      test: test && samples(spec, test, axes, data),
    }));
  }

  #background(
    state: NetState,
    options: DecisionOptions,
    fixed: ArrayLike<number>,
    { extent, inner }: Window,
  ): Pick<Scene, "field" | "curves"> {
    const { spec, params } = state;
    const { axes, field, layer, lines, discrete } = options;
    // Moving a point changes what is behind it only where the data says how that is drawn.
    const slice = spec.inputs > axes.length ? fixed : null;
    const [low, high] = rangeOf(state) ?? [];
    const what = [
      spec,
      params,
      state.frozen,
      fieldWork(state),
      ...axes,
      slice,
      field,
      layer,
      lines,
      discrete,
      low,
      high,
    ];
    const where = [...extent, inner.width, inner.height];
    return this.#drawn.get([...what, ...where], () =>
      this.#draw(state, options, fixed, { extent, inner }),
    );
  }

  #draw(
    state: NetState,
    options: DecisionOptions,
    fixed: ArrayLike<number>,
    { extent, inner }: Window,
  ): Pick<Scene, "field" | "curves"> {
    const { spec } = state;
    if (spec.kind !== "stack") return { field: null, curves: [] };
    const layers = layersOf(spec, state.params);
    const plane: FieldPlane = {
      spec,
      layers,
      axes: options.axes,
      fixed,
      extent,
      size: fieldSize(inner, layers, fieldWork(state)),
      discrete: options.discrete,
    };
    if (options.axes.length === 1) {
      const size = [Math.max(64, Math.round(inner.width / 2)), 1] as const;
      return { field: null, curves: this.#field.profile({ ...plane, size }) };
    }
    const curves =
      options.lines && (options.layer > 0 || spec.lift)
        ? this.#unitCurves(state, plane, options)
        : [];
    const behind = this.#field.behind(plane, options.field, rangeOf(state));
    return { field: behind.field, curves: [...behind.curves, ...curves] };
  }

  #unitCurves(state: NetState, plane: FieldPlane, { layer }: DecisionOptions): CurveMark[] {
    const { spec, params, frozen } = state;
    const first = spec.layers[layer].bias;
    const biasOf = (index: number) =>
      first === null || frozen.has(index) ? null : { index, value: params[index] };
    return this.#field.unitCurves(plane, layer, MOST_LINES).map((paths, unit) => ({
      id: `${layer}/${unit}`,
      ...unitLook(unit),
      paths,
      style: "unit",
      name: unitName(spec, layer, unit),
      bias: biasOf((first ?? 0) + unit),
    }));
  }
}

export function fixedAt(
  { data }: NetState,
  { fixed }: Pick<DecisionOptions, "fixed">,
): ArrayLike<number> {
  return fixed ?? featureMeans(data);
}

function firstLayerLines(
  state: NetState,
  { axes, layer }: DecisionOptions,
  fixed: ArrayLike<number>,
  extent: Extent,
): LineMark[] {
  // Of formulas of the inputs a unit makes a curve, which no drag of two handles could move.
  if (layer !== 0 || state.spec.lift) return [];
  const first = firstLayer(state);
  return first ? unitLines(state, first, { layer: 0, axes, fixed, extent }, unitLook) : [];
}

/** The layer that reads the features themselves: known even where the rest is opaque. */
export function firstLayer({ spec, params }: NetState): DenseLayer | null {
  const first = spec.layers[0];
  if (first?.reads !== -1 || first.weight === null) return null;
  return layersOf({ ...spec, layers: [first] }, params)[0];
}

/** The same lines of remembered parameters. */
export function ghostLines(
  state: NetState,
  params: Float64Array,
  options: DecisionOptions,
  extent: Extent,
): LineMark[] {
  if (!options.lines || params.length !== state.params.length) return [];
  return firstLayerLines({ ...state, params }, options, fixedAt(state, options), extent);
}

function targetName({ spec }: NetState): string {
  if (spec.task === "regression") return "y";
  return spec.task === "binary" ? "probability" : "probabilities";
}

function heldCaption(
  { spec }: NetState,
  { axes, fixed: given }: DecisionOptions,
  fixed: ArrayLike<number>,
): string {
  const others = spec.features.flatMap((name, m) =>
    m === axes[0] || m === axes[1] ? [] : [`${name} = ${brief(fixed[m])}`],
  );
  if (others.length === 0) return "";
  const shown = others.slice(0, 4).join(", ");
  const more = others.length > 4 ? t(" and {n} more", { n: others.length - 4 }) : "";
  return t("Slice at {shown}{more}{means}", { shown, more, means: given ? "" : t(" (means)") });
}

const brief = (value: number) => String(Number(value.toPrecision(3))).replaceAll("-", "−");
