/** How high the network's outputs are drawn, and on which scale. */

import { nice } from "d3-array";
import { drawScore, type ScoreOptions, symmetricRange } from "../math/score.js";
import type { DataSet } from "../state/types.js";
import type { Spec } from "../wire.js";
import { t } from "../words.js";
import { className, subscript } from "./names.js";
import type { Heights, Interval, Targets } from "./output_types.js";

/** Outputs (rows, spec.outputs), after the head, as heights: probabilities, or values. */
export function heightsOf(
  spec: Spec,
  outputs: Float64Array,
  output: number,
  options: ScoreOptions = {},
): Float64Array {
  const { values, k } = drawScore(spec, outputs, { ...options, output, range: [0, 1] });
  if (k === 1) return values.slice();
  const out = new Float64Array(values.length / k);
  for (let row = 0; row < out.length; row++) out[row] = values[row * k + output];
  return out;
}

/** What the output is to be, of each row: 1 or 0 for "this class" or another. */
export function targetsOf({ task }: Spec, { n, k, y }: DataSet, output: number): Float64Array {
  const out = new Float64Array(n);
  for (let row = 0; row < n; row++) {
    const own = y[row * k + Math.min(output, k - 1)];
    out[row] = task === "multiclass" ? Number(y[row * k] === output) : own;
  }
  return out;
}

/** Of each output that can be chosen, what it is called. */
export function outputNames(spec: Spec): string[] {
  return Array.from({ length: spec.outputs }, (_, output) => {
    if (spec.task === "multiclass") return `p(${className(spec, output)})`;
    const name = spec.task === "binary" ? t("probability") : "ŷ";
    return spec.outputs > 1 ? `${name}${subscript(output + 1)}` : name;
  });
}

/** plotly cuts off what lies at the very end of an axis. */
const PROBABILITIES: Interval = [-0.03, 1.03];

/** Room above and below what is drawn, as a share of that. */
const ROOM = 0.06;
/** Below this share of the axis, what is drawn has become so flat that another axis is due. */
const FLAT = 0.35;
const TICKS = 6;

/**
 * The axis of heights: as it was while all fits it well, so that it does not jitter while the
 * network moves; else around all, with ends that are round.
 */
export function steadyRange(old: Interval | null, low: number, high: number): Interval {
  if (!(low <= high)) return old ?? [0, 1]; // not one number
  const span = high - low;
  if (old && old[0] <= low && old[1] >= high && span > FLAT * (old[1] - old[0])) return old;
  const room = span > 0 ? ROOM * span : 0.5;
  return nice(low - room, high + room, TICKS);
}

/** Of several arrays, what is finite in them. */
export function rangeOfAll(...arrays: readonly Float64Array[]): Interval {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const values of arrays) {
    for (const value of values) {
      if (value < low && value > Number.NEGATIVE_INFINITY) low = value;
      if (value > high && value < Number.POSITIVE_INFINITY) high = value;
    }
  }
  return [low, high];
}

/** @param old the range of a moment ago, of the same output; null: there is none */
export function describeHeights(
  spec: Spec,
  output: number,
  values: Float64Array,
  targets: Float64Array,
  old: Interval | null,
): Heights {
  const name = outputNames(spec)[output];
  if (spec.task !== "regression") {
    const classShown = spec.task === "multiclass" ? output : null;
    return { name, range: PROBABILITIES, colours: [0, 1], classShown, shaded: false, level: 0.5 };
  }
  const [low, high] = rangeOfAll(targets);
  const colours: Interval = high > low ? [low, high] : symmetricRange(values);
  const range = steadyRange(old, ...rangeOfAll(values, targets));
  // Numbers, and yet a truth table: shown as classes are.
  const logical = targets.every((target) => target === 0 || target === 1);
  return { name, range, colours, classShown: null, shaded: !logical, level: logical ? 0.5 : null };
}

/** Which marker each target wears, where they are no shades. */
export function classesOf({ kind, target }: Targets, { classShown }: Heights): Uint8Array {
  return classShown === null ? Uint8Array.from(target, (each) => (each > 0.5 ? 1 : 0)) : kind;
}
