/** The numbers that scales are made of: beyond them a sum, a quotient or a tick is none any more. */

export const [TINY, HUGE] = [1e-300, 1e300];

/** A finite number, or the nearest that a scale can have an end at. */
export function bounded(value: number): number {
  return Math.max(-HUGE, Math.min(HUGE, value));
}

/** The same of a size, which is above zero. */
export function boundedSize(value: number): number {
  return Math.max(TINY, Math.min(HUGE, value));
}
