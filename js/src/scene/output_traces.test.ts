import { describe, expect, it } from "vitest";
import { networkOf } from "../testing/views.js";
import { OutputScene } from "./output_surface.js";
import {
  meshOf,
  moved,
  SURFACE,
  stemsOf,
  TARGETS,
  tracesOf,
  trianglesOf,
} from "./output_traces.js";

const INK = { text: "rgb(0, 0, 0)", faint: "rgb(200, 200, 200)", ground: "rgb(255, 255, 255)" };
const REGRESSION = { task: "regression", loss: "mse" } as const;
const state = networkOf({
  sizes: [2, 2, 1],
  params: [1, 1, 1, 1, 0, -1, 1, -2, 0],
  spec: REGRESSION,
});
const OPTIONS = { output: 0, side: 5, extent: [0, 1, 0, 1] as const };

type Numbers = readonly number[];

describe("the traces of an output", () => {
  const scene = new OutputScene();
  const picture = scene.build(state, OPTIONS, null);
  const traces = tracesOf(picture, INK) as unknown as Record<
    "x" | "y" | "z" | "i" | "j" | "k",
    Numbers
  >[];

  it("are a mesh whose triangles cover the square once", () => {
    const { i, j, k, x, y } = traces[SURFACE];
    const area = Array.from(i, (a, t) => {
      const [b, c] = [j[t], k[t]];
      return ((x[b] - x[a]) * (y[c] - y[a]) - (x[c] - x[a]) * (y[b] - y[a])) / 2;
    });
    expect(area.every((each) => Math.abs(each - 1 / 32) < 1e-12)).toBe(true); // and none is turned
    expect(area.length).toBe(32);
    expect(trianglesOf(2)).toEqual({ i: [0, 1], j: [1, 3], k: [2, 2] });
  });

  it("have a stem from each target to the output, and a gap after it", () => {
    const { z } = stemsOf({ ...picture.targets, output: Float64Array.of(0.1, 0.2, 0.3, 0.4) });
    expect([...z].filter(Number.isFinite)).toEqual([0, 0.1, 1, 0.2, 1, 0.3, 0, 0.4]);
    expect(z.length).toBe(12);
  });

  it("are gaps, not runs of nothing, where there is no number", () => {
    const none = { ...picture, values: new Float64Array(25).fill(Number.NaN) };
    expect([...meshOf(none).z]).toEqual([Number.NaN]);
    const unknown = { ...picture.targets, output: new Float64Array(4).fill(Number.NaN) };
    expect([...stemsOf(unknown).z].filter(Number.isFinite)).toEqual([0, 1, 1, 0]);
    const [surface] = tracesOf(none, INK) as unknown as { z: Numbers }[];
    expect([...surface.z].every((z) => z > picture.heights.range[0])).toBe(true);
  });

  it("move with the weights: no trace is made anew, and none becomes empty", () => {
    const params = state.params.with(8, 0.05);
    const after = scene.build({ ...state, params }, OPTIONS, null);
    expect(after.heights.range).toEqual(picture.heights.range);
    const moves = moved(picture, after);
    const surface = moves?.find(({ trace }) => trace === SURFACE);
    expect([...(surface?.to?.z ?? [])]).toEqual([...after.values]);
    const error = picture.targets.output[1] - picture.targets.target[1];
    const targets = moves?.find(({ trace }) => trace === TARGETS);
    expect([targets?.to, targets?.customdata?.[1][1]]).toEqual([
      undefined,
      expect.closeTo(error + 0.05, 12),
    ]);
    expect(moves?.every(({ to }) => to?.x.length !== 0)).toBe(true);
    expect(moved(after, after)).toEqual([]);
  });

  it("are drawn anew on other axes", () => {
    const params = state.params.with(8, 30);
    expect(moved(picture, scene.build({ ...state, params }, OPTIONS, null))).toBe(null);
    const wider = { ...OPTIONS, extent: [-1, 1, 0, 1] as const };
    expect(moved(picture, new OutputScene().build(state, wider, null))).toBe(null);
  });

  it("mark the sample that is pointed at", () => {
    const selection = { ...state.selection, sample: 3 };
    const pointed = new OutputScene().build({ ...state, selection }, OPTIONS, null);
    const ring = (tracesOf(pointed, INK) as unknown as { x: Numbers; y: Numbers; z: Numbers }[])[5];
    expect([ring.x, ring.y, ring.z]).toEqual([[1], [1], [0]]);
  });
});
