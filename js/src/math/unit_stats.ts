/** What each unit of a layer does over the data: moments, and whether it has stopped responding. */

import type { ActivationName, ActivationSpec } from "../wire.js";
import { t } from "../words.js";
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
  const on = shareAbove(z, n, units);
  const saturates = activation !== null && canSaturate(activation.name);
  const flat = saturates
    ? shareWithin(z, n, units, flatWhere(activation, slope))
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
    const part = 1 / (row + 1);
    for (let unit = 0; unit < units; unit++, i++) {
      const value = a[i];
      // Welford (1962): no cancellation where the mean is large beside the spread.
      const step = value - mean[unit];
      mean[unit] += step * part;
      sd[unit] += step * (value - mean[unit]);
      if (value < min[unit]) min[unit] = value;
      if (value > max[unit]) max[unit] = value;
    }
  }
  for (let unit = 0; unit < units; unit++) sd[unit] = Math.sqrt(sd[unit] / n);
  return { mean, sd, min, max };
}

// Loops of their own, not one over a function: a call for each number would be most of the work.
function shareAbove(z: Float64Array, n: number, units: number): Float64Array {
  const out = new Float64Array(units);
  for (let row = 0, i = 0; row < n; row++) {
    for (let unit = 0; unit < units; unit++, i++) if (z[i] > 0) out[unit]++;
  }
  for (let unit = 0; unit < units; unit++) out[unit] /= n;
  return out;
}

function shareWithin(
  z: Float64Array,
  n: number,
  units: number,
  intervals: readonly Interval[],
): Float64Array {
  const out = new Float64Array(units);
  for (const [low, high] of intervals) {
    for (let row = 0, i = 0; row < n; row++) {
      for (let unit = 0; unit < units; unit++, i++) if (z[i] >= low && z[i] <= high) out[unit]++;
    }
  }
  for (let unit = 0; unit < units; unit++) out[unit] /= n;
  return out;
}

export type Interval = readonly [low: number, high: number];

/** Beyond this no derivative here crosses a threshold that a reader could mean. */
const FAR = 40;
const STEPS = 8000;

const known = new Map<string, readonly Interval[]>();

/** Where |da/dz| is below the slope: looked for on a grid, and then by halving, once for each. */
export function flatWhere(activation: ActivationSpec, slope: number): readonly Interval[] {
  const key = JSON.stringify([activation, slope]);
  const before = known.get(key);
  if (before) return before;
  const isFlat = (z: number) => Math.abs(derivative(activation, z)) < slope;
  const found: Interval[] = [];
  let start = isFlat(-FAR) ? Number.NEGATIVE_INFINITY : Number.NaN;
  for (let i = 0; i < STEPS; i++) {
    const [z, next] = [i, i + 1].map((at) => -FAR + (2 * FAR * at) / STEPS);
    if (isFlat(z) === isFlat(next)) continue;
    const edge = edgeBetween(z, next, isFlat);
    if (isFlat(next)) start = edge;
    else found.push([start, edge]);
  }
  if (isFlat(FAR)) found.push([start, Number.POSITIVE_INFINITY]);
  known.set(key, found);
  return found;
}

function edgeBetween(low: number, high: number, holds: (z: number) => boolean): number {
  const first = holds(low);
  let [from, to] = [low, high];
  for (let i = 0; i < 50; i++) {
    const middle = (from + to) / 2;
    if (holds(middle) === first) from = middle;
    else to = middle;
  }
  return (from + to) / 2;
}

/** The rule in words and numbers, for the reader; "" where none applies. */
export function ruleOf(
  activation: ActivationSpec | null,
  { slope, share, dead }: Thresholds,
): string {
  if (!activation) return "";
  const percent = (part: number) => `${Number((100 * part).toPrecision(4))} %`;
  if (canDie(activation.name)) {
    return dead >= 1
      ? t("dead: a = 0 on every row")
      : t("dead: a = 0 on {share} of the rows", { share: percent(dead) });
  }
  if (!canSaturate(activation.name)) return "";
  return t("saturated: |da/dz| < {slope} on more than {share} of the rows", {
    slope,
    share: percent(share),
  });
}
