/** The data as marks: where samples are, and which marker each wears. */

import type { DataSet, NetState } from "../state/types.js";
import type { Spec } from "../wire.js";
import { placeOf } from "./chosen_rows.js";
import type { PointMark, PointsMark } from "./types.js";

/** Shades for a continuous target, and markers for classes, which repeat beyond. */
export const SHADES = 24;
export const CLASS_KINDS = 60;

/** From the lowest to the highest. */
export type Range = readonly [number, number];

/** One feature of every sample. */
export function column(data: DataSet, feature: number): Float64Array {
  const out = new Float64Array(data.n);
  for (let i = 0; i < data.n; i++) out[i] = data.X[i * data.d + feature];
  return out;
}

/** Mean of each of d columns. */
export function means({ X, n, d }: Pick<DataSet, "X" | "n" | "d">): Float64Array {
  const out = new Float64Array(d);
  for (let row = 0, i = 0; row < n; row++) {
    for (let m = 0; m < d; m++, i++) out[m] += X[i];
  }
  for (let m = 0; m < d; m++) out[m] /= n;
  return out;
}

const known = new WeakMap<DataSet, Float64Array>();

/** Mean of each feature: where those that a plane does not show are held. */
export function featureMeans(data: DataSet): ArrayLike<number> {
  const computed = known.get(data) ?? means(data);
  known.set(data, computed);
  return computed;
}

/**
 * Index into the palette of markers: the class, or a shade of a continuous target.
 *
 * @param like the data whose targets the shades reach over
 */
export function kinds(spec: Spec, data: DataSet, like = data): Uint8Array {
  const kindOf = kinder(spec, like);
  const out = new Uint8Array(data.n);
  for (let i = 0; i < data.n; i++) out[i] = kindOf(data.y[i * data.k]);
  return out;
}

function kinder({ task }: Spec, data: DataSet): (y: number) => number {
  if (task === "binary") return (y) => (y >= 0.5 ? 1 : 0);
  if (task === "multiclass") return (y) => y % CLASS_KINDS;
  const range = targetRange(data);
  if (!range) return () => SHADES >> 1; // all alike: neither low nor high
  const scale = (SHADES - 1) / (range[1] - range[0]);
  return (y) => Math.max(0, Math.min(SHADES - 1, Math.round((y - range[0]) * scale)));
}

/** What the ends of a regression's colours stand for; null where all targets are one number. */
export function rangeOf({ spec, data }: Pick<NetState, "spec" | "data">): Range | null {
  return spec.task === "regression" ? targetRange(data) : null;
}

function targetRange({ y, n, k }: DataSet): Range | null {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < n; i++) {
    if (y[i * k] < low) low = y[i * k];
    if (y[i * k] > high) high = y[i * k];
  }
  return high > low ? [low, high] : null;
}

/**
 * The samples in the plane of two features, or of one feature and the target. Of several classes
 * the number says nothing upward: they lie on the axis, and their markers tell them apart.
 */
export function samples(
  spec: Spec,
  data: DataSet,
  axes: readonly number[],
  like = data,
): PointsMark {
  const x = column(data, axes[0]);
  const kind = kinds(spec, data, like);
  if (axes.length > 1) return { n: data.n, x, y: column(data, axes[1]), kind };
  const upward = spec.task === "multiclass" ? new Float64Array(data.n) : targets(data);
  return { n: data.n, x, y: upward, kind };
}

/** Where a sample is drawn; null where it is not. */
export function pointOf(
  { n, x, y, kind, rows, beside }: PointsMark,
  row: number,
): PointMark | null {
  if (beside?.row === row) return beside;
  const place = rows ? placeOf(rows, row) : row;
  return place >= 0 && place < n ? { row, x: x[place], y: y[place], kind: kind[place] } : null;
}

function targets({ y, n, k }: DataSet): Float64Array {
  const out = new Float64Array(n);
  for (let i = 0; i < n; i++) out[i] = y[i * k];
  return out;
}
