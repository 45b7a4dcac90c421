import { describe, expect, it } from "vitest";
import { markersOf } from "../scene/palette.js";
import type { Shape } from "../scene/types.js";
import { specOf } from "../testing/fake-store.js";
import { outline, trace } from "./markers.js";
import { radiusFor } from "./points.js";

const SHAPES: Shape[] = ["circle", "square", "triangle", "diamond", "down", "hexagon"];

function corners(shape: Shape, x = 0, y = 0, radius = 1): [number, number][] {
  const at: [number, number][] = [];
  const add = (px: number, py: number) => void at.push([px, py]);
  trace({ moveTo: add, lineTo: add, closePath() {}, arc() {} }, shape, x, y, radius);
  return at;
}

/** Twice the area is the sum of the corners' cross products. */
function area(at: [number, number][]): number {
  const cross = at.map(([x, y], i) => {
    const [nx, ny] = at[(i + 1) % at.length];
    return x * ny - y * nx;
  });
  return Math.abs(cross.reduce((a, b) => a + b)) / 2;
}

describe("trace", () => {
  it("makes every shape about as large as the circle", () => {
    for (const shape of SHAPES.slice(1)) {
      expect(area(corners(shape)) / Math.PI).toBeGreaterThan(0.8);
      expect(area(corners(shape)) / Math.PI).toBeLessThan(1.1);
    }
  });

  it("stands the square on its side and points triangles up and down", () => {
    const square = corners("square");
    expect(new Set(square.map(([x]) => Math.abs(x).toFixed(9))).size).toBe(1);
    const peak = (shape: Shape) => {
      const ys = corners(shape).map(([, y]) => y);
      return ys.filter((y) => Math.abs(y - Math.min(...ys)) < 1e-9).length;
    };
    expect([peak("triangle"), peak("down")]).toEqual([1, 2]); // pixels: up is less
  });

  it("is about its place, as large as its radius says", () => {
    for (const shape of SHAPES.slice(1)) {
      const [plain, placed] = [corners(shape), corners(shape, 10, -20, 3)];
      placed.forEach(([x, y], i) => {
        expect(x).toBeCloseTo(10 + 3 * plain[i][0], 9);
        expect(y).toBeCloseTo(-20 + 3 * plain[i][1], 9);
      });
    }
  });
});

describe("outline", () => {
  it("goes round the same corners", () => {
    expect(outline("diamond", 10)).toBe("M13.00 0.00L0.00 13.00L-13.00 0.00L-0.00 -13.00Z");
  });

  it("of the circle is two half circles", () => {
    expect(outline("circle", 2)).toBe("M2.00 0.00A2 2 0 1 1 -2 0A2 2 0 1 1 2 0");
  });
});

describe("sizes", () => {
  it("shrink where points crowd", () => {
    expect([1, 60, 61, 500, 501, 10_000].map(radiusFor)).toEqual([5, 5, 3.6, 3.6, 2.6, 1.8]);
  });

  it("have a marker for every kind", () => {
    for (const task of ["binary", "multiclass", "regression"] as const) {
      const markers = markersOf({ ...specOf([2, 1]), task });
      expect(markers.every(({ shape, fill }) => SHAPES.includes(shape) && fill)).toBe(true);
    }
  });
});
