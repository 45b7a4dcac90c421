import { describe, expect, it } from "vitest";
import { Derived } from "../scene/derived.js";
import type { LineMark } from "../scene/types.js";
import type { NetState } from "../state/types.js";
import { dataOf, networkOf } from "../testing/views.js";
import { aboutLine, aboutPoint, type Shown } from "./about.js";

const about = (state: NetState, row: number) => aboutPoint(state, new Derived().pass(state), row);
const XOR = networkOf({ sizes: [2, 2, 1], params: [1, 1, 2, 2, -0.5, -1.5, 1, -2, -0.25] });

describe("aboutPoint", () => {
  it("is the sample, where it is in feature space and what the model says", () => {
    // a₁ = tanh(½), a₂ = tanh(½), logit = a₁ − 2 a₂ − ¼ = −0.7121
    expect(about(XOR, 1)).toEqual([
      ["x1", "1.000"],
      ["x2", "0.000"],
      ["class", "class 1"],
      ["a₁", "0.4621"],
      ["a₂", "0.4621"],
      ["logit", "−0.7121"],
      ["probability", "0.3291"],
    ]);
  });

  it("has no logit where the model itself says a probability", () => {
    const spec = { ...XOR.spec, head: "sigmoid" } as const;
    expect(about({ ...XOR, spec }, 1).slice(-1)).toEqual([["probability", "0.3291"]]);
    expect(about({ ...XOR, spec }, 1).some(([name]) => name === "logit")).toBe(false);
  });

  it("names the class of the largest output, or says that there is none", () => {
    const spec = { task: "multiclass", classes: ["cat", "dog", "cow"] } as const;
    const params = [0, 0, 0, 0, 0, 0, 1, 3, 2];
    const state = networkOf({
      sizes: [2, 3],
      params,
      spec: { ...spec, classes: [...spec.classes] },
    });
    expect(about(state, 0).slice(-2)).toEqual([
      ["class", "cat"],
      ["predicted", "dog"],
    ]);
    const broken = { ...state, params: state.params.map(() => Number.NaN) };
    expect(about(broken, 0).at(-1)).toEqual(["predicted", "–"]);
  });

  it("shows every target and output of a regression", () => {
    const data = dataOf([[1, 2]], [[5, -6]]);
    const params = [1, 0, 0, 1, 0, 0];
    const spec = { task: "regression", loss: "mse" } as const;
    expect(about(networkOf({ sizes: [2, 2], params, spec, data }), 0).slice(2)).toEqual([
      ["y₁", "5.000"],
      ["y₂", "−6.000"],
      ["ŷ₁", "1.000"],
      ["ŷ₂", "2.000"],
    ]);
    const one = networkOf({
      sizes: [2, 1],
      params: [1, 1, 0],
      spec,
      data: dataOf([[1, 2]], [[5]]),
    });
    expect(about(one, 0).slice(2)).toEqual([
      ["y", "5.000"],
      ["ŷ", "3.000"],
    ]);
  });

  it("shows every answer to several questions of yes or no", () => {
    const state = networkOf({ sizes: [2, 2], data: dataOf([[0, 0]], [[1, 0]]) });
    expect(
      about(state, 0)
        .slice(2)
        .map(([name]) => name),
    ).toEqual(["y₁", "y₂", "z₁", "z₂"]);
  });

  it("does not fill the plot with features and units", () => {
    const state = networkOf({ sizes: [40, 30, 1] });
    expect(about(state, 0).length).toBe(6 + 1 + 4 + 2);
  });

  it("of an opaque model is what the page knows; of a row that is gone, nothing", () => {
    expect(aboutPoint(XOR, null, 0).map(([name]) => name)).toEqual(["x1", "x2", "class"]);
    expect(aboutPoint(XOR, null, 4)).toEqual([]);
  });

  it("begins with what is shown: of many features, and of the layer that is looked at", () => {
    const wide = networkOf({ sizes: [9, 5, 2, 1] });
    const pass = new Derived().pass(wide);
    const names = (shown: Shown) => aboutPoint(wide, pass, 0, shown).map(([name]) => name);
    expect(names({ features: [7, 2] }).slice(0, 6)).toEqual(["x8", "x3", "x1", "x2", "x4", "x5"]);
    expect(names({ layer: 0, units: [4] }).filter((name) => name.startsWith("a"))).toEqual([
      ...["a₅⁽¹⁾", "a₁⁽¹⁾", "a₂⁽¹⁾", "a₃⁽¹⁾"],
    ]);
  });

  it("shows a soft target as the number it is", () => {
    const data = dataOf([[0, 0]], [[0.25]]);
    expect(aboutPoint({ ...XOR, data }, null, 0).at(-1)).toEqual(["class", "0.2500"]);
  });
});

describe("aboutLine", () => {
  const mark = (change: Partial<LineMark> = {}): LineMark => ({
    ...{ id: "0/0", layer: 0, unit: 0, name: "h₁", colour: "", dash: "" },
    ...{
      line: { w: [3, -4], b: 10 },
      segment: [
        [0, 0],
        [1, 1],
      ],
    },
    ...{ slides: true, turns: true, upright: false },
    ...change,
  });

  it("is its equation, its steepness and how far it is from the origin", () => {
    expect(aboutLine(XOR, mark(), ["x₁", "x₂"])).toEqual([
      ["z", "3.00·x₁ − 4.00·x₂ + 10.0"],
      ["‖w‖", "5.000"],
      ["from origin", "2.000"],
      ["activation", "tanh"],
    ]);
  });

  it("of one input has one term", () => {
    const upright = mark({ line: { w: [-2, 0], b: -1 }, upright: true });
    expect(aboutLine(XOR, upright, ["x₁"]).slice(0, 3)).toEqual([
      ["z", "−2.00·x₁ − 1.00"],
      ["‖w‖", "2.000"],
      ["from origin", "0.5000"],
    ]);
  });

  it("calls the last sum by what it is", () => {
    const name = (spec: Partial<NetState["spec"]>) =>
      aboutLine({ ...XOR, spec: { ...XOR.spec, ...spec } }, mark({ layer: 1 }), ["a₁", "a₂"])[0][0];
    expect(name({})).toBe("logit");
    expect(name({ task: "regression" })).toBe("ŷ");
    expect(name({ task: "regression", head: "sigmoid" })).toBe("z");
    expect(name({ kind: "opaque" })).toBe("z");
  });
});
