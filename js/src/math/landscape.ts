/** The loss as a function of the parameters, on the page: for a ball that moves with every frame. */

import type { DataSet } from "../state/types.js";
import type { Spec } from "../wire.js";
import { layersOf, outputs } from "./forward.js";
import { loss } from "./loss.js";
import { Workspace } from "./workspace.js";

/** How far a parameter moves at most for a slope: the kinks of a relu are rarely that near. */
const STEP = 1e-6;

/** Whether the page can compute this network's loss. */
export function computable(spec: Spec): boolean {
  return spec.kind === "stack" && spec.loss !== "custom";
}

/** Multiplications of one pass over the data, about. */
export function work(spec: Spec, data: DataSet): number {
  return spec.size * data.n;
}

/**
 * The mean loss over the data at any parameters.
 *
 * @returns null where only Python can compute it
 */
export function lossAt(
  spec: Spec,
  params: Float64Array,
  data: DataSet,
  workspace = new Workspace(),
): number | null {
  if (!computable(spec)) return null;
  const out = outputs(layersOf(spec, params), spec.head, data.X, data.n, workspace);
  return loss(spec, out, data);
}

/**
 * How steeply the loss rises along each direction at `params`, by central differences.
 *
 * @param directions each as long as `params`
 * @returns null where only Python can compute it; 0 along a direction that moves nothing
 */
export function slopes(
  spec: Spec,
  params: Float64Array,
  data: DataSet,
  directions: readonly Float64Array[],
  workspace = new Workspace(),
): number[] | null {
  if (!computable(spec)) return null;
  // Probabilities as float32 holds them are steps, which have no slope.
  const smooth: Spec = { ...spec, dtype: "float64" };
  const moved = workspace.floats("moved", params.length);
  const at = (direction: Float64Array, by: number) => {
    for (let i = 0; i < params.length; i++) moved[i] = params[i] + by * direction[i];
    return lossAt(smooth, moved, data, workspace) as number;
  };
  return directions.map((direction) => {
    const largest = direction.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
    if (largest === 0) return 0;
    const by = STEP / largest;
    return (at(direction, by) - at(direction, -by)) / (2 * by);
  });
}
