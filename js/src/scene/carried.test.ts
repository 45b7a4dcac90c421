/** What is carried from input space: the grid, and where the next layer's units are zero. */

import { describe, expect, it } from "vitest";
import { dataOf, frameOf, networkOf } from "../testing/views.js";
import { FeatureScene } from "./feature.js";
import type { Extent } from "./types.js";

const inner = { width: 300, height: 300 };
const extent: Extent = [-1, 1, -1, 1];
/** z of h₁ is x₁ + x₂ − ½, of h₂ it is 2 x₁ + 2 x₂ − 3⁄2; the output is a₁ − 2 a₂ − ¼. */
const XOR = networkOf({ sizes: [2, 2, 1], params: [1, 1, 2, 2, -0.5, -1.5, 1, -2, -0.25] });

describe("the grid of input space", () => {
  const grid = (state: typeof XOR, morph: number, features: [number] | [number, number] = [0, 1]) =>
    new FeatureScene()
      .build(frameOf(state, { grid: true, lines: false, morph, features }), extent, inner)
      .curves.find(({ id }) => id === "grid");

  it("is straight in input space and covers the data", () => {
    const paths = grid(XOR, 0)?.paths ?? [];
    expect(paths.length).toBe(26);
    const lows = paths.flat().map(([x, y]) => Math.min(x, y));
    expect(Math.min(...lows)).toBeCloseTo(-0.12, 9);
    for (const path of paths) {
      const [xs, ys] = [path.map(([x]) => x), path.map(([, y]) => y)];
      expect(new Set(xs).size === 1 || new Set(ys).size === 1).toBe(true);
    }
  });

  it("is carried by the layer: each point by the hand formula", () => {
    const flat = (grid(XOR, 0)?.paths ?? []).flat();
    const bent = (grid(XOR, 2)?.paths ?? []).flat();
    expect(bent.length).toBe(flat.length);
    bent.forEach(([a1, a2], i) => {
      const sum = flat[i][0] + flat[i][1];
      expect(a1).toBeCloseTo(Math.tanh(sum - 0.5), 6);
      expect(a2).toBeCloseTo(Math.tanh(2 * sum - 1.5), 6);
    });
  });

  it("of one feature is one line", () => {
    const data = dataOf([[2], [3]], [[0], [1]]);
    const state = networkOf({ sizes: [1, 2, 1], params: [1, -1, 0, 0, 1, 1, 0], data });
    const paths = grid(state, 1, [0])?.paths ?? [];
    expect(paths.length).toBe(1);
    for (const [z1, z2] of paths[0]) expect(z1).toBeCloseTo(-z2, 12);
    expect([paths[0][0][0], paths[0].at(-1)?.[0]]).toEqual([1.88, 3.12]); // the data and a margin
  });

  it("of more than two features is not drawn, nor where it would be no number", () => {
    expect(grid(networkOf({ sizes: [3, 2, 1] }), 2)).toBeUndefined();
    expect(grid({ ...XOR, params: XOR.params.map(() => Number.NaN) }, 2)?.paths).toEqual([]);
  });
});

describe("the next layer's lines on the way", () => {
  const params = [1, 3, 2, 2, -0.5, -1.5, 1, -2, -0.25];
  const state = networkOf({ sizes: [2, 2, 1], params });
  const curves = (morph: number, features: [number, number] = [0, 1]) =>
    new FeatureScene()
      .build(frameOf(state, { morph, features }), extent, inner)
      .curves.filter(({ style }) => style === "unit");

  it("are where the output is 0 in input space", () => {
    const [{ paths, name }] = curves(0);
    expect(name).toBe("output");
    expect(paths.flat().length).toBeGreaterThan(20);
    for (const [x1, x2] of paths.flat()) {
      const output = Math.tanh(x1 + 3 * x2 - 0.5) - 2 * Math.tanh(2 * x1 + 2 * x2 - 1.5) - 0.25;
      expect(Math.abs(output)).toBeLessThan(0.01); // the search is linear within a cell
    }
  });

  it("change places with the features", () => {
    const swapped = curves(0, [1, 0])[0].paths.flat();
    expect(swapped).toEqual(
      curves(0)[0]
        .paths.flat()
        .map(([x, y]) => [y, x]),
    );
  });

  it("end on the straight line in the plane of the activations", () => {
    for (const [a1, a2] of curves(2 - 1e-12)[0].paths.flat()) {
      expect(Math.abs(a1 - 2 * a2 - 0.25)).toBeLessThan(0.01);
    }
  });
});
