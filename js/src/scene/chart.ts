/** Curves in a frame with axes: what a chart is drawn of, and the part of the abscissa it shows. */

import { bounded, HUGE, TINY } from "../math/bounds.js";
import type { Rgb } from "../math/colour.js";
import { lowerBound, nearestIndex, rangeOf } from "../math/curves.js";

export interface Curve {
  /** What the legend and the readout call it. */
  readonly name: string;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly colour: Rgb;
  readonly dash?: readonly number[];
  readonly width?: number;
  /** 0 to 1; a raw line under its smoothed one is faint. */
  readonly opacity?: number;
  /** Left out of the readout: another curve's row tells of it. */
  readonly silent?: boolean;
  /** How a number reads. */
  readonly write: (row: number) => string;
}

/** Behind the curves, on a logarithmic scale: how the numbers of each row are distributed. */
export interface Heat {
  readonly x: Float64Array;
  /** Counts in each bin. */
  readonly rows: readonly Uint32Array[];
  /** Exponent of ten at the first bin's edge. */
  readonly low: number;
  /** Bins to a decade. */
  readonly per: number;
  readonly colour: Rgb;
}

export interface Guide {
  readonly y: number;
  readonly name: string;
}

export interface Chart {
  readonly curves: readonly Curve[];
  readonly heat?: Heat;
  readonly guides?: readonly Guide[];
  readonly xName: string;
  readonly yName: string;
  readonly log: boolean;
  readonly percent?: boolean;
  /** What is to be said where there is nothing to draw. */
  readonly empty?: string;
  /** Names of the abscissas 0, 1, 2, … where they are no numbers. */
  readonly places?: readonly string[];
}

export type Range = readonly [low: number, high: number];

/** Which part of the abscissa is shown: all of it, which grows, or what somebody zoomed to. */
export class Window {
  #home: Range = [0, 1];
  #zoomed: Range | null = null;
  /** Grows with every change. */
  version = 0;

  get shown(): Range {
    return this.#zoomed ?? this.#home;
  }

  get zoomed(): boolean {
    return this.#zoomed !== null;
  }

  set home(home: Range) {
    if (home[0] === this.#home[0] && home[1] === this.#home[1]) return;
    this.#home = home;
    this.#bound();
    this.version++;
  }

  reset(): void {
    if (!this.#zoomed) return;
    this.#zoomed = null;
    this.version++;
  }

  /** @param at the abscissa that stays where it is */
  zoomBy(factor: number, at: number = (this.shown[0] + this.shown[1]) / 2): void {
    const [low, high] = this.shown;
    this.#zoomed = [at - (at - low) / factor, at + (high - at) / factor];
    this.#bound();
    this.version++;
  }

  panBy(by: number): void {
    const [low, high] = this.shown;
    this.#zoomed = [low + by, high + by];
    this.#bound();
    this.version++;
  }

  /** Never beyond what there is, nor closer than two epochs. */
  #bound(): void {
    if (!this.#zoomed) return;
    const [first, last] = this.#home;
    const [low, high] = this.#zoomed;
    const width = Math.max(Math.min(high - low, last - first), Math.min(2, last - first));
    if (width >= last - first) {
      this.#zoomed = null;
      return;
    }
    const middle = (low + high) / 2;
    const start = Math.max(first, Math.min(last - width, middle - width / 2));
    this.#zoomed = [start, start + width];
  }
}

/** From the first to the last abscissa of all curves. */
export function homeOf(curves: readonly { readonly x: Float64Array }[]): Range {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { x } of curves) {
    if (x.length === 0) continue;
    low = Math.min(low, x[0]);
    high = Math.max(high, x[x.length - 1]);
  }
  if (low > high) return [0, 1];
  return low === high ? [low, low + 1] : [low, high];
}

/** Room above and below the curves. */
const PAD = 0.04;

/** What y has to show so that every curve's visible part is seen; guides only where they are near. */
export function heightOf(chart: Chart, [from, to]: Range): Range {
  const ranges: Range[] = chart.curves.flatMap(({ x, y }) => {
    const first = lowerBound(x, from);
    const last = lowerBound(x, to);
    const end = Math.min(x.length, last + (x[last] === to ? 1 : 0));
    const found = rangeOf(y, Math.max(0, first - (first === end ? 1 : 0)), end, chart.log);
    return found ? [found as Range] : [];
  });
  if (chart.heat) ranges.push(...heatRange(chart.heat));
  if (ranges.length === 0) return chart.log ? [0.1, 1] : [0, 1];
  const low = bounded(Math.min(...ranges.map(([each]) => each)));
  const high = bounded(Math.max(...ranges.map(([, each]) => each)));
  return chart.log ? padLog(low, high) : padLinear(low, high, chart.percent === true);
}

/** The bins that hold any number. */
function heatRange({ rows, low, per }: Heat): Range[] {
  let [first, last] = [Number.POSITIVE_INFINITY, -1];
  for (const counts of rows) {
    const from = counts.findIndex((count) => count > 0);
    if (from < 0) continue;
    first = Math.min(first, from);
    last = Math.max(
      last,
      counts.findLastIndex((count) => count > 0),
    );
  }
  return last < 0 ? [] : [[10 ** (low + first / per), 10 ** (low + (last + 1) / per)]];
}

function padLinear(low: number, high: number, percent: boolean): Range {
  // A loss or a share starts at zero unless all of it is far from there.
  const floor = low >= 0 && low < 0.5 * high ? 0 : low;
  const size = high - floor || Math.abs(high) || 1;
  const top = percent && high <= 1 ? Math.min(1, high + PAD * size) : high + PAD * size;
  return [floor === 0 ? 0 : floor - PAD * size, Math.max(top, floor + TINY)];
}

function padLog(low: number, high: number): Range {
  const factor = Math.max((high / low) ** PAD, 1.1);
  const least = Math.max(low / factor, TINY);
  return [least, Math.max(Math.min(high * factor, HUGE), 10 * least)];
}

/** The abscissa of any row of any curve that is nearest to `at`, or null. */
export function nearestX(curves: readonly { readonly x: Float64Array }[], at: number) {
  let best: number | null = null;
  for (const { x } of curves) {
    const i = nearestIndex(x, at);
    if (i < 0) continue;
    if (best === null || Math.abs(x[i] - at) < Math.abs(best - at)) best = x[i];
  }
  return best;
}

/** The abscissa `steps` rows away from `at` on the longest curve. */
export function stepX(curves: readonly { readonly x: Float64Array }[], at: number, steps: number) {
  let longest = new Float64Array();
  for (const { x } of curves) if (x.length > longest.length) longest = x as never;
  const i = nearestIndex(longest, at);
  if (i < 0) return null;
  const exact = longest[i] === at ? 0 : longest[i] < at && steps < 0 ? 1 : 0;
  return longest[Math.max(0, Math.min(longest.length - 1, i + steps + exact))];
}

/** What each curve is at an abscissa: its row there, or the nearest, which is then named. */
export function readout(curves: readonly Curve[], at: number): [string, string][] {
  return curves
    .filter(({ silent }) => !silent)
    .map((curve) => {
      const row = nearestIndex(curve.x, at);
      if (row < 0) return [curve.name, "–"];
      const beyond = at > curve.x[curve.x.length - 1] || at < curve.x[0];
      const where = curve.x[row] === at ? "" : ` (at ${curve.x[row]})`;
      return [curve.name, beyond ? "–" : `${curve.write(row)}${where}`];
    });
}
