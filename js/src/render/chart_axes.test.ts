import { expect, it } from "vitest";
import { logTicks } from "./chart_axes.js";

it("has ticks at decades, finer ones where there are few, always within", () => {
  expect(logTicks(1e-7, 2, 4)).toEqual([1e-6, 1e-4, 1e-2, 1]);
  expect(logTicks(0.08, 3, 5)).toEqual([0.1, 0.2, 0.5, 1, 2]);
  for (const [low, high] of [
    [0.9, 1.1],
    [0.45, 0.55],
    [0.2537, 0.307],
    [755591, 914265],
  ]) {
    const ticks = logTicks(low, high, 5);
    expect(ticks.length).toBeGreaterThan(1);
    expect(ticks.every((tick) => tick >= low && tick <= high)).toBe(true);
  }
});
