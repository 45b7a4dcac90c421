/** What a drag or a key does to a line. Pure: from the line as it was taken to the line as it is. */

import { scale, steepness, through, translate, turn } from "../math/lines.js";
import type { Line, Position } from "./types.js";

/** How a line was taken hold of. Positions are in data coordinates. */
export type Grip =
  | { readonly kind: "slide"; readonly line: Line; readonly at: Position }
  /** By an end: 1 is the one ahead along the line's direction, −1 the one behind. */
  | { readonly kind: "turn"; readonly line: Line; readonly pivot: Position; readonly end: 1 | -1 }
  /** By an end where the bias may not change. */
  | { readonly kind: "swing"; readonly line: Line }
  | { readonly kind: "steepen"; readonly line: Line; readonly keepBias: boolean };

/** The line under a pointer; null where none such exists. */
export function pulled(grip: Exclude<Grip, { kind: "steepen" }>, pointer: Position): Line | null {
  if (grip.kind === "swing") return turn(grip.line, pointer);
  if (grip.kind === "turn") return through(grip.line, grip.pivot, pointer, grip.end);
  return translate(grip.line, pointer[0] - grip.at[0], pointer[1] - grip.at[1]);
}

/** Sets ‖w‖; a negative norm looks to the other side. The line stays unless its bias must. */
export function steepened(grip: Extract<Grip, { kind: "steepen" }>, norm: number): Line | null {
  const old = steepness(grip.line);
  if (!(old > 0)) return null;
  const { w, b } = scale(grip.line, norm / old);
  return { w, b: grip.keepBias ? grip.line.b : b };
}

/** Turns by an angle about a point of the line, keeping ‖w‖. */
export function turnedBy(line: Line, angle: number, pivot: Position, keepBias: boolean): Line {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const w: Position = [c * line.w[0] - s * line.w[1], s * line.w[0] + c * line.w[1]];
  return { w, b: keepBias ? line.b : -(w[0] * pivot[0] + w[1] * pivot[1]) };
}
