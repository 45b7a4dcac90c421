/** Small multiples: how each unit's activation is spread over the data, class by class. */

import { classColour, css, type Rgb, unitColour } from "../../math/colour.js";
import {
  boundsOf,
  rangeOfValues,
  steadyRange,
  type UnitHistograms,
  unitHistograms,
} from "../../math/unit_histograms.js";
import type { Board } from "../../render/board.js";
import { significant } from "../../render/format.js";
import { Pixels, packed } from "../../render/pixels.js";
import { t } from "../../words.js";
import { type Hit, Kept, type Panel, stepUnit, type UnitsFrame } from "./frame.js";
import { aboutUnit, nameOf, verdictOf } from "./words.js";

const NARROWEST = 84;
const WIDEST = 300;
const TITLE = 17;
const FOOT = 13;
const GAP = 10;
/** Between few, wide ones: the ends of two would look like one. */
const WIDE = { columns: 4, gap: 22 };
const BINS = 24;
/** What all cells together should not be higher than, where cells of a readable height allow it. */
const ROOM = 400;
const ALONE: Rgb = [0x6b, 0x74, 0x80];

interface Grid {
  readonly columns: number;
  readonly width: number;
  readonly height: number;
  /** Between two columns. */
  readonly gap: number;
}

export function gridOf(width: number, count: number): Grid {
  const most = Math.max(1, Math.floor((width + GAP) / (NARROWEST + GAP)));
  const least = Math.max(1, Math.ceil((width + GAP) / (WIDEST + GAP)));
  const squarish = Math.ceil(Math.sqrt(count * 1.6));
  const columns = Math.max(1, Math.min(count, most, Math.max(least, squarish)));
  const lines = Math.ceil(count / columns);
  const gap = columns > WIDE.columns ? GAP : WIDE.gap;
  const cell = (width - (columns - 1) * gap) / columns;
  const height = Math.max(46, Math.min(120, ROOM / lines - TITLE - FOOT));
  return { columns, width: cell, height: Math.round(height), gap };
}

export class Distribution implements Panel {
  readonly #pixels = new Pixels();
  readonly #histograms = new Kept<UnitHistograms>();
  #range: readonly [number, number] | null = null;
  #rangeOf = "";
  #counts = new Uint32Array();
  #grid: Grid = gridOf(440, 1);

