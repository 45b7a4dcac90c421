/** Feature maps as tiles to draw: which colours, how large, how many side by side. */

import type { Palette } from "../math/colour.js";
import { type MapArray, type MapPicture, type MapStep, type Place, rangeOf } from "./maps.js";
import { scaleFor, type Tiles } from "./tiles.js";

/** CSS pixels that one map, and the picture, shall be wide. */
const MAP = 44;
const PICTURE = 72;
const KERNEL = 15;
const LARGE_KERNEL = 30;
const FEW = 32;
/** Kernels beyond these are not drawn. */
export const MOST_KERNELS = 512;
const MOST_ACROSS = 24;

export interface MapPalettes {
  readonly signed: Palette;
  readonly ink: Palette;
}

/** The picture: grey from its least to its largest value, or in colour where it has three channels. */
export function pictureTiles({ picture, numbers }: MapPicture, { ink }: MapPalettes): Tiles {
  const { c, h, w, at } = picture;
  const range = rangeOf(numbers, at, picture.sent * h * w);
  const colour = c === 3 && picture.sent === 3;
  return {
    ...{ count: colour ? 1 : picture.sent, h, w, values: numbers, at, ranges: [range] },
    ...{ palette: colour ? null : ink, across: 1, scale: scaleFor(w, PICTURE), gap: 4 },
  };
}

export function stepTiles(
  step: MapArray,
  numbers: Float32Array,
  { signed }: MapPalettes,
  channels: number,
  each: boolean,
): Tiles {
  const { h, w, at } = step;
  const count = Math.min(step.sent, channels);
  const size = h * w;
  const of = (start: number, length: number) => symmetric(numbers, start, length);
  const ranges = each
    ? Array.from({ length: count }, (_, i) => of(at + i * size, size))
    : [of(at, count * size)];
  return {
    ...{ count, h, w, values: numbers, at, ranges, palette: signed },
    ...{ across: Math.max(1, Math.round(Math.sqrt(count / 2))), scale: scaleFor(w, MAP), gap: 4 },
  };
}

/** One tile for each pair of output and input map, a row for each output map where there is room. */
export function kernelTiles(
  step: MapStep,
  numbers: Float32Array,
  { signed }: MapPalettes,
): Tiles | null {
  if (!step.weight) return null;
  const [out, inside, h, w] = step.weight.shape;
  const { at } = step.weight;
  return {
    ...{ count: Math.min(out * inside, MOST_KERNELS), h, w, values: numbers, at, palette: signed },
    ...{ ranges: [symmetric(numbers, at, out * inside * h * w)], gap: 3 },
    ...{ across: inside === 1 ? Math.min(out, 8) : Math.min(inside, MOST_ACROSS) },
    scale: Math.max(3, scaleFor(w, out * inside > FEW ? KERNEL : LARGE_KERNEL)),
  };
}

/** Colours are symmetric around 0, which is transparent. */
function symmetric(numbers: Float32Array, start: number, length: number): [number, number] {
  const [low, high] = rangeOf(numbers, start, length);
  const most = Math.max(Math.abs(low), Math.abs(high)) || 1;
  return [-most, most];
}

/** Which maps of each step before a place go into it: one, or all. */
export function channelsRead(maps: MapPicture, place: Place): Map<number, number | "all"> {
  const found = new Map<number, number | "all">([[place.step, place.channel]]);
  for (let at = place.step; at >= 0; at--) {
    const channel = found.get(at);
    if (channel === undefined) continue;
    const step = maps.steps[at];
    const one = ["pooling", "activation", "normalisation", "padding", "resizing"].includes(
      step.kind,
    );
    for (const source of step.reads) {
      if (source === null) continue;
      const read = one ? channel : "all";
      found.set(source, found.has(source) && found.get(source) !== read ? "all" : read);
    }
  }
  return found;
}
