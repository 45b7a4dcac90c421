/** How far a field over a grid is from a plane, and into how many areas its classes part it. */

import type { Size } from "./field.js";

/**
 * The share of a field's variance that no affine map of the grid's two axes explains: 0 for a
 * plane, up to 1. It is 1 − r² of the regression on both axes, which on a full grid do not
 * correlate, so that each has its own slope; over several outputs, of their sum.
 *
 * @param values (ny · nx, k), row 0 at the bottom
 * @returns null where the field is constant
 */
export function bend(values: ArrayLike<number>, [nx, ny]: Size, k: number): number | null {
  let [all, left] = [0, 0];
  for (let output = 0; output < k; output++) {
    const [total, rest] = squares(values, nx, ny, k, output);
    all += total;
    left += rest;
  }
  return all > 0 ? Math.min(1, left / all) : null;
}

/** The sum of squares about the mean, and about the best plane. */
function squares(
  values: ArrayLike<number>,
  nx: number,
  ny: number,
  k: number,
  output: number,
): [number, number] {
  const value = (row: number, column: number) => values[(row * nx + column) * k + output];
  let [mean, alongX, alongY] = [0, 0, 0];
  const x = (column: number) => column - (nx - 1) / 2;
  const y = (row: number) => row - (ny - 1) / 2;
  for (let row = 0; row < ny; row++) {
    for (let column = 0; column < nx; column++) {
      mean += value(row, column) / (nx * ny);
      alongX += x(column) * value(row, column);
      alongY += y(row) * value(row, column);
    }
  }
  const slopeX = nx > 1 ? alongX / ((ny * nx * (nx * nx - 1)) / 12) : 0;
  const slopeY = ny > 1 ? alongY / ((nx * ny * (ny * ny - 1)) / 12) : 0;
  let [total, rest] = [0, 0];
  for (let row = 0; row < ny; row++) {
    for (let column = 0; column < nx; column++) {
      const off = value(row, column) - mean;
      total += off ** 2;
      rest += (off - slopeX * x(column) - slopeY * y(row)) ** 2;
    }
  }
  return [total, rest];
}

/** How many connected areas of one label there are; cells that touch at a corner only are apart. */
export function areas(labels: ArrayLike<number>, [nx, ny]: Size): number {
  const seen = new Uint8Array(nx * ny);
  const waiting: number[] = [];
  let count = 0;
  for (let start = 0; start < seen.length; start++) {
    if (seen[start]) continue;
    count++;
    seen[start] = 1;
    waiting.push(start);
    for (let cell = waiting.pop(); cell !== undefined; cell = waiting.pop()) {
      const column = cell % nx;
      const beside = [cell - nx, cell + nx];
      if (column > 0) beside.push(cell - 1);
      if (column < nx - 1) beside.push(cell + 1);
      for (const next of beside) {
        if (next < 0 || next >= seen.length || seen[next] || labels[next] !== labels[cell])
          continue;
        seen[next] = 1;
        waiting.push(next);
      }
    }
  }
  return count;
}
