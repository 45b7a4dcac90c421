/** What stands around a matrix on a canvas: its names and its frame. */

import type { Board } from "../../render/board.js";
import { type Matrix, rowName } from "../../scene/weight_matrices.js";
import type { NetState } from "../../state/types.js";
import { fitting } from "../activations/heatmap.js";

/** Room left of the cells and above them. */
export const LEFT = 46;
export const TITLE = 20;
/** Below this height of a line only every so many a row's name is written. */
const READABLE = 11;

/** Where a matrix is drawn, in pixels. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly cell: readonly [width: number, height: number];
  /** Left of the biases, and how wide they are. */
  readonly bias: readonly [x: number, width: number];
}

export function drawTitle(
  context: CanvasRenderingContext2D,
  { ink }: Board,
  matrix: Matrix,
  { x, y, bias }: Box,
): void {
  const bold = `600 12px ${ink.font}`;
  context.font = bold;
  context.textAlign = "left";
  context.textBaseline = "alphabetic";
  context.fillStyle = ink.fg;
  context.fillText(matrix.weightName, x, y - 6);
  let free = x + context.measureText(matrix.weightName).width + 8;
  context.font = `11px ${ink.font}`;
  context.fillStyle = ink.soft;
  context.fillText(matrix.shape, free, y - 6);
  free += context.measureText(matrix.shape).width + 8;
  if (!matrix.biasName) return;
  context.font = bold;
  context.fillStyle = ink.fg;
  // Over its column: it begins there, or ends there where the column is at the edge.
  const wide = context.measureText(matrix.biasName).width;
  const end = bias[0] + Math.max(bias[1], 1);
  context.fillText(matrix.biasName, Math.max(free, bias[1] > 30 ? bias[0] : end - wide), y - 6);
}

export function drawFrame(
  context: CanvasRenderingContext2D,
  { ink }: Board,
  matrix: Matrix,
  { x, y, cell, bias }: Box,
): void {
  const height = matrix.rows * cell[1];
  context.strokeStyle = ink.border;
  context.lineWidth = 1;
  context.strokeRect(x - 0.5, y - 0.5, matrix.columns * cell[0] + 1, height + 1);
  if (matrix.bias !== null) context.strokeRect(bias[0] - 0.5, y - 0.5, bias[1] + 1, height + 1);
}

export function drawNames(
  context: CanvasRenderingContext2D,
  { ink }: Board,
  { state, matrices }: { readonly state: NetState; readonly matrices: readonly Matrix[] },
  m: number,
  { y, cell }: Box,
): void {
  const every = Math.max(1, Math.ceil(READABLE / cell[1]));
  context.font = `11px ${ink.font}`;
  context.textAlign = "right";
  context.textBaseline = "middle";
  context.fillStyle = ink.soft;
  for (let row = 0; row < matrices[m].rows; row += every) {
    const name = fitting(context, rowName(state.spec, matrices[m], row), LEFT - 8);
    context.fillText(name, LEFT - 5, y + (row + 0.5) * cell[1]);
  }
  context.textBaseline = "alphabetic";
}
