/** What a timeline draws: losses of several runs over their epochs, and where the playhead is. */

import { scaleLinear } from "d3-scale";
import type { Rgb } from "../math/colour.js";
import { nearestIndex, thin } from "../math/curves.js";

export interface Track {
  readonly name: string;
  readonly colour: Rgb;
  readonly dashed: boolean;
  readonly epochs: Float64Array;
  readonly losses: Float64Array;
}

export interface TrackPicture {
  /** An SVG path for each track. */
  readonly paths: readonly string[];
  readonly ticks: readonly { readonly x: number; readonly text: string }[];
  /** The lowest and the highest loss. */
  readonly range: readonly [number, number] | null;
}

export interface Box {
  readonly width: number;
  readonly height: number;
  /** Left and right of the curves, so that the playhead has room at both ends. */
  readonly pad: number;
}

/** Between two ticks' texts, in pixels. */
const TICK_ROOM = 80;

export function abscissa(last: number, { width, pad }: Box) {
  return scaleLinear([0, Math.max(1, last)], [pad, Math.max(pad + 1, width - pad)]);
}

export function trackPicture(
  tracks: readonly Track[],
  last: number,
  log: boolean,
  box: Box,
): TrackPicture {
  const x = abscissa(last, box);
  const range = rangeOf(tracks, log);
  const scale = (loss: number) => (log ? Math.log10(loss) : loss);
  const y = scaleLinear(range ? range.map(scale) : [0, 1], [box.height - 3, 4]);
  const paths = tracks.map(({ epochs, losses }) => {
    let path = "";
    let pen = false;
    for (const row of thin(epochs, losses, 0, Math.max(1, last), box.width)) {
      const loss = losses[row];
      const drawn = Number.isFinite(loss) && !(log && loss <= 0);
      if (drawn) path += `${pen ? "L" : "M"}${tenth(x(epochs[row]))} ${tenth(y(scale(loss)))}`;
      pen = drawn;
    }
    return path;
  });
  return { paths, ticks: ticksOf(last, box), range };
}

function ticksOf(last: number, box: Box) {
  const x = abscissa(last, box);
  const wanted = Math.max(1, Math.floor(box.width / TICK_ROOM));
  return x
    .ticks(wanted)
    .filter((epoch) => Number.isInteger(epoch) && epoch <= last)
    .map((epoch) => ({ x: x(epoch), text: epoch.toLocaleString("en-US") }));
}

function rangeOf(tracks: readonly Track[], log: boolean): [number, number] | null {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { losses } of tracks) {
    for (const loss of losses) {
      if (!Number.isFinite(loss) || (log && loss <= 0)) continue;
      if (loss < low) low = loss;
      if (loss > high) high = loss;
    }
  }
  if (low > high) return null;
  if (low === high) return log ? [low / 2, high * 2] : [low - 0.5, high + 0.5];
  return [low, high];
}

function tenth(value: number): number {
  return Math.round(10 * value) / 10;
}

/** Epochs a second, or "5 s": the whole run in so many seconds. */
export type Speed = number | string;

export function epochsPerSecond(speed: Speed, last: number): number {
  if (typeof speed === "number") return speed;
  return Math.max(1, last) / Math.max(0.001, Number.parseFloat(speed));
}

/**
 * Where the playhead is after so many milliseconds of playing.
 *
 * @returns the place, which need not be a whole epoch; null where the end was reached and passed
 */
export function advance(
  at: number,
  ms: number,
  { speed, last, loop }: { speed: Speed; last: number; loop: boolean },
): number | null {
  const next = at + (epochsPerSecond(speed, last) * ms) / 1000;
  if (next <= last) return next;
  if (!loop) return null;
  return last > 0 ? (next - last) % last : 0;
}

/** The kept epoch so many places from one. */
export function stepFrom(kept: Float64Array, epoch: number, steps: number): number {
  if (kept.length === 0) return epoch;
  const near = nearestIndex(kept, epoch);
  const beyond = kept[near] > epoch && steps > 0 ? 1 : kept[near] < epoch && steps < 0 ? -1 : 0;
  const place = near + steps - beyond;
  return kept[Math.max(0, Math.min(kept.length - 1, place))];
}
