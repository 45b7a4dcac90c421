import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DenseLayer } from "../state/types.js";
import type { LayerSpec } from "../wire.js";
import type { Extent, Line, Point } from "./lines.js";
import {
  clip,
  evaluate,
  flip,
  scale,
  sliceLine,
  steepness,
  through,
  toParams,
  translate,
  turn,
} from "./lines.js";

const number = fc.double({ min: -10, max: 10, noNaN: true });
const point = fc.tuple(number, number);
const lines: fc.Arbitrary<Line> = fc
  .record({ w: point, b: number })
  .filter(({ w }) => Math.hypot(...w) > 1e-2);
const apart = fc
  .tuple(point, point)
  .filter(([p, q]) => Math.hypot(p[0] - q[0], p[1] - q[1]) > 1e-2);
const DIAGONAL: Line = { w: [1, 1], b: -1 };
const NONE: Line = { w: [0, 0], b: 1 };

describe("sliceLine and toParams", () => {
  const layer: DenseLayer = {
    ...{ inputs: 3, units: 2, activation: { name: "tanh" } },
    weight: Float64Array.of(1, 2, 3, 4, 5, 6),
    bias: Float64Array.of(7, 8),
  };
  const spec: LayerSpec = {
    ...{ name: "0", weight: 10, bias: 20, inputs: 3, units: 2, activation: null },
    reads: -1,
  };

  it("holds the inputs that are not shown", () => {
    expect(sliceLine(layer, 1, [2, 0], [9, 10, 9])).toEqual({ w: [6, 4], b: 8 + 5 * 10 });
  });

  it("shows one input as an upright line", () => {
    expect(sliceLine(layer, 0, [1], [1, 9, 1])).toEqual({ w: [2, 0], b: 7 + 1 + 3 });
  });

  it("names only the two weights and the bias", () => {
    const line = sliceLine(layer, 1, [2, 0], [9, 10, 9]);
    expect(toParams(line, layer, 1, [2, 0], [9, 10, 9], spec)).toEqual({
      index: [15, 13, 21],
      value: [6, 4, 8],
    });
  });

  it("are each other's inverse", () => {
    fc.assert(
      fc.property(lines, fc.tuple(number, number, number), (line, fixed) => {
        const changed = { ...layer, weight: layer.weight.slice(), bias: Float64Array.of(7, 8) };
        const { index, value } = toParams(line, layer, 1, [0, 2], fixed, spec);
        index.forEach((flat, i) => {
          if (flat >= 20) changed.bias[flat - 20] = value[i];
          else changed.weight[flat - 10] = value[i];
        });
        const back = sliceLine(changed, 1, [0, 2], fixed);
        expect(back.w).toEqual(line.w);
        expect(back.b).toBeCloseTo(line.b, 12);
      }),
    );
  });

  it("leaves out a bias that there is not", () => {
    const bare = { ...layer, bias: null };
    expect(sliceLine(bare, 0, [0, 1], [0, 0, 1]).b).toBe(3);
    expect(toParams(DIAGONAL, bare, 0, [0, 1], [0, 0, 1], { ...spec, bias: null }).index).toEqual([
      10, 11,
    ]);
  });

  it("says which layer has no weight", () => {
    const opaque = { ...spec, weight: null };
    expect(() => toParams(DIAGONAL, layer, 0, [0, 1], [0, 0, 0], opaque)).toThrow("layer 0");
  });
});

describe("translate, scale, flip", () => {
  it("moves every point of the line along", () => {
    fc.assert(
      fc.property(lines, point, point, (line, p, [dx, dy]) => {
        const moved = translate(line, dx, dy);
        expect(evaluate(moved, [p[0] + dx, p[1] + dy])).toBeCloseTo(evaluate(line, p), 9);
        expect(moved.w).toEqual(line.w);
      }),
    );
  });

  it("keeps the line in place and changes only z", () => {
    fc.assert(
      fc.property(lines, point, (line, p) => {
        expect(evaluate(scale(line, 3), p)).toBeCloseTo(3 * evaluate(line, p), 9);
        expect(evaluate(flip(line), p)).toBeCloseTo(-evaluate(line, p), 12);
      }),
    );
  });
});

