/** How the weights of each matrix are spread, epoch after epoch: darker where there are more. */

import type { Rgb } from "../../math/colour.js";
import { BINS, type Column, type ValueHistograms } from "../../math/value_histograms.js";
import type { Board } from "../../render/board.js";
import { count, significant } from "../../render/format.js";
import { Pixels, packed } from "../../render/pixels.js";
import type { Matrix } from "../../scene/weight_matrices.js";
import { t } from "../../words.js";
import type { Rows } from "../about.js";
import { fitting } from "../activations/heatmap.js";

const LEFT = 44;
const RIGHT = 10;
const TOP = 18;
const FOOT = 30;
const HEIGHT = 108;
const NARROWEST = 200;
/** Empty bins above and below are left out, but for so many. */
const ROOM = 2;

export interface SpreadFrame {
  readonly matrices: readonly Matrix[];
  readonly histograms: readonly ValueHistograms[];
  /** The epoch pointed at in any view, or null. */
  readonly epoch: number | null;
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly first: number;
  readonly last: number;
  /** Bins that are shown: from, to (exclusive). */
  readonly bins: readonly [number, number];
}

export interface SpreadHit {
  readonly epoch: number;
  readonly title: string;
  readonly rows: Rows;
}

export class SpreadPanel {
  #boxes: Box[] = [];
  readonly #pictures: Pixels[] = [];
  readonly #bins: (readonly [number, number])[] = [];

  layout(width: number, { matrices, histograms }: SpreadFrame): number {
    const most = Math.max(1, Math.floor(width / NARROWEST));
    const across = Math.min(matrices.length, most, 3);
    const each = width / Math.max(1, across);
    this.#boxes = matrices.map((_, m) => {
      const { columns } = histograms[m];
      const first = columns[0]?.epoch ?? 0;
      const last = Math.max(first + 1, columns.at(-1)?.epoch ?? 0);
      const x = (m % across) * each + LEFT;
      const y = Math.floor(m / across) * (TOP + HEIGHT + FOOT) + TOP;
      const bins = steadyBins(this.#bins[m], occupied(columns));
      this.#bins[m] = bins;
      return { x, y, width: each - LEFT - RIGHT, first, last, bins };
    });
    return Math.ceil(matrices.length / Math.max(1, across)) * (TOP + HEIGHT + FOOT);
  }

  paint(board: Board, frame: SpreadFrame): void {
    const context = board.base();
    frame.matrices.forEach((matrix, m) => {
      this.#picture(context, board, frame.histograms[m], m);
      this.#axes(context, board, frame, m, matrix.weightName);
    });
  }

  mark(board: Board, { epoch }: SpreadFrame): void {
    const context = board.over();
    if (epoch === null) return;
    context.fillStyle = board.ink.accent;
    for (const { x, y, width, first, last } of this.#boxes) {
      if (epoch < first || epoch > last) continue;
      context.fillRect(x + ((epoch - first) / (last - first)) * width - 0.75, y, 1.5, HEIGHT);
    }
  }

  hit([px, py]: readonly [number, number], frame: SpreadFrame): SpreadHit | null {
    for (let m = 0; m < this.#boxes.length; m++) {
      const { x, y, width, first, last, bins } = this.#boxes[m];
      if (px < x || px > x + width || py < y || py >= y + HEIGHT) continue;
      const { columns, range } = frame.histograms[m];
      const wanted = first + ((px - x) / width) * (last - first);
      const column = nearest(columns, wanted);
      if (!column) return null;
      const bin = bins[1] - 1 - Math.floor(((py - y) / HEIGHT) * (bins[1] - bins[0]));
      const edge = (at: number) => significant(((2 * at) / BINS - 1) * range, 3);
      const total = column.counts.reduce((sum, each) => sum + each, 0);
      return {
        epoch: column.epoch,
        title: t("{name}, epoch {epoch}", {
          name: frame.matrices[m].weightName,
          epoch: count(column.epoch),
        }),
        rows: [
          [t("weights from"), edge(bin)],
          [t("to"), edge(bin + 1)],
          [
            t("how many"),
            t("{count} of {total}", { count: count(column.counts[bin]), total: count(total) }),
          ],
        ],
      };
    }
    return null;
  }

  /** The epoch before or after the one pointed at, for keys. */
  step(by: number, { histograms, epoch }: SpreadFrame): number | null {
    const columns = histograms[0]?.columns ?? [];
    if (columns.length === 0) return null;
    const at = epoch === null ? columns.length : columns.findIndex((each) => each.epoch >= epoch);
    const from = at < 0 ? columns.length - 1 : at;
    return columns[Math.max(0, Math.min(columns.length - 1, from + by))].epoch;
  }

  #picture(
    context: CanvasRenderingContext2D,
    board: Board,
    { columns }: ValueHistograms,
    m: number,
  ): void {
    const { x, y, width, first, last, bins } = this.#boxes[m];
    this.#pictures[m] ??= new Pixels();
    const picture = this.#pictures[m];
    const rows = bins[1] - bins[0];
    const wide = Math.max(1, Math.min(last - first + 1, Math.round(width)));
    picture.clear(wide, rows);
    const most = mostOf(columns);
    const scale = (INKS - 1) / Math.log(1 + most);
    const ramp = rampOf(board.ink.dark);
    for (let i = 0, at = 0; i < wide; i++) {
      // The newest column that is not after this pixel's epoch: it holds until the next one.
      const epoch = first + (i / Math.max(1, wide - 1)) * (last - first);
      while (at + 1 < columns.length && columns[at + 1].epoch <= epoch + 1e-9) at++;
      const column = columns[at];
      if (!column) break;
      for (let row = 0; row < rows; row++) {
        const number = column.counts[bins[1] - 1 - row];
        if (number > 0)
          picture.data[row * wide + i] = ramp[1 + Math.floor(Math.log(number + 1) * scale * 0.999)];
      }
    }
    picture.stretch(context, x, y, width, HEIGHT);
  }

  #axes(
    context: CanvasRenderingContext2D,
    { ink }: Board,
    { histograms }: SpreadFrame,
    m: number,
    name: string,
  ): void {
    const { x, y, width, first, last, bins } = this.#boxes[m];
    const { range } = histograms[m];
    context.strokeStyle = ink.border;
    context.lineWidth = 1;
    context.strokeRect(x - 0.5, y - 0.5, width + 1, HEIGHT + 1);
    context.font = `600 12px ${ink.font}`;
    context.textAlign = "left";
    context.fillStyle = ink.fg;
    context.fillText(fitting(context, name, width - KEY), x, y - 5);
    drawKey(context, ink, x + width, y - 5, mostOf(histograms[m].columns));
    context.font = `10px ${ink.font}`;
    context.fillStyle = ink.soft;
    const at = (value: number) =>
      y + (HEIGHT * (bins[1] - (value / range + 1) * (BINS / 2))) / (bins[1] - bins[0]);
    context.textAlign = "right";
    context.textBaseline = "middle";
    for (const bin of [bins[0], bins[1]]) {
      const value = ((2 * bin) / BINS - 1) * range;
      const inside = Math.max(y + 5, Math.min(y + HEIGHT - 5, at(value)));
      if (Math.abs(inside - at(0)) > 11 || value === 0) {
        context.fillText(value === 0 ? "0" : significant(value, 2), x - 5, inside);
      }
    }
    if (at(0) > y && at(0) < y + HEIGHT) {
      context.fillText("0", x - 5, at(0));
      context.globalAlpha = 0.35;
      context.fillRect(x, at(0), width, 1);
      context.globalAlpha = 1;
    }
    context.textBaseline = "alphabetic";
    context.textAlign = "left";
    context.fillText(count(first), x, y + HEIGHT + 12);
    context.textAlign = "right";
    context.fillText(count(last), x + width, y + HEIGHT + 12);
    context.textAlign = "center";
    context.fillStyle = ink.fg;
    context.font = `11px ${ink.font}`;
    context.fillText(t("epoch"), x + width / 2, y + HEIGHT + 14);
  }
}

