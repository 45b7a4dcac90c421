import { describe, expect, test } from "vitest";
import { specOf } from "../testing/fake-store.js";
import type { Spec } from "../wire.js";
import { OPTIMIZERS } from "./optimizers.js";
import { StackTrainer } from "./train.js";

/** One weight and no bias: every step can be worked out by hand. */
const LINE: Spec = {
  ...specOf([1, 1]),
  ...{ size: 1, loss: "mse", task: "regression" },
  layers: [{ ...specOf([1, 1]).layers[0], bias: null }],
  params: [{ name: "0.weight", shape: [1, 1], offset: 0, size: 1 }],
};
const data = { n: 2, d: 1, k: 1, X: Float64Array.of(1, 2), y: Float64Array.of(3, 6) };

function trainer(optimizer: (typeof OPTIMIZERS)[number], change: object = {}) {
  const settings = { optimizer, lr: 0.1, ...change };
  return new StackTrainer(LINE, Float64Array.of(1), settings);
}

// Tests against torch are in tests/test_js_train.py.
describe("a step", () => {
  test("is that of the mean loss of the batch's rows", () => {
    const one = trainer("sgd");
    // (w − 3)²: the slope at 1 is −4
    expect(one.step(data, [0, 1], 0, 1)).toBe(true);
    expect(one.params[0]).toBeCloseTo(1.4, 15);
    const both = trainer("sgd");
    // ((w − 3)² + (2w − 6)²) / 2: −4 and −16 make −10
    both.step(data, [1, 0], 0, 2);
    expect(both.params[0]).toBeCloseTo(2, 15);
  });

  test("remembers the way where there is momentum", () => {
    const fast = trainer("momentum");
    fast.step(data, [0], 0, 1);
    fast.step(data, [0], 0, 1);
    // v = −4, then 0.9 · −4 + 2 (1.4 − 3) = −6.8
    expect(fast.params[0]).toBeCloseTo(1.4 + 0.68, 14);
  });

  test("of Adam is about the rate itself at first, whatever the slope", () => {
    const adam = trainer("adam");
    adam.step(data, [0, 1], 0, 2);
    expect(adam.params[0]).toBeCloseTo(1.1, 8);
  });

  test("is regularised, and what is frozen is not moved by that either", () => {
    const small = trainer("sgd", { l1: 0.5, l2: 2 });
    small.step(data, [0], 0, 1); // −4 + 0.5 + 2
    expect(small.params[0]).toBeCloseTo(1.15, 15);
    small.pinned = new Set([0]);
    small.step(data, [0], 0, 1);
    expect(small.params[0]).toBeCloseTo(1.15, 15);
  });

  test.each(OPTIMIZERS)("that leaves the finite numbers can be taken back: %s", (name) => {
    const wild = trainer(name);
    wild.step(data, [0], 0, 1);
    const { params } = wild;
    const before = params[0];
    wild.lr = Number.POSITIVE_INFINITY;
    expect(wild.step(data, [0], 0, 1)).toBe(false);
    wild.undo();
    expect(params[0]).toBe(before);
    expect(wild.optimizer.steps).toBe(0);
  });
});

describe("a trainer", () => {
  test("refuses what only Python can train", () => {
    const opaque = () => new StackTrainer({ ...LINE, kind: "opaque" }, Float64Array.of(1), any);
    const custom = () => new StackTrainer({ ...LINE, loss: "custom" }, Float64Array.of(1), any);
    const any = { optimizer: "sgd", lr: 1 } as const;
    expect(opaque).toThrow("only Python");
    expect(custom).toThrow("only Python");
  });

  test("takes batches of any size, again and again", () => {
    const many = trainer("sgd", { lr: 1e-3 });
    const X = Float64Array.from({ length: 40 }, (_, i) => i / 40);
    const rows = { n: 40, d: 1, k: 1, X, y: X.map((x) => 3 * x) };
    const order = Array.from({ length: 40 }, (_, i) => 39 - i);
    for (let size = 1; size <= 40; size++) many.step(rows, order, 0, size);
    expect(many.params[0]).toBeGreaterThan(1);
    expect(many.params[0]).toBeLessThan(3);
  });
});
