import { describe, expect, it } from "vitest";
import { dataOf, networkOf } from "../testing/views.js";
import {
  type DecisionOptions,
  DecisionScene,
  firstLayer,
  fixedAt,
  ghostLines,
  type Window,
} from "./decision.js";

const window: Window = { extent: [-1, 2, -1, 2], inner: { width: 200, height: 200 } };
const chosen = (change: Partial<DecisionOptions> = {}): DecisionOptions => ({
  ...{ axes: [0, 1], fixed: null, field: "both", layer: 0, lines: true, points: true },
  ...change,
});
/** OR of x₁ and x₂ by one unit that is 0 on x₁ + x₂ = ½. */
const OR = networkOf({ sizes: [2, 1], params: [4, 4, -2] });
const XOR = networkOf({ sizes: [2, 2, 1], params: [1, 1, 1, 1, -0.5, -1.5, 1, -2, -0.5] });
const build = (state = OR, change: Partial<DecisionOptions> = {}) =>
  new DecisionScene().build(state, chosen(change), window);

describe("DecisionScene", () => {
  it("has the data, the first layer's lines, the field and the boundary", () => {
    const scene = build(XOR);
    expect([scene.points?.n, scene.lines.length, scene.caption]).toEqual([4, 2, ""]);
    expect([scene.xLabel, scene.yLabel]).toEqual(["x1", "x2"]);
    expect(scene.curves.map(({ id }) => id)).toEqual(["boundary"]);
    expect(scene.field?.pixels.length).toBe(4 * 40 * 40);
  });

  it("draws the boundary where the model's output is 0", () => {
    const [{ paths }] = build().curves;
    expect(paths.length).toBe(1);
    for (const [x, y] of paths[0]) expect(x + y).toBeCloseTo(0.5, 9);
  });

  it("shows what is chosen", () => {
    const parts = (field: DecisionOptions["field"]) => {
      const { field: picture, curves } = build(OR, { field });
      return [picture !== null, curves.length];
    };
    expect(parts("both")).toEqual([true, 1]);
    expect(parts("output")).toEqual([true, 0]);
    expect(parts("boundary")).toEqual([false, 1]);
    expect(parts("none")).toEqual([false, 0]);
    expect(build(OR, { lines: false }).lines).toEqual([]);
    expect(build(OR, { points: false }).points).toBeNull();
  });

  it("draws a deeper layer's units as curves: where tanh(x₁) = tanh(x₂), that is x₁ = x₂", () => {
    const params = [1, 0, 0, 1, 0, 0, 1, -1, 0, 1, 0];
    const deep = networkOf({ sizes: [2, 2, 1, 1], params });
    const scene = build(deep, { layer: 1, field: "none" });
    expect(scene.lines).toEqual([]);
    const [{ id, style, paths }] = scene.curves;
    expect([id, style, paths.length > 0]).toEqual(["1/0", "unit", true]);
    for (const [x, y] of paths.flat()) expect(x).toBeCloseTo(y, 6);
  });

  it("holds the features that are not shown at their means, and says so", () => {
    const params = [1, 1, 2, 0, 1, 0];
    const data = dataOf(
      [
        [0, 0, 0.2],
        [1, 1, 0.3],
      ],
      [[0], [1]],
    );
    const state = networkOf({ sizes: [3, 1, 1], params, data });
    const scene = build(state);
    expect(scene.lines[0].line).toEqual({ w: [1, 1], b: 0.5 });
    expect(scene.caption).toBe("Slice at x3 = 0.25 (means)");
    const fixed = [9, 9, -0.25];
    expect(build(state, { fixed }).lines[0].line.b).toBe(-0.5);
    expect(build(state, { fixed }).caption).toBe("Slice at x3 = −0.25");
  });

  it("counts the held features that it cannot name", () => {
    const row = [1, 2, 3, 4, 5, 6, 7, 8];
    const state = networkOf({ sizes: [8, 1, 1], data: dataOf([row], [[0]]) });
    expect(build(state).caption).toBe("Slice at x3 = 3, x4 = 4, x5 = 5, x6 = 6 and 2 more (means)");
  });

  it("draws nothing of weights that are not finite, and no error", () => {
    const scene = build({ ...XOR, params: XOR.params.map(() => Number.NaN) });
    expect([scene.lines, scene.curves.flatMap(({ paths }) => paths)]).toEqual([[], []]);
    expect(scene.field?.pixels.every((byte) => byte === 0)).toBe(true); // transparent
  });

  it("leaves an opaque model's field to Python and draws the lines it knows", () => {
    const scene = build({ ...XOR, spec: { ...XOR.spec, kind: "opaque" } });
    expect([scene.field, scene.curves.length, scene.lines.length]).toEqual([null, 0, 2]);
  });

  it("takes the lines between three classes", () => {
    // Scores x₁, x₂ and 0: class 2 wins where both are negative.
    const params = [1, 0, 0, 1, 0, 0, 0, 0, 0];
    const data = dataOf(
      [
        [1, 0],
        [0, 1],
        [-1, -1],
      ],
      [[0], [1], [2]],
    );
    const spec = { task: "multiclass", loss: "cross_entropy" } as const;
    const state = networkOf({ sizes: [2, 3], params, spec, data });
    const at = build(state).curves.flatMap(({ paths }) => paths.flat());
    expect(at.length).toBeGreaterThan(20);
    for (const [x, y] of at) {
      const [first, second] = [x, y, 0].sort((a, b) => b - a);
      expect(first - second).toBeLessThan(0.07); // a cell: d3's lines cut the corner
    }
  });
});

