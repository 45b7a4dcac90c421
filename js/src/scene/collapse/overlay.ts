/**
 * What is drawn over the plane of inputs: where the network made linear decides (one line), the
 * level line of a regression, linear regions, and the region under the pointer.
 */

import { after, layerOf, onPlane } from "../../math/affine.js";
import { boundaries, contour, fieldInputs, type Polyline, type Size } from "../../math/field.js";
import { layersOf, outputs } from "../../math/forward.js";
import { type Axes, clip, sliceLine } from "../../math/lines.js";
import { linearRegions, type Regions, regionAt } from "../../math/regions.js";
import { Workspace } from "../../math/workspace.js";
import type { DenseLayer, NetState } from "../../state/types.js";
import type { Spec } from "../../wire.js";
import { t } from "../../words.js";
import { Kept } from "../kept.js";
import { fieldSize, PlaneField } from "../plane_field.js";
import type { CurveMark, Position } from "../types.js";
import { keyOf, middle, type Shown, searchOf } from "./window.js";

const INK = "currentColor";

/** The inputs of a layer that is of the plane alone. */
const FIRST: Axes = [0];
const BOTH: Axes = [0, 1];

export class CollapseOverlay {
  readonly #work = new Workspace();
  readonly #profile = new PlaneField();
  readonly #whole = new Kept<readonly CurveMark[]>();
  readonly #level = new Kept<readonly CurveMark[]>();
  readonly #found = new Kept<Regions | null>();
  readonly #outlines = new Kept<readonly CurveMark[]>();

  /**
   * @param state of the blended network
   * @param at whose region is outlined
   */
  curves(state: NetState, shown: Shown, at: Position | null): CurveMark[] {
    const regions = this.regions(state, shown);
    const under = regions?.complete && at ? regionAt(regions, at) : -1;
    return [
      ...this.#outlines.get([regions], () => outlines(regions)),
      ...this.#level.get([state.spec, state.params, state.data, ...keyOf(shown)], () =>
        this.#levels(state, shown),
      ),
      ...this.whole(state, shown),
      ...(regions && under >= 0 && regions.regions.length > 1 ? [outline(regions, under)] : []),
    ];
  }

  /** The linear regions that are shown; null where the activations bend everywhere. */
  regions(state: NetState, shown: Shown): Regions | null {
    const { spec, params } = state;
    const { axes, fixed, extent } = shown;
    const search = searchOf(state);
    return this.#found.get([spec, params, ...axes, fixed, ...extent, search], () =>
      linearRegions(layersOf(spec, params), axes, fixed, extent, search),
    );
  }

  /** What the network does once it is linear: the line between its classes, or its curve. */
  whole(state: NetState, shown: Shown): readonly CurveMark[] {
    const { spec, params, data } = state;
    const ends = spec.layers.map(({ weight, bias }) => `${weight} ${bias}`).join();
    return this.#whole.get([ends, params, data, ...keyOf(shown)], () => {
      const layer = collapsedLayer(spec, params, shown);
      const alone = { ...shown, axes: shown.axes.length === 1 ? FIRST : BOTH, fixed: [0, 0] };
      if (shown.axes.length === 1) return this.#curve(spec, layer, alone);
      const paths = this.#decides(state, [layer], alone);
      return paths.length === 0 ? [] : [mark("whole", t("the network made linear"), paths)];
    });
  }

  #levels(state: NetState, shown: Shown): CurveMark[] {
    const { spec, params } = state;
    if (spec.task !== "regression" || shown.axes.length === 1) return [];
    const paths = this.#decides(state, layersOf(spec, params), shown);
    return [mark("boundary", t("output {value}", { value: middle(state) }), paths)];
  }

  #curve(spec: Spec, layer: DenseLayer, shown: Shown): CurveMark[] {
    const size: Size = [Math.max(64, Math.round(shown.inner.width / 4)), 1];
    const curves = this.#profile.profile({ spec, layers: [layer], ...shown, size });
    return curves.map((curve) => ({ ...curve, id: `whole/${curve.id}`, style: "whole" }));
  }

  /** Where layers decide otherwise, or have the middle of the targets; exactly for one line. */
  #decides(state: NetState, layers: readonly DenseLayer[], shown: Shown): Polyline[] {
    const { spec } = state;
    const [only, more] = layers;
    const plain = spec.head === "linear" && only.activation.name === "linear";
    const regression = spec.task === "regression";
    if (!more && only.units === 1 && (!regression || plain)) {
      const { w, b } = sliceLine(only, 0, shown.axes, shown.fixed);
      const segment = clip({ w, b: regression ? b - middle(state) : b }, shown.extent);
      return segment ? [[...segment]] : [];
    }
    const size = fieldSize(shown.inner, layers);
    const [nx, ny] = size;
    const { axes, fixed, extent } = shown;
    const d = only.inputs;
    const room = this.#work.floats("inputs", nx * ny * d);
    const inputs = fieldInputs(extent, nx, ny, axes, fixed, d, room);
    const values = outputs(layers, spec.head, inputs, nx * ny, this.#work);
    if (!regression) return boundaries(spec, values, size, extent);
    const first = values.filter((_, i) => i % spec.outputs === 0);
    return contour(first, size, extent, middle(state));
  }
}

/** The layer of (x, y) in the plane that the network is once its hidden activations are gone. */
function collapsedLayer(spec: Spec, params: Float64Array, { axes, fixed }: Shown): DenseLayer {
  const layers = layersOf(spec, params);
  const inputs = onPlane(spec.inputs, axes, fixed);
  const map = layers.reduce((before, layer) => after(layer, before), inputs);
  return layerOf(map, layers[layers.length - 1]);
}

function outlines(regions: Regions | null): CurveMark[] {
  if (!regions?.complete || regions.regions.length < 2) return [];
  const paths = regions.regions.map(({ corners }) => closed(corners));
  return [mark("grid", t("linear regions"), paths, "regions")];
}

function outline({ regions }: Regions, under: number): CurveMark {
  return mark("region", t("the region under the pointer"), [closed(regions[under].corners)]);
}

const closed = (corners: readonly Position[]): Position[] => [...corners, corners[0]];

function mark(
  style: CurveMark["style"],
  name: string,
  paths: readonly (readonly Position[])[],
  id: string = style,
): CurveMark {
  return { id: `collapse/${id}`, colour: INK, style, name, paths };
}
