/** What a sample sends along each edge: w · a. */

import type { GraphFrame } from "./graph_frame.js";
import type { EdgeMark } from "./graph_layout.js";
import { placeOf } from "./graph_values.js";

export interface Product {
  readonly edge: EdgeMark;
  /** How large it is beside the largest into the same layer, 0 to 1. */
  readonly share: number;
  readonly positive: boolean;
}

/** Of the edges into a layer that stand for one weight each; none where no sample is chosen. */
export function productsOf({ layout, sample, state }: GraphFrame, layer: number): Product[] {
  if (!sample) return [];
  const { spec, params } = state;
  const sources = layer === 0 ? sample.x : sample.a[layer - 1];
  const found = layout.edges.flatMap((edge) => {
    if (edge.layer !== layer || edge.index === null) return [];
    return [{ edge, value: params[edge.index] * sources[placeOf(spec, layer, edge.index).input] }];
  });
  const largest = found.reduce((most, { value }) => Math.max(most, Math.abs(value)), 0);
  if (!(largest > 0)) return [];
  return found
    .filter(({ value }) => Math.abs(value) > 0.02 * largest)
    .map(({ edge, value }) => ({ edge, share: Math.abs(value) / largest, positive: value > 0 }));
}
