import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { around, contains, equalUnits, mix, pad, steady } from "./extent.js";
import type { Extent } from "./types.js";

const number = fc.double({ min: -1e6, max: 1e6, noNaN: true });
const size = fc.double({ min: 1e-3, max: 1e3, noNaN: true });
const extents: fc.Arbitrary<Extent> = fc
  .tuple(fc.double({ min: -100, max: 100, noNaN: true }), size, number.map(Math.fround), size)
  .map(([x, dx, y, dy]) => [x, x + dx, y % 100, (y % 100) + dy]);

const width = ([x0, x1]: Extent) => x1 - x0;
const height = ([, , y0, y1]: Extent) => y1 - y0;

describe("around", () => {
  it("holds every point and touches the outermost", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(number, number), { minLength: 1 }), (points) => {
        const [x, y] = [points.map((at) => at[0]), points.map((at) => at[1])];
        const ends = [Math.min(...x), Math.max(...x), Math.min(...y), Math.max(...y)];
        const unsigned = (value: number) => value + 0; // 0 and -0 are one place
        expect(around(x, y)?.map(unsigned)).toEqual(ends.map(unsigned));
      }),
    );
  });

  it("leaves out a point of which one coordinate is not finite", () => {
    expect(around([0, 5, 1, -9], [2, Number.NaN, 3, Number.POSITIVE_INFINITY])).toEqual([
      0, 1, 2, 3,
    ]);
  });

  it("is null where nothing is finite, as after weights that diverged", () => {
    expect(around([Number.NaN], [0])).toBeNull();
    expect(around([], [])).toBeNull();
  });
});

describe("pad", () => {
  it("adds a share of each span on each side", () => {
    expect(pad([0, 10, -1, 1], 0.1)).toEqual([-1, 11, -1.2, 1.2]);
  });

  it("gives one point room of one unit", () => {
    expect(pad([3, 3, 4, 4], 0.1)).toEqual([2.5, 3.5, 3.5, 4.5]);
  });

  it("gives room that floats can tell apart, however large the number is", () => {
    const [x0, x1, y0, y1] = pad([1e20, 1e20, -1e16, -1e16 + 2], 0.1);
    expect([x0 < 1e20, x1 > 1e20, y0 < -1e16, y1 > -1e16]).toEqual([true, true, true, true]);
  });

  it("keeps a small span that is no rounding", () => {
    expect(width(pad([1e6, 1e6 + 1e-3, 0, 1], 0.5))).toBeCloseTo(2e-3, 9);
  });
});

describe("equalUnits", () => {
  it("makes a unit as long across as up, and only widens", () => {
    fc.assert(
      fc.property(extents, size, size, (extent, w, h) => {
        const equal = equalUnits(extent, w, h);
        const ratio = width(extent) / height(extent);
        if (ratio > 3 || ratio < 1 / 3) {
          expect(equal).toEqual(extent);
          return;
        }
        expect(width(equal) / w / (height(equal) / h)).toBeCloseTo(1, 6);
        expect(contains(pad(equal, 1e-9), extent)).toBe(true);
        expect(equal[0] + equal[1]).toBeCloseTo(extent[0] + extent[1], 6); // still in the middle
      }),
    );
  });
});

describe("steady", () => {
  const old: Extent = [0, 10, 0, 10];

  it("stays while the data fits", () => {
    expect(steady(old, [1, 9, 1, 9], [2, 8, 2, 8])).toBe(old);
  });

  it("is the wanted one at first, and where the data has become much smaller", () => {
    expect(steady(null, [1, 9, 1, 9], [2, 8, 2, 8])).toEqual([1, 9, 1, 9]);
    expect(steady(old, [1, 4, 1, 4], [2, 3, 2, 3])).toEqual([1, 4, 1, 4]);
  });

  it("stays where the data is small in one direction only", () => {
    expect(steady(old, [1, 9, 4, 6], [2, 8, 4, 6])).toBe(old);
  });

  it("stays about one point that moves", () => {
    const one = (x: number): Extent => [x, x, 0, 0];
    const home = pad(one(0), 0.25);
    expect(steady(home, pad(one(0.4), 0.25), one(0.4))).toBe(home);
  });

  it("goes where all the data went, in one step", () => {
    expect(steady(old, [100, 110, 100, 110], [101, 109, 101, 109])).toEqual([100, 110, 100, 110]);
  });

  it("keeps units equal where it grows", () => {
    const [x0, x1, y0, y1] = steady([0, 2, 0, 1], [1, 4, 0, 1.5], [1.2, 3.8, 0.1, 1.4]);
    expect((x1 - x0) / (y1 - y0)).toBeCloseTo(2, 9);
    expect([x0, x1]).toEqual([0, 4]);
  });

  it("keeps to what is wanted where units need not be equal", () => {
    expect(steady([0, 2, 0, 1], [1, 4, 0, 0.2], [1, 4, 0, 0.2])).toEqual([0, 4, 0, 1]);
  });

  it("always holds what is needed", () => {
    fc.assert(
      fc.property(extents, extents, size, (a, b, w) => {
        const next = steady(equalUnits(a, w, 1), equalUnits(b, w, 1), b);
        expect(contains(pad(next, 1e-6), b)).toBe(true);
      }),
    );
  });
});

it("mix goes from one to the other", () => {
  const [a, b]: Extent[] = [
    [0, 1, 2, 3],
    [4, 9, 2, 0],
  ];
  expect([mix(a, b, 0), mix(a, b, 1), mix(a, b, 0.5)]).toEqual([a, b, [2, 5, 2, 1.5]]);
});
