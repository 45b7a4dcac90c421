/** Which units are on together: the regions of input space, and the patterns that the data have. */

import { type ScaleLinear, scaleLinear } from "d3-scale";
import { classColour, css } from "../../math/colour.js";
import {
  bitsOf,
  type Layered,
  type Patterns,
  PIECEWISE_LINEAR,
  patternKeys,
  patternsOf,
} from "../../math/patterns.js";
import type { Board } from "../../render/board.js";
import { count, significant } from "../../render/format.js";
import { Pixels } from "../../render/pixels.js";
import { around, equalUnits, pad, steady } from "../../scene/extent.js";
import {
  cellAt,
  MOVING_WORK,
  type PatternPlane,
  PatternScene,
  paintPatterns,
  planeSize,
  RESTING_WORK,
} from "../../scene/pattern_plane.js";
import type { Extent } from "../../scene/types.js";
import { isMoving } from "../../state/moving.js";
import type { DataSet, DenseLayer } from "../../state/types.js";
import { t } from "../../words.js";
import { disc } from "./curve_marks.js";
import { type Hit, Kept, type Panel, stepUnit, type UnitsFrame } from "./frame.js";
import { drawTable, LINE, rowAt } from "./pattern_table.js";
import { drawAxes, drawPoints } from "./plane_marks.js";
import { groupName } from "./words.js";

/** What the patterns are of: the layer alone, or with all before it. */
export interface PatternSource {
  /** The stack's layers up to the one shown; null where Python computes the model. */
  readonly layers: readonly DenseLayer[] | null;
  readonly from: number;
  /** z of the layers that count, over the rows of the frame. */
  readonly counted: readonly Layered[];
}

const MARGIN = { left: 40, right: 8, top: 8, bottom: 34 };
const BESIDE = 620;
const REACH = 9;

export class PatternPanel implements Panel {
  readonly #source: (frame: UnitsFrame) => PatternSource;
  readonly #scene = new PatternScene();
  readonly #pixels = new Pixels();
  readonly #plane = new Kept<PatternPlane>();
  readonly #data = new Kept<{ patterns: Patterns; top: number[] }>();
  readonly #keys = new Map<string, Float64Array>();
  #extent: Extent | null = null;
  #box = { plane: 0, height: 0, table: 0, tableTop: 0, tableWidth: 0 };
  #x: ScaleLinear<number, number> = scaleLinear();
  #y: ScaleLinear<number, number> = scaleLinear();

  constructor(source: (frame: UnitsFrame) => PatternSource) {
    this.#source = source;
  }

