/** Paths that can be drawn whatever the numbers are. */

import type { Position } from "./types.js";

/** The stretches of a path whose places are finite: an SVG path cannot say NaN or ∞. */
export function unbroken(path: readonly Position[]): Position[][] {
  const stretches: Position[][] = [];
  let stretch: Position[] = [];
  for (const at of path) {
    if (Number.isFinite(at[0]) && Number.isFinite(at[1])) stretch.push(at);
    else {
      if (stretch.length > 1) stretches.push(stretch);
      stretch = [];
    }
  }
  if (stretch.length > 1) stretches.push(stretch);
  return stretches;
}
