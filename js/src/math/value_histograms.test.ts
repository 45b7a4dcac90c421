import { describe, expect, it } from "vitest";
import { BINS, countsOf, ValueHistograms, widened } from "./value_histograms.js";

const all = (counts: Uint32Array) => counts.reduce((sum, each) => sum + each, 0);

describe("histograms over epochs", () => {
  it("have bins of equal width about 0", () => {
    const counts = countsOf(Float64Array.of(-1, -0.01, 0.01, 0.99, 5), 1, 3, 1);
    expect(all(counts)).toBe(3);
    expect([counts[BINS / 2 - 1], counts[BINS / 2], counts[BINS - 1]]).toEqual([1, 1, 1]);
  });

  it("double their range exactly: as if it had been wide from the start", () => {
    const values = Float64Array.from({ length: 500 }, (_, i) => Math.sin(i) * 0.9);
    expect(widened(countsOf(values, 0, 500, 1), 4)).toEqual(countsOf(values, 0, 500, 4));
  });

  it("widen where a later epoch leaves the range", () => {
    const histograms = new ValueHistograms();
    const small = Float64Array.of(0.3, -0.2);
    histograms.add(0, small, 0, 2);
    expect(histograms.range).toBe(0.5);
    histograms.add(1, Float64Array.of(3, 0), 0, 2);
    expect(histograms.range).toBe(4);
    expect(histograms.columns[0].counts).toEqual(countsOf(small, 0, 2, 4));
  });

  it("count an epoch anew, and begin again after a reset", () => {
    const histograms = new ValueHistograms();
    for (const epoch of [0, 1, 2, 2]) histograms.add(epoch, Float64Array.of(epoch), 0, 1);
    expect(histograms.columns.map(({ epoch }) => epoch)).toEqual([0, 1, 2]);
    histograms.cut(1);
    expect(histograms.columns.map(({ epoch }) => epoch)).toEqual([0]);
  });

  it("are thinned, and keep the first and the newest", () => {
    const histograms = new ValueHistograms();
    for (let epoch = 0; epoch <= 1000; epoch++) {
      histograms.add(epoch, Float64Array.of(1), 0, 1);
    }
    const epochs = histograms.columns.map(({ epoch }) => epoch);
    expect(epochs.length).toBeLessThanOrEqual(240);
    expect([epochs[0], epochs.at(-1)]).toEqual([0, 1000]);
  });

  it("take in what was counted before, at whatever range", () => {
    const histograms = new ValueHistograms();
    histograms.add(5, Float64Array.of(0.6), 0, 1);
    const early = countsOf(Float64Array.of(0.1), 0, 1, 0.125);
    histograms.merge(
      [
        { epoch: 2, counts: early },
        { epoch: 5, counts: early },
      ],
      0.125,
    );
    expect(histograms.columns.map(({ epoch }) => epoch)).toEqual([2, 5]);
    expect(histograms.columns[0].counts).toEqual(countsOf(Float64Array.of(0.1), 0, 1, 1));
    expect(histograms.columns[1].counts).toEqual(countsOf(Float64Array.of(0.6), 0, 1, 1));
    histograms.merge([{ epoch: 3, counts: countsOf(Float64Array.of(7), 0, 1, 8) }], 8);
    expect(histograms.range).toBe(8);
  });

  it("leave what is no number out", () => {
    const histograms = new ValueHistograms();
    histograms.add(0, Float64Array.of(Number.NaN, Number.POSITIVE_INFINITY, 1), 0, 3);
    expect(histograms.range).toBe(1);
    expect(all(histograms.columns[0].counts)).toBe(2); // ∞ is beyond the last bin, and in it
  });
});
