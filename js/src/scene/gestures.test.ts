import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evaluate, steepness } from "../math/lines.js";
import { pulled, steepened, turnedBy } from "./gestures.js";
import type { Line, Position } from "./types.js";

const number = fc.double({ min: -10, max: 10, noNaN: true });
const point: fc.Arbitrary<Position> = fc.tuple(number, number);
const lines: fc.Arbitrary<Line> = fc
  .record({ w: point, b: number })
  .filter(({ w }) => Math.hypot(...w) > 0.1);

/** Somewhere on the line. */
const foot = ({ w, b }: Line): Position => {
  const square = w[0] ** 2 + w[1] ** 2;
  return [(-b * w[0]) / square, (-b * w[1]) / square];
};

describe("slide", () => {
  it("carries the place that was taken to the pointer", () => {
    fc.assert(
      fc.property(lines, point, point, (line, at, pointer) => {
        const slid = pulled({ kind: "slide", line, at }, pointer) as Line;
        expect(slid.w).toEqual(line.w);
        expect(evaluate(slid, pointer)).toBeCloseTo(evaluate(line, at), 6);
      }),
    );
  });
});

describe("turn", () => {
  it("goes through pivot and pointer, as steep as before, to the same side of the hand", () => {
    fc.assert(
      fc.property(lines, point, point, fc.constantFrom(1, -1), (line, pivot, pointer, end) => {
        fc.pre(Math.hypot(pivot[0] - pointer[0], pivot[1] - pointer[1]) > 0.1);
        const turned = pulled({ kind: "turn", line, pivot, end: end as 1 | -1 }, pointer) as Line;
        expect(evaluate(turned, pivot)).toBeCloseTo(0, 6);
        expect(evaluate(turned, pointer)).toBeCloseTo(0, 6);
        expect(steepness(turned)).toBeCloseTo(steepness(line), 6);
        // One step to the left of the way from pivot to pointer is positive for the end ahead.
        const left: Position = [
          pivot[0] - (pointer[1] - pivot[1]) * end,
          pivot[1] + (pointer[0] - pivot[0]) * end,
        ];
        expect(evaluate(turned, left)).toBeGreaterThan(0);
      }),
    );
  });
});

describe("swing", () => {
  it("goes through the pointer without its bias, or not at all", () => {
    fc.assert(
      fc.property(lines, point, (line, pointer) => {
        fc.pre(Math.hypot(...pointer) > 0.01);
        const swung = pulled({ kind: "swing", line }, pointer);
        // |w·x| is at most ‖w‖‖x‖: nearer to the origin w·x + b cannot become 0.
        const most = Math.hypot(...pointer) * steepness(line);
        if (swung === null) expect(most).toBeLessThanOrEqual(Math.abs(line.b) * (1 + 1e-9));
        else {
          expect(swung.b).toBe(line.b);
          expect(evaluate(swung, pointer)).toBeCloseTo(0, 6);
        }
      }),
    );
  });
});

describe("steepen", () => {
  const norms = fc.double({ min: 0.1, max: 50, noNaN: true });

  it("leaves the line where it is", () => {
    fc.assert(
      fc.property(lines, norms, fc.boolean(), (line, size, back) => {
        const norm = back ? -size : size;
        const steep = steepened({ kind: "steepen", line, keepBias: false }, norm) as Line;
        expect(steepness(steep)).toBeCloseTo(size, 6);
        expect(evaluate(steep, foot(line))).toBeCloseTo(0, 6);
        expect(Math.sign(steep.w[0] * line.w[0] + steep.w[1] * line.w[1])).toBe(back ? -1 : 1);
      }),
    );
  });

  it("keeps a bias that may not change", () => {
    const line: Line = { w: [3, 4], b: 2 };
    expect(steepened({ kind: "steepen", line, keepBias: true }, 10)).toEqual({ w: [6, 8], b: 2 });
  });

  it("can do nothing with a unit that has no line", () => {
    const grip = { kind: "steepen", keepBias: false } as const;
    expect(steepened({ ...grip, line: { w: [0, 0], b: 1 } }, 2)).toBeNull();
    expect(steepened({ ...grip, line: { w: [Number.NaN, 1], b: 1 } }, 2)).toBeNull();
  });
});

describe("turnedBy", () => {
  it("turns about the pivot, and back", () => {
    fc.assert(
      fc.property(lines, number, (line, angle) => {
        const pivot = foot(line);
        const turned = turnedBy(line, angle, pivot, false);
        expect(evaluate(turned, pivot)).toBeCloseTo(0, 6);
        const back = turnedBy(turned, -angle, pivot, false);
        expect(back.w[0]).toBeCloseTo(line.w[0], 6);
        expect(back.w[1]).toBeCloseTo(line.w[1], 6);
        expect(back.b).toBeCloseTo(line.b, 5);
      }),
    );
  });

  it("is counter-clockwise, and may keep the bias", () => {
    const { w, b } = turnedBy({ w: [1, 0], b: 5 }, Math.PI / 2, [-5, 0], true);
    expect([w[0], w[1], b]).toEqual([expect.closeTo(0, 12), expect.closeTo(1, 12), 5]);
  });
});