const INKS = 64;
const ramps = new Map<boolean, Uint32Array>();

/** From the page's ground to its ink by way of one hue: as dark as there are many. */
function rampOf(dark: boolean): Uint32Array {
  const known = ramps.get(dark);
  if (known) return known;
  const [from, to]: [Rgb, Rgb] = dark
    ? [
        [38, 52, 66],
        [214, 236, 255],
      ]
    : [
        [214, 230, 244],
        [4, 44, 84],
      ];
  const ramp = Uint32Array.from({ length: INKS + 1 }, (_, i) => {
    const t = Math.max(0, i - 1) / (INKS - 1);
    const mixed = from.map((value, c) => Math.round(value + (to[c] - value) * t));
    return packed(mixed as unknown as Rgb);
  });
  ramps.set(dark, ramp);
  return ramp;
}

function mostOf(columns: readonly Column[]): number {
  let most = 1;
  for (const { counts } of columns) for (const each of counts) if (each > most) most = each;
  return most;
}

/** Room for the key of the colours. */
const KEY = 74;

/** From one weight in a bin to the most there are, by the logarithm. */
function drawKey(
  context: CanvasRenderingContext2D,
  ink: Board["ink"],
  right: number,
  y: number,
  most: number,
): void {
  context.font = `10px ${ink.font}`;
  context.fillStyle = ink.soft;
  context.textAlign = "right";
  const text = count(most);
  context.fillText(text, right, y);
  const end = right - context.measureText(text).width - 3;
  const ramp = rampOf(ink.dark);
  for (let i = 0; i < 28; i++) {
    const pixel = ramp[1 + Math.floor((i / 28) * (INKS - 1))];
    context.fillStyle = `rgb(${pixel & 255} ${(pixel >> 8) & 255} ${(pixel >> 16) & 255})`;
    context.fillRect(end - 28 + i, y - 8, 1.2, 8);
  }
  context.fillStyle = ink.soft;
  context.fillText("1", end - 31, y);
}

function occupied(columns: readonly Column[]): [number, number] {
  let [low, high] = [BINS, 0];
  for (const { counts } of columns) {
    for (let bin = 0; bin < low; bin++) if (counts[bin] > 0) low = bin;
    for (let bin = BINS - 1; bin >= high; bin--) {
      if (counts[bin] > 0) {
        high = bin + 1;
        break;
      }
    }
  }
  return low < high ? [low, high] : [0, BINS];
}

/** Bins with room around them; as they were while that fits, for axes should not jitter. */
function steadyBins(
  old: readonly [number, number] | undefined,
  [low, high]: readonly [number, number],
): readonly [number, number] {
  const wanted = [Math.max(0, low - ROOM), Math.min(BINS, high + ROOM)] as const;
  const fits = old && old[0] <= low && old[1] >= high;
  return old && fits && wanted[1] - wanted[0] > 0.6 * (old[1] - old[0]) ? old : wanted;
}

function nearest(columns: readonly Column[], epoch: number): Column | null {
  let best: Column | null = null;
  for (const column of columns) {
    if (!best || Math.abs(column.epoch - epoch) < Math.abs(best.epoch - epoch)) best = column;
  }
  return best;
}
