import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Spec } from "../wire.js";
import {
  boundaries,
  contour,
  fieldInputs,
  imageExtent,
  type Polyline,
  type Size,
} from "./field.js";
import type { Extent } from "./lines.js";

const EXTENT: Extent = [-1, 3, 10, 12];
const SIZE: Size = [41, 31];
const XY = fieldInputs(EXTENT, ...SIZE, [0, 1], [0, 0], 2);

/** A function's values on the grid. */
function field(value: (x: number, y: number) => number[] | number): Float64Array {
  const cells = Array.from({ length: SIZE[0] * SIZE[1] }, (_, i) => [XY[2 * i], XY[2 * i + 1]]);
  return Float64Array.from(cells.flatMap(([x, y]) => value(x, y)));
}

const points = (lines: Polyline[]) => lines.flat();

describe("fieldInputs", () => {
  it("goes from corner to corner, rows upwards, the other features held", () => {
    const rows = fieldInputs([0, 2, 5, 7], 3, 2, [2, 0], [9, 8, 9], 3);
    expect([...rows]).toEqual([...[5, 8, 0, 5, 8, 1, 5, 8, 2], ...[7, 8, 0, 7, 8, 1, 7, 8, 2]]);
  });

  it("takes one feature alone", () => {
    expect([...fieldInputs([0, 4, 0, 0], 3, 1, [0], [0], 1)]).toEqual([0, 2, 4]);
  });

  it("writes where it is told", () => {
    const out = new Float64Array(4).fill(7);
    expect(fieldInputs([0, 1, 5, 5], 2, 1, [0], [0, 3], 2, out)).toBe(out);
    expect([...out]).toEqual([0, 3, 1, 3]);
  });

  it("ends at the extent exactly", () => {
    const rows = fieldInputs([0, 0.3, 0, 0.7], 8, 50, [0, 1], [0, 0], 2);
    expect([...rows.slice(-2)]).toEqual([0.3, 0.7]);
  });
});

it("centres an image's pixels on the samples", () => {
  expect(imageExtent([0, 2, 10, 11], [3, 2])).toEqual([-0.5, 2.5, 9.5, 11.5]);
});

describe("contour", () => {
  it("is exact for a plane, whatever its direction, and ends at the extent", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 6.28, noNaN: true }), (angle) => {
        const [u, v] = [Math.cos(angle), Math.sin(angle)];
        const plane = (x: number, y: number) => u * (x - 1.013) + v * (y - 11.007);
        const lines = contour(field(plane), SIZE, EXTENT, 0);
        expect(lines).toHaveLength(1);
        for (const [x, y] of lines[0]) {
          expect(plane(x, y)).toBeCloseTo(0, 9);
          expect(x >= -1 && x <= 3 && y >= 10 && y <= 12).toBe(true);
        }
        for (const [x, y] of [lines[0][0], lines[0][lines[0].length - 1]]) {
          const edge = Math.min(
            Math.abs(x + 1),
            Math.abs(x - 3),
            Math.abs(y - 10),
            Math.abs(y - 12),
          );
          expect(edge).toBeLessThan(0.1 + 1e-9); // within a cell of the border
        }
      }),
    );
  });

  it("reaches the border where it crosses it", () => {
    const [line] = contour(
      field((x) => x - 0.5),
      SIZE,
      EXTENT,
      0,
    );
    const ys = line.map(([, y]) => y);
    expect([Math.min(...ys), Math.max(...ys)]).toEqual([10, 12]);
  });

  it("closes a line that stays inside", () => {
    const [ring, ...others] = contour(
      field((x, y) => 0.5 - Math.hypot(x - 1, y - 11)),
      ...([SIZE, EXTENT, 0] as const),
    );
    expect(others).toEqual([]);
    expect(ring[0]).toEqual(ring[ring.length - 1]);
    for (const [x, y] of ring) expect(Math.hypot(x - 1, y - 11)).toBeCloseTo(0.5, 2);
  });

  it("is the same line from either side", () => {
    const values = field((x, y) => Math.sin(2 * x) + y - 11.01);
    const sorted = (lines: Polyline[]) =>
      points(lines)
        .map((p) => p.map((c) => c.toFixed(9)).join())
        .sort();
    const other = contour(
      values.map((value) => -value),
      SIZE,
      EXTENT,
      0,
    );
    expect(sorted(other)).toEqual(sorted(contour(values, SIZE, EXTENT, 0)));
  });

  it("finds two lines in one area's outline", () => {
    expect(
      contour(
        field((x) => 0.5 - Math.abs(x - 1)),
        SIZE,
        EXTENT,
        0,
      ),
    ).toHaveLength(2);
  });

  it("is empty where the level is nowhere, and for less than two rows", () => {
    expect(
      contour(
        field(() => 1),
        SIZE,
        EXTENT,
        0,
      ),
    ).toEqual([]);
    expect(
      contour(
        field(() => -1),
        SIZE,
        EXTENT,
        0,
      ),
    ).toEqual([]);
    expect(contour([1, -1], [2, 1], EXTENT, 0)).toEqual([]);
  });

  it("bears values that are not numbers", () => {
    const lines = contour(
      field((x) => (x < 0 ? Number.NaN : x - 1)),
      SIZE,
      EXTENT,
      0,
    );
    for (const [x, y] of points(lines)) expect(Number.isFinite(x + y)).toBe(true);
  });
});

describe("boundaries", () => {
  const spec = (parts: Partial<Spec>) => ({ head: "linear", outputs: 1, ...parts }) as Spec;

  it("lie at logit 0 or probability ½", () => {
    const at = (head: "linear" | "sigmoid", value: (x: number) => number) =>
      points(boundaries(spec({ task: "binary", head }), field(value), SIZE, EXTENT))[0][0];
    expect(at("linear", (x) => 3 * (x - 0.93))).toBeCloseTo(0.93, 12);
    expect(at("sigmoid", (x) => x - 0.43)).toBeCloseTo(0.93, 12);
  });

  it("of one of several binary outputs", () => {
    const two = spec({ task: "binary", outputs: 2 });
    const values = field((x) => [1, x - 0.93]);
    expect(boundaries(two, values, SIZE, EXTENT, 0)).toEqual([]);
    expect(points(boundaries(two, values, SIZE, EXTENT, 1))[0][0]).toBeCloseTo(0.93, 12);
  });

  it("of two classes are one line, where their outputs are equal", () => {
    const values = field((x, y) => [x, 12 - y]);
    const lines = boundaries(spec({ task: "multiclass", outputs: 2 }), values, SIZE, EXTENT);
    expect(lines).toHaveLength(1);
    for (const [x, y] of lines[0]) expect(x).toBeCloseTo(12 - y, 10);
  });

  it("of three classes lie where the two largest outputs are equal", () => {
    const outputs = (x: number, y: number) => [x - 1, y - 11, (1 - x + 11 - y) / 2];
    const three = spec({ task: "multiclass", outputs: 3 });
    const lines = boundaries(three, field(outputs), SIZE, EXTENT);
    expect(lines).toHaveLength(3); // each class's own outline
    for (const [x, y] of points(lines)) {
      const [first, second] = outputs(x, y).sort((a, b) => b - a);
      expect(first - second).toBeLessThan(0.1); // exact but for the cell where three meet
    }
  });

  it("of a regression do not exist", () => {
    expect(
      boundaries(
        spec({ task: "regression" }),
        field((x) => x),
        SIZE,
        EXTENT,
      ),
    ).toEqual([]);
  });
});
