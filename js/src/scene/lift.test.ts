import { describe, expect, it } from "vitest";
import type { NetState } from "../state/types.js";
import { dataOf, networkOf } from "../testing/views.js";
import type { Term } from "../wire.js";
import type { Step } from "./by_hand/steps.js";
import { Symbols } from "./by_hand/symbols.js";
import { inputOf, resultOf, Worker } from "./by_hand/worked.js";
import { type DecisionOptions, DecisionScene } from "./decision.js";
import { Derived } from "./derived.js";
import { UnitFields } from "./graph_fields.js";
import { unitsOf } from "./graph_plan.js";
import { PatternScene } from "./pattern_plane.js";
import { leadsOf, matricesOf } from "./weight_matrices.js";

const DATA = dataOf(
  [
    [0.25, 0.5],
    [-1, 2],
  ],
  [[0], [1]],
);

/** A network of two inputs that is given formulas of them, as many as its first layer reads. */
function lifted(names: string[], terms: Term[], sizes: number[], params: number[]): NetState {
  const state = networkOf({ sizes: [names.length, ...sizes], params, data: DATA });
  const spec = { ...state.spec, inputs: 2, features: ["x1", "x2"], lift: { names, terms } };
  return { ...state, spec };
}

/** ¼ − x₁² − x₂²: positive inside the circle of radius ½. */
const CIRCLE = lifted(
  ["x1²", "x2²"],
  [
    ["*", 0, 0],
    ["*", 1, 1],
  ],
  [1],
  [-1, -1, 0.25],
);
const window = { extent: [-1, 1, -1, 1], inner: { width: 200, height: 200 } } as const;
const options: DecisionOptions = {
  ...{ axes: [0, 1], fixed: null, field: "both", layer: 0, lines: true, points: true },
};

describe("formulas of the inputs", () => {
  it("make curves of a unit's line, and of the boundary: here a circle", () => {
    const scene = new DecisionScene().build(CIRCLE, options, window);
    expect(scene.lines).toEqual([]);
    expect(scene.curves.map(({ id }) => id)).toEqual(["boundary", "0/0"]);
    for (const { paths } of scene.curves) {
      expect(paths.flat().length).toBeGreaterThan(20);
      for (const [x, y] of paths.flat()) expect(Math.hypot(x, y)).toBeCloseTo(0.5, 2);
    }
    expect(scene.points?.x).toEqual(Float64Array.of(0.25, -1));
    expect([scene.xLabel, scene.yLabel]).toEqual(["x1", "x2"]);
  });

  it("are what a pass begins with", () => {
    const pass = new Derived().pass(CIRCLE);
    expect([...(pass?.x ?? [])]).toEqual([0.0625, 0.25, 1, 4]);
    expect([...(pass?.z[0] ?? [])]).toEqual([-0.0625, -4.75]);
  });

  it("stand in the graph's first column, each with its picture", () => {
    const terms: Term[] = [
      ["x", 1],
      ["sin", 0, 3],
      ["cos", 0, 1],
    ];
    const state = lifted(["x2", "sin 3x1", "cos x1"], terms, [1], [1, 1, 1, 0]);
    expect(unitsOf(state.spec, -1)).toBe(3);
    const fields = new UnitFields();
    const shown = [0, 1, 2].map((unit) => ({ id: `-1/${unit}`, layer: -1, unit }));
    expect(fields.update(state, [-1, 1, -1, 1], 8, shown)).toHaveLength(3);
    const pixels = (id: string) =>
      new Uint32Array(fields.picture(id)?.pixels.buffer as ArrayBuffer);
    const [rows, waves, even] = [pixels("-1/0"), pixels("-1/1"), pixels("-1/2")];
    expect(rows[0]).toBe(rows[7]); // x₂ is the same along a row
    expect(waves[0]).toBe(waves[56]); // sin 3x₁ along a column
    expect(waves[0]).not.toBe(waves[7]);
    expect(even[0]).toBe(even[7]); // and the cosine the same on both sides

    const other = { ...state, params: state.params.map((w) => 2 * w) };
    expect(fields.update(other, [-1, 1, -1, 1], 8, shown)).toEqual([]); // inputs do not change
    expect(pixels("-1/1")).toEqual(waves);
  });

  it("are what a pass by hand adds up", () => {
    const worked = new Worker().work(CIRCLE, { sample: 1, batch: null, rate: 0.1 });
    if (!worked) throw new Error("the page can compute this");
    expect([...inputOf(worked, 0)]).toEqual([1, 4]);
    expect(new Symbols(CIRCLE.spec).inputOf(0, 1)).toBe("f_{2}");
    const step = { kind: "z", layer: 0, rows: 1, columns: 1, id: "z1" } as Step;
    expect([...resultOf(worked, step)]).toEqual([-4.75]);
  });

  it("name the weights that lead from them, and divide the plane by their curves", () => {
    const [matrix] = matricesOf(CIRCLE.spec);
    expect(leadsOf(CIRCLE.spec, matrix, 0, 1)).toBe("output ← x2²");
    const pass = new Derived().pass(CIRCLE);
    const plane = new PatternScene().plane(pass?.layers ?? [], 0, [-1, 1, -1, 1], [21, 21]);
    expect(plane.count).toBe(2);
    expect(new PatternScene().bits(pass?.layers ?? [], 0, 0.3, 0.3)[0][0]).toBe(1);
    expect(new PatternScene().bits(pass?.layers ?? [], 0, 0.4, 0.4)[0][0]).toBe(0);
  });
});
