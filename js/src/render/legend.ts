/** What the colours of a canvas stand for: an upright bar with numbers at its ends and middle. */

import { divergingPalette, type Palette } from "../math/colour.js";
import { sequentialPalette } from "../math/palette.js";
import type { Ink } from "./board.js";
import { significant } from "./format.js";
import { Pixels } from "./pixels.js";

export interface ColourScale {
  readonly range: readonly [number, number];
  readonly diverging: boolean;
}

/** Orange over the ground to blue, pure at the ends. */
export const DIVERGING: Palette = divergingPalette(1);
export const SEQUENTIAL: Palette = sequentialPalette();

export const paletteOf = ({ diverging }: ColourScale): Palette =>
  diverging ? DIVERGING : SEQUENTIAL;

/** Symmetric about 0 where there are values of both signs, else from 0 or the lowest. */
export function scaleFor([low, high]: readonly [number, number]): ColourScale {
  if (low >= 0) return { range: [low, high], diverging: false };
  const most = Math.max(-low, high);
  return { range: [-most, most], diverging: true };
}

const bar = new WeakMap<Palette, Pixels>();

function barOf(palette: Palette): Pixels {
  const known = bar.get(palette);
  if (known) return known;
  const made = new Pixels();
  made.clear(1, 256);
  for (let i = 0; i < 256; i++) made.data[255 - i] = palette[i];
  bar.set(palette, made);
  return made;
}

/** Width that `drawLegend` needs. */
export const LEGEND = 58;

export function drawLegend(
  context: CanvasRenderingContext2D,
  ink: Ink,
  scale: ColourScale,
  [x, y, height]: readonly [number, number, number],
  name: string,
): void {
  barOf(paletteOf(scale)).stretch(context, x, y, 12, height);
  context.strokeStyle = ink.border;
  context.lineWidth = 1;
  context.strokeRect(x + 0.5, y + 0.5, 11, height - 1);
  context.fillStyle = ink.soft;
  context.font = `10px ${ink.font}`;
  context.textAlign = "left";
  context.textBaseline = "middle";
  const [low, high] = scale.range;
  const at = (share: number) => y + height * (1 - share);
  const middle = (low + high) / 2;
  for (const [value, share] of [
    [high, 1],
    [middle, 0.5],
    [low, 0],
  ]) {
    if (share === 0.5 && height < 60) continue;
    const text = Math.abs(value) < 1e-12 ? "0" : significant(value, 2);
    context.fillText(text, x + 16, Math.max(y + 5, Math.min(y + height - 5, at(share))));
  }
  context.textBaseline = "alphabetic";
  context.fillStyle = ink.fg;
  context.fillText(name, x, y - 6);
}
