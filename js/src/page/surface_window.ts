/** Which part of a plane a loss surface shows: twin of nnwidgets/widgets/_window.py. */

import type { SurfaceGrid, Track } from "../scene/surface_types.js";
import type { LaidPlane } from "./surface_plane.js";

/** Places further from the plane's own range than so many times its width get no room. */
const FAR = 2;
const MARGIN = 0.05;

type Range = readonly [number, number];

/** The window before, where the network is in it; else one with room for the tracks. */
export function windowOf(
  { ranges, names, centre }: LaidPlane,
  before: SurfaceGrid | null,
  tracks: readonly Track[],
): readonly [Range, Range] {
  if (before && names.every((name, i) => name === before.names[i])) {
    const { x, y, nx, ny } = before;
    const shown = [
      [x[0], x[nx - 1]],
      [y[0], y[ny - 1]],
    ] as const;
    if (shown.every((range, side) => holds(range, centre[side]))) return shown;
  }
  const along = tracks.flatMap(({ x }) => [...x]);
  const up = tracks.flatMap(({ y }) => [...y]);
  return [around(ranges[0], along), around(ranges[1], up)];
}

export function holds([low, high]: Range, at: number): boolean {
  return low <= at && at <= high;
}

function around([low, high]: Range, places: readonly number[]): Range {
  const width = high - low;
  const near = places.filter((at) => at > low - FAR * width && at < high + FAR * width);
  if (near.length === 0) return [low, high];
  const margin = MARGIN * width;
  return [Math.min(low, Math.min(...near) - margin), Math.max(high, Math.max(...near) + margin)];
}
