import { describe, expect, it } from "vitest";
import { evenly, surfaceGrid } from "../testing/surfaces.js";
import * as surface from "./surface.js";

const AXIS = evenly(-2, 2, 9);
const bowl = surfaceGrid({ x: AXIS, y: AXIS, loss: (x, y) => 1 + (x - 1) ** 2 + 2 * y * y });
const withHoles = surfaceGrid({
  x: [0, 1, 2],
  y: [0, 1],
  loss: (x, y) => (y === 1 ? [Number.NaN, Infinity, 5][x] : x - 1),
});

describe("the scale", () => {
  it("spans the finite losses", () => {
    expect(surface.shadingOf(bowl, false)).toEqual({ low: 1, high: 18, log: false });
    expect(surface.shadingOf(withHoles, false)).toEqual({ low: -1, high: 5, log: false });
  });

  it("begins at the least positive loss where it is logarithmic, if there is one", () => {
    expect(surface.shadingOf(withHoles, true)).toEqual({ low: 1, high: 5, log: true });
    const negative = surfaceGrid({ x: [0, 1], y: [0, 1], loss: (x) => -x });
    expect(surface.shadingOf(negative, true)).toEqual({ low: -1, high: -0, log: false });
    const deep = surfaceGrid({ x: [0, 1], y: [0, 1], loss: (x) => (x ? 100 : 1e-30) });
    expect(surface.shadingOf(deep, true).low).toBeCloseTo(1e-8, 15);
  });

  it("is not undone by a grid without one number", () => {
    const none = surfaceGrid({ x: [0, 1], loss: () => Number.NaN });
    expect(surface.shadingOf(none, true)).toEqual({ low: 0, high: 1, log: false });
  });

  it("says where a loss is on it", () => {
    const linear = { low: 2, high: 6, log: false };
    const log = { low: 0.01, high: 100, log: true };
    expect([1, 2, 3, 6, 9].map((v) => surface.shareOf(v, linear))).toEqual([0, 0, 0.25, 1, 1]);
    expect(surface.shareOf(1, log)).toBeCloseTo(0.5, 12);
    expect(surface.shareOf(-3, log)).toBe(0);
    for (const value of [Number.NaN, Infinity, -Infinity]) {
      expect(surface.shareOf(value, log)).toBeNaN();
    }
    expect(surface.shareOf(5, { low: 5, high: 5, log: false })).toBe(0);
  });

  it("has levels between its ends, closer below, or at even factors", () => {
    const linear = surface.levelsOf({ low: 2, high: 6, log: false });
    const gaps = linear.slice(1).map((level, i) => level - linear[i]);
    expect([linear[0] > 2, (linear.at(-1) as number) < 6]).toEqual([true, true]);
    for (let i = 1; i < gaps.length; i++) expect(gaps[i]).toBeGreaterThan(gaps[i - 1]);
    const log = surface.levelsOf({ low: 0.01, high: 100, log: true });
    const factors = log.slice(1).map((level, i) => level / log[i]);
    for (const factor of factors) expect(factor).toBeCloseTo(factors[0], 9);
    expect(surface.levelsOf({ low: 3, high: 3, log: true })).toEqual([]);
  });

  it("has heights", () => {
    expect(surface.heightOf(100, { low: 1, high: 1000, log: true })).toBe(2);
    expect(surface.heightOf(-100, { low: 1, high: 1000, log: true })).toBe(0);
    expect(surface.heightOf(100, { low: 1, high: 1000, log: false })).toBe(100);
  });
});

describe("colours", () => {
  it("have the grid's last row first, and none where there is no number", () => {
    const { pixels, nx, ny } = surface.fieldOf(
      surface.cellsOf(withHoles),
      surface.shadingOf(withHoles, false),
    );
    expect([nx, ny]).toEqual([3, 2]);
    const alpha = Array.from({ length: 6 }, (_, i) => pixels[4 * i + 3]);
    expect(alpha).toEqual([0, 0, 255, 255, 255, 255]);
    expect(pixels[4 * 2]).toBeGreaterThan(pixels[4 * 3]); // 5 is lighter than −1
  });
});

