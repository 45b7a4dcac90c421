/** Colours for one-sided quantities: a loss over a plane, epochs along a trajectory. */

import { css, type Palette, POSITIVE, type Rgb } from "./colour.js";

// Viridis (van der Walt and Smith 2015, CC0) at every eighth of its length: as light as the value
// is high, evenly for the eye, and in the same order for colour-blind people. palette.test.ts holds
// the straight pieces between these to that.
const STOPS: readonly Rgb[] = [
  [0x44, 0x01, 0x54],
  [0x47, 0x2d, 0x7b],
  [0x3b, 0x52, 0x8b],
  [0x2c, 0x72, 0x8e],
  [0x21, 0x91, 0x8c],
  [0x28, 0xae, 0x80],
  [0x5e, 0xc9, 0x62],
  [0xad, 0xdc, 0x30],
  [0xfd, 0xe7, 0x25],
];

const ENTRIES = 256;

/** The colour of a share from 0 to 1; what lies outside is bounded, and NaN is as nothing. */
export function sequential(share: number): Rgb {
  const at = (Math.max(0, Math.min(1, share)) || 0) * (STOPS.length - 1);
  const low = Math.min(Math.floor(at), STOPS.length - 2);
  return mixed(STOPS[low], STOPS[low + 1], at - low);
}

/** The scale as (share, CSS colour), evenly spaced, such as plotly and CSS gradients take. */
export function sequentialStops(): [share: number, colour: string][] {
  return STOPS.map(([red, green, blue], i) => [
    i / (STOPS.length - 1),
    `rgb(${red}, ${green}, ${blue})`, // plotly reads the commas only
  ]);
}

/** `sequential` in 256 steps, and one more that is transparent: where there is no number. */
export function sequentialPalette(): Palette {
  const bytes = new Uint8ClampedArray(4 * (ENTRIES + 1));
  for (let i = 0; i < ENTRIES; i++) {
    bytes.set([...sequential((i + 0.5) / ENTRIES), 255], 4 * i); // the middle of the step
  }
  return new Uint32Array(bytes.buffer);
}

/** A colour from transparent to itself, in 256 steps: for shares and other one-sided numbers. */
export function tintPalette(colour: Rgb = POSITIVE, least = 0): Palette {
  const bytes = new Uint8ClampedArray(4 * (ENTRIES + 1));
  for (let i = 0; i < ENTRIES; i++) {
    const share = least + ((1 - least) * i) / (ENTRIES - 1);
    bytes.set([...colour, 255 * share], 4 * i);
  }
  return new Uint32Array(bytes.buffer);
}

/** Runs are told apart from their first epochs on. */
const TINT = 0.25;

/** A trajectory's colour at a share of its epochs: from a tint to the whole of its own. */
export function epochColour(own: Rgb, share: number): string {
  const bounded = Math.max(0, Math.min(1, share));
  return css(mixed([255, 255, 255], own, TINT + (1 - TINT) * bounded));
}

function mixed(from: Rgb, to: Rgb, share: number): Rgb {
  const part = (i: 0 | 1 | 2) => Math.round(from[i] + (to[i] - from[i]) * share);
  return [part(0), part(1), part(2)];
}
