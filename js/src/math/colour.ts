/** The colours that all views share, and the pixels of a field. */

import type { Score } from "./score.js";

export type Rgb = readonly [red: number, green: number, blue: number];

/** Class 0, negative weights and outputs. */
export const NEGATIVE: Rgb = [0xf5, 0x93, 0x22];
/** Class 1, positive weights and outputs. */
export const POSITIVE: Rgb = [0x08, 0x77, 0xbd];

// The first two are the pair above; the others follow Okabe and Ito's colour-blind-safe set
// (2008), then two more. Marker shapes tell classes apart as well.
const CLASSES: readonly Rgb[] = [
  NEGATIVE,
  POSITIVE,
  [0x00, 0x9e, 0x73],
  [0xcc, 0x79, 0xa7],
  [0xf0, 0xe4, 0x42],
  [0x56, 0xb4, 0xe9],
  [0xd5, 0x5e, 0x00],
  [0x80, 0x80, 0x80],
  [0x5d, 0x3a, 0x9b],
  [0x7a, 0x4a, 0x1e],
];

// Found by a search for the set whose closest two, among themselves and the pair above, are
// furthest apart as people with protanopia or deuteranopia see them, with a contrast of at least
// 3 : 1 on a light and on a dark page. colour.test.ts holds them to it.
const UNITS: readonly Rgb[] = [
  [0x00, 0xa0, 0x41],
  [0x93, 0x10, 0xff],
  [0xd3, 0x25, 0x16],
  [0x13, 0xa1, 0xb9],
  [0xe0, 0x73, 0x87],
  [0x5a, 0x72, 0x4f],
  [0x6f, 0x69, 0xee],
  [0x6c, 0x60, 0x7a],
];

const DASHES = ["", "8 4", "2 4", "10 4 2 4"] as const;

/** The colour of a class; they repeat after ten. */
export function classColour(index: number): Rgb {
  return CLASSES[index % CLASSES.length];
}

/** The colour of a hidden unit's line, in every view; they repeat after eight. */
export function unitColour(unit: number): Rgb {
  return UNITS[unit % UNITS.length];
}

/** An SVG dash array that tells units of one colour apart; "" is solid. */
export function unitDash(unit: number): string {
  return DASHES[Math.floor(unit / UNITS.length) % DASHES.length];
}

export function css([red, green, blue]: Rgb, opacity = 1): string {
  return opacity === 1
    ? `rgb(${red} ${green} ${blue})`
    : `rgb(${red} ${green} ${blue} / ${opacity})`;
}

/** A number from −1 to 1 as a colour: pure at the ends, transparent in the middle, as is NaN. */
export function diverging(t: number, opacity = 1): string {
  return css(t < 0 ? NEGATIVE : POSITIVE, opacity * (Math.min(1, Math.abs(t)) || 0));
}

/** Pixels ready to be stored: one 32-bit number for each, whatever the machine's byte order. */
export type Palette = Uint32Array;

const ENTRIES = 256;
/** One entry more, fully transparent: where there is no number to show. */
const NOTHING = ENTRIES;

/** `diverging` in 256 steps. */
export function divergingPalette(opacity: number): Palette {
  const bytes = new Uint8ClampedArray(4 * (ENTRIES + 1));
  for (let i = 0; i < ENTRIES; i++) {
    const t = (2 * i + 1) / ENTRIES - 1; // the middle of the step
    bytes.set([...(t < 0 ? NEGATIVE : POSITIVE), 255 * opacity * Math.abs(t)], 4 * i);
  }
  return new Uint32Array(bytes.buffer);
}

/**
 * Fill the pixels of a picture of the score; the picture's first row is the grid's last (y up).
 *
 * Nothing is written but `pixels`, which must hold 4 · nx · ny bytes, as ImageData does.
 *
 * @param palette from `divergingPalette`, made once
 * @param opacity of the surest cells where the task is multi-class
 */
export function paintField(
  score: Score,
  size: readonly [nx: number, ny: number],
  pixels: Uint8ClampedArray,
  palette: Palette,
  opacity: number,
): void {
  const [nx, ny] = size;
  if (pixels.length !== 4 * nx * ny) {
    throw new RangeError(
      `pixels: expected ${4 * nx * ny} bytes for ${nx} × ${ny}, got ${pixels.length}`,
    );
  }
  if (score.task === "multiclass") paintClasses(score, nx, ny, pixels, opacity);
  else paintDiverging(score, nx, ny, pixels, palette);
}

function paintDiverging(
  { values, range }: Score,
  nx: number,
  ny: number,
  pixels: Uint8ClampedArray,
  palette: Palette,
): void {
  const target = new Uint32Array(pixels.buffer, pixels.byteOffset, nx * ny);
  const scale = ENTRIES / (range[1] - range[0]);
  for (let row = 0; row < ny; row++) {
    const first = (ny - 1 - row) * nx;
    for (let column = 0; column < nx; column++) {
      const step = (values[row * nx + column] - range[0]) * scale;
      target[first + column] = palette[entry(step)];
    }
  }
}

function entry(step: number): number {
  if (step >= 0) return step < ENTRIES ? step | 0 : ENTRIES - 1;
  return step < 0 ? 0 : NOTHING; // the last: not a number
}

/** Colours mixed by probability; as opaque as the surest class is ahead of pure chance. */
function paintClasses(
  { values, k }: Score,
  nx: number,
  ny: number,
  pixels: Uint8ClampedArray,
  opacity: number,
): void {
  for (let row = 0; row < ny; row++) {
    const first = (ny - 1 - row) * nx;
    for (let column = 0; column < nx; column++) {
      mix(values, (row * nx + column) * k, k, pixels, 4 * (first + column), opacity);
    }
  }
}

function mix(
  values: Float64Array,
  start: number,
  k: number,
  pixels: Uint8ClampedArray,
  pixel: number,
  opacity: number,
): void {
  let [red, green, blue, top] = [0, 0, 0, 0];
  for (let i = 0; i < k; i++) {
    const p = values[start + i];
    const colour = CLASSES[i % CLASSES.length];
    red += p * colour[0];
    green += p * colour[1];
    blue += p * colour[2];
    top = Math.max(top, p);
  }
  const certainty = (top * k - 1) / (k - 1);
  pixels[pixel] = red; // Uint8ClampedArray rounds, bounds, and takes NaN for 0: transparent
  pixels[pixel + 1] = green;
  pixels[pixel + 2] = blue;
  pixels[pixel + 3] = 255 * opacity * certainty;
}
