import { describe, expect, it } from "vitest";
import { drawScore, flatten } from "../math/score.js";
import { dataOf, networkOf } from "../testing/views.js";
import { type DecisionOptions, DecisionScene } from "./decision.js";

const TRAIN = dataOf(
  [
    [0, 0],
    [1, 1],
  ],
  [[0], [1]],
);
const TEST = dataOf([[0.5, 2]], [[1]]);
const options: DecisionOptions = {
  ...{ axes: [0, 1], fixed: null, field: "both", layer: 0, lines: true, points: true },
};
const window = { extent: [-1, 2, -1, 2], inner: { width: 200, height: 200 } } as const;
/** x₁ + x₂ − 1 in one unit, which is the network. */
const net = (change: object = {}) => {
  const state = networkOf({ sizes: [2, 1], params: [1, 1, -1], data: TRAIN });
  return { ...state, data: { ...TRAIN, test: TEST }, spec: { ...state.spec, ...change } };
};

describe("points that are only scored", () => {
  it("are behind the others where they are wanted, and are no rows of the data", () => {
    const scene = new DecisionScene();
    const { points } = scene.build(net(), { ...options, test: true }, window);
    expect(points?.n).toBe(2);
    expect([points?.test?.n, points?.test?.x[0], points?.test?.y[0]]).toEqual([1, 0.5, 2]);
    expect(points?.test?.kind[0]).toBe(1);
    expect(scene.build(net(), options, window).points?.test).toBeNull();
    const again = scene.build(net(), { ...options, test: true }, window).points;
    expect(again?.test?.n).toBe(1);
  });

  it("wear the shades of the data's targets, within their range", () => {
    const state = net({ task: "regression", loss: "mse" });
    const far = { ...state, data: { ...TRAIN, test: dataOf([[0, 0]], [[99]]) } };
    const { points } = new DecisionScene().build(far, { ...options, test: true }, window);
    expect(points?.test?.kind[0]).toBe(points?.kind[1]);
  });
});

describe("flat colours", () => {
  const colours = (state: ReturnType<typeof net>) => {
    const { field } = new DecisionScene().build(state, { ...options, discrete: true }, window);
    return new Set(new Uint32Array(field?.pixels.buffer as ArrayBuffer)).size;
  };

  it("are two for two classes, and eight for a regression", () => {
    expect(colours(net())).toBe(2);
    expect(colours(net({ task: "regression", loss: "mse" }))).toBe(8);
    const shaded = new DecisionScene().build(net(), options, window).field;
    expect(new Set(new Uint32Array(shaded?.pixels.buffer as ArrayBuffer)).size).toBeGreaterThan(20);
  });

  it("leave the boundary where it is", () => {
    const boundary = (discrete: boolean) =>
      new DecisionScene().build(net(), { ...options, discrete }, window).curves;
    expect(boundary(true)).toEqual(boundary(false));
  });

  it("are those of the surest class, or of the band that a value is in", () => {
    const spec = { ...net().spec, task: "multiclass", outputs: 3, head: "softmax" } as const;
    const score = drawScore(spec, Float64Array.of(0.2, 0.5, 0.3, 0.6, 0.1, 0.3));
    flatten(score);
    expect([...score.values]).toEqual([0, 1, 0, 1, 0, 0]);
    const values = { ...net().spec, task: "regression" } as const;
    const band = drawScore(values, Float64Array.of(-9, -0.99, 0.01, 0.99, 9), { range: [-1, 1] });
    flatten(band);
    expect(band.values[0]).toBe(-1);
    expect(band.values[1]).toBe(-1);
    expect(band.values[2]).toBeCloseTo(-1 + (2 * 4) / 7, 12);
    expect([band.values[3], band.values[4]]).toEqual([1, 1]);
    const binary = drawScore({ ...net().spec, head: "sigmoid" }, Float64Array.of(0.49, 0.51));
    flatten(binary);
    expect([...binary.values]).toEqual([0, 1]);
  });
});