describe("through", () => {
  it("passes through pivot and pointer, as steep as before", () => {
    fc.assert(
      fc.property(lines, apart, fc.constantFrom(1, -1, undefined), (line, [p, q], sense) => {
        const turned = through(line, p, q, sense as 1 | -1 | undefined) as Line;
        expect(steepness(turned)).toBeCloseTo(steepness(line), 10);
        expect(evaluate(turned, p)).toBeCloseTo(0, 9);
        expect(evaluate(turned, q)).toBeCloseTo(0, 9);
      }),
    );
  });

  const turnsAround = (next: (line: Line, pointer: Point) => Line) => {
    let line = DIAGONAL;
    for (let degrees = 1; degrees <= 360; degrees++) {
      const angle = ((degrees - 45) * Math.PI) / 180;
      const turned = next(line, [0.5 + Math.cos(angle), 0.5 + Math.sin(angle)]);
      expect(turned.w[0] * line.w[0] + turned.w[1] * line.w[1]).toBeGreaterThan(1.99); // w² = 2
      line = turned;
    }
    expect(line.w[0]).toBeCloseTo(1, 12);
    expect(line.w[1]).toBeCloseTo(1, 12);
  };

  it("keeps its positive side on the same hand for a full turn, step by step", () => {
    turnsAround((line, pointer) => through(line, [0.5, 0.5], pointer) as Line);
  });

  it("does so from the start of the drag, where the handle's sense is known", () => {
    turnsAround((_, pointer) => through(DIAGONAL, [0.5, 0.5], pointer, 1) as Line);
    const back = through(DIAGONAL, [0.5, 0.5], [0, 1], -1) as Line; // the other handle, at rest
    expect(back.w[0]).toBeCloseTo(1, 12);
  });

  it("takes the smaller turn where it is not told", () => {
    fc.assert(
      fc.property(lines, apart, (line, [p, q]) => {
        const { w } = through(line, p, q) as Line;
        expect(w[0] * line.w[0] + w[1] * line.w[1]).toBeGreaterThanOrEqual(-1e-9);
      }),
    );
  });

  it("only moves where the pointer is on the pivot", () => {
    expect(through(DIAGONAL, [2, 3], [2, 3])).toEqual({ w: [1, 1], b: -5 });
  });

  it("is null where there is no line to turn", () => {
    expect(through(NONE, [0, 0], [1, 1])).toBeNull();
    expect(through({ w: [Number.NaN, 1], b: 0 }, [0, 0], [1, 1])).toBeNull();
    expect(through({ w: [Number.POSITIVE_INFINITY, 1], b: 0 }, [0, 0], [1, 1])).toBeNull();
    expect(through(DIAGONAL, [0, 0], [Number.NaN, 1])).toBeNull();
  });
});

describe("turn", () => {
  it("passes through the pointer with the same b and steepness, or says that it cannot", () => {
    fc.assert(
      fc.property(lines, apart, (line, [[x0, y0], [x1, y1]]) => {
        const pointer: Point = [x1 - x0, y1 - y0];
        const turned = turn(line, pointer);
        const reach = steepness(line) * Math.hypot(...pointer);
        expect(turned === null).toBe(Math.abs(line.b) > reach);
        if (turned === null) return;
        expect(turned.b).toBe(line.b);
        expect(steepness(turned)).toBeCloseTo(steepness(line), 7);
        expect(evaluate(turned, pointer)).toBeCloseTo(0, 7);
      }),
    );
  });

  it("leaves the line where it is if the pointer is on it already", () => {
    for (const pointer of [
      [2, -1],
      [-3, 4],
      [0.5, 0.5],
    ] as const) {
      const { w } = turn(DIAGONAL, pointer) as Line;
      expect(w[0]).toBeCloseTo(1, 7);
      expect(w[1]).toBeCloseTo(1, 7);
    }
  });

  it("is null where there is no line, or the pointer is on the origin", () => {
    expect(turn(NONE, [1, 1])).toBeNull();
    expect(turn(DIAGONAL, [0, 0])).toBeNull();
    expect(turn({ w: [1, 1], b: 0 }, [0, 0])).toBeNull();
  });
});

