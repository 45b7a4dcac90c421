/** Every sample's activations as colours: samples across, sorted by class, units down. */

import { classColour, css } from "../../math/colour.js";
import { boundsOf, rangeOfValues, steadyRange } from "../../math/unit_histograms.js";
import type { Board } from "../../render/board.js";
import { significant } from "../../render/format.js";
import { type ColourScale, drawLegend, LEGEND, paletteOf, scaleFor } from "../../render/legend.js";
import { Pixels } from "../../render/pixels.js";
import { type ByClass, byClass } from "../../scene/by_class.js";
import { placeOf } from "../../scene/chosen_rows.js";
import { t } from "../../words.js";
import { outline, unitInk } from "./distribution.js";
import { type Hit, Kept, type Panel, stepUnit, type UnitsFrame } from "./frame.js";
import { groupName, nameOf } from "./words.js";

const LEFT = 54;
const TOP = 22;
const FOOT = 20;
const MOST_HEIGHT = 400;
/** Below this height of a line only every so many a unit's name is written. */
const READABLE = 12;

export class Heatmap implements Panel {
  readonly #pixels = new Pixels();
  readonly #order = new Kept<ByClass>();
  readonly #painted = new Kept<ColourScale>();
  #range: readonly [number, number] | null = null;
  #rangeOf = "";
  #inner = { width: 0, height: 0, line: 1 };

  height(width: number, { shown }: UnitsFrame): number {
    const line = Math.max(3, Math.min(40, Math.floor(MOST_HEIGHT / Math.max(1, shown.length))));
    const height = Math.max(48, line * shown.length);
    this.#inner = { width: width - LEFT - LEGEND - 8, height, line: height / shown.length };
    return TOP + height + FOOT;
  }

  paint(board: Board, frame: UnitsFrame): void {
    const context = board.base();
    const { ink } = board;
    const { width, height } = this.#inner;
    const scale = this.#fill(frame);
    this.#pixels.stretch(context, LEFT, TOP, width, height);
    context.strokeStyle = ink.border;
    context.lineWidth = 1;
    context.strokeRect(LEFT - 0.5, TOP - 0.5, width + 1, height + 1);
    this.#bands(context, board, frame);
    this.#names(context, board, frame);
    const letter = frame.rows.named === "linear" ? "z" : "a";
    drawLegend(context, ink, scale, [board.width - LEGEND + 4, TOP, height], letter);
    context.fillStyle = ink.fg;
    context.font = `12px ${ink.font}`;
    context.textAlign = "center";
    context.fillText(t("samples, by class"), LEFT + width / 2, TOP + height + 15);
  }

  mark(board: Board, frame: UnitsFrame): void {
    const context = board.over();
    const { width, height, line } = this.#inner;
    const { shown, unit, sample, rows } = frame;
    const i = unit === null ? -1 : shown.indexOf(unit);
    if (i >= 0) outline(context, board, LEFT, TOP + i * line, width, line);
    if (!sample) return;
    const place = this.#placeOf(frame, placeOf(rows.rows, sample.row));
    if (place < 0) return;
    const x = LEFT + ((place + 0.5) / rows.n) * width;
    const wide = Math.max(1, width / rows.n);
    context.strokeStyle = board.ink.fg;
    context.lineWidth = wide > 4 ? 1.5 : 1;
    if (wide > 4) context.strokeRect(x - wide / 2, TOP, wide, height);
    else context.fillStyle = board.ink.fg;
    if (wide <= 4) context.fillRect(x - 0.5, TOP, 1, height);
    context.fillStyle = board.ink.fg;
    context.beginPath();
    context.moveTo(x - 4, TOP + height + 7);
    context.lineTo(x + 4, TOP + height + 7);
    context.lineTo(x, TOP + height + 1);
    context.fill();
  }

  hit([x, y]: readonly [number, number], frame: UnitsFrame): Hit | null {
    const { width, height, line } = this.#inner;
    const { rows, groups, shown, state } = frame;
    const unit = shown[Math.floor((y - TOP) / line)];
    const place = Math.floor(((x - LEFT) / width) * rows.n);
    if (unit === undefined || y < TOP || y > TOP + height || !(place >= 0 && place < rows.n)) {
      return null;
    }
    const row = this.#of(frame).order[place];
    const at = row * rows.units + unit;
    const about: [string, string][] = [
      ["z", significant(rows.z[at])],
      ["a", significant(rows.a[at])],
    ];
    if (groups.count > 1) about.unshift([t("class"), groupName(state, groups.of[row])]);
    const sample = rows.rows[row];
    return {
      unit,
      sample,
      title: t("{unit}, sample {sample}", { unit: nameOf(frame, unit), sample }),
      rows: about,
    };
  }

  anchor({ shown, unit, sample, ...frame }: UnitsFrame): readonly [number, number] | null {
    const i = unit === null ? -1 : shown.indexOf(unit);
    if (i < 0) return null;
    const { width, line } = this.#inner;
    const whole = { shown, unit, sample, ...frame };
    const place = sample ? this.#placeOf(whole, placeOf(frame.rows.rows, sample.row)) : -1;
    const across = place < 0 ? 0.5 : (place + 0.5) / frame.rows.n;
    return [LEFT + width * across, TOP + (i + 0.5) * line];
  }

