/** Decision lines: the data in the plane of two features, with each unit's line in it. */

import { layersOf } from "../math/forward.js";
import type { Axes } from "../math/lines.js";
import type { DenseLayer, NetState } from "../state/types.js";
import { unitName } from "./names.js";
import { unitLook } from "./palette.js";
import { type FieldPlane, fieldSize, PlaneField } from "./plane_field.js";
import { means, samples, targetRange } from "./samples.js";
import type { CurveMark, Extent, LineMark, PointsMark, Scene } from "./types.js";
import { MOST_LINES, unitLines } from "./unit_lines.js";

export interface DecisionOptions {
  /** One feature or two. */
  readonly axes: Axes;
  /** Where the other features are held; null: at the data's means. */
  readonly fixed: readonly number[] | null;
  readonly field: "none" | "output" | "boundary" | "both";
  readonly layer: number;
  readonly lines: boolean;
  readonly points: boolean;
}

export interface Window {
  readonly extent: Extent;
  readonly inner: { readonly width: number; readonly height: number };
}

/** Keeps what did not change from frame to frame, so that a drag only pays for what it moves. */
export class DecisionScene {
  readonly #field = new PlaneField();
  #points: { key: readonly unknown[]; mark: PointsMark } | null = null;
  #drawn: { key: readonly unknown[]; scene: Pick<Scene, "field" | "curves"> } | null = null;

  build(state: NetState, options: DecisionOptions, window: Window): Scene {
    const { spec } = state;
    const flat = options.axes.length === 1;
    const fixed = fixedAt(state, options);
    const [i, j] = options.axes;
    return {
      xLabel: spec.features[i],
      yLabel: flat ? targetName(state) : spec.features[j as number],
      points: options.points ? this.points(state, options.axes) : null,
      lines: options.lines ? firstLayerLines(state, options, fixed, window.extent) : [],
      caption: heldCaption(state, options, fixed),
      ...this.#background(state, options, fixed, window),
    };
  }

  points(state: NetState, axes: Axes): PointsMark {
    const key = [state.data, state.spec, ...axes];
    if (!this.#points || !same(this.#points.key, key)) {
      this.#points = { key, mark: samples(state.spec, state.data, axes) };
    }
    return this.#points.mark;
  }

  #background(
    state: NetState,
    options: DecisionOptions,
    fixed: ArrayLike<number>,
    { extent, inner }: Window,
  ): Pick<Scene, "field" | "curves"> {
    const { spec, params } = state;
    const { axes, field, layer, lines } = options;
    const key = [spec, params, ...extent, inner.width, inner.height, ...axes, field, layer, lines];
    const drawnKey = [...key, state.data, options.fixed];
    if (this.#drawn && same(this.#drawn.key, drawnKey)) return this.#drawn.scene;
    const scene = this.#draw(state, options, fixed, { extent, inner });
    this.#drawn = { key: drawnKey, scene };
    return scene;
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
      size: fieldSize(inner),
    };
    if (options.axes.length === 1) {
      const size = [Math.max(64, Math.round(inner.width / 2)), 1] as const;
      return { field: null, curves: this.#field.profile({ ...plane, size }) };
    }
    const curves =
      options.lines && options.layer > 0 ? this.#unitCurves(state, plane, options) : [];
    if (options.field === "none") return { field: null, curves };
    const picture = this.#field.picture(plane, rangeOf(state));
    const boundary: CurveMark[] =
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
    return {
      field: options.field === "boundary" ? null : picture.field,
      curves: [...boundary, ...curves],
    };
  }

  #unitCurves({ spec }: NetState, plane: FieldPlane, { layer }: DecisionOptions): CurveMark[] {
    return this.#field.unitCurves(plane, layer, MOST_LINES).map((paths, unit) => ({
      id: `${layer}/${unit}`,
      ...unitLook(unit),
      paths,
      style: "unit",
      name: unitName(spec, layer, unit),
    }));
  }
}

export function fixedAt(
  { data }: NetState,
  { fixed }: Pick<DecisionOptions, "fixed">,
): ArrayLike<number> {
  return fixed ?? means(data);
}

function firstLayerLines(
  state: NetState,
  { axes, layer }: DecisionOptions,
  fixed: ArrayLike<number>,
  extent: Extent,
): LineMark[] {
  if (layer !== 0) return [];
  const first = firstLayer(state);
  return first ? unitLines(state, first, { layer: 0, axes, fixed, extent }, unitLook) : [];
}

/** The layer that reads the features themselves: known even where the rest is opaque. */
export function firstLayer({ spec, params }: NetState): DenseLayer | null {
  const first = spec.layers[0];
  if (!first?.readsInput || first.weight === null) return null;
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

/** A regression is coloured over the range of its targets. */
export function rangeOf({ spec, data }: NetState): readonly [number, number] | null {
  if (spec.task !== "regression") return null;
  const { low, high } = targetRange(data);
  return high > low ? [low, high] : null;
}

function targetName({ spec }: NetState): string {
  if (spec.task === "regression") return "y";
  return spec.task === "binary" ? "probability" : "probabilities";
}

function heldCaption(
  { spec, data }: NetState,
  { axes, fixed: given }: DecisionOptions,
  fixed: ArrayLike<number>,
): string {
  const others = spec.features.flatMap((name, m) =>
    m === axes[0] || m === axes[1] ? [] : [`${name} = ${Number(fixed[m].toPrecision(3))}`],
  );
  if (others.length === 0 || data.d <= axes.length) return "";
  const shown = others.slice(0, 4).join(", ");
  const more = others.length > 4 ? ` and ${others.length - 4} more` : "";
  return `Slice at ${shown}${more}${given ? "" : " (means of the data)"}`;
}

function same(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}
