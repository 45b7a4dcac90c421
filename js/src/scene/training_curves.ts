/** Which plots a history has, and which curves each of them. */

import { NEGATIVE, type Rgb, unitColour } from "../math/colour.js";
import { smooth } from "../math/curves.js";
import { percent, significant } from "../render/format.js";
import { key, t } from "../words.js";
import type { Chart, Curve } from "./chart.js";
import type { Run } from "./runs.js";

export interface CurveOptions {
  readonly log: boolean;
  readonly smoothing: number;
  /** Names of columns to show; null: all that have numbers. */
  readonly columns: readonly string[] | null;
  readonly hidden: readonly string[];
}

const TEST = "test_";
const DASH = [5, 4];

/** The network's own run looks as on the loss surface, and so do others. */
export function runColour(slot: number): Rgb {
  return slot === 0 ? NEGATIVE : unitColour(slot - 1);
}

/** Columns that get a plot of their own, without those of the test data. */
export function plotsOf(runs: readonly Run[], wanted: readonly string[] | null): string[] {
  const found = new Set<string>(["loss"]);
  for (const { columns } of runs) {
    for (const [name, values] of columns) if (name !== "epoch" && some(values)) found.add(name);
  }
  const alone = [...found].filter((name) => !isTwin(name, found));
  const order = (name: string) => ["loss", "accuracy"].indexOf(name) >>> 0;
  if (!wanted) return alone.sort((a, b) => order(a) - order(b));
  return [...new Set(wanted.map((name) => (isTwin(name, found) ? name.slice(TEST.length) : name)))];
}

export function hasTest(runs: readonly Run[]): boolean {
  return runs.some(({ columns }) => some(columns.get(`${TEST}loss`)));
}

function isTwin(name: string, found: ReadonlySet<string>): boolean {
  return name.startsWith(TEST) && found.has(name.slice(TEST.length));
}

function some(values: Float64Array | undefined): boolean {
  return values?.some((value) => !Number.isNaN(value)) ?? false;
}

/** Smoothed columns are kept for as long as the raw ones are the same. */
const smoothed = new WeakMap<Float64Array, { share: number; values: Float64Array }>();

function smoothOf(values: Float64Array, share: number): Float64Array {
  const known = smoothed.get(values);
  if (known?.share === share) return known.values;
  const made = smooth(values, share);
  smoothed.set(values, { share, values: made });
  return made;
}

/** Columns of every history have a name in the page's language; metrics keep the user's. */
export function columnName(column: string): string {
  return COLUMNS.includes(column) ? t(column) : column;
}

const COLUMNS: readonly string[] = [
  key("loss"),
  key("accuracy"),
  key("test_loss"),
  key("test_accuracy"),
];

export function chartOf(runs: readonly Run[], column: string, options: CurveOptions): Chart {
  const isShare = column === "accuracy" || column.endsWith("_accuracy");
  const curves: Curve[] = [];
  for (const run of runs) {
    if (options.hidden.includes(run.name)) continue;
    for (const kind of [key("train"), key("test")]) {
      if (options.hidden.includes(kind)) continue;
      const name = kind === "test" ? TEST + column : column;
      const values = run.columns.get(name);
      if (!values || !some(values)) continue;
      const title = runs.length > 1 ? `${run.name} · ${t(kind)}` : t(kind);
      curves.push(...curvesOf(run, values, title, kind, isShare, options.smoothing));
    }
  }
  return {
    curves,
    xName: t("epoch"),
    yName: columnName(column),
    log: options.log && !isShare,
    percent: isShare,
  };
}

function curvesOf(
  run: Run,
  y: Float64Array,
  name: string,
  kind: string,
  isShare: boolean,
  smoothing: number,
): Curve[] {
  const x = run.columns.get("epoch") as Float64Array;
  const look = { x, name, colour: runColour(run.slot), dash: kind === "test" ? DASH : [] };
  const write = (value: number) => (isShare ? percent(value) : significant(value));
  if (smoothing <= 0) return [{ ...look, y, write: (row) => write(y[row]) }];
  const soft = smoothOf(y, smoothing);
  return [
    { ...look, y, width: 1, opacity: 0.38, silent: true, dash: [], write: (row) => write(y[row]) },
    { ...look, y: soft, write: (row) => `${write(y[row])} (${write(soft[row])})` },
  ];
}

/** What the plot leaves out, in words. */
export function captionOf(charts: readonly Chart[], { smoothing, log }: CurveOptions): string {
  const parts: string[] = [];
  if (smoothing > 0) {
    parts.push(
      t("thin: every epoch; thick, and in brackets: moving average with {smoothing} of the past", {
        smoothing: smoothing.toPrecision(3),
      }),
    );
  }
  const raw = charts.flatMap(({ curves, log: onLog }) =>
    curves
      .filter(({ opacity, silent }) => silent || opacity === undefined)
      .map((c) => [c, onLog] as const),
  );
  const odd = sum(raw.map(([{ y }]) => countOf(y, (v) => v === Infinity || v === -Infinity)));
  if (odd > 0) parts.push(t("{odd} infinite numbers are gaps", { odd }));
  const low = log ? sum(raw.map(([{ y }, on]) => (on ? countOf(y, (v) => v <= 0) : 0))) : 0;
  if (low > 0)
    parts.push(t("{low} numbers not above 0 have no place on a logarithmic scale", { low }));
  return parts.join(" · ");
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}

function countOf(values: Float64Array, holds: (value: number) => boolean): number {
  let n = 0;
  for (const value of values) if (holds(value)) n++;
  return n;
}