describe("one feature", () => {
  const data = dataOf([[-1], [0], [1]], [[2], [0], [4]]);
  const regression = { task: "regression", loss: "mse" } as const;
  const params = [1, 0, 3, 0]; // 3 tanh(x)
  const state = networkOf({ sizes: [1, 1, 1], params, spec: regression, data });
  const flat = { axes: [0] } as const;

  it("draws the model's own curve over x", () => {
    const scene = build(state, flat);
    expect([scene.xLabel, scene.yLabel]).toEqual(["x1", "y"]);
    const [{ style, paths }] = scene.curves;
    expect([style, paths.length, paths[0].length]).toEqual(["model", 1, 100]);
    for (const [x, y] of paths[0]) expect(y).toBeCloseTo(3 * Math.tanh(x), 6);
    expect([paths[0][0][0], paths[0].at(-1)?.[0]]).toEqual([-1, 2]);
    expect([...(scene.points?.y ?? [])]).toEqual([2, 0, 4]);
  });

  it("draws a probability where the model says yes or no", () => {
    const binary = networkOf({ sizes: [1, 1], params: [2, 0], data });
    const { yLabel, curves } = build(binary, flat);
    expect(yLabel).toBe("probability");
    for (const [x, p] of curves[0].paths[0]) expect(p).toBeCloseTo(1 / (1 + Math.exp(-2 * x)), 6);
  });

  it("leaves out what is not a number", () => {
    const scene = build({ ...state, params: state.params.map(() => Number.NaN) }, flat);
    expect(scene.curves.flatMap(({ paths }) => paths)).toEqual([]);
  });
});

describe("what did not change", () => {
  it("is not computed again", () => {
    const scene = new DecisionScene();
    const build = (state = XOR) => scene.build(state, chosen(), window);
    const [first, second] = [build(), build()];
    expect([second.points === first.points, second.field === first.field]).toEqual([true, true]);
    const moved = build({ ...XOR, params: XOR.params.slice() });
    expect([moved.points === first.points, moved.field === first.field]).toEqual([true, false]);
  });

  it("is the field, where a point moves that it is not held at", () => {
    const scene = new DecisionScene();
    const at = (state: typeof XOR) => scene.build(state, chosen(), window).field;
    const first = at(XOR);
    expect(at({ ...XOR, data: { ...XOR.data, X: XOR.data.X.map((x) => 2 * x) } })).toBe(first);
  });

  it("but the field goes with the means that it is held at", () => {
    const scene = new DecisionScene();
    const state = networkOf({ sizes: [3, 1, 1] });
    const first = scene.build(state, chosen(), window).field;
    const data = { ...state.data, X: state.data.X.map((x) => 2 * x) };
    expect(scene.build({ ...state, data }, chosen(), window).field).not.toBe(first);
  });
});

describe("ghostLines", () => {
  it("are the lines of other parameters", () => {
    const params = XOR.params.map((value) => 2 * value);
    const [ghost] = ghostLines(XOR, params, chosen(), window.extent);
    expect(ghost.line).toEqual({ w: [2, 2], b: -1 });
    expect(XOR.params[0]).toBe(1);
  });

  it("are none of another network, and none where lines are hidden", () => {
    expect(ghostLines(XOR, new Float64Array(3), chosen(), window.extent)).toEqual([]);
    expect(ghostLines(XOR, XOR.params, chosen({ lines: false }), window.extent)).toEqual([]);
  });
});

describe("firstLayer", () => {
  it("is none where the first module does not read the features with a weight", () => {
    const [first, ...rest] = XOR.spec.layers;
    const without = (change: object) =>
      firstLayer({ ...XOR, spec: { ...XOR.spec, layers: [{ ...first, ...change }, ...rest] } });
    expect(without({})?.units).toBe(2);
    expect(without({ reads: null })).toBeNull();
    expect(without({ weight: null })).toBeNull();
    expect(firstLayer({ ...XOR, spec: { ...XOR.spec, layers: [] } })).toBeNull();
  });
});

it("fixedAt prefers what is given", () => {
  const given = [1, 2];
  expect(fixedAt(XOR, { fixed: given })).toBe(given);
  expect(Array.from(fixedAt(XOR, { fixed: null }))).toEqual([0.5, 0.5]);
});
