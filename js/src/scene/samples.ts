/** The data as marks: where samples are, and which marker each wears. */

import type { DataSet } from "../state/types.js";
import type { Spec } from "../wire.js";
import type { PointsMark } from "./types.js";

/** Shades for a continuous target. */
export const SHADES = 24;

/** One feature of every sample. */
export function column(data: DataSet, feature: number): Float64Array {
  const out = new Float64Array(data.n);
  for (let i = 0; i < data.n; i++) out[i] = data.X[i * data.d + feature];
  return out;
}

/** Mean of each feature: where those that a plane does not show are held. */
export function means({ X, n, d }: Pick<DataSet, "X" | "n" | "d">): Float64Array {
  const out = new Float64Array(d);
  for (let i = 0; i < n * d; i++) out[i % d] += X[i] / n;
  return out;
}

/** Index into the palette of markers: the class, or a shade of a continuous target. */
export function kinds(spec: Spec, data: DataSet): Uint8Array {
  const out = new Uint8Array(data.n);
  if (spec.task === "regression") {
    const { low, high } = targetRange(data);
    const scale = high > low ? (SHADES - 1) / (high - low) : 0;
    for (let i = 0; i < data.n; i++) out[i] = Math.round((data.y[i * data.k] - low) * scale);
  } else if (spec.task === "multiclass") {
    for (let i = 0; i < data.n; i++) out[i] = data.y[i * data.k] % 60;
  } else {
    for (let i = 0; i < data.n; i++) out[i] = data.y[i * data.k] >= 0.5 ? 1 : 0;
  }
  return out;
}

export function targetRange({ y, n, k }: DataSet): { low: number; high: number } {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < n; i++) {
    if (y[i * k] < low) low = y[i * k];
    if (y[i * k] > high) high = y[i * k];
  }
  return { low, high };
}

/** The samples in the plane of two features, or of one feature and the target. */
export function samples(spec: Spec, data: DataSet, axes: readonly number[]): PointsMark {
  return {
    n: data.n,
    x: column(data, axes[0]),
    y: axes.length > 1 ? column(data, axes[1]) : targets(data),
    kind: kinds(spec, data),
  };
}

function targets({ y, n, k }: DataSet): Float64Array {
  const out = new Float64Array(n);
  for (let i = 0; i < n; i++) out[i] = y[i * k];
  return out;
}
