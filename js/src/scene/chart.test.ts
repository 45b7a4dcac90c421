import { describe, expect, it } from "vitest";
import { type Curve, heightOf, homeOf, nearestX, readout, stepX, Window } from "./chart.js";

const curve = (x: number[], y: number[], more: Partial<Curve> = {}): Curve => ({
  ...{ name: "c", colour: [0, 0, 0], write: (row) => String(y[row]) },
  ...{ x: Float64Array.from(x), y: Float64Array.from(y), ...more },
});
const chart = (curves: Curve[], more = {}) => ({
  ...{ curves, xName: "epoch", yName: "loss", log: false, ...more },
});

describe("the window", () => {
  it("follows what comes until somebody zooms, and stays within it", () => {
    const window = new Window();
    window.home = [0, 100];
    expect(window.shown).toEqual([0, 100]);
    window.zoomBy(4, 100);
    expect(window.shown).toEqual([75, 100]);
    window.home = [0, 200];
    expect(window.shown).toEqual([75, 100]);
    window.panBy(-500);
    expect(window.shown).toEqual([0, 25]);
    window.zoomBy(1 / 100);
    expect([window.shown, window.zoomed]).toEqual([[0, 200], false]);
  });

  it("never shows less than two epochs, nor a past that is gone", () => {
    const window = new Window();
    window.home = [0, 100];
    window.zoomBy(1e9, 50);
    expect(window.shown).toEqual([49, 51]);
    window.home = [0, 10];
    expect(window.shown).toEqual([8, 10]);
  });
});

describe("the height", () => {
  it("shows every curve's visible part", () => {
    const both = chart([curve([0, 1, 2], [9, 2, 3]), curve([0, 1, 2], [8, -1, 4])]);
    const [low, high] = heightOf(both, [1, 2]);
    expect(low).toBeLessThan(-1);
    expect(high).toBeGreaterThan(4);
    expect(high).toBeLessThan(5);
  });

  it("begins at zero where that is near, and ends at 100 %", () => {
    expect(heightOf(chart([curve([0, 1], [0.1, 1])], { percent: true }), [0, 1])).toEqual([0, 1]);
  });

  it("leaves out what a logarithm does not have", () => {
    const [low, high] = heightOf(chart([curve([0, 1, 2], [0, 1e-3, 10])], { log: true }), [0, 2]);
    expect([low > 1e-4, low < 1e-3, high > 10]).toEqual([true, true, true]);
    expect(heightOf(chart([], { log: true }), [0, 1])).toEqual([0.1, 1]);
  });
});

it("finds epochs", () => {
  const curves = [curve([0, 1, 2, 3], [4, 3, 2, 1]), curve([0, 10], [5, 6], { name: "d" })];
  expect([homeOf(curves), homeOf([]), homeOf([curve([5], [1])])]).toEqual([
    [0, 10],
    [0, 1],
    [5, 6],
  ]);
  expect([nearestX(curves, 2.4), nearestX(curves, 8), nearestX([], 1)]).toEqual([2, 10, null]);
  expect([stepX(curves, 1, 1), stepX(curves, 1, -1), stepX(curves, 2, 10)]).toEqual([2, 0, 3]);
  expect([stepX(curves, 2, -Infinity), stepX([], 0, 1)]).toEqual([0, null]);
});

it("reads every curve out, and says where a row is of another epoch", () => {
  const curves = [
    curve([0, 1, 2, 3], [4, 3, 2, 1]),
    curve([0, 10], [5, 6], { name: "d" }),
    curve([0], [7], { name: "silent", silent: true }),
    curve([], [], { name: "e" }),
  ];
  expect(readout(curves, 3)).toEqual([
    ["c", "1"],
    ["d", "5 (at 0)"],
    ["e", "–"],
  ]);
  expect(readout(curves, 10)[0]).toEqual(["c", "–"]);
});
