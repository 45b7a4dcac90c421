/** Where rows are on their way from the inputs (0) over pre-activations z (1) to activations a (2). */

import type { Pass } from "../math/forward.js";
import type { Axes } from "../math/lines.js";
import type { Position } from "./types.js";

export interface Placing {
  readonly layer: number;
  /** Units of the layer along the plane's axes; one of them alone lies on the horizontal axis. */
  readonly units: Axes;
  /** The input features that stand for input space where morph < 1. */
  readonly features: Axes;
  readonly morph: number;
}

/** Rows of numbers, row-major. */
interface Rows {
  readonly values: Float64Array;
  readonly width: number;
}

const NOUGHT: Rows = { values: new Float64Array(1), width: 0 };

/**
 * Writes where n rows are drawn.
 *
 * @param inputs (n, d), what `pass` was computed from
 * @param width units of the layer
 */
export function place(
  { layer, units, features, morph }: Placing,
  inputs: Rows,
  pass: Pass,
  width: number,
  x: Float64Array,
  y: Float64Array,
): void {
  const early = morph < 1;
  const z = { values: pass.z[layer], width };
  const [from, to] = early ? [inputs, z] : [z, { values: pass.a[layer], width }];
  const columns = early ? features : units;
  const share = early ? morph : morph - 1;
  between(from, columns[0], to, units[0], share, x);
  between(from, columns[1], to, units[1], share, y);
}

/** The same as a path. */
export function placedPath(x: Float64Array, y: Float64Array, first: number, n: number): Position[] {
  return Array.from({ length: n }, (_, i) => [x[first + i], y[first + i]]);
}

/** One column on its way to another; a column that does not exist is 0 everywhere. */
function between(
  from: Rows,
  fromColumn: number | undefined,
  to: Rows,
  toColumn: number | undefined,
  share: number,
  out: Float64Array,
): void {
  // At the ends one side alone is read: the other may be infinite, and 0 · ∞ is no number.
  const start = share === 1 || fromColumn === undefined ? NOUGHT : from;
  const end = share === 0 || toColumn === undefined ? NOUGHT : to;
  const [a, aStep] = [start.values, start.width];
  const [b, bStep] = [end.values, end.width];
  let i = start === NOUGHT ? 0 : (fromColumn as number);
  let j = end === NOUGHT ? 0 : (toColumn as number);
  const rest = 1 - share;
  for (let row = 0; row < out.length; row++, i += aStep, j += bStep) {
    out[row] = rest * a[i] + share * b[j];
  }
}
