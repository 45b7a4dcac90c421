/** The activation function itself, with one unit's data on it, and its derivative. */

import { scaleLinear } from "d3-scale";
import { activation, derivative } from "../../math/activations.js";
import { classColour, css } from "../../math/colour.js";
import { steadyRange } from "../../math/unit_histograms.js";
import { flatWhere } from "../../math/unit_stats.js";
import type { Board } from "../../render/board.js";
import { significant, tickText } from "../../render/format.js";
import { Pixels, packed } from "../../render/pixels.js";
import { placeOf } from "../../scene/chosen_rows.js";
import { t } from "../../words.js";
import { disc, drawLegend, explain, stroke } from "./curve_marks.js";
import { type Hit, type Panel, stepUnit, type UnitsFrame, unitOf } from "./frame.js";
import { aboutUnit, groupName, nameOf } from "./words.js";

const BOX = { left: 46, right: 14, top: 12, bottom: 36 };
const PLOT = 260;
const LANE = 9;
const GRAY = [0x7b, 0x84, 0x90] as const;
/** So many dots on the curve say where the data are; of more the rug below does. */
const MOST_DOTS = 600;
/** Nearer than this the pointer means a sample, in pixels. */
const REACH = 9;

type Scale = (value: number) => number;

export class Curve implements Panel {
  #range: readonly [number, number] | null = null;
  #rangeOf = "";
  #x: Scale & { invert(pixel: number): number } = scaleLinear();
  #y: Scale = scaleLinear();
  #width = 440;

  height(width: number, { groups }: UnitsFrame): number {
    this.#width = width;
    return PLOT + BOX.bottom + this.#lanes(groups.count) + 8;
  }

