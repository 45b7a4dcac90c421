import { describe, expect, it } from "vitest";
import { dataOf, networkOf } from "../testing/views.js";
import { placeOf } from "./chosen_rows.js";
import { Derived } from "./derived.js";
import { groupsOf, picked, stackRows, stackSample } from "./layer_rows.js";

const state = networkOf({ sizes: [2, 3, 1], spec: { head: "sigmoid" } });

describe("a layer's rows", () => {
  it("are z and a, and after the head at the end", () => {
    const derived = new Derived();
    const hidden = stackRows(derived, state, 0);
    expect(hidden?.activation?.name).toBe("tanh");
    hidden?.z.forEach((z, i) => {
      expect(hidden.a[i]).toBeCloseTo(Math.tanh(z), 10);
    });
    const last = stackRows(derived, state, 1);
    expect(last?.named).toBe("sigmoid");
    last?.z.forEach((z, i) => {
      expect(last.a[i]).toBeCloseTo(1 / (1 + Math.exp(-z)), 10);
    });
  });

  it("have one sample's numbers among them", () => {
    const derived = new Derived();
    const rows = stackRows(derived, state, 0);
    const one = stackSample(derived, state, 0, 2);
    expect([...(one?.a ?? [])]).toEqual([...(rows?.a.subarray(6, 9) ?? [])]);
  });

  it("have no function of one z behind a softmax", () => {
    const soft = networkOf({ sizes: [2, 2], spec: { head: "softmax", outputs: 2 } });
    expect(stackRows(new Derived(), soft, 0)?.activation).toBeNull();
  });
});

it("classes are groups; a regression is one", () => {
  const data = dataOf([[0], [1], [2]], [[2], [0], [1]]);
  const spec = { ...state.spec, outputs: 3 };
  const groups = (task: "multiclass" | "regression") =>
    groupsOf({ ...state, spec: { ...spec, task } }, data);
  expect([...groups("multiclass").of]).toEqual([2, 0, 1]);
  expect(groups("regression").count).toBe(1);
});

it("rows are picked and found again", () => {
  const rows = Int32Array.of(1, 4, 9);
  expect(placeOf(rows, 4)).toBe(1);
  expect(placeOf(rows, 5)).toBe(-1);
  expect([...picked(Float64Array.of(0, 1, 2, 3, 4, 5), Int32Array.of(2, 0), 2)]).toEqual([
    4, 5, 0, 1,
  ]);
});
