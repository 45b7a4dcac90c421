/** What is read off a grid of losses: values between its points, colours, levels, its lowest cell. */

import { paintField } from "../math/colour.js";
import { contour } from "../math/field.js";
import { sequentialPalette } from "../math/palette.js";
import type { Shading, Spot, SurfaceGrid } from "./surface_types.js";
import type { Extent, FieldMark, Position } from "./types.js";

/** A grid whose points are evenly spaced. */
export interface Cells {
  readonly values: Float64Array;
  readonly nx: number;
  readonly ny: number;
  readonly extent: Extent;
}

/** Contour lines. */
const LEVELS = 12;
/** On a logarithmic scale, what is lower than this share of the highest is shown as that. */
const DEPTH = 1e-10;
/** A preview of unevenly spaced points is drawn with so many along each side. */
const RESAMPLED = 64;

/** @param log is left alone where no loss is above zero */
export function shadingOf({ z }: Pick<SurfaceGrid, "z">, log: boolean): Shading {
  let [low, high, positive] = [Infinity, -Infinity, Infinity];
  for (const value of z) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
    if (value > 0) positive = Math.min(positive, value);
  }
  if (low > high) return { low: 0, high: 1, log: false }; // not one number
  if (!log || !(high > 0)) return { low, high, log: false };
  return { low: Math.max(positive, high * DEPTH), high, log: true };
}

/** Where a loss is on the scale, from 0 to 1; NaN where it is no finite number. */
export function shareOf(value: number, { low, high, log }: Shading): number {
  if (!Number.isFinite(value)) return Number.NaN;
  if (high === low) return 0;
  const span = high - low;
  if (!log && !Number.isFinite(span))
    return shareOf(value / 4, { low: low / 4, high: high / 4, log });
  const share = log
    ? Math.log(Math.max(value, low) / low) / Math.log(high / low)
    : (value - low) / span;
  return Math.max(0, Math.min(1, share));
}

/**
 * Losses at which contour lines are drawn, closer together the lower: at even distances from the
 * middle of a round bowl. On a logarithmic scale, at even factors.
 */
export function levelsOf({ low, high, log }: Shading): number[] {
  if (high === low) return [];
  return Array.from({ length: LEVELS }, (_, i) => {
    const share = (i + 1) / (LEVELS + 1); // none at the ends
    return log ? low * (high / low) ** share : low * (1 - share ** 2) + high * share ** 2;
  });
}

/** The grid as evenly spaced cells, which pictures and contours need. */
export function cellsOf(grid: SurfaceGrid): Cells {
  const { extent, nx, ny, z } = grid;
  if (isEven(grid.x) && isEven(grid.y)) return { values: z, nx, ny, extent };
  const [x0, x1, y0, y1] = extent;
  const values = new Float64Array(RESAMPLED * RESAMPLED);
  const last = RESAMPLED - 1;
  for (let j = 0; j <= last; j++) {
    for (let i = 0; i <= last; i++) {
      const at: Position = [x0 + ((x1 - x0) * i) / last, y0 + ((y1 - y0) * j) / last];
      values[j * RESAMPLED + i] = valueAt(grid, at) ?? Number.NaN;
    }
  }
  return { values, nx: RESAMPLED, ny: RESAMPLED, extent };
}

function isEven(places: Float64Array): boolean {
  const [first, last] = [places[0], places[places.length - 1]];
  const step = (last - first) / (places.length - 1);
  return places.every((each, i) => i === 0 || Math.abs(each - first - i * step) < 1e-6 * step);
}

/** The cells' colours; transparent where the loss is no finite number. */
export function fieldOf({ values, nx, ny, extent }: Cells, shading: Shading): FieldMark {
  const pixels = new Uint8ClampedArray(4 * nx * ny);
  const shares = values.map((value) => shareOf(value, shading));
  const score = { task: "regression", k: 1, values: shares, range: [0, 1] } as const;
  paintField(score, [nx, ny], pixels, sequentialPalette(), 1);
  return { pixels, nx, ny, extent };
}

export interface Contour {
  readonly level: number;
  readonly paths: readonly (readonly Position[])[];
}

export function contoursOf({ values, nx, ny, extent }: Cells, shading: Shading): Contour[] {
  return levelsOf(shading).map((level) => ({
    level,
    paths: contour(values, [nx, ny], extent, level),
  }));
}

/** The loss between the grid's points; null outside of it, NaN beside a cell that is no number. */
export function valueAt(grid: SurfaceGrid, at: Position): number | null {
  const cell = cellAt(grid, at);
  if (!cell) return null;
  const { corners, u, v } = cell;
  const low = between(corners[0], corners[1], u);
  return between(low, between(corners[2], corners[3], u), v);
}

/** Infinite corners count only where they are near at all: 0 · ∞ would be NaN. */
function between(a: number, b: number, share: number): number {
  if (share === 0) return a;
  return share === 1 ? b : a + (b - a) * share;
}

/** The grid's own slope at a place; null outside of it, or beside a cell that is no number. */
export function slopeAt(grid: SurfaceGrid, at: Position): Position | null {
  const cell = cellAt(grid, at);
  if (!cell) return null;
  const { corners, u, v, dx, dy } = cell;
  const [a, b, c, d] = corners;
  const slope: Position = [
    ((b - a) * (1 - v) + (d - c) * v) / dx,
    dy === 0 ? 0 : ((c - a) * (1 - u) + (d - b) * u) / dy,
  ];
  return slope.every(Number.isFinite) ? slope : null;
}

interface Cell {
  /** At (x0, y0), (x1, y0), (x0, y1) and (x1, y1). */
  readonly corners: readonly [number, number, number, number];
  /** Where in it, 0 to 1 along x and y. */
  readonly u: number;
  readonly v: number;
  readonly dx: number;
  readonly dy: number;
}

function cellAt({ x, y, z, nx, ny }: SurfaceGrid, [px, py]: Position): Cell | null {
  const i = intervalAt(x, px);
  const j = ny === 1 ? 0 : intervalAt(y, py); // along a line, whatever y is
  if (i === null || j === null) return null;
  const row = j * nx + i;
  const up = ny === 1 ? row : row + nx;
  const dx = x[i + 1] - x[i];
  const dy = ny === 1 ? 0 : y[j + 1] - y[j];
  return {
    corners: [z[row], z[row + 1], z[up], z[up + 1]],
    ...{ u: (px - x[i]) / dx, v: dy === 0 ? 0 : (py - y[j]) / dy, dx, dy },
  };
}

function intervalAt(places: Float64Array, at: number): number | null {
  const last = places.length - 1;
  if (!(at >= places[0] && at <= places[last])) return null;
  let [low, high] = [0, last];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (places[middle] <= at) low = middle;
    else high = middle;
  }
  return low;
}

/** The lowest cell; null where none is a finite number. */
export function bestOf({ x, y, z, nx }: SurfaceGrid): Spot | null {
  let best = -1;
  for (let i = 0; i < z.length; i++) {
    if (Number.isFinite(z[i]) && (best < 0 || z[i] < z[best])) best = i;
  }
  return best < 0 ? null : { at: [x[best % nx], y[Math.floor(best / nx)]], loss: z[best] };
}

/** How many cells are no finite number. */
export function missing({ z }: SurfaceGrid): number {
  return z.reduce((count, value) => count + (Number.isFinite(value) ? 0 : 1), 0);
}

/** How high a loss stands where the scale is drawn upward: its decimal logarithm where `log`. */
export function heightOf(value: number, { low, log }: Shading): number {
  return log ? Math.log10(Math.max(value, low)) : value;
}
