/** The regions of a plane of two inputs in which the same units are on, as a picture. */

import type { Rgb } from "../math/colour.js";
import { fieldInputs } from "../math/field.js";
import { forward } from "../math/forward.js";
import type { Extent } from "../math/lines.js";
import { bitsOf, hueOf, type Layered, patternKeys, patternsOf } from "../math/patterns.js";
import { Workspace } from "../math/workspace.js";
import type { DenseLayer } from "../state/types.js";

export interface PatternPlane {
  readonly extent: Extent;
  readonly nx: number;
  readonly ny: number;
  /** (ny, nx): the pattern's key at every place of the grid; row 0 is the lowest. */
  readonly keys: Float64Array;
  /** How many different patterns the grid meets: at least so many regions are there. */
  readonly count: number;
}

/** Products that the picture may cost, and activations as six, while weights move and at rest. */
export const MOVING_WORK = 3_000_000;
export const RESTING_WORK = 40_000_000;
const ACTIVATION = 6;
/** Pixels to a cell at the least, so that a wide plane of a small network has edges to see. */
const CELL = 1.5;

export function planeSize(
  layers: readonly DenseLayer[],
  width: number,
  height: number,
  work: number,
): [nx: number, ny: number] {
  const each = layers.reduce((sum, { inputs, units }) => sum + units * (inputs + ACTIVATION), 0);
  const cell = Math.max(CELL, Math.sqrt((width * height * Math.max(1, each)) / work));
  return [Math.max(8, Math.round(width / cell)), Math.max(8, Math.round(height / cell))];
}

export class PatternScene {
  readonly #work = new Workspace();

  /**
   * @param layers those up to the last whose units count
   * @param from the first whose units count
   */
  plane(
    layers: readonly DenseLayer[],
    from: number,
    extent: Extent,
    [nx, ny]: readonly [number, number],
  ): PatternPlane {
    const inputs = this.#work.floats("inputs", nx * ny * 2);
    fieldInputs(extent, nx, ny, [0, 1], [0, 0], 2, inputs);
    const { z } = forward(layers, inputs, nx * ny, this.#work);
    const counted: Layered[] = layers.map(({ units }, l) => ({ z: z[l], units })).slice(from);
    const keys = this.#work.floats("keys", nx * ny);
    patternKeys(counted, nx * ny, keys);
    return { extent, nx, ny, keys, count: patternsOf(keys).sizes.length };
  }

  /** Which units are on at one place, layer after layer. */
  bits(layers: readonly DenseLayer[], from: number, x: number, y: number): Uint8Array[] {
    const { z } = forward(layers, Float64Array.of(x, y), 1);
    const counted = layers.map(({ units }, l) => ({ z: z[l], units }));
    return bitsOf(counted.slice(from), 0);
  }
}

const RIM = 0.62;

/**
 * One pixel a cell, the uppermost row first; where the pattern changes, darker.
 */
export function paintPatterns(
  { nx, ny, keys }: PatternPlane,
  target: Uint32Array,
  dark: boolean,
  colour: (key: number, rim: boolean) => number = (key, rim) => patternPixel(key, dark, rim),
): void {
  const known = new Map<number, readonly [number, number]>();
  for (let row = 0; row < ny; row++) {
    const to = (ny - 1 - row) * nx;
    for (let column = 0; column < nx; column++) {
      const at = row * nx + column;
      const key = keys[at];
      let pixels = known.get(key);
      if (!pixels) {
        pixels = [colour(key, false), colour(key, true)];
        known.set(key, pixels);
      }
      const rim =
        (column + 1 < nx && keys[at + 1] !== key) || (row + 1 < ny && keys[at + nx] !== key);
      target[to + column] = rim ? pixels[1] : pixels[0];
    }
  }
}

function patternPixel(key: number, dark: boolean, rim: boolean): number {
  const [red, green, blue] = patternColour(key, dark);
  const by = rim ? RIM : 1;
  return (
    ((255 << 24) |
      (Math.round(blue * by) << 16) |
      (Math.round(green * by) << 8) |
      Math.round(red * by)) >>>
    0
  );
}

/** A pattern's colour: its own hue, pale on a light page and deep on a dark one; grey for all off. */
export function patternColour(key: number, dark: boolean): Rgb {
  const light = dark ? 0.34 : 0.8;
  if (key === 0) return dark ? [58, 60, 64] : [222, 224, 227];
  const hue = hueOf(key);
  const shift = (hueOf(key + 1) - 0.5) * (dark ? 0.12 : 0.14);
  return fromHsl(hue, dark ? 0.42 : 0.52, light + shift);
}

/** Hue, saturation and lightness, each from 0 to 1 (Joblove and Greenberg 1978). */
function fromHsl(hue: number, saturation: number, lightness: number): Rgb {
  const chroma = saturation * Math.min(lightness, 1 - lightness);
  const channel = (shift: number) => {
    const k = (shift + hue * 12) % 12;
    return Math.round(255 * (lightness - chroma * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  };
  return [channel(0), channel(8), channel(4)];
}

/** Which cell of the grid a place is in, or −1 outside. */
export function cellAt({ extent, nx, ny }: PatternPlane, x: number, y: number): number {
  const [x0, x1, y0, y1] = extent;
  const column = Math.round(((x - x0) / (x1 - x0)) * (nx - 1));
  const row = Math.round(((y - y0) / (y1 - y0)) * (ny - 1));
  return column >= 0 && column < nx && row >= 0 && row < ny ? row * nx + column : -1;
}
