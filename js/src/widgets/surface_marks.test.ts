import { describe, expect, it } from "vitest";
import type { Plot } from "../render/plot.js";
import type { SurfacePicture } from "../scene/surface_types.js";
import { fakePlot } from "../testing/fake-plot.js";
import { evenly, surfaceGrid } from "../testing/surfaces.js";
import { arrowOf, ballAt } from "./surface_marks.js";

const AXIS = evenly(-5, 5, 3);
const plot = Object.assign(fakePlot(), {
  bounds: { left: 0, right: 500, top: 0, bottom: 500 },
}) as Plot;

function pictureOf(part: Partial<SurfacePicture>): SurfacePicture {
  return {
    grid: surfaceGrid({ x: AXIS, y: AXIS, loss: (x, y) => x + y }),
    shading: { low: 0, high: 10, log: false },
    ball: { x: 1, y: 2, off: 0, away: false, loss: 3, exact: true },
    ...{ gradient: null, tracks: [], start: null, best: null, stale: false },
    ...part,
  };
}

describe("the arrow", () => {
  const at = (gx: number, gy: number) => arrowOf(pictureOf({ gradient: [gx, gy] }), plot);

  it("points downhill, in pixels, which grow downward", () => {
    const [right, down] = at(-2, 0) as readonly number[];
    expect([right > 0, Math.abs(down) < 1e-9]).toEqual([true, true]);
    const [left, up] = at(3, -4) as readonly number[];
    expect(left / up).toBeCloseTo(3 / 4, 9);
    expect([left < 0, up < 0]).toEqual([true, true]);
  });

  it("is longer where it is steeper, and none where it is flat", () => {
    const lengths = [0.1, 1, 10].map((g) => Math.hypot(...(at(g, 0) as [number, number])));
    expect(lengths[0]).toBeLessThan(lengths[1]);
    expect(lengths[1]).toBeLessThan(lengths[2]);
    expect(lengths[1]).toBeCloseTo(52, 6); // as steep as the grid is high over its width
    expect([at(0, 0), at(1e-4, 0), arrowOf(pictureOf({}), plot)]).toEqual([null, null, null]);
  });

  it("on a profile is level", () => {
    const grid = surfaceGrid({ x: AXIS, loss: (x) => x });
    const [across, up] = arrowOf(pictureOf({ grid, gradient: [1, 7] }), plot) as readonly number[];
    expect([across < 0, up]).toEqual([true, 0]);
  });
});

describe("the ball", () => {
  it("is where it is, or inside the rim", () => {
    expect(ballAt(pictureOf({}), plot)).toEqual({
      at: [300, expect.closeTo(150, 9)],
      outside: false,
    });
    const ball = { x: 9, y: -7, off: 0, away: false, loss: 3, exact: true };
    expect(ballAt(pictureOf({ ball }), plot)).toEqual({ at: [492, 492], outside: true });
  });

  it("of parameters that are no numbers is in a corner", () => {
    const ball = { x: Number.NaN, y: Number.NaN, off: 0, away: false, loss: null, exact: true };
    expect(ballAt(pictureOf({ ball }), plot)).toEqual({ at: [8, 8], outside: true });
  });

  it("on a profile is as high as its loss", () => {
    const grid = surfaceGrid({ x: AXIS, loss: (x) => x });
    expect(ballAt(pictureOf({ grid }), plot).at).toEqual([300, expect.closeTo(100, 9)]);
    const shading = { low: 1e-3, high: 10, log: true };
    const ball = { x: 1, y: 0, off: 0, away: false, loss: 100, exact: true };
    expect(ballAt(pictureOf({ grid, shading, ball }), plot).at).toEqual([
      300,
      expect.closeTo(150, 9),
    ]);
  });
});
