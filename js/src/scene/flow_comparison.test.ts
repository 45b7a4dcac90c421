import { expect, it } from "vitest";
import { candidatesOf, depthChart, lossesChart, ratiosChart, verdicts } from "./flow_comparison.js";

const CONTENT = {
  candidates: [
    { name: "a", layers: ["0", "2"], epochs: 2, losses: 3, diverged: false },
    { name: "b", layers: ["0", "2", "4"], epochs: 1, losses: 1, diverged: true },
  ],
};
const BUFFER = Float64Array.of(
  ...[0, 1, 0.5, 0.6, 1e-6, 1e-2, 1e-3, 1e-2, 0, 1, 2, 0.9, 0.8, 0.7],
  ...[0, 1, 500, 400, 300, 0, 1e19],
).buffer;
const all = candidatesOf(CONTENT, [BUFFER]);
const LOOK = { hidden: [], hot: null };

it("reads what Python sends", () => {
  expect(all.map(({ losses }) => [...losses])).toEqual([[0.9, 0.8, 0.7], [1e19]]);
  expect([...all[0].weight]).toEqual([0.5, 0.6]);
  expect(candidatesOf({}, [])).toEqual([]);
});

it("draws the depth at an epoch, at the last one where none is chosen", () => {
  expect(depthChart(all, 0, LOOK).curves.map(({ x, y }) => [[...x], [...y]])).toEqual([
    [
      [1, 2],
      [1e-6, 1e-2],
    ],
    [
      [1, 2, 3],
      [500, 400, 300],
    ],
  ]);
  expect([...depthChart(all, null, { ...LOOK, hidden: ["b"] }).curves[0].y]).toEqual([1e-3, 1e-2]);
});

it("draws ratios with the rule's bounds, and losses that others have room beside", () => {
  const ratios = ratiosChart(all, [1e-3, 1e3], LOOK);
  expect([...ratios.curves[0].y].map((v) => Number(v.toPrecision(9)))).toEqual([1e-4, 0.1]);
  expect(ratios.guides?.map(({ y }) => y)).toEqual([1e-3, 1e3]);
  expect(lossesChart(all, LOOK).log).toBe(true);
  expect(lossesChart(all.slice(0, 1), LOOK).log).toBe(false);
});

it("says which clause of the rule each falls under", () => {
  expect(verdicts(all, 0, [1e-3, 1e3]).map(({ text }) => text)).toEqual([
    "vanishing (first < 0.001 × last)",
    "exploding (first > 100 × its weights); training diverged after epoch 0",
  ]);
  expect(verdicts(all, 1, [1e-3, 1e3])[0]).toEqual({ name: "a", kind: "even", text: "ratio 0.10" });
});