  height(width: number, frame: UnitsFrame): number {
    const lines = Math.min(12, this.#dataOf(frame).patterns.sizes.length);
    const bits = this.#source(frame).counted.reduce((sum, { units }) => sum + units, 0);
    const table = 24 + Math.min(12, 2 ** bits) * LINE;
    if (!this.#flat(frame)) {
      this.#box = { plane: 0, height: 0, table: 0, tableTop: 0, tableWidth: width };
      return 24 + lines * LINE + 8;
    }
    const beside = width >= BESIDE;
    const plane = beside ? Math.round(width * 0.52) : width;
    const height = Math.min(plane * 0.82, 380);
    const [left, top] = beside ? [plane + 16, 0] : [0, height + 10];
    this.#box = { plane, height, table: left, tableTop: top, tableWidth: width - left };
    return beside ? Math.max(height, table) : height + 10 + table;
  }

  paint(board: Board, frame: UnitsFrame): void {
    const context = board.base();
    if (this.#flat(frame)) this.#paintPlane(context, board, frame);
    const { patterns, top } = this.#dataOf(frame);
    const { table, tableTop, tableWidth } = this.#box;
    const source = this.#source(frame);
    drawTable(context, board, [table, tableTop, tableWidth], {
      patterns,
      top,
      bits: (id) => bitsOf(source.counted, patterns.first[id]),
      groups: frame.groups,
      n: frame.rows.n,
    });
  }

  mark(board: Board, frame: UnitsFrame): void {
    const context = board.over();
    const { sample, state, groups } = frame;
    if (!sample || !this.#flat(frame)) return;
    const [x, y] = [state.data.X[2 * sample.row], state.data.X[2 * sample.row + 1]];
    const fill = groups.count > 1 ? css(classColour(sample.group)) : board.ink.accent;
    disc(context, this.#x(x), this.#y(y), 6, fill, board.ink.fg);
  }

  hit([px, py]: readonly [number, number], frame: UnitsFrame): Hit | null {
    const { table, tableTop } = this.#box;
    const line = px >= table && py >= tableTop ? rowAt(py - tableTop) : -1;
    const { patterns, top } = this.#dataOf(frame);
    if (line >= 0 && line < top.length) return this.#about(frame, patterns.keys[top[line]], null);
    const { plane, height } = this.#box;
    const inside =
      px > MARGIN.left &&
      px < plane - MARGIN.right &&
      py > MARGIN.top &&
      py < height - MARGIN.bottom;
    if (!this.#flat(frame) || !inside) return null;
    const sample = this.#nearest(frame, px, py);
    const place = [this.#x.invert(px), this.#y.invert(py)] as const;
    const grid = this.#planeOf(frame);
    const cell = cellAt(grid, ...place);
    if (cell < 0) return null;
    const hit = this.#about(frame, grid.keys[cell], place);
    if (sample < 0) return hit;
    const title = t("sample {row}", { row: frame.rows.rows[sample] });
    const named: [string, string][] =
      frame.groups.count > 1 ? [[t("class"), groupName(frame.state, frame.groups.of[sample])]] : [];
    return { ...hit, sample: frame.rows.rows[sample], title, rows: [...named, ...hit.rows] };
  }

  anchor(): null {
    return null;
  }

  step(key: string, frame: UnitsFrame): number | null {
    return stepUnit(key, frame);
  }

  caption(frame: UnitsFrame): string {
    const { patterns } = this.#dataOf(frame);
    const { rows } = frame;
    const own = rows.activation?.name ?? rows.named;
    const means = PIECEWISE_LINEAR.includes(own)
      ? affineWords(this.#source(frame).counted.length > rows.layer)
      : t("{why}: “on” only says that z > 0", {
          why: own === "linear" ? t("nothing bends here") : t("{own} is smooth", { own }),
        });
    const data = t("{n} different patterns among {samples} samples", {
      n: count(patterns.sizes.length),
      samples: count(rows.n),
    });
    if (!this.#flat(frame)) {
      const why =
        frame.state.spec.kind === "opaque"
          ? t("regions are drawn for stacks of Linear layers on two inputs")
          : t("regions are drawn for two inputs; this model has {inputs}", {
              inputs: frame.state.spec.inputs,
            });
      return `${data} · ${means} · ${why}`;
    }
    const { count: seen, nx, ny } = this.#planeOf(frame);
    return t("{data} · {seen} in the plane, on a grid of {nx} × {ny} · {means}", {
      data,
      seen: count(seen),
      nx,
      ny,
      means,
    });
  }

  #flat({ state: { spec } }: UnitsFrame): boolean {
    return spec.kind === "stack" && spec.inputs === 2;
  }

  #about(frame: UnitsFrame, key: number, place: readonly [number, number] | null): Hit {
    const { patterns } = this.#dataOf(frame);
    const id = patterns.keys.indexOf(key);
    const have = id < 0 ? 0 : patterns.sizes[id];
    const rows: [string, string][] = [
      [t("samples with it"), t("{have} of {n}", { have: count(have), n: count(frame.rows.n) })],
    ];
    const bits = id < 0 ? this.#bitsAt(frame, place) : this.#bits(frame, patterns.first[id]);
    if (place) {
      const { features } = frame.state.spec;
      for (const i of [0, 1]) rows.push([features[i], significant(place[i], 3)]);
    }
    return { unit: null, sample: null, title: t("pattern {bits}", { bits }), rows };
  }

  #bits(frame: UnitsFrame, row: number): string {
    return bitText(bitsOf(this.#source(frame).counted, row));
  }

  /** Of a region without samples: from a pass of that place alone. */
  #bitsAt(frame: UnitsFrame, place: readonly [number, number] | null): string {
    const { layers, from } = this.#source(frame);
    if (!layers || !place) return "";
    const [x, y] = place;
    return bitText(this.#scene.bits(layers, from, x, y));
  }

  #dataOf(frame: UnitsFrame): { patterns: Patterns; top: number[] } {
    const { counted } = this.#source(frame);
    return this.#data.get([...frame.key, counted.length], () => {
      const keys = this.#buffer("data", frame.rows.n);
      patternKeys(counted, frame.rows.n, keys);
      const patterns = patternsOf(keys);
      const top = patterns.sizes.map((_, id) => id);
      top.sort((a, b) => patterns.sizes[b] - patterns.sizes[a] || a - b);
      return { patterns, top: top.slice(0, 12) };
    });
  }

  #buffer(name: string, length: number): Float64Array {
    const known = this.#keys.get(name);
    if (known?.length === length) return known;
    const made = new Float64Array(length);
    this.#keys.set(name, made);
    return made;
  }

  #planeOf(frame: UnitsFrame): PatternPlane {
    const { layers, from } = this.#source(frame);
    const { state } = frame;
    const [width, height] = this.#inner();
    const size = planeSize(
      layers ?? [],
      width,
      height,
      isMoving(state) ? MOVING_WORK : RESTING_WORK,
    );
    const { data } = state;
    const needed = this.#around.get([data], () => aroundOf(data) ?? [-1, 1, -1, 1]);
    const wanted = equalUnits(pad(needed, 0.25), width, height);
    const sized = this.#sizedFor === `${width},${height}` ? this.#extent : null;
    this.#sizedFor = `${width},${height}`;
    this.#extent = steady(sized, wanted, needed);
    const extent = this.#extent;
    this.#x = scaleLinear([extent[0], extent[1]], [MARGIN.left, this.#box.plane - MARGIN.right]);
    this.#y = scaleLinear([extent[2], extent[3]], [this.#box.height - MARGIN.bottom, MARGIN.top]);
    return this.#plane.get([state.params, state.spec, from, layers?.length, extent, ...size], () =>
      this.#scene.plane(layers ?? [], from, extent, size),
    );
  }
  readonly #around = new Kept<Extent>();
  #sizedFor = "";

