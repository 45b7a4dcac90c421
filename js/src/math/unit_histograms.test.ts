import { describe, expect, it } from "vitest";
import { roundStep, steadyRange, unitHistograms } from "./unit_histograms.js";

describe("histograms", () => {
  it("count each value once, in its bin, unit and class", () => {
    const values = Float64Array.of(0.1, -0.9, 0.6, 0.1, -2, 5, 1, Number.NaN);
    const groups = { of: Uint8Array.of(0, 1, 1, 0), count: 2 };
    const { counts, most } = unitHistograms(values, 2, [-1, 1], 4, groups);
    // Unit 0 has 0.1 (class 0), 0.6 and −2 (class 1), 1 (class 0: the upper end).
    expect([...counts.subarray(0, 8)]).toEqual([0, 1, 0, 0, 1, 0, 1, 1]);
    // Unit 1 has −0.9 (class 0), 0.1 and 5 (class 1).
    expect([...counts.subarray(8)]).toEqual([1, 0, 0, 0, 0, 1, 0, 1]);
    expect([...most]).toEqual([2, 1]);
  });
});

describe("the range that is shown", () => {
  it("is round, holds the values and 0, and stays while they fit it well", () => {
    const first = steadyRange(null, [0.2, 4.7]);
    expect(first).toEqual([0, 5]);
    expect(steadyRange(first, [0.1, 3])).toBe(first);
    expect(steadyRange(first, [-0.5, 4])).toEqual([-1, 4]);
    expect(steadyRange(first, [0, 1])).not.toBe(first);
    expect(steadyRange(null, null)).toEqual([-1, 1]);
    expect(steadyRange(null, [0, 0])).toEqual([-1, 1]);
  });

  it("has steps of 1, 2 or 5", () => {
    expect([0.3, 0.013, 6, 100].map(roundStep)).toEqual([0.5, 0.02, 10, 100]);
  });
});
