/** What each unit of a layer does over the data: moments, and whether it has stopped responding. */

import type { ActivationName, ActivationSpec } from "../wire.js";
import { derivative } from "./activations.js";

/** When a unit is called dead or saturated. */
export interface Thresholds {
  /** Below this magnitude of da/dz the activation is flat. */
  readonly slope: number;
  /** Flat on more than this share of the rows: saturated. */
  readonly share: number;
  /** Off (a = 0) on at least this share of the rows: dead. */
  readonly dead: number;
}

export type Verdict = "dead" | "saturated" | null;

export interface UnitStats {
  readonly n: number;
  /** Each (units): over the rows, of a. The variance is the population's. */
  readonly mean: Float64Array;
  readonly sd: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
  /** Share of the rows on which z > 0. */
  readonly on: Float64Array;
  /** Share of the rows on which |da/dz| is below the threshold; NaN where the rule does not apply. */
  readonly flat: Float64Array;
  readonly verdicts: readonly Verdict[];
}

/** Activations that are 0 on a whole half-line, where no gradient comes back. */
export function canDie(name: ActivationName): boolean {
  return name === "relu";
}

/** Activations that level out, without being exactly 0 there. */
export function canSaturate(name: ActivationName): boolean {
  return ["tanh", "sigmoid", "elu", "gelu", "silu", "softplus"].includes(name);
}

/** @param z (n, units), row-major; `a` as well */
export function unitStats(
  z: Float64Array,
  a: Float64Array,
  units: number,
  activation: ActivationSpec | null,
  { slope, share, dead }: Thresholds,
): UnitStats {
  const n = units > 0 ? a.length / units : 0;
  const moments = momentsOf(a, n, units);
  const on = shareWhere(n, units, (i) => z[i] > 0);
  const saturates = activation !== null && canSaturate(activation.name);
  const flat = saturates
    ? shareWhere(n, units, flatness(activation, z, a, slope))
    : new Float64Array(units).fill(Number.NaN);
  const dies = activation !== null && canDie(activation.name);
  const verdicts = Array.from(on, (up, unit): Verdict => {
    if (n === 0) return null;
    if (dies) return 1 - up >= dead ? "dead" : null;
    return flat[unit] > share ? "saturated" : null;
  });
  return { n, ...moments, on, flat, verdicts };
}

function momentsOf(a: Float64Array, n: number, units: number) {
  const mean = new Float64Array(units);
  const sd = new Float64Array(units);
  const min = new Float64Array(units).fill(Number.POSITIVE_INFINITY);
  const max = new Float64Array(units).fill(Number.NEGATIVE_INFINITY);
  for (let row = 0, i = 0; row < n; row++) {
    for (let unit = 0; unit < units; unit++, i++) {
      const value = a[i];
      // Welford (1962): no cancellation where the mean is large beside the spread.
      const step = value - mean[unit];
      mean[unit] += step / (row + 1);
      sd[unit] += step * (value - mean[unit]);
      if (value < min[unit]) min[unit] = value;
      if (value > max[unit]) max[unit] = value;
    }
  }
  for (let unit = 0; unit < units; unit++) sd[unit] = Math.sqrt(sd[unit] / n);
  return { mean, sd, min, max };
}

function shareWhere(n: number, units: number, holds: (i: number) => boolean): Float64Array {
  const out = new Float64Array(units);
  for (let row = 0, i = 0; row < n; row++) {
    for (let unit = 0; unit < units; unit++, i++) if (holds(i)) out[unit]++;
  }
  for (let unit = 0; unit < units; unit++) out[unit] /= n;
  return out;
}

/** Whether the slope is small: from a alone where that says it, which is much quicker. */
function flatness(
  activation: ActivationSpec,
  z: Float64Array,
  a: Float64Array,
  slope: number,
): (i: number) => boolean {
  if (activation.name === "tanh") return (i) => 1 - a[i] * a[i] < slope;
  if (activation.name === "sigmoid") return (i) => a[i] * (1 - a[i]) < slope;
  return (i) => Math.abs(derivative(activation, z[i])) < slope;
}

/** The rule in words and numbers, for the reader; "" where none applies. */
export function ruleOf(
  activation: ActivationSpec | null,
  { slope, share, dead }: Thresholds,
): string {
  if (!activation) return "";
  const percent = (part: number) => `${Number((100 * part).toPrecision(4))} %`;
  if (canDie(activation.name)) {
    return dead >= 1 ? "dead: a = 0 on every row" : `dead: a = 0 on ${percent(dead)} of the rows`;
  }
  if (!canSaturate(activation.name)) return "";
  return `saturated: |da/dz| < ${slope} on more than ${percent(share)} of the rows`;
}