const distance = (p: Point, q: Point) => Math.hypot(p[0] - q[0], p[1] - q[1]);
const longest = (points: Point[]) =>
  Math.max(0, ...points.flatMap((p) => points.map((q) => distance(p, q))));

/** Where the line crosses the four sides, by solving for each. */
function crossings({ w, b }: Line, [x0, x1, y0, y1]: Extent): Point[] {
  const upright = [x0, x1].map((x): Point => [x, -(w[0] * x + b) / w[1]]);
  const level = [y0, y1].map((y): Point => [-(w[1] * y + b) / w[0], y]);
  return [
    ...upright.filter(([, y]) => y >= y0 && y <= y1),
    ...level.filter(([x]) => x >= x0 && x <= x1),
  ];
}

describe("clip", () => {
  const EXTENT: Extent = [-4, 6, -3, 2];

  it("finds the crossings that solving for each side finds", () => {
    // A line along a side may count as inside or outside: rounding decides.
    const grown = (by: number): Extent => [-4 - by, 6 + by, -3 - by, 2 + by];
    fc.assert(
      fc.property(lines, (line) => {
        const segment = clip(line, EXTENT);
        if (segment === null) {
          expect(longest(crossings(line, grown(-1e-9)))).toBeLessThan(1e-3);
        } else {
          const wanted = crossings(line, grown(1e-9));
          for (const point of segment) {
            expect(Math.min(...wanted.map((p) => distance(p, point)))).toBeLessThan(1e-3);
          }
        }
      }),
      { numRuns: 1000 },
    );
  });

  it("runs with the positive side on its left, inside the extent", () => {
    fc.assert(
      fc.property(lines, (line) => {
        const segment = clip(line, EXTENT);
        if (segment === null) return;
        const [[x0, y0], [x1, y1]] = segment;
        expect((x1 - x0) * line.w[1] - (y1 - y0) * line.w[0]).toBeGreaterThan(0);
        for (const [x, y] of segment) {
          expect(x >= -4 && x <= 6 && y >= -3 && y <= 2).toBe(true);
          expect(evaluate(line, [x, y])).toBeCloseTo(0, 9);
        }
      }),
    );
  });

  it("handles lines along the axes", () => {
    expect(clip({ w: [2, 0], b: -2 }, EXTENT)).toEqual([
      [1, 2],
      [1, -3],
    ]);
    expect(clip({ w: [0, -1], b: 1 }, EXTENT)).toEqual([
      [6, 1],
      [-4, 1],
    ]);
    expect(clip({ w: [0, 1], b: 3 }, EXTENT)).toEqual([
      [-4, -3],
      [6, -3],
    ]);
  });

  it("is null for a line outside, one that only touches a corner, and none at all", () => {
    expect(clip({ w: [1, 0], b: -7 }, EXTENT)).toBeNull();
    expect(clip({ w: [1, 1], b: 7 }, EXTENT)).toBeNull();
    expect(clip(NONE, EXTENT)).toBeNull();
    expect(clip({ w: [Number.NaN, 1], b: 0 }, EXTENT)).toBeNull();
    expect(clip({ w: [1, 1], b: Number.POSITIVE_INFINITY }, EXTENT)).toBeNull();
  });

  it("is exact for weights whose squares over- or underflow", () => {
    expect(clip({ w: [1e300, 0], b: 0 }, EXTENT)).toEqual([
      [0, 2],
      [0, -3],
    ]);
    expect(clip({ w: [1e-300, 0], b: 0 }, EXTENT)).toEqual([
      [0, 2],
      [0, -3],
    ]);
  });
});
