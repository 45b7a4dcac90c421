/** Controls that a preset hides: the style sheet takes them away, and their keys are dead, too. */

/** @param name as in nnwidgets/widgets/_presets.py */
export function isHidden(inside: Element, name: "points"): boolean {
  return inside.closest(`.nnw-hide-${name}`) !== null;
}