  #inner(): [number, number] {
    const { plane, height } = this.#box;
    const [width, up] = [plane - MARGIN.left - MARGIN.right, height - MARGIN.top - MARGIN.bottom];
    return [Math.max(10, width), Math.max(10, up)];
  }

  #paintPlane(context: CanvasRenderingContext2D, board: Board, frame: UnitsFrame): void {
    const plane = this.#planeOf(frame);
    const { ink } = board;
    const [width, height] = this.#inner();
    this.#pixels.clear(plane.nx, plane.ny);
    paintPatterns(plane, this.#pixels.data, ink.dark);
    this.#pixels.stretch(context, MARGIN.left, MARGIN.top, width, height);
    context.strokeStyle = ink.border;
    context.lineWidth = 1;
    context.strokeRect(MARGIN.left - 0.5, MARGIN.top - 0.5, width + 1, height + 1);
    const where = { x: this.#x, y: this.#y };
    drawPoints(context, board, frame, where);
    drawAxes(context, board, where, frame.state.spec.features);
  }

  #nearest({ rows }: UnitsFrame, px: number, py: number): number {
    const { X, n } = rows.data;
    let [best, away] = [-1, REACH ** 2];
    for (let row = 0; row < n; row++) {
      const square = (this.#x(X[2 * row]) - px) ** 2 + (this.#y(X[2 * row + 1]) - py) ** 2;
      if (square < away) [best, away] = [row, square];
    }
    return best;
  }
}

function aroundOf({ X, n }: DataSet): Extent | null {
  const column = (m: number) => Float64Array.from({ length: n }, (_, i) => X[2 * i + m]);
  return around(column(0), column(1));
}

/** @param whole where the units of every layer up to this one count */
function affineWords(whole: boolean): string {
  return whole
    ? t("inside a region the layers up to this one are one affine map")
    : t("inside a region this layer is an affine map of what it reads");
}

const MOST_BITS = 24;

/** "101 | 10", layer after layer; of very many how many are on. */
function bitText(layers: readonly Uint8Array[]): string {
  const all = layers.reduce((sum, { length }) => sum + length, 0);
  if (all <= MOST_BITS) return layers.map((bits) => bits.join("")).join(" | ");
  const on = layers.reduce((sum, bits) => sum + bits.reduce((a, b) => a + b, 0), 0);
  return t("of {all} units, {on} on", { all, on });
}
