import { expect, it } from "vitest";
import { gridOf } from "./distribution.js";

it("fills the width, and sets few units further apart than many", () => {
  for (const [width, count] of [
    [430, 2],
    [550, 2],
    [750, 64],
    [1090, 64],
  ]) {
    const { columns, width: cell, gap } = gridOf(width, count);
    expect(columns * cell + (columns - 1) * gap).toBeCloseTo(width, 9);
  }
  expect(gridOf(750, 64).columns).toBe(8);
  expect(gridOf(550, 2).gap).toBeGreaterThan(gridOf(750, 64).gap);
});
