/** What the axes of a loss surface can be, as the option `axes` says it. */

import type { Spec } from "../wire.js";

/** Two parameters by name, or a way to choose two directions; null: Python chooses. */
export type AxesOption = null | string | readonly [string, string];

/** A menu of more names would be slower to read than to type in Python. */
const MOST = 600;

/** Each scalar parameter's name, as core/parameters.py writes it: "0.weight[0,1]". */
export function scalarNames(spec: Spec): string[] {
  const names: string[] = [];
  for (const { name, shape, size } of spec.params) {
    for (let i = 0; i < size && names.length < MOST; i++) names.push(name + subscripts(i, shape));
  }
  return names;
}

function subscripts(flat: number, shape: readonly number[]): string {
  if (shape.length === 0) return "";
  const places: number[] = [];
  let rest = flat;
  for (const length of shape.toReversed()) {
    places.unshift(rest % length);
    rest = Math.floor(rest / length);
  }
  return `[${places.join(",")}]`;
}

/**
 * Which parameters are across and up, by their place in `names`; null where the axes are no
 * parameters of that list.
 */
export function chosenAxes(
  names: readonly string[],
  axes: readonly [string, string],
): readonly [number, number] | null {
  const [x, y] = axes.map((name) => names.indexOf(name));
  return x < 0 || y < 0 ? null : [x, y];
}