  step(key: string, frame: UnitsFrame): number | null {
    const along = { ArrowDown: "ArrowRight", ArrowUp: "ArrowLeft" }[key];
    if (!along && key !== "Home" && key !== "End") return null;
    return stepUnit(along ?? key, frame);
  }

  /** The sample left or right of the chosen one, in the order shown. */
  stepSample(by: number, frame: UnitsFrame): number | null {
    const { rows, sample } = frame;
    if (rows.n === 0) return null;
    const at = sample ? this.#placeOf(frame, placeOf(rows.rows, sample.row)) : -1;
    const next = at < 0 ? 0 : Math.max(0, Math.min(rows.n - 1, at + by));
    return rows.rows[this.#of(frame).order[next]];
  }

  caption({ rows, sample, stats }: UnitsFrame): string {
    const said: string[] = [];
    if (stats.verdicts.includes("dead")) said.push(t("†: dead"));
    if (stats.verdicts.includes("saturated")) said.push(t("~: saturated"));
    if (sample && placeOf(rows.rows, sample.row) < 0) {
      said.push(t("sample {row} is not among those shown", { row: sample.row }));
    }
    return said.join(" · ");
  }

  #of({ groups }: UnitsFrame): ByClass {
    return this.#order.get([groups], () => byClass(groups));
  }

  #placeOf(frame: UnitsFrame, row: number): number {
    return row < 0 ? -1 : this.#of(frame).order.indexOf(row);
  }

  /** The picture, one pixel to a sample and a unit, and the scale of its colours. */
  #fill(frame: UnitsFrame): ColourScale {
    return this.#painted.get([...frame.key, frame.shown], () => {
      const { rows, shown } = frame;
      const scale = this.#scale(frame);
      const { order } = this.#of(frame);
      this.#pixels.clear(rows.n, shown.length);
      const { data } = this.#pixels;
      const palette = paletteOf(scale);
      const [low, high] = scale.range;
      const factor = 256 / (high - low);
      for (let place = 0; place < rows.n; place++) {
        const start = order[place] * rows.units;
        for (let i = 0; i < shown.length; i++) {
          const step = (rows.a[start + shown[i]] - low) * factor;
          const entry = step >= 0 ? (step < 256 ? step | 0 : 255) : step < 0 ? 0 : 256;
          data[i * rows.n + place] = palette[entry];
        }
      }
      return scale;
    });
  }

  #scale({ rows }: UnitsFrame): ColourScale {
    const of = `${rows.layer} ${rows.named}`;
    if (of !== this.#rangeOf) this.#range = null;
    this.#rangeOf = of;
    const bounds = boundsOf(rows.activation, rows.named);
    this.#range = bounds ?? steadyRange(this.#range, rangeOfValues(rows.a));
    return scaleFor(this.#range);
  }

  #bands(context: CanvasRenderingContext2D, { ink }: Board, frame: UnitsFrame): void {
    const { rows, groups, state } = frame;
    if (groups.count < 2) return;
    const { width, height } = this.#inner;
    context.font = `11px ${ink.font}`;
    context.textAlign = "center";
    for (const { group, start, end } of this.#of(frame).bands) {
      const [x0, x1] = [start, end].map((place) => LEFT + (place / rows.n) * width);
      context.fillStyle = css(classColour(group));
      context.fillRect(x0 + (start > 0 ? 0.5 : 0), TOP - 6, x1 - x0 - 0.5, 5);
      if (start > 0) {
        context.fillStyle = ink.ground;
        context.fillRect(x0 - 0.75, TOP, 1.5, height);
      }
      const name = fitting(context, groupName(state, group), x1 - x0 - 4);
      context.fillStyle = ink.fg;
      context.fillText(name, (x0 + x1) / 2, TOP - 9);
    }
  }

  #names(context: CanvasRenderingContext2D, { ink }: Board, frame: UnitsFrame): void {
    const { line } = this.#inner;
    const every = Math.max(1, Math.ceil(READABLE / line));
    context.textAlign = "right";
    context.textBaseline = "middle";
    context.font = `600 ${Math.min(12, Math.max(9, line * every - 2))}px ${ink.font}`;
    frame.shown.forEach((unit, i) => {
      if (i % every !== 0) return;
      const verdict = frame.stats.verdicts[unit];
      context.fillStyle = verdict ? ink.error : unitInk(unit, ink.dark);
      const name = nameOf(frame, unit) + (verdict ? (verdict === "dead" ? " †" : " ~") : "");
      context.fillText(fitting(context, name, LEFT - 8), LEFT - 5, TOP + (i + 0.5) * line);
    });
    context.textBaseline = "alphabetic";
  }
}

/** As much of a text as there is room for. */
export function fitting(context: CanvasRenderingContext2D, text: string, room: number): string {
  if (context.measureText(text).width <= room) return text;
  for (let length = text.length - 1; length > 0; length--) {
    const part = `${text.slice(0, length)}…`;
    if (context.measureText(part).width <= room) return part;
  }
  // "class 7" has its number to offer where there is no room for more.
  const last = text.split(" ").at(-1) ?? "";
  return context.measureText(last).width <= room ? last : "";
}
