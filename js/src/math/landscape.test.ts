import { describe, expect, it } from "vitest";
import { networkOf } from "../testing/views.js";
import { lossAt, slopes, work } from "./landscape.js";

// 1-1-1 with tanh: output = v · tanh(w x + b) + c, parameters (w, b, v, c).
const DATA = {
  n: 3,
  d: 1,
  k: 1,
  X: new Float64Array([-1, 0.5, 2]),
  y: new Float64Array([0, 1, 0.5]),
};
const PARAMS = new Float64Array([0.7, -0.2, 1.3, 0.1]);
const STATE = networkOf({
  sizes: [1, 1, 1],
  params: PARAMS,
  data: DATA,
  spec: { loss: "mse", task: "regression" },
});

function meanSquare([w, b, v, c]: ArrayLike<number> & Iterable<number>): number {
  const errors = [...DATA.X].map((x, i) => v * Math.tanh(w * x + b) + c - DATA.y[i]);
  return errors.reduce((sum, error) => sum + error ** 2, 0) / 3;
}

/** dL/dw and dL/dv, by hand. */
function handSlopes([w, b, v, c]: ArrayLike<number> & Iterable<number>): [number, number] {
  let [dw, dv] = [0, 0];
  [...DATA.X].forEach((x, i) => {
    const a = Math.tanh(w * x + b);
    const pull = (2 / 3) * (v * a + c - DATA.y[i]);
    dw += pull * v * (1 - a * a) * x;
    dv += pull * a;
  });
  return [dw, dv];
}

const unit = (i: number) => Float64Array.from({ length: 4 }, (_, m) => (m === i ? 1 : 0));

describe("the loss at any parameters", () => {
  it("is the mean over the data", () => {
    expect(lossAt(STATE.spec, PARAMS, DATA)).toBeCloseTo(meanSquare(PARAMS), 10);
  });

  it("is Python's where the page cannot know it", () => {
    const custom = { ...STATE.spec, loss: "custom" as const };
    const opaque = { ...STATE.spec, kind: "opaque" as const };
    expect(lossAt(custom, PARAMS, DATA)).toBeNull();
    expect(slopes(custom, PARAMS, DATA, [unit(0)])).toBeNull();
    expect(lossAt(opaque, PARAMS, DATA)).toBeNull();
  });

  it("takes work with every parameter and row", () => {
    expect(work(STATE.spec, DATA)).toBe(12);
  });
});

describe("slopes", () => {
  it("are the derivatives along parameters", () => {
    const found = slopes(STATE.spec, PARAMS, DATA, [unit(0), unit(2)]) as number[];
    const [dw, dv] = handSlopes(PARAMS);
    expect(found[0]).toBeCloseTo(dw, 7);
    expect(found[1]).toBeCloseTo(dv, 7);
  });

  it("are as many times larger along a longer direction, and 0 along none", () => {
    const long = Float64Array.from([0, 0, -250, 0]);
    const [slope, none] = slopes(STATE.spec, PARAMS, DATA, [long, new Float64Array(4)]) as number[];
    expect(slope / (-250 * handSlopes(PARAMS)[1])).toBeCloseTo(1, 6);
    expect(none).toBe(0);
  });

  it("are not those of the steps that float32 makes of probabilities", () => {
    const state = networkOf({
      sizes: [1, 1],
      params: [0.8, 0.3],
      data: { ...DATA, y: new Float64Array([0, 1, 1]) },
      spec: { head: "sigmoid", loss: "bce", dtype: "float32" },
    });
    const found = slopes(state.spec, state.params, state.data, [new Float64Array([1, 0])]);
    // dL/dw of a logistic regression: mean of (p − y) x
    const wanted = [...state.data.X]
      .map((x, i) => (1 / (1 + Math.exp(-0.8 * x - 0.3)) - state.data.y[i]) * x)
      .reduce((sum, each) => sum + each / 3, 0);
    expect((found as number[])[0] / wanted).toBeCloseTo(1, 6);
  });

  it("leave the parameters as they were", () => {
    const before = PARAMS.slice();
    slopes(STATE.spec, PARAMS, DATA, [unit(0)]);
    expect(PARAMS).toEqual(before);
  });
});
