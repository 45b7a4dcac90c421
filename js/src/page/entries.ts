/** Single parameters by name and place, such as 0.weight[0,1]. */

import type { Spec } from "../wire.js";

export function nameOf({ params }: Spec, index: number): string {
  const found = params.find(({ offset, size }) => index >= offset && index - offset < size);
  if (found === undefined) return `parameter ${index}`;
  const places: number[] = [];
  let rest = index - found.offset;
  for (const length of found.shape.toReversed()) {
    places.unshift(rest % length);
    rest = Math.floor(rest / length);
  }
  return places.length > 0 ? `${found.name}[${places.join(",")}]` : found.name;
}

/** The flat index; −1 where there is no such. */
export function entryOf(spec: Spec, name: string): number {
  const [, owner, places] = name.match(/^(.*?)(?:\[([\d,]+)\])?$/) ?? [];
  const found = spec.params.find((param) => param.name === owner);
  const at = places ? places.split(",").map(Number) : [];
  if (!found || at.length !== found.shape.length) return -1;
  if (at.some((place, i) => place >= found.shape[i])) return -1;
  return found.offset + at.reduce((flat, place, i) => flat * found.shape[i] + place, 0);
}
