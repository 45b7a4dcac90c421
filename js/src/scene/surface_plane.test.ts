import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { surfaceGrid } from "../testing/surfaces.js";
import { SurfacePlane } from "./surface_plane.js";

const grid = (directions: number[][], origin: number[]) =>
  surfaceGrid({ x: [0, 1], y: [0, 1], loss: () => 0, directions, origin });

const number = fc.double({ min: -3, max: 3, noNaN: true });
const vector = fc.array(number, { minLength: 5, maxLength: 5 });

describe("parameters in a plane", () => {
  it("of two of them are at their values, and off it by the others", () => {
    const plane = new SurfacePlane(
      grid(
        [
          [0, 1, 0],
          [0, 0, 1],
        ],
        [2, 0, 0],
      ),
    );
    const at = plane.project(Float64Array.of(5, -0.25, 0.75));
    expect(at).toEqual({ x: -0.25, y: 0.75, off: 3, away: true });
    expect(plane.support).toEqual([1, 2]);
    const near = plane.project(Float64Array.of(2 + 1e-7, -0.25, 0.75));
    expect(near.away).toBe(false);
  });

  it("along any two directions are where they were put, however far from the plane", () => {
    fc.assert(
      fc.property(vector, vector, vector, vector, number, number, (o, a, b, away, x, y) => {
        const dot = (v: number[], w: number[]) => v.reduce((sum, each, i) => sum + each * w[i], 0);
        // the part of `away` that is at right angles to both, by Gram and Schmidt
        const less = (v: number[], w: number[]) =>
          v.map((each, i) => each - (w[i] * dot(v, w)) / dot(w, w));
        fc.pre(dot(a, a) > 0.1 && dot(b, b) > 0.1);
        const c = less(b, a);
        fc.pre(dot(c, c) > 0.05);
        const normal = less(less(away, a), c);
        const params = Float64Array.from(o, (each, i) => each + x * a[i] + y * b[i] + normal[i]);
        const place = new SurfacePlane(grid([a, b], o)).project(params);
        expect(place.x).toBeCloseTo(x, 7);
        expect(place.y).toBeCloseTo(y, 7);
        expect(place.off).toBeCloseTo(Math.hypot(...normal), 7);
      }),
    );
  });

  it("on a line have no second coordinate", () => {
    const plane = new SurfacePlane(
      grid(
        [
          [3, 4],
          [0, 0],
        ],
        [1, 1],
      ),
    );
    expect(plane.project(Float64Array.of(1 + 6 - 0.8, 1 + 8 + 0.6))).toMatchObject({
      x: expect.closeTo(2, 12),
      y: 0,
      off: expect.closeTo(1, 12),
    });
  });
});

describe("a move", () => {
  const plane = new SurfacePlane(
    grid(
      [
        [1, 0, 2, 0],
        [0, 0, 1, 1],
      ],
      [0, 0, 0, 0],
    ),
  );

  it("changes what its direction changes, and leaves the rest off the plane as it was", () => {
    const params = Float64Array.of(1, 9, 5, 1);
    const { index, value } = plane.moved(params, [0, 0], [0.5, 0]);
    expect([index, value]).toEqual([
      [0, 2],
      [1.5, 6],
    ]);
    const moved = params.slice();
    index.forEach((i, k) => {
      moved[i] = value[k];
    });
    expect(plane.project(moved).off).toBeCloseTo(plane.project(params).off, 12);
  });

  it("to where it is changes nothing", () => {
    expect(plane.moved(Float64Array.of(1, 9, 5, 1), [2, 2], [2, 2]).index).toEqual([]);
  });
});
