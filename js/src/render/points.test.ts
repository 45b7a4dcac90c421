import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isDark, over, radiusFor } from "./points.js";

const byte = fc.integer({ min: 0, max: 255 });
const colour = (r: number, g: number, b: number, a: number) =>
  ((a << 24) | (b << 16) | (g << 8) | r) >>> 0;
const parts = (pixel: number) => [0, 8, 16, 24].map((shift) => (pixel >>> shift) & 255);

describe("over", () => {
  it("on an opaque ground is the mean weighted by alpha", () => {
    fc.assert(
      fc.property(byte, byte, byte, byte, (top, alpha, under, other) => {
        const [r, g, , a] = parts(over(colour(top, other, 0, alpha), colour(under, under, 0, 255)));
        const share = alpha / 255;
        expect(r).toBeCloseTo(Math.round(top * share + under * (1 - share)), 9);
        expect(g).toBeCloseTo(Math.round(other * share + under * (1 - share)), 9);
        expect(a).toBe(255);
      }),
    );
  });

  it("of two half transparent colours covers three quarters, the upper counting twice", () => {
    const [r, , b, a] = parts(over(colour(255, 0, 0, 128), colour(0, 0, 255, 128)));
    expect(a).toBe(192);
    expect(r / b).toBeCloseTo(2, 1);
  });
});

describe("points", () => {
  it("are smaller where there are more", () => {
    const radii = [1, 60, 61, 500, 501, 1500, 1501, 100_000].map(radiusFor);
    expect(radii).toEqual([...radii].sort((a, b) => b - a));
    expect(radii.at(-1)).toBeGreaterThan(1);
  });

  it("know a dark ground from a light one", () => {
    expect(["rgb(17, 17, 17)", "rgb(255, 255, 255)", ""].map(isDark)).toEqual([true, false, false]);
  });
});