  paint(board: Board, frame: UnitsFrame): void {
    const context = board.base();
    const { rows } = frame;
    if (!rows.activation) {
      explain(
        context,
        board,
        t("{name} reads all units together: a is no function of one z", { name: rows.named }),
      );
      return;
    }
    this.#rug = this.#lanes(frame.groups.count);
    this.#fit(frame, unitOf(frame));
    this.#flat(context, board, frame);
    this.#axes(context, board);
    this.#line(
      context,
      (z) => derivative(frame.rows.activation ?? LINEAR, z),
      board.ink.soft,
      [5, 4],
    );
    this.#line(context, (z) => activation(frame.rows.activation ?? LINEAR, z), board.ink.fg, []);
    this.#data(context, frame);
    drawLegend(context, board, frame);
  }

  mark(board: Board, frame: UnitsFrame): void {
    const context = board.over();
    const { sample, rows } = frame;
    if (!sample || !rows.activation) return;
    const z = sample.z[unitOf(frame)];
    if (!Number.isFinite(z)) return;
    const [a, slope] = [activation(rows.activation, z), derivative(rows.activation, z)];
    const { ink } = board;
    const [x, y] = [this.#x(z), this.#y(a)];
    const reach = 0.14 * (this.#x.invert(this.#width - BOX.right) - this.#x.invert(BOX.left));
    context.strokeStyle = ink.accent;
    context.lineWidth = 2;
    context.save();
    context.beginPath();
    context.rect(BOX.left, BOX.top, this.#width - BOX.right - BOX.left, PLOT - BOX.top);
    context.clip();
    stroke(
      context,
      [this.#x(z - reach), this.#y(a - slope * reach)],
      [this.#x(z + reach), this.#y(a + slope * reach)],
    );
    context.restore();
    context.lineWidth = 1;
    context.setLineDash([2, 3]);
    stroke(context, [x, BOX.top], [x, PLOT + this.#lanes(frame.groups.count) + 4]);
    context.setLineDash([]);
    disc(context, x, this.#y(slope), 3.5, ink.soft, ink.ground);
    const own = frame.groups.count > 1 ? css(classColour(sample.group)) : ink.accent;
    disc(context, x, y, 6, own, ink.fg);
  }

  hit([px, py]: readonly [number, number], frame: UnitsFrame): Hit | null {
    const { rows, groups, state } = frame;
    const unit = unitOf(frame);
    if (!rows.activation || px < BOX.left - REACH || px > this.#width) return null;
    const inRug = py > PLOT && py < PLOT + this.#lanes(groups.count);
    const lane = inRug ? Math.floor((py - PLOT - 2) / this.#laneHeight(groups.count)) : -1;
    let [best, away] = [-1, REACH];
    for (let row = 0; row < rows.n; row++) {
      if (lane >= 0 && groups.of[row] !== lane) continue;
      const distance = Math.abs(this.#x(rows.z[row * rows.units + unit]) - px);
      if (distance < away) [best, away] = [row, distance];
    }
    if (best < 0 || (!inRug && py > PLOT)) return null;
    const z = rows.z[best * rows.units + unit];
    const about: [string, string][] = [
      ["z", significant(z)],
      ["a", significant(rows.a[best * rows.units + unit])],
      ["da/dz", significant(derivative(rows.activation, z))],
    ];
    if (groups.count > 1) about.unshift([t("class"), groupName(state, groups.of[best])]);
    const sample = rows.rows[best];
    return {
      unit,
      sample,
      title: t("{unit}, sample {sample}", { unit: nameOf(frame, unit), sample }),
      rows: about,
    };
  }

  anchor(frame: UnitsFrame): readonly [number, number] | null {
    return frame.unit === null ? null : [this.#width / 2, BOX.top + 40];
  }

  step(key: string, frame: UnitsFrame): number | null {
    return stepUnit(key, { ...frame, unit: unitOf(frame) });
  }

  caption(frame: UnitsFrame): string {
    const { sample, rows } = frame;
    const unit = unitOf(frame);
    const name = nameOf(frame, unit);
    if (!rows.activation) return name;
    const about = aboutUnit({ ...frame, sample: null }, unit)
      .filter(([what]) => what === t("on (z > 0)") || what.startsWith("|"))
      .map(([what, value]) => `${what}: ${value}`);
    if (!sample || !(unit < sample.z.length)) return [name, ...about].join(" · ");
    const z = sample.z[unit];
    const values = [
      t("sample {row}{more}", {
        row: sample.row,
        more: placeOf(rows.rows, sample.row) < 0 ? t(" (not among those shown)") : "",
      }),
      `z = ${significant(z)}`,
      `a = ${significant(sample.a[unit])}`,
      `da/dz = ${significant(derivative(rows.activation, z))}`,
    ];
    return [name, ...about, ...values].join(" · ");
  }

  #laneHeight(count: number): number {
    return Math.max(3, Math.min(LANE, 60 / count));
  }

  #lanes(count: number): number {
    return 4 + count * this.#laneHeight(count);
  }

  #fit({ rows }: UnitsFrame, unit: number): void {
    let [low, high] = [-3, 3];
    for (let row = 0; row < rows.n; row++) {
      const z = rows.z[row * rows.units + unit];
      if (z < low && z > -1e9) low = z;
      if (z > high && z < 1e9) high = z;
    }
    const of = `${rows.layer} ${unit} ${rows.named}`;
    if (of !== this.#rangeOf) this.#range = null;
    this.#rangeOf = of;
    this.#range = steadyRange(this.#range, [low, high]);
    const own = rows.activation ?? LINEAR;
    const [z0, z1] = this.#range;
    let [a0, a1] = [0, 1];
    for (let i = 0; i <= 60; i++) {
      const a = activation(own, z0 + ((z1 - z0) * i) / 60);
      [a0, a1] = [Math.min(a0, a), Math.max(a1, a)];
    }
    const room = 0.06 * (a1 - a0);
    this.#x = scaleLinear([z0, z1], [BOX.left, this.#width - BOX.right]);
    this.#y = scaleLinear([a0 - room, a1 + room], [PLOT, BOX.top]);
  }

  /** Where the slope is below the threshold: the ground of the rule for saturation. */
  #flat(context: CanvasRenderingContext2D, { ink }: Board, { rows, slope }: UnitsFrame): void {
    const own = rows.activation ?? LINEAR;
    if (own.name === "linear" || own.name === "sine" || !this.#range) return;
    context.fillStyle = ink.soft;
    context.globalAlpha = 0.13;
    const [left, right] = [BOX.left, this.#width - BOX.right];
    for (const [low, high] of flatWhere(own, slope)) {
      const from = low === Number.NEGATIVE_INFINITY ? left : Math.max(left, this.#x(low));
      const to = high === Number.POSITIVE_INFINITY ? right : Math.min(right, this.#x(high));
      if (to > from) context.fillRect(from, BOX.top, to - from, PLOT - BOX.top);
    }
    context.globalAlpha = 1;
  }

  #axes(context: CanvasRenderingContext2D, { ink }: Board): void {
    const x = this.#x as ReturnType<typeof scaleLinear<number>>;
    const y = this.#y as ReturnType<typeof scaleLinear<number>>;
    const [left, right] = [BOX.left, this.#width - BOX.right];
    context.font = `11px ${ink.font}`;
    context.lineWidth = 1;
    const line = (value: number, from: [number, number], to: [number, number]) => {
      context.strokeStyle = ink.fg;
      context.globalAlpha = value === 0 ? 0.3 : 0.09;
      stroke(context, from, to);
      context.globalAlpha = 1;
    };
    context.fillStyle = ink.soft;
    context.textAlign = "center";
    const below = this.#below;
    const across = tickText(x.ticks(7), (value) => String(value).replace("-", "−"));
    for (const value of x.ticks(7)) {
      const at = Math.round(x(value)) + 0.5;
      line(value, [at, BOX.top], [at, PLOT]);
      context.fillText(across(value), at, below + 13);
    }
    context.textAlign = "right";
    const up = tickText(y.ticks(5), y.tickFormat(5));
    for (const value of y.ticks(5)) {
      const at = Math.round(y(value)) + 0.5;
      line(value, [left, at], [right, at]);
      context.fillText(up(value), left - 6, at + 4);
    }
    context.fillStyle = ink.fg;
    context.font = `13px ${ink.font}`;
    context.textAlign = "center";
    context.fillText("z", (left + right) / 2, below + 28);
  }

  get #below(): number {
    return PLOT + this.#rug;
  }
  #rug = 0;

  #line(
    context: CanvasRenderingContext2D,
    of: (z: number) => number,
    colour: string,
    dash: number[],
  ): void {
    context.strokeStyle = colour;
    context.lineWidth = 2;
    context.setLineDash(dash);
    context.beginPath();
    for (let px = BOX.left; px <= this.#width - BOX.right; px += 2) {
      context.lineTo(px, this.#y(of(this.#x.invert(px))));
    }
    context.stroke();
    context.setLineDash([]);
  }

  #data(context: CanvasRenderingContext2D, frame: UnitsFrame): void {
    const { rows, groups } = frame;
    const unit = unitOf(frame);
    this.#ticks(context, frame, unit);
    if (rows.n > MOST_DOTS) return;
    context.globalAlpha = 0.8;
    for (let group = 0; group < groups.count; group++) {
      context.fillStyle = groups.count > 1 ? css(classColour(group)) : css(GRAY);
      context.beginPath();
      for (let row = 0; row < rows.n; row++) {
        if (groups.of[row] !== group) continue;
        const [x, y] = [rows.z, rows.a].map((values) => values[row * rows.units + unit]);
        const [px, py] = [this.#x(x), this.#y(y)];
        context.moveTo(px + 2.6, py);
        context.arc(px, py, 2.6, 0, 2 * Math.PI);
      }
      context.fill();
    }
    context.globalAlpha = 1;
  }

  /** The rug: a lane for each class, a column for each pixel, as full as there are samples. */
  #ticks(context: CanvasRenderingContext2D, { rows, groups }: UnitsFrame, unit: number): void {
    const width = this.#width - BOX.left - BOX.right;
    const high = this.#laneHeight(groups.count);
    this.#pixels.clear(width, groups.count);
    const { data, width: columns } = this.#pixels;
    const each = rows.n > 200 ? 0.45 : 0.85;
    const inks = Array.from({ length: 4 }, (_, many) =>
      Array.from({ length: groups.count }, (_, group) =>
        packed(groups.count > 1 ? classColour(group) : GRAY, Math.min(1, each * (many + 1))),
      ),
    );
    const counts = new Uint8Array(data.length);
    for (let row = 0; row < rows.n; row++) {
      const column = Math.round(this.#x(rows.z[row * rows.units + unit]) - BOX.left);
      if (!(column >= 0 && column < columns)) continue;
      const at = groups.of[row] * columns + column;
      data[at] = inks[Math.min(3, counts[at]++)][groups.of[row]];
    }
    for (let group = 0; group < groups.count; group++) {
      this.#pixels.lane(context, group, BOX.left, PLOT + 3 + group * high, width, high - 1);
    }
  }
  readonly #pixels = new Pixels();
}

const LINEAR = { name: "linear" } as const;
