/**
 * A linear scale as three numbers, for loops over many points: a call for each would cost more than
 * all else. From the domain's end, not from 0: far away from that a difference of two pixels of
 * the scale has no digits left.
 */

import type { ScaleLinear } from "d3-scale";

export interface Straight {
  readonly from: number;
  readonly to: number;
  readonly slope: number;
}

/** The pixel of a value v is `slope * (v - from) + to`. */
export function straight(scale: ScaleLinear<number, number>): Straight {
  const [from, until] = scale.domain();
  const [to, end] = scale.range();
  return { from, to, slope: (end - to) / (until - from) };
}
