import { expect, it } from "vitest";
import { smooth } from "../math/curves.js";
import type { Run } from "./runs.js";
import { captionOf, chartOf, hasTest, plotsOf, runColour } from "./training_curves.js";

const NONE = Float64Array.of(Number.NaN, Number.NaN);
const run = (name: string, slot: number, columns: Record<string, Float64Array>): Run => ({
  ...{ name, slot, live: true },
  columns: new Map(Object.entries({ epoch: Float64Array.of(0, 1), ...columns })),
});
const A = run("a", 0, {
  ...{ loss: Float64Array.of(2, 0), accuracy: Float64Array.of(0.5, 1) },
  ...{ test_loss: Float64Array.of(3, Infinity), test_accuracy: NONE, margin: NONE },
});
const B = run("b", 1, {
  loss: Float64Array.of(5, 4),
  accuracy: NONE,
  margin: Float64Array.of(1, 2),
});
const PLAIN = { log: false, smoothing: 0, columns: null, hidden: [] };

it("has a plot for every column with numbers, and none for twins", () => {
  expect(plotsOf([A], null)).toEqual(["loss", "accuracy"]);
  expect(plotsOf([A, B], null)).toEqual(["loss", "accuracy", "margin"]);
  expect(plotsOf([A, B], ["margin", "test_loss"])).toEqual(["margin", "loss"]);
  expect([plotsOf([], null), hasTest([A]), hasTest([B])]).toEqual([["loss"], true, false]);
});

it("draws train and test of every run that is not hidden", () => {
  const names = (hidden: string[]) =>
    chartOf([A, B], "loss", { ...PLAIN, hidden }).curves.map(({ name }) => name);
  expect(names([])).toEqual(["a · train", "a · test", "b · train"]);
  expect([names(["a"]), names(["test"]), names(["train"])]).toEqual([
    ["b · train"],
    ["a · train", "b · train"],
    ["a · test"],
  ]);
  expect(chartOf([A], "loss", PLAIN).curves.map(({ name }) => name)).toEqual(["train", "test"]);
});

it("draws a smoothed line over the raw one, and reads both", () => {
  const { curves } = chartOf([B], "loss", { ...PLAIN, smoothing: 0.5 });
  expect(curves.map(({ y, silent }) => [[...y], silent ?? false])).toEqual([
    [[5, 4], true],
    [[...smooth(Float64Array.of(5, 4), 0.5)], false],
  ]);
  expect(curves[1].write(1)).toBe("4.000 (4.333)");
});

it("keeps shares off the logarithm, and says what that leaves out", () => {
  const log = { ...PLAIN, log: true };
  const charts = ["loss", "accuracy"].map((name) => chartOf([A], name, log));
  expect(charts.map((chart) => chart.log)).toEqual([true, false]);
  expect(captionOf(charts, log)).toBe(
    "1 infinite numbers are gaps · 1 numbers not above 0 have no place on a logarithmic scale",
  );
  expect(captionOf([chartOf([B], "loss", PLAIN)], PLAIN)).toBe("");
});

it("has the colours of the loss surface", () => {
  expect(runColour(0)).not.toEqual(runColour(1));
});
