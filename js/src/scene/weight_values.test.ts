import { describe, expect, it } from "vitest";
import { networkOf } from "../testing/views.js";
import { Derived } from "./derived.js";
import { matricesOf } from "./weight_matrices.js";
import { WeightTrail } from "./weight_trail.js";
import { largestOf, steadyLimit, WeightValues } from "./weight_values.js";

const start = networkOf({ sizes: [2, 2, 1] });
const at = (epoch: number, shift: number) => ({
  ...start,
  params: start.params.map((value) => value + shift),
  status: { ...start.status, epoch },
});

describe("the last update", () => {
  it("is from the epoch before, as the page saw it", () => {
    const trail = new WeightTrail();
    const values = new WeightValues(new Derived(), trail);
    trail.see(at(3, 0));
    expect(values.of("update", at(3, 0)).values).toBeNull();
    trail.see(at(4, 0.5));
    const update = values.of("update", at(4, 0.5));
    expect(update.caption).toBe("epoch 3 → 4");
    update.values?.forEach((each) => {
      expect(each).toBeCloseTo(0.5, 12);
    });
    expect(values.updateOf(at(4, 0.5), 2)).toBeCloseTo(0.5, 12);
    trail.see(at(9, 1));
    expect(values.of("update", at(9, 1)).caption).toBe("epochs 4 → 9 together");
  });

  it("takes a nearer epoch from Python's record, and none that is not", () => {
    const trail = new WeightTrail();
    trail.see(at(2, 0));
    trail.see(at(9, 1));
    trail.offer({ epoch: 8, params: at(8, 0.9).params });
    expect([trail.before?.epoch, trail.whole]).toEqual([8, true]);
    trail.offer({ epoch: 5, params: at(5, 0.9).params });
    trail.offer({ epoch: 9, params: at(9, 0.9).params });
    expect(trail.before?.epoch).toBe(8);
  });

  it("is forgotten when training is reset", () => {
    const trail = new WeightTrail();
    for (const epoch of [1, 2, 0]) trail.see(at(epoch, 0));
    expect(trail.before).toBeNull();
  });
});

describe("gradients", () => {
  it("are those of finite differences", () => {
    const values = new WeightValues(new Derived(), new WeightTrail());
    const found = values.gradient(start);
    expect([found?.n, found?.of]).toEqual([4, 4]);
    const lossOf = (params: Float64Array) => {
      const [w1, b1, w2, b2] = [
        params.subarray(0, 4),
        params.subarray(4, 6),
        params.subarray(6, 8),
        params[8],
      ];
      let sum = 0;
      for (let i = 0; i < 4; i++) {
        const [x1, x2] = [start.data.X[2 * i], start.data.X[2 * i + 1]];
        const a = [0, 1].map((u) => Math.tanh(w1[2 * u] * x1 + w1[2 * u + 1] * x2 + b1[u]));
        const z = w2[0] * a[0] + w2[1] * a[1] + b2;
        sum += Math.log1p(Math.exp(z)) - z * start.data.y[i];
      }
      return sum / 4;
    };
    for (let i = 0; i < 9; i++) {
      const [up, down] = [start.params.slice(), start.params.slice()];
      up[i] += 1e-5;
      down[i] -= 1e-5;
      expect(found?.gradient[i]).toBeCloseTo((lossOf(up) - lossOf(down)) / 2e-5, 8);
    }
  });

  it("of a model that only Python computes are what it said", () => {
    const values = new WeightValues(new Derived(), new WeightTrail());
    const opaque = { ...start, spec: { ...start.spec, kind: "opaque" as const } };
    const { values: none, caption } = values.of("gradient", opaque);
    expect(none).toBeNull();
    expect(caption).toContain("on its way from Python");
    values.fed = { gradient: new Float64Array(9).fill(2), n: 5, of: 7 };
    expect(values.of("gradient", opaque).values?.[3]).toBe(2);
    expect(values.of("gradient", opaque).caption).toContain("5 of 7 samples");
    values.fed = { gradient: new Float64Array(3), n: 5, of: 7 }; // of another structure
    expect(values.of("gradient", opaque).values).toBeNull();
  });
});

describe("the scale", () => {
  it("ends at a round number that holds all cells, biases among them", () => {
    expect(largestOf(start.params, matricesOf(start.spec))).toBeCloseTo(0.9, 12);
    expect(steadyLimit(null, 0.9)).toBe(1);
    expect(steadyLimit(null, 2.83)).toBe(3);
    expect(steadyLimit(null, 0)).toBe(1);
  });

  it("stays while it fits", () => {
    expect(steadyLimit(5, 4)).toBe(5);
    expect(steadyLimit(5, 5.1)).toBe(6);
    expect(steadyLimit(5, 1)).toBe(1);
  });
});
