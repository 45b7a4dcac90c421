import { describe, expect, it } from "vitest";
import { layersOf } from "../math/forward.js";
import { networkOf } from "../testing/views.js";
import { cellAt, PatternScene, paintPatterns, planeSize } from "./pattern_plane.js";

/** Two units whose lines are the axes. */
function axes() {
  const { spec, params } = networkOf({
    sizes: [2, 2, 1],
    activation: "relu",
    params: [1, 0, 0, 1, 0, 0, 1, 1, 0],
  });
  return layersOf(spec, params);
}

describe("the plane's regions", () => {
  const scene = new PatternScene();
  const plane = scene.plane(axes().slice(0, 1), 0, [-1, 1, -1, 1], [20, 20]);

  it("are the four quadrants of two lines", () => {
    expect(plane.count).toBe(4);
    const at = (x: number, y: number) => plane.keys[cellAt(plane, x, y)];
    expect([at(0.5, 0.5), at(0.5, -0.5), at(-0.5, 0.5), at(-0.5, -0.5)]).toEqual([3, 2, 1, 0]);
    expect(cellAt(plane, 1.2, 0)).toBe(-1);
  });

  it("have one colour each and dark rims", () => {
    const pixels = new Uint32Array(400);
    paintPatterns(plane, pixels, false);
    expect(new Set(pixels).size).toBeGreaterThan(4);
    expect(new Set(pixels).size).toBeLessThanOrEqual(8);
    expect(pixels[0]).toBe(pixels[21]); // the upper left quadrant, away from its rim
  });

  it("can be told at one place", () => {
    expect(scene.bits(axes(), 0, 0.5, -0.5).map((bits) => [...bits])).toEqual([[1, 0], [1]]);
  });
});

it("a large network has coarser cells while it moves", () => {
  const { spec, params } = networkOf({ sizes: [2, 64, 64, 1] });
  const layers = layersOf(spec, params);
  const [moving] = planeSize(layers, 400, 300, 3e6);
  const [resting] = planeSize(layers, 400, 300, 4e7);
  expect(moving).toBeLessThan(resting);
  expect(planeSize(axes(), 400, 300, 3e6)[0]).toBe(267);
});
