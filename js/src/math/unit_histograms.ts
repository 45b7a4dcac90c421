/** How each unit's values are spread over the data, class by class, and the range they share. */

import type { ActivationSpec } from "../wire.js";
import { bounded, TINY } from "./bounds.js";

export interface UnitHistograms {
  readonly bins: number;
  readonly groups: number;
  readonly range: readonly [low: number, high: number];
  /** (units, bins, groups), row-major. What lies beyond the range is in the outermost bins. */
  readonly counts: Uint32Array;
  /** (units): the fullest bin of each. */
  readonly most: Uint32Array;
}

/** @param values (n, units), row-major; NaN is counted nowhere */
export function unitHistograms(
  values: Float64Array,
  units: number,
  range: readonly [number, number],
  bins: number,
  { of, count: groups }: { readonly of: Uint8Array; readonly count: number },
  counts = new Uint32Array(units * bins * groups),
): UnitHistograms {
  counts.fill(0);
  const scale = bins / (range[1] - range[0]);
  const rows = of.length;
  for (let row = 0, i = 0; row < rows; row++) {
    const group = of[row];
    for (let unit = 0; unit < units; unit++, i++) {
      const at = (values[i] - range[0]) * scale;
      if (Number.isNaN(at)) continue;
      const bin = at < 0 ? 0 : at >= bins ? bins - 1 : at | 0;
      counts[(unit * bins + bin) * groups + group]++;
    }
  }
  return { bins, groups, range, counts, most: fullest(counts, units, bins, groups) };
}

function fullest(counts: Uint32Array, units: number, bins: number, groups: number): Uint32Array {
  const most = new Uint32Array(units);
  for (let unit = 0, i = 0; unit < units; unit++) {
    for (let bin = 0; bin < bins; bin++) {
      let sum = 0;
      for (let group = 0; group < groups; group++, i++) sum += counts[i];
      if (sum > most[unit]) most[unit] = sum;
    }
  }
  return most;
}

/** Where an activation cannot leave, that; else null. */
export function boundsOf(
  activation: ActivationSpec | null,
  named: string,
): [number, number] | null {
  if (activation?.name === "tanh" || activation?.name === "sine") return [-1, 1];
  if (activation?.name === "sigmoid" || named === "softmax") return [0, 1];
  return null;
}

export function rangeOfValues(values: Float64Array): [number, number] | null {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value < low && value > -Infinity) low = value;
    if (value > high && value < Infinity) high = value;
  }
  return low <= high ? [low, high] : null;
}

/** A shown range must be left by so much less than half before it shrinks. */
const ROOMY = 0.5;

/**
 * The range to show next: as it was while the values fit it, so that bars do not jump about while
 * weights move; round numbers, and with 0 in it.
 */
export function steadyRange(
  old: readonly [number, number] | null,
  needed: readonly [number, number] | null,
): readonly [number, number] {
  if (!needed) return old ?? [-1, 1];
  const [low, high] = [bounded(Math.min(0, needed[0])), bounded(Math.max(0, needed[1]))];
  const fits = old && old[0] <= low && old[1] >= high;
  if (old && fits && high - low >= ROOMY * (old[1] - old[0])) return old;
  if (high - low < TINY) return [-1, 1];
  const step = roundStep((high - low) / 5);
  return [Math.floor(low / step) * step, Math.ceil(high / step) * step];
}

/** 1, 2 or 5 times a power of ten, at least as large. */
export function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return ([1, 2, 5].find((each) => each * power >= least * (1 - 1e-9)) ?? 10) * power;
}