describe("cells", () => {
  it("are the grid's own where its points are evenly spaced", () => {
    expect(surface.cellsOf(bowl).values).toBe(bowl.z);
  });

  it("are read between the points of another grid", () => {
    const uneven = surfaceGrid({ x: [0, 1, 4], y: [0, 1], loss: (x, y) => 3 * x - y });
    const { values, nx, ny, extent } = surface.cellsOf(uneven);
    expect(extent).toEqual([0, 4, 0, 1]);
    for (const [i, j] of [
      [0, 0],
      [20, 5],
      [nx - 1, ny - 1],
    ]) {
      expect(values[j * nx + i]).toBeCloseTo((12 * i) / (nx - 1) - j / (ny - 1), 9);
    }
  });
});

describe("contours", () => {
  it("are where the loss has their level", () => {
    const fine = surfaceGrid({
      x: evenly(-2, 2, 81),
      y: evenly(-2, 2, 81),
      loss: (x, y) => (x - 1) ** 2 + 2 * y * y,
    });
    const contours = surface.contoursOf(surface.cellsOf(fine), surface.shadingOf(fine, false));
    expect(contours.length).toBe(12);
    for (const { level, paths } of contours) {
      expect(paths.length).toBeGreaterThan(0);
      for (const [x, y] of paths.flat()) {
        expect(Math.abs((x - 1) ** 2 + 2 * y * y - level)).toBeLessThan(0.02);
      }
    }
  });
});

describe("between the points", () => {
  const plane = surfaceGrid({ x: [-1, 0, 2], y: [1, 3], loss: (x, y) => 2 * x - 3 * y + 1 });

  it("a plane is itself, with its slope", () => {
    for (const at of [
      [-1, 1],
      [0.5, 2.5],
      [2, 3],
      [-0.25, 1.1],
    ] as const) {
      expect(surface.valueAt(plane, at)).toBeCloseTo(2 * at[0] - 3 * at[1] + 1, 12);
      const slope = surface.slopeAt(plane, at) as readonly number[];
      expect(slope[0]).toBeCloseTo(2, 12);
      expect(slope[1]).toBeCloseTo(-3, 12);
    }
  });

  it("nothing is known outside", () => {
    for (const at of [
      [-1.1, 2],
      [2.1, 2],
      [0, 0.9],
      [0, 3.1],
      [Number.NaN, 2],
    ] as const) {
      expect(surface.valueAt(plane, at)).toBeNull();
      expect(surface.slopeAt(plane, at)).toBeNull();
    }
  });

  it("no number stays none, and does not spread to the next point", () => {
    expect(surface.valueAt(withHoles, [0.5, 0.5])).toBeNaN();
    expect(surface.slopeAt(withHoles, [0.5, 0.5])).toBeNull();
    expect(surface.valueAt(withHoles, [2, 1])).toBe(5);
    expect(surface.valueAt(withHoles, [0.5, 0])).toBe(-0.5);
  });

  it("a line has no other side", () => {
    const line = surfaceGrid({ x: [0, 1, 2], loss: (x) => x * x });
    expect(surface.valueAt(line, [1.5, 99])).toBe(2.5);
    expect(surface.slopeAt(line, [1.5, 99])).toEqual([3, 0]);
  });
});

it("the best place is the lowest finite cell", () => {
  expect(surface.bestOf(bowl)).toEqual({ at: [1, 0], loss: 1 });
  expect(surface.bestOf(withHoles)).toEqual({ at: [0, 0], loss: -1 });
  expect(surface.bestOf(surfaceGrid({ x: [0, 1], loss: () => Infinity }))).toBeNull();
  expect(surface.missing(withHoles)).toBe(2);
});
