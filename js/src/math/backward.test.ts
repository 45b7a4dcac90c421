// Agreement with torch autograd, for every activation, loss and head, is in tests/test_js_backward.py.
import { describe, expect, it } from "vitest";
import { specOf } from "../testing/fake-store.js";
import type { Spec } from "../wire.js";
import { backward } from "./backward.js";
import { lossAt } from "./landscape.js";
import { Workspace } from "./workspace.js";

const random = (length: number) => Float64Array.from({ length }, () => 2 * Math.random() - 1);

describe("backward", () => {
  it("is the textbook's pass by hand for one sigmoid unit", () => {
    // x = (0.5, 0.1), w = (0.3, 0.7), b = −0.2, t = 0.8; the mean squared error is twice ½(y − t)².
    const base = specOf([2, 1], "sigmoid");
    const spec: Spec = {
      ...base,
      loss: "mse",
      layers: [{ ...base.layers[0], activation: { name: "sigmoid" } }],
    };
    const params = Float64Array.of(0.3, 0.7, -0.2);
    const pass = backward(spec, params, Float64Array.of(0.5, 0.1), Float64Array.of(0.8), 1);
    const y = 1 / (1 + Math.exp(-0.02));
    const delta = 2 * (y - 0.8) * y * (1 - y);
    expect(pass?.z[0][0]).toBeCloseTo(0.02, 15);
    expect(pass?.loss).toBeCloseTo((y - 0.8) ** 2, 14);
    expect(pass?.dz[0][0]).toBeCloseTo(delta, 13);
    [0.5 * delta, 0.1 * delta, delta].forEach((wanted, i) => {
      expect(pass?.gradient[i]).toBeCloseTo(wanted, 13);
    });
  });

  it("agrees with differences of the loss", () => {
    const spec = { ...specOf([3, 6, 5, 2], "gelu"), loss: "cross_entropy" } as Spec;
    const params = random(spec.size);
    const [n, d, k] = [7, 3, 1];
    const data = { n, d, k, X: random(n * d), y: Float64Array.of(0, 1, 0, 1, 1, 1, 0) };
    const pass = backward(spec, params, data.X, data.y, n);
    for (let i = 0; i < spec.size; i++) {
      const at = (by: number) => lossAt(spec, params.with(i, params[i] + by), data) as number;
      expect(pass?.gradient[i]).toBeCloseTo((at(1e-4) - at(-1e-4)) / 2e-4, 6);
    }
    expect(pass?.loss).toBeCloseTo(lossAt(spec, params, data) as number, 12);
  });

  it("of a batch is the mean of its rows' own", () => {
    const spec = specOf([2, 5, 1], "relu");
    const [params, X, y] = [random(spec.size), random(10), Float64Array.of(0, 1, 1, 0, 1)];
    const batch = backward(spec, params, X, y, 5);
    const mean = new Float64Array(spec.size);
    for (let row = 0; row < 5; row++) {
      const own = backward(spec, params, X.slice(2 * row, 2 * row + 2), y.slice(row, row + 1), 1);
      own?.gradient.forEach((value, i) => {
        mean[i] += value / 5;
      });
      expect(own?.loss).toBeCloseTo(batch?.losses[row] as number, 14);
    }
    mean.forEach((value, i) => {
      expect(batch?.gradient[i]).toBeCloseTo(value, 14);
    });
  });

  it("takes the first rows of more, and reuses a workspace's buffers", () => {
    const spec = specOf([2, 3, 1]);
    const [params, X, y] = [random(spec.size), random(20), new Float64Array(10)];
    const workspace = new Workspace();
    const first = backward(spec, params, X, y, 4, workspace);
    const wanted = backward(spec, params, X.slice(0, 8), y.slice(0, 4), 4);
    expect(first?.gradient).toEqual(wanted?.gradient);
    const second = backward(spec, params, X, y, 4, workspace);
    expect(second?.gradient).toBe(first?.gradient);
    expect(second?.gradient).toEqual(wanted?.gradient);
    expect(second?.da[0]).toBe(first?.da[0]);
  });

  it("refuses fewer targets or rows than promised", () => {
    const spec = specOf([2, 1]);
    const params = new Float64Array(spec.size);
    expect(() => backward(spec, params, new Float64Array(6), new Float64Array(2), 3)).toThrow(
      "y: expected 3 numbers for 3 rows, got 2",
    );
    expect(() => backward(spec, params, new Float64Array(5), new Float64Array(3), 3)).toThrow(
      "X: expected 3 rows of 2 numbers, got 5",
    );
  });
});
