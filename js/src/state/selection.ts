/** What is chosen, as far as it is there: points are deleted, and units and layers go. */

import type { Spec } from "../wire.js";
import type { DataSet, Selection } from "./types.js";

export const NOTHING: Selection = { sample: null, unit: null, weight: null, epoch: null };

/** The selection without what the network or its data do not have; the same object if they do. */
export function within(selection: Selection, spec: Spec, data: DataSet): Selection {
  const { sample, unit, weight } = selection;
  const there = {
    sample: among(sample, data.n) ? sample : null,
    unit: unit && among(unit.unit, spec.layers[unit.layer]?.units ?? 0) ? unit : null,
    weight: among(weight, spec.size) ? weight : null,
  };
  const same = there.sample === sample && there.unit === unit && there.weight === weight;
  return same ? selection : { ...selection, ...there };
}

function among(index: number | null, count: number): boolean {
  return index !== null && index >= 0 && index < count;
}
