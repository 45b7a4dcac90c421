/** The part of the input space that is shown: a plane of two inputs, or one input's axis. */

import type { Axes, Extent } from "../../math/lines.js";
import type { Search } from "../../math/regions.js";
import { isMoving } from "../../state/moving.js";
import type { NetState } from "../../state/types.js";
import { featureMeans, rangeOf } from "../samples.js";

export interface Shown {
  readonly axes: Axes;
  /** What the inputs are that are not shown. */
  readonly fixed: ArrayLike<number>;
  readonly extent: Extent;
  /** In pixels. */
  readonly inner: { readonly width: number; readonly height: number };
}

export function fixedOf({ data }: NetState, given: readonly number[] | null): ArrayLike<number> {
  return given ?? featureMeans(data);
}

/** All that an extent and what is held make, for comparing. */
export function keyOf({ axes, fixed, extent, inner }: Shown): readonly unknown[] {
  return [...axes, fixed, ...extent, inner.width, inner.height];
}

/** A whole row of inputs at a place that is shown. */
export function inputsAt({ axes, fixed }: Shown, [x, y]: readonly [number, number]): number[] {
  const row = Array.from(fixed);
  row[axes[0]] = x;
  if (axes[1] !== undefined) row[axes[1]] = y;
  return row;
}

/** How long regions are looked for while something moves in every frame (two ms), and at rest. */
const MOVING: Search = { most: 250, work: 2_000_000 };
const RESTING: Search = { most: 1000, work: 20_000_000 };

export const searchOf = (state: NetState): Search => (isMoving(state) ? MOVING : RESTING);

/** The value of a regression whose level line is drawn: the middle of the targets. */
export function middle(state: NetState): number {
  const [low, high] = rangeOf(state) ?? [0, 0];
  return (low + high) / 2;
}
