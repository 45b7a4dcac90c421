/** The patterns that most samples have: which units are on, how many samples, of which classes. */

import { classColour, css } from "../../math/colour.js";
import type { Patterns } from "../../math/patterns.js";
import type { Board } from "../../render/board.js";
import { count } from "../../render/format.js";
import type { Groups } from "../../scene/layer_rows.js";
import { patternColour } from "../../scene/pattern_plane.js";
import { t } from "../../words.js";

/** Height of a line, and of what stands above the lines. */
export const LINE = 20;
const HEAD = 22;
const SWATCH = 12;
const NUMBER = 46;
const BAR = 90;
const GAP = 8;

export interface Table {
  readonly patterns: Patterns;
  /** Their numbers, the most frequent first. */
  readonly top: readonly number[];
  /** A pattern's bits, layer after layer. */
  readonly bits: (id: number) => readonly Uint8Array[];
  readonly groups: Groups;
  readonly n: number;
}

/** Which line a pixel below the table's top is in, or −1. */
export function rowAt(y: number): number {
  return y < HEAD ? -1 : Math.floor((y - HEAD) / LINE);
}

export function drawTable(
  context: CanvasRenderingContext2D,
  { ink }: Board,
  [x, y, width]: readonly [number, number, number],
  table: Table,
): void {
  const bar = Math.min(BAR, width * 0.25);
  const room = width - SWATCH - NUMBER - bar - 3 * GAP;
  context.textBaseline = "alphabetic";
  context.font = `11px ${ink.font}`;
  context.fillStyle = ink.soft;
  context.textAlign = "left";
  context.fillText(t("units that are on"), x + SWATCH + GAP, y + 13);
  context.textAlign = "right";
  const numberAt = x + SWATCH + GAP + room + NUMBER;
  context.fillText(t("samples"), numberAt, y + 13);
  if (table.groups.count > 1) {
    context.textAlign = "left";
    context.fillText(t("classes"), numberAt + GAP, y + 13);
  }
  const tallies = talliesOf(table);
  const largest = Math.max(1, ...table.top.map((id) => table.patterns.sizes[id]));
  table.top.forEach((id, i) => {
    const top = y + HEAD + i * LINE;
    context.fillStyle = css(patternColour(table.patterns.keys[id], ink.dark));
    context.fillRect(x, top + 3, SWATCH, SWATCH);
    drawBits(context, ink.fg, [x + SWATCH + GAP, top + 3, room, SWATCH], table.bits(id));
    context.fillStyle = ink.fg;
    context.font = `12px ${ink.font}`;
    context.textAlign = "right";
    context.fillText(count(table.patterns.sizes[id]), numberAt, top + 13);
    drawTally(context, tallies[i], [numberAt + GAP, top + 4, bar, SWATCH - 2], largest);
  });
}

function drawBits(
  context: CanvasRenderingContext2D,
  colour: string,
  [x, y, width, height]: readonly [number, number, number, number],
  layers: readonly Uint8Array[],
): void {
  const units = layers.reduce((sum, bits) => sum + bits.length, 0);
  const gaps = (layers.length - 1) * 4;
  const step = Math.min(height + 2, (width - gaps) / units);
  const side = step > 4 ? step - 2 : step;
  let at = x;
  for (const bits of layers) {
    for (const bit of bits) {
      context.fillStyle = colour;
      context.globalAlpha = bit ? 0.85 : 0.1;
      context.fillRect(at, y, side, height);
      at += step;
    }
    at += 4;
  }
  context.globalAlpha = 1;
}

function drawTally(
  context: CanvasRenderingContext2D,
  tally: Uint32Array,
  [x, y, width, height]: readonly [number, number, number, number],
  largest: number,
): void {
  let at = x;
  tally.forEach((number, group) => {
    const wide = (number / largest) * width;
    context.fillStyle = tally.length > 1 ? css(classColour(group)) : "#7b8490";
    context.fillRect(at, y, wide, height);
    at += wide;
  });
}

/** How many samples of each class have each of the patterns shown. */
export function talliesOf({ patterns, top, groups }: Omit<Table, "bits" | "n">): Uint32Array[] {
  const place = new Map(top.map((id, i) => [id, i]));
  const tallies = top.map(() => new Uint32Array(groups.count));
  for (let row = 0; row < patterns.ids.length; row++) {
    const i = place.get(patterns.ids[row]);
    if (i !== undefined) tallies[i][groups.of[row]]++;
  }
  return tallies;
}
