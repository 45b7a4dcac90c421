// @vitest-environment happy-dom
import { scaleLinear } from "d3-scale";
import { render, svg } from "lit-html";
import { expect, it } from "vitest";
import type { Chart } from "../scene/chart.js";
import { axesOf, logTicks } from "./chart_axes.js";

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

it("says why there is nothing to see, for as long as there is nothing", () => {
  const host = document.createElement("div");
  const text = (...y: number[]) => {
    const curve = { name: "a", x: Float64Array.of(40, 41), y: Float64Array.from(y) };
    const chart = { curves: [curve], xName: "epoch", yName: "up", log: false, empty: "not yet" };
    const [x, up] = [scaleLinear([40, 41], [50, 300]), scaleLinear([0, 1], [200, 10])];
    render(svg`${axesOf(chart as never as Chart, x, up)}`, host);
    return host.textContent;
  };
  expect(text(Number.NaN, Number.NaN)).toContain("not yet");
  expect(text(Number.NaN, 0.5)).not.toContain("not yet");
});
