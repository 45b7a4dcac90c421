/** What a key does to a slider. */

import type { Range } from "./ranges.js";

const DIRECTION: Readonly<Record<string, number>> = {
  ArrowRight: 1,
  ArrowUp: 1,
  ArrowLeft: -1,
  ArrowDown: -1,
  PageUp: 10,
  PageDown: -10,
};

/**
 * The value after a key press, within the range, or null where the key means nothing here. An
 * arrow moves by `given`, or by about a hundredth of the range; Shift makes that ten times, Alt a
 * tenth.
 */
export function sliderKey(
  event: KeyboardEvent,
  value: number,
  [lo, hi]: Range,
  given: number | null = null,
): number | null {
  if (event.ctrlKey || event.metaKey) return null;
  if (event.key === "Home") return lo;
  if (event.key === "End") return hi;
  const direction = DIRECTION[event.key];
  if (direction === undefined || !Number.isFinite(value)) return null;
  const step = (given ?? stepOf(hi - lo)) * (event.shiftKey ? 10 : event.altKey ? 0.1 : 1);
  return Math.min(hi, Math.max(lo, tidy(value + direction * step)));
}

/** The power of ten nearest to a hundredth of the width: 0.01 for [−1, 1], 0.1 for [−8, 8]. */
function stepOf(width: number): number {
  return 10 ** Math.round(Math.log10(width / 100));
}

/** 0.30000000000000004 → 0.3: presses add up without dust. */
function tidy(value: number): number {
  return Number(value.toPrecision(12));
}
