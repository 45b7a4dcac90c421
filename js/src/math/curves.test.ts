import { describe, expect, it } from "vitest";
import { lowerBound, nearestIndex, rangeOf, smooth, thin } from "./curves.js";

const line = (n: number) => Float64Array.from({ length: n }, (_, i) => i);

describe("smoothing", () => {
  it("is the weighted mean of the past, whose weights sum to one from the first number on", () => {
    const y = Float64Array.of(3, -1, 4, 1, -5, 9);
    const share = 0.7;
    for (const [t, value] of smooth(y, share).entries()) {
      const weights = Array.from({ length: t + 1 }, (_, i) => share ** (t - i));
      const total = weights.reduce((a, b) => a + b);
      const mean = weights.reduce((sum, w, i) => sum + (w * y[i]) / total, 0);
      expect(value).toBeCloseTo(mean, 12);
    }
  });

  it("leaves a constant as it is, and without a share everything", () => {
    const same = smooth(new Float64Array(50).fill(0.3), 0.99);
    expect(Math.max(...same.map((v) => Math.abs(v - 0.3)))).toBeLessThan(1e-14);
    const y = Float64Array.of(1, 2);
    expect(smooth(y, 0)).toBe(y);
  });

  it("passes over what is not finite", () => {
    const out = smooth(Float64Array.of(2, Number.NaN, Number.POSITIVE_INFINITY, 2), 0.5);
    expect([...out]).toEqual([2, Number.NaN, Number.POSITIVE_INFINITY, 2]);
  });
});

describe("thinning", () => {
  it("keeps all there is while it fits", () => {
    expect([...thin(line(5), line(5), 0, 4, 100)]).toEqual([0, 1, 2, 3, 4]);
  });

  it("keeps the lowest and highest number of every pixel, in order", () => {
    const n = 100_000;
    const x = line(n);
    const y = x.map((i) => Math.sin(i * 12.9898) * 43758.5453 - Math.floor(i / 3));
    y[54_321] = 1e6;
    y[77_777] = -1e6;
    const pixels = 300;
    const rows = thin(x, y, 0, n - 1, pixels);
    expect(rows.length).toBeLessThan(5 * (pixels + 1));
    expect(rows.includes(54_321) && rows.includes(77_777)).toBe(true);
    expect(rows.every((row, i) => i === 0 || row > rows[i - 1])).toBe(true);
    const extremes = (list: Iterable<number>) => {
      const found = new Map<number, [number, number]>();
      for (const row of list) {
        const pixel = Math.floor((row * pixels) / (n - 1));
        const [low, high] = found.get(pixel) ?? [Infinity, -Infinity];
        found.set(pixel, [Math.min(low, y[row]), Math.max(high, y[row])]);
      }
      return found;
    };
    expect(extremes(rows)).toEqual(extremes(x));
  });

  it("keeps gaps, and a row beyond either edge", () => {
    const x = line(10_000);
    const y = x.slice();
    y[5000] = Number.NaN;
    expect(thin(x, y, 0, 9999, 50).includes(5000)).toBe(true);
    const some = thin(x, y, 100, 110, 50);
    expect([some[0], some.at(-1)]).toEqual([99, 110]);
    expect([...thin(x, y, 200.5, 200.6, 50)]).toEqual([200, 201]);
    expect(thin(line(0), line(0), 0, 1, 50).length).toBe(0);
  });
});

it("finds places", () => {
  const x = Float64Array.of(0, 10, 20);
  expect([-5, 0, 5, 6, 14, 99].map((v) => nearestIndex(x, v))).toEqual([0, 0, 0, 1, 1, 2]);
  expect(nearestIndex(new Float64Array(), 3)).toBe(-1);
  expect([lowerBound(x, 10), lowerBound(x, 10.5), lowerBound(x, 99)]).toEqual([1, 2, 3]);
});

it("ranges over what can be drawn", () => {
  const y = Float64Array.of(Number.NaN, 2, -1, 0, Infinity, 5);
  expect(rangeOf(y, 0, 6, false)).toEqual([-1, 5]);
  expect(rangeOf(y, 0, 6, true)).toEqual([2, 5]);
  expect(rangeOf(y, 0, 1, false)).toBeNull();
});