  height(width: number, { shown }: UnitsFrame): number {
    this.#grid = gridOf(width, shown.length);
    const lines = Math.ceil(shown.length / this.#grid.columns);
    return lines * (TITLE + this.#grid.height + FOOT);
  }

  paint(board: Board, frame: UnitsFrame): void {
    const histograms = this.#of(frame);
    const context = board.base();
    const ratio = context.getTransform().a;
    this.#bars(frame, histograms, board, ratio);
    this.#pixels.put(context);
    context.textBaseline = "alphabetic";
    frame.shown.forEach((unit, i) => {
      this.#frameCell(context, board, frame, histograms, unit, i);
    });
  }

  mark(board: Board, frame: UnitsFrame): void {
    const context = board.over();
    const { sample, shown, unit } = frame;
    const range = this.#of(frame).range;
    const { width, height } = this.#grid;
    shown.forEach((each, i) => {
      const [x, y] = this.#place(i);
      if (each === unit) outline(context, board, x, y, width, TITLE + height);
      if (!sample) return;
      const at = x + width * share(sample.a[each], range);
      if (!Number.isFinite(at)) return;
      context.fillStyle = board.ink.ground;
      context.fillRect(at - 2, y + TITLE, 4, height);
      context.fillStyle = board.ink.fg;
      context.fillRect(at - 0.75, y + TITLE, 1.5, height);
      context.beginPath();
      context.moveTo(at - 4, y + TITLE);
      context.lineTo(at + 4, y + TITLE);
      context.lineTo(at, y + TITLE + 6);
      context.fill();
    });
  }

  hit([x, y]: readonly [number, number], frame: UnitsFrame): Hit | null {
    const { columns, width, height, gap } = this.#grid;
    const column = Math.floor(x / (width + gap));
    const line = Math.floor(y / (TITLE + height + FOOT));
    const inside = x - column * (width + gap) <= width && column >= 0 && column < columns;
    const unit = inside ? frame.shown[line * columns + column] : undefined;
    if (unit === undefined) return null;
    const title = nameOf(frame, unit);
    return { unit, sample: null, title, rows: aboutUnit(frame, unit) };
  }

  anchor({ shown, unit }: UnitsFrame): readonly [number, number] | null {
    const i = unit === null ? -1 : shown.indexOf(unit);
    if (i < 0) return null;
    const [x, y] = this.#place(i);
    return [x + this.#grid.width / 2, y + TITLE + this.#grid.height / 2];
  }

  step(key: string, frame: UnitsFrame): number | null {
    return stepUnit(key, frame, this.#grid.columns);
  }

  caption(frame: UnitsFrame): string {
    const { sample, rows } = frame;
    const letter = rows.named === "linear" ? "a = z" : `a = ${rows.named}(z)`;
    const across = t("across: {letter}; up: samples, each unit to its fullest bar", { letter });
    return sample ? t("{across}; marked: sample {row}", { across, row: sample.row }) : across;
  }

  #of(frame: UnitsFrame): UnitHistograms {
    return this.#histograms.get([...frame.key], () => {
      const { rows, groups } = frame;
      const of = `${rows.layer} ${rows.named}`;
      if (of !== this.#rangeOf) this.#range = null;
      this.#rangeOf = of;
      this.#range =
        boundsOf(rows.activation, rows.named) ?? steadyRange(this.#range, rangeOfValues(rows.a));
      const size = rows.units * BINS * groups.count;
      if (this.#counts.length !== size) this.#counts = new Uint32Array(size);
      return unitHistograms(rows.a, rows.units, this.#range, BINS, groups, this.#counts);
    });
  }

  #place(i: number): readonly [number, number] {
    const { columns, width, height, gap } = this.#grid;
    return [(i % columns) * (width + gap), Math.floor(i / columns) * (TITLE + height + FOOT)];
  }

  #bars(frame: UnitsFrame, histograms: UnitHistograms, board: Board, ratio: number): void {
    this.#pixels.clear(board.width * ratio, board.height * ratio);
    const { groups, counts, most } = histograms;
    const colours = Array.from({ length: groups }, (_, group) =>
      packed(groups > 1 ? classColour(group) : ALONE),
    );
    const { width, height } = this.#grid;
    frame.shown.forEach((unit, i) => {
      const [x, y] = this.#place(i);
      const floor = Math.round((y + TITLE + height) * ratio);
      const scale = (height * ratio) / Math.max(1, most[unit]);
      for (let bin = 0; bin < BINS; bin++) {
        const left = (x + (width * bin) / BINS) * ratio;
        const wide = (width / BINS) * ratio - (width > 160 ? ratio : 0);
        let [under, sum] = [floor, 0];
        for (let group = 0; group < groups; group++) {
          sum += counts[(unit * BINS + bin) * groups + group];
          const top = floor - Math.round(sum * scale);
          if (top < under) this.#pixels.rect(left, top, wide, under - top, colours[group]);
          under = top;
        }
      }
    });
  }

  #frameCell(
    context: CanvasRenderingContext2D,
    { ink }: Board,
    frame: UnitsFrame,
    { range }: UnitHistograms,
    unit: number,
    i: number,
  ): void {
    const [x, y] = this.#place(i);
    const { width, height } = this.#grid;
    const floor = y + TITLE + height;
    context.fillStyle = ink.border;
    context.fillRect(x, floor, width, 1);
    context.fillStyle = ink.soft;
    context.font = `10px ${ink.font}`;
    context.textAlign = "left";
    context.fillText(tick(range[0]), x, floor + 11);
    context.textAlign = "right";
    context.fillText(tick(range[1]), x + width, floor + 11);
    const zero = x + width * share(0, range);
    if (zero > x + 18 && zero < x + width - 18) {
      context.textAlign = "center";
      context.fillText("0", zero, floor + 11);
      context.fillRect(zero, floor, 1, 3);
    }
    context.textAlign = "left";
    context.font = `600 12px ${ink.font}`;
    context.fillStyle = unitInk(unit, ink.dark);
    const name = nameOf(frame, unit);
    context.fillText(name, x, y + 12, width);
    const verdict = verdictOf(frame, unit);
    const free = width - context.measureText(name).width - 8;
    if (!verdict) return;
    context.font = `600 11px ${ink.font}`;
    context.fillStyle = verdict === "dead" ? ink.error : ink.warn;
    context.textAlign = "right";
    context.fillText(free > 56 ? verdict : verdict.slice(0, 4), x + width, y + 12, free);
  }
}

/** A unit's own colour, lifted on a dark ground as in every view. */
export function unitInk(unit: number, dark: boolean): string {
  const own = unitColour(unit);
  return css(dark ? (own.map((c) => Math.round(c * 0.68 + 255 * 0.32)) as unknown as Rgb) : own);
}

export function share(value: number, [low, high]: readonly [number, number]): number {
  return Math.max(0, Math.min(1, (value - low) / (high - low)));
}

function tick(value: number): string {
  return Number.isInteger(value) ? String(value).replace("-", "−") : significant(value, 2);
}

export function outline(
  context: CanvasRenderingContext2D,
  { ink }: Board,
  x: number,
  y: number,
  width: number,
  height: number,
): void {
  context.strokeStyle = ink.accent;
  context.lineWidth = 1.5;
  context.strokeRect(x - 0.5, y + 0.5, width + 1, height);
}
