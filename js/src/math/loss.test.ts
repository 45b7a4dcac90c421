// Agreement with torch, for every loss and head, is in tests/test_js_forward.py.
import { describe, expect, it } from "vitest";
import type { Head, Spec } from "../wire.js";
import { accuracy, decisionLevel, loss } from "./loss.js";

const BINARY = { task: "binary", loss: "bce", head: "linear", outputs: 1, dtype: "float64" };
const CLASSES = { ...BINARY, task: "multiclass", loss: "cross_entropy", outputs: 3 };
const spec = (parts: object) => parts as Spec;
const data = (y: number[]) => ({ n: y.length, k: 1, y: Float64Array.from(y) });

describe("loss", () => {
  it("of logit 0 is log 2", () => {
    expect(loss(spec(BINARY), Float64Array.of(0, 0), data([0, 1]))).toBeCloseTo(Math.LN2, 15);
  });

  it("of a certain and wrong logit grows with it, with no overflow", () => {
    expect(loss(spec(BINARY), Float64Array.of(-1000, 1000), data([1, 0]))).toBe(1000);
  });

  it("of a certain and wrong probability is 100, as in torch", () => {
    const sigmoid = spec({ ...BINARY, head: "sigmoid" });
    expect(loss(sigmoid, Float64Array.of(0, 1), data([1, 0]))).toBe(100);
    expect(loss(sigmoid, Float64Array.of(0, 1), data([0, 1]))).toBe(0);
  });

  it("feels that float32 has no number between 1 and 1 − 6e-8", () => {
    const nearlyOne = Float64Array.of(1 - 1e-9);
    const wide = loss(spec({ ...BINARY, head: "sigmoid" }), nearlyOne, data([0])) ?? 0;
    expect(wide).toBeCloseTo(9 * Math.LN10, 6);
    const single = spec({ ...BINARY, head: "sigmoid", dtype: "float32" });
    expect(loss(single, nearlyOne, data([0]))).toBe(100);
  });

  it.each<[Head, number[]]>([
    ["linear", [1, 2, 3].map(Math.log)],
    ["softmax", [1 / 6, 2 / 6, 3 / 6]],
    ["log_softmax", [1 / 6, 2 / 6, 3 / 6].map(Math.log)],
  ])("of classes with the head %s is −log p", (head, row) => {
    const twice = Float64Array.from([...row, ...row]);
    const wanted = -(Math.log(1 / 2) + Math.log(1 / 3)) / 2;
    expect(loss(spec({ ...CLASSES, head }), twice, data([2, 1]))).toBeCloseTo(wanted, 14);
  });

  it("of a regression is the mean over rows and columns", () => {
    const two = { n: 2, k: 2, y: Float64Array.of(0, 1, 2, 3) };
    const mse = spec({ ...BINARY, task: "regression", loss: "mse", outputs: 2 });
    expect(loss(mse, Float64Array.of(1, 1, 2, 5), two)).toBe(5 / 4);
    const half = { ...mse, loss: "half_mse" as const };
    expect(loss(half, Float64Array.of(1, 1, 2, 5), two)).toBe(5 / 8);
  });

  it("is left to Python where it is a callable", () => {
    expect(loss(spec({ ...BINARY, loss: "custom" }), Float64Array.of(1), data([1]))).toBeNull();
  });

  it("shows that outputs are not numbers", () => {
    expect(loss(spec(BINARY), Float64Array.of(Number.NaN), data([1]))).toBeNaN();
  });
});

describe("accuracy", () => {
  it("parts two classes at logit 0, or at probability ½", () => {
    const y = data([0, 0, 1, 1]);
    expect(accuracy(spec(BINARY), Float64Array.of(-1, 0.2, 0.2, 1), y)).toBe(0.75);
    const sigmoid = spec({ ...BINARY, head: "sigmoid" });
    expect(accuracy(sigmoid, Float64Array.of(0.1, 0.2, 0.2, 0.9), y)).toBe(0.75);
    expect([decisionLevel(spec(BINARY)), decisionLevel(sigmoid)]).toEqual([0, 0.5]);
  });

  it("takes the first of the largest outputs", () => {
    const values = Float64Array.of(1, 1, 0, 0, 1, 1, 3, 2, 1);
    expect(accuracy(spec(CLASSES), values, data([0, 1, 2]))).toBeCloseTo(2 / 3, 15);
  });

  it("of a callable loss is known where the outputs say it themselves", () => {
    const custom = { ...BINARY, loss: "custom" };
    expect(accuracy(spec(custom), Float64Array.of(1), data([1]))).toBeNull();
    expect(accuracy(spec({ ...custom, head: "sigmoid" }), Float64Array.of(0.9), data([1]))).toBe(1);
    const classes = spec({ ...CLASSES, loss: "custom" });
    expect(accuracy(classes, Float64Array.of(0, 9, 0), data([1]))).toBe(1);
  });

  it("of a regression is null", () => {
    const mse = spec({ ...BINARY, task: "regression", loss: "mse" });
    expect(accuracy(mse, Float64Array.of(1), data([1]))).toBeNull();
  });
});
