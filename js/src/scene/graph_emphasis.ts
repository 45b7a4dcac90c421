/** What stands out in a graph: what is pointed at, here or in another view, and what it touches. */

import type { Selection } from "../state/types.js";
import type { Spec } from "../wire.js";
import type { Part } from "./graph_hit.js";
import type { EdgeMark, GraphLayout } from "./graph_layout.js";

export interface Emphasis {
  /** Edges of the unit at hand; null where no unit is. */
  readonly lit: ReadonlySet<string> | null;
  readonly hot: ReadonlySet<string>;
}

/** @param own what this view's pointer or focus is on, and what was pinned */
export function emphasisOf(
  spec: Spec,
  layout: GraphLayout,
  { unit, weight }: Pick<Selection, "unit" | "weight">,
  own: readonly (Part | null)[],
): Emphasis {
  const hot = new Set<string>();
  const units = new Set<string>();
  for (const part of own) {
    if (!part) continue;
    hot.add(part.mark.id);
    if (part.kind === "unit") units.add(part.mark.id);
  }
  if (unit) units.add(`${unit.layer}/${unit.unit}`);
  for (const id of units) hot.add(id);
  if (weight !== null) for (const id of standsFor(spec, layout, weight)) hot.add(id);
  return { lit: units.size > 0 ? edgesAt(layout, units) : null, hot };
}

function edgesAt({ edges }: GraphLayout, units: ReadonlySet<string>): Set<string> {
  const touches = ({ layer, to, from }: EdgeMark) =>
    (to.count === 1 && units.has(`${layer}/${to.first}`)) ||
    (from.count === 1 && units.has(`${layer - 1}/${from.first}`));
  return new Set(edges.filter(touches).map(({ id }) => id));
}

/** The bias, the edge, or the bundle of edges that a parameter is part of. */
function standsFor(spec: Spec, { edges, biases }: GraphLayout, index: number): string[] {
  const exact = [...edges, ...biases].find((mark) => mark.index === index);
  if (exact) return [exact.id];
  const layer = spec.layers.findIndex(
    ({ weight, inputs, units }) =>
      weight !== null && index >= weight && index < weight + inputs * units,
  );
  if (layer < 0) return [];
  const { weight, inputs } = spec.layers[layer];
  const at = index - (weight as number);
  const [unit, input] = [Math.floor(at / inputs), at % inputs];
  const within = ({ first, count }: { first: number; count: number }, i: number) =>
    i >= first && i < first + count;
  return edges
    .filter((edge) => edge.layer === layer && within(edge.to, unit) && within(edge.from, input))
    .map(({ id }) => id);
}
