/** Which marker and which stroke stand for what, in every view. */

import { classColour, css, unitColour, unitDash } from "../math/colour.js";
import type { Spec } from "../wire.js";
import { CLASS_KINDS, SHADES } from "./samples.js";
import type { Marker, Shape } from "./types.js";

const SHAPES: readonly Shape[] = ["circle", "square", "triangle", "diamond", "down", "hexagon"];

const CLASS_MARKERS: readonly Marker[] = Array.from({ length: CLASS_KINDS }, (_, index) => ({
  shape: SHAPES[index % SHAPES.length],
  fill: css(classColour(index)),
}));

// A faint grey under the colour keeps the middle of the scale visible on any ground.
const SHADE_MARKERS: readonly Marker[] = Array.from({ length: SHADES }, (_, step) => ({
  shape: "circle",
  fill: `color-mix(in srgb, ${css(classColour(step < SHADES / 2 ? 0 : 1))} ${share(step)}%, #9aa0a6)`,
}));

/** How far a shade is from the middle, in percent. */
function share(step: number): number {
  return Math.round(Math.abs((2 * step) / (SHADES - 1) - 1) * 100);
}

export function markersOf({ task }: Pick<Spec, "task">): readonly Marker[] {
  return task === "regression" ? SHADE_MARKERS : CLASS_MARKERS;
}

/** A class's marker, for menus. */
export function classMarker(index: number): Marker {
  return CLASS_MARKERS[index % CLASS_MARKERS.length];
}

export function unitLook(unit: number): { colour: string; dash: string } {
  return { colour: css(unitColour(unit)), dash: unitDash(unit) };
}
