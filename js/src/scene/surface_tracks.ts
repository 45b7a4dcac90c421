/** Recorded runs as pieces of line, each in the colour of its epochs. */

import { NEGATIVE, type Rgb, unitColour } from "../math/colour.js";
import { epochColour } from "../math/palette.js";
import { heightOf, valueAt } from "./surface.js";
import type { Shading, SurfaceGrid, Track } from "./surface_types.js";
import type { Position } from "./types.js";

export interface Piece {
  readonly colour: string;
  readonly path: readonly Position[];
}

/** So many colours tell early from late; a piece for each epoch would be a thousand elements. */
const PIECES = 24;

/** The network's own run is orange in the end; others have colours of their own. */
export function trackColour(tracks: readonly Track[], track: Track): Rgb {
  if (track.current) return NEGATIVE;
  return unitColour(tracks.filter(({ current }) => !current).indexOf(track));
}

/**
 * A run in pieces of equally many epochs, whose ends touch.
 *
 * @param shading where the plot is a profile, whose y is the loss; else null
 */
export function piecesOf(track: Track, own: Rgb, shading: Shading | null = null): Piece[] {
  const at = (i: number) => placeOf(track, i, shading);
  const steps = track.x.length - 1;
  const count = Math.min(PIECES, steps);
  return Array.from({ length: Math.max(0, count) }, (_, piece) => {
    const first = Math.floor((piece * steps) / count);
    const last = Math.floor(((piece + 1) * steps) / count);
    const path = Array.from({ length: last - first + 1 }, (_, i) => at(first + i));
    const share = count === 1 ? 1 : piece / (count - 1);
    return { colour: epochColour(own, share), path: path.filter(isPlace) };
  });
}

/** A run's loss at one of its epochs: read off the surface where nobody recorded it. */
export function lossOf(track: Track, index: number, grid: SurfaceGrid): number {
  const recorded = track.loss[index];
  if (!Number.isNaN(recorded)) return recorded;
  return valueAt(grid, [track.x[index], track.y[index]]) ?? recorded;
}

/** Where a run was at each of its epochs, but those where it was nowhere. */
export function pathOf(track: Track, shading: Shading | null = null): Position[] {
  return Array.from(track.x, (_, i) => placeOf(track, i, shading)).filter(isPlace);
}

/** Where a run was, in a plane, or in a profile as high as its loss. */
function placeOf(track: Track, i: number, shading: Shading | null): Position {
  return [track.x[i], shading ? heightOf(track.loss[i], shading) : track.y[i]];
}

export interface Moment {
  readonly track: Track;
  /** Which of the track's epochs. */
  readonly index: number;
}

/**
 * The epoch of a run that was nearest to a place; null where none is within reach.
 *
 * @param scale units in a pixel along x and y
 */
export function nearestMoment(
  tracks: readonly Track[],
  at: Position,
  scale: Position,
  reach: number,
  shading: Shading | null = null,
): Moment | null {
  let best: Moment | null = null;
  let least = reach;
  for (const track of tracks) {
    for (let index = 0; index < track.x.length; index++) {
      const [x, y] = placeOf(track, index, shading);
      const far = Math.hypot((x - at[0]) / scale[0], (y - at[1]) / scale[1]);
      if (!(far <= least)) continue; // nor where it is no number
      least = far;
      best = { track, index };
    }
  }
  return best;
}

const isPlace = ([x, y]: Position) => Number.isFinite(x) && Number.isFinite(y);
