/** The lines on which units of one layer are zero, in the plane of two of the layer's inputs. */

import { type Axes, clip, sliceLine } from "../math/lines.js";
import type { DenseLayer, NetState } from "../state/types.js";
import { unitName } from "./names.js";
import type { Extent, LineMark } from "./types.js";

export interface Plane {
  readonly layer: number;
  readonly axes: Axes;
  /** Where the inputs that are not shown are held; one number for each input. */
  readonly fixed: ArrayLike<number>;
  readonly extent: Extent;
}

/** Lines of layers wider than this would hide the plane they are in. */
export const MOST_LINES = 64;

export function unitLines(
  state: NetState,
  layer: DenseLayer,
  plane: Plane,
  look: (unit: number) => { colour: string; dash: string },
): LineMark[] {
  const marks: LineMark[] = [];
  for (let unit = 0; unit < Math.min(layer.units, MOST_LINES); unit++) {
    const line = sliceLine(layer, unit, plane.axes, plane.fixed);
    const segment = clip(line, plane.extent);
    if (!segment) continue; // also where the weights are 0 or not finite
    const { weights, bias } = flatIndices(state, plane, unit);
    const free = (index: number) => !state.frozen.has(index);
    marks.push({
      id: `${plane.layer}/${unit}`,
      layer: plane.layer,
      unit,
      name: unitName(state.spec, plane.layer, unit),
      ...look(unit),
      line,
      segment,
      slides: bias !== null && free(bias),
      turns: weights.every(free),
      upright: plane.axes.length === 1,
    });
  }
  return marks;
}

/** Where a unit's weights along the plane's axes and its bias are in the flat parameters. */
export function flatIndices(
  { spec }: NetState,
  { layer, axes }: Pick<Plane, "layer" | "axes">,
  unit: number,
): { weights: number[]; bias: number | null } {
  const { weight, bias, inputs } = spec.layers[layer];
  return {
    weights: weight === null ? [] : axes.map((axis) => weight + unit * inputs + axis),
    bias: bias === null ? null : bias + unit,
  };
}
