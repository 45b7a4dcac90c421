import { expect, it } from "vitest";
import { matricesOf } from "../../scene/weight_matrices.js";
import { specOf } from "../../testing/fake-store.js";
import { stepCell } from "./step_cell.js";

const matrices = matricesOf(specOf([2, 3, 1]));

it("arrow keys go over the edges, to the biases and to the next matrix", () => {
  const go = (keys: string, from: [number, number, number]) =>
    keys.split("").reduce((cell, key) => {
      const name = { l: "ArrowLeft", r: "ArrowRight", u: "ArrowUp", d: "ArrowDown" }[key] ?? "";
      const next = stepCell(name, matrices, { matrix: cell[0], row: cell[1], column: cell[2] });
      return next ? ([next.matrix, next.row, next.column] as [number, number, number]) : cell;
    }, from);
  expect(go("r", [0, 0, 0])).toEqual([0, 0, 1]);
  expect(go("rr", [0, 0, 0])).toEqual([0, 0, -1]);
  expect(go("rrr", [0, 0, 0])).toEqual([0, 0, -1]);
  expect(go("l", [0, 0, -1])).toEqual([0, 0, 1]);
  expect(go("d", [0, 2, 1])).toEqual([1, 0, 1]);
  expect(go("d", [0, 2, -1])).toEqual([1, 0, -1]);
  expect(go("d", [1, 0, 2])).toEqual([1, 0, 2]);
  expect(go("u", [1, 0, 2])).toEqual([0, 2, 1]);
  expect(stepCell("Tab", matrices, { matrix: 0, row: 0, column: 0 })).toBeNull();
  expect(stepCell("ArrowUp", matrices, null)).toEqual({ matrix: 0, row: 0, column: 0 });
});
