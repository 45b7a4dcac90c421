/** From cell to cell by arrow keys. */

import type { Cell, Matrix } from "../../scene/weight_matrices.js";

/** The next cell an arrow key goes to: over the edges to the biases and to other matrices. */
export function stepCell(key: string, matrices: readonly Matrix[], cell: Cell | null): Cell | null {
  if (!cell) return { matrix: 0, row: 0, column: 0 };
  const { rows, columns, bias } = matrices[cell.matrix];
  const { matrix, row, column } = cell;
  const last = columns - 1;
  switch (key) {
    case "ArrowLeft":
      return { matrix, row, column: column < 0 ? last : Math.max(0, column - 1) };
    case "ArrowRight":
      if (column < 0) return cell;
      return { matrix, row, column: column < last ? column + 1 : bias === null ? last : -1 };
    case "ArrowUp":
      if (row > 0) return { matrix, row: row - 1, column };
      return matrix > 0
        ? landed(matrices, matrix - 1, matrices[matrix - 1].rows - 1, column)
        : cell;
    case "ArrowDown":
      if (row < rows - 1) return { matrix, row: row + 1, column };
      return matrix < matrices.length - 1 ? landed(matrices, matrix + 1, 0, column) : cell;
    case "Home":
      return { matrix, row, column: 0 };
    case "End":
      return { matrix, row, column: bias === null ? last : -1 };
    default:
      return null;
  }
}

function landed(matrices: readonly Matrix[], matrix: number, row: number, column: number): Cell {
  const { columns, bias } = matrices[matrix];
  const kept = column < 0 && bias === null ? columns - 1 : Math.min(column, columns - 1);
  return { matrix, row, column: kept };
}
