/** The matrices as heat maps, one under the other, each with its bias beside it. */

import type { Board } from "../../render/board.js";
import { significant } from "../../render/format.js";
import { DIVERGING, drawLegend, LEGEND } from "../../render/legend.js";
import { Pixels } from "../../render/pixels.js";
import { type Cell, cellOf, type Matrix } from "../../scene/weight_matrices.js";
import type { NetState } from "../../state/types.js";
import { type Box, drawFrame, drawNames, drawTitle, LEFT, TITLE } from "./matrix_marks.js";

const GAP = 10;
const BETWEEN = 12;
const TALLEST = 26;
const WIDEST = 58;
/** What all rows together should not be higher than. */
const ROOM = 470;
/** A cell as large as this has its number in it. */
const PRINT = { width: 36, height: 15 };

export interface MatrixFrame {
  readonly state: NetState;
  /** Those that are shown. */
  readonly matrices: readonly Matrix[];
  readonly values: Float64Array | null;
  readonly limit: number;
  /** What the colours are of, for the legend. */
  readonly name: string;
  readonly caption: string;
}

export class MatrixPanel {
  #boxes: Box[] = [];
  readonly #pictures = new Map<number, Pixels>();

  layout(width: number, matrices: readonly Matrix[]): number {
    const rows = matrices.reduce((sum, matrix) => sum + matrix.rows, 0);
    const height = Math.max(1, Math.min(TALLEST, ROOM / Math.max(1, rows)));
    let y = 0;
    this.#boxes = matrices.map((matrix) => {
      const whole = width - LEFT - LEGEND - GAP;
      const biased = matrix.bias === null ? 0 : 1;
      const cell = Math.min(WIDEST, (whole - biased * GAP) / (matrix.columns + biased));
      const bias = Math.min(WIDEST, Math.max(cell, 8));
      const inner = Math.min(WIDEST, (whole - biased * (GAP + bias)) / matrix.columns);
      const high = matrix.rows <= 12 ? Math.max(height, Math.min(TALLEST, 16)) : height;
      const box: Box = {
        x: LEFT,
        y: y + TITLE,
        cell: [inner, high],
        bias: [LEFT + inner * matrix.columns + GAP, bias],
      };
      y += TITLE + matrix.rows * high + BETWEEN;
      return box;
    });
    return Math.max(y, TITLE + 90);
  }

  paint(board: Board, frame: MatrixFrame): void {
    const context = board.base();
    const { ink } = board;
    frame.matrices.forEach((matrix, m) => {
      drawTitle(context, board, matrix, this.#boxes[m]);
      if (frame.values) this.#cells(context, board, frame, m, frame.values);
      else drawFrame(context, board, matrix, this.#boxes[m]);
      drawNames(context, board, frame, m, this.#boxes[m]);
    });
    const range = [-frame.limit, frame.limit] as const;
    const legend = [
      board.width - LEGEND + 4,
      TITLE,
      Math.min(150, board.height - TITLE - 4),
    ] as const;
    drawLegend(context, ink, { range, diverging: true }, legend, frame.name);
  }

  mark(board: Board, frame: MatrixFrame, cell: Cell | null, focus: boolean): void {
    const context = board.over();
    const { ink } = board;
    const { unit } = frame.state.selection;
    frame.matrices.forEach(({ layer, rows, columns }, m) => {
      if (unit === null || layer !== unit.layer || unit.unit >= rows) return;
      const { x, y, cell: size } = this.#boxes[m];
      context.strokeStyle = ink.accent;
      context.lineWidth = 1.5;
      context.strokeRect(x - 1, y + unit.unit * size[1] - 0.5, columns * size[0] + 2, size[1] + 1);
    });
    if (!cell) return;
    const [x, y, width, height] = this.rect(cell);
    context.lineWidth = 4;
    context.strokeStyle = ink.ground;
    context.strokeRect(x - 1, y - 1, width + 2, height + 2);
    context.lineWidth = 2;
    context.strokeStyle = focus ? ink.accent : ink.fg;
    context.strokeRect(x - 1, y - 1, width + 2, height + 2);
  }

  /** Where a cell is: left, top, width, height. */
  rect({ matrix, row, column }: Cell): [x: number, y: number, width: number, height: number] {
    const { x, y, cell, bias } = this.#boxes[matrix];
    const top = y + row * cell[1];
    return column < 0
      ? [bias[0], top, bias[1], cell[1]]
      : [x + column * cell[0], top, cell[0], cell[1]];
  }

  cellAt([px, py]: readonly [number, number], matrices: readonly Matrix[]): Cell | null {
    for (let m = 0; m < matrices.length; m++) {
      const box = this.#boxes[m];
      const { rows, columns, bias } = matrices[m];
      const row = Math.floor((py - box.y) / box.cell[1]);
      if (!(row >= 0 && row < rows)) continue;
      const column = Math.floor((px - box.x) / box.cell[0]);
      if (column >= 0 && column < columns) return { matrix: m, row, column };
      const inBias = px >= box.bias[0] && px < box.bias[0] + box.bias[1];
      if (bias !== null && inBias) return { matrix: m, row, column: -1 };
    }
    return null;
  }

  #cells(
    context: CanvasRenderingContext2D,
    board: Board,
    { state, matrices, limit }: MatrixFrame,
    m: number,
    values: Float64Array,
  ): void {
    const matrix = matrices[m];
    const { weight, bias, rows, columns } = matrix;
    const { x, y, cell, bias: beside } = this.#boxes[m];
    const main = this.#picture(2 * m);
    fill(main, values, weight, columns, rows, limit);
    main.stretch(context, x, y, columns * cell[0], rows * cell[1]);
    if (bias !== null) {
      const column = this.#picture(2 * m + 1);
      fill(column, values, bias, 1, rows, limit);
      column.stretch(context, beside[0], y, beside[1], rows * cell[1]);
    }
    drawFrame(context, board, matrix, this.#boxes[m]);
    this.#frozen(context, board, matrix, m, state.frozen);
    if (cell[1] < PRINT.height) return;
    if (cell[0] >= PRINT.width) this.#print(context, board, matrix, m, values, limit, columns);
    if (beside[1] >= PRINT.width) this.#print(context, board, matrix, m, values, limit, 0);
  }

  #picture(slot: number): Pixels {
    const known = this.#pictures.get(slot) ?? new Pixels();
    this.#pictures.set(slot, known);
    return known;
  }

  /** The numbers of a matrix of so many columns, or with 0 of its biases. */
  #print(
    context: CanvasRenderingContext2D,
    { ink }: Board,
    { weight, bias, rows }: Matrix,
    m: number,
    values: Float64Array,
    limit: number,
    columns: number,
  ): void {
    context.font = `11px ${ink.font}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    for (let row = 0; row < rows; row++) {
      for (let column = columns > 0 ? 0 : -1; column < columns || column < 0; column++) {
        const value = values[column < 0 ? (bias ?? 0) + row : weight + row * columns + column];
        const [x, y, width, height] = this.rect({ matrix: m, row, column });
        // On a full blue the page's own ink would not stand out.
        context.fillStyle = value > 0.62 * limit && !ink.dark ? "#fff" : ink.fg;
        if (value < -0.62 * limit && ink.dark) context.fillStyle = "#111";
        context.fillText(short(value), x + width / 2, y + height / 2 + 0.5, width - 2);
        if (column < 0) break;
      }
    }
    context.textBaseline = "alphabetic";
  }

  #frozen(
    context: CanvasRenderingContext2D,
    { ink }: Board,
    matrix: Matrix,
    m: number,
    frozen: ReadonlySet<number>,
  ): void {
    if (frozen.size === 0) return;
    context.fillStyle = ink.fg;
    for (const index of frozen) {
      const cell = cellOf([matrix], index);
      if (!cell) continue;
      const [x, y, width] = this.rect({ ...cell, matrix: m });
      context.fillRect(x + width - 4, y + 1, 3, 3);
    }
  }
}

/** One pixel a cell. */
function fill(
  picture: Pixels,
  values: Float64Array,
  start: number,
  columns: number,
  rows: number,
  limit: number,
): void {
  picture.clear(columns, rows);
  const { data } = picture;
  const scale = 128 / limit;
  for (let i = 0; i < data.length; i++) {
    const step = values[start + i] * scale + 128;
    data[i] = step >= 0 ? DIVERGING[step < 256 ? step | 0 : 255] : DIVERGING[step < 0 ? 0 : 256];
  }
}

function short(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && size < 0.001) return significant(value, 1);
  return significant(value, size >= 100 ? 3 : size < 0.01 ? 1 : size < 0.1 ? 2 : 3);
}
