import { describe, expect, it } from "vitest";
import { forward, layersOf } from "../math/forward.js";
import { specOf, stateOf } from "../testing/fake-store.js";
import { dataOf, networkOf } from "../testing/views.js";
import { Derived } from "./derived.js";
import {
  aboutBias,
  aboutUnit,
  aboutWeight,
  answers,
  nodeName,
  typeset,
  weightName,
} from "./graph_about.js";
import { blocksFrom, detailRows, placeBlocks, shapesText } from "./graph_blocks.js";
import { UnitFields } from "./graph_fields.js";
import { type GraphOptions, GraphScene } from "./graph_frame.js";
import { FIRST_PAGE } from "./graph_plan.js";
import { dragged, keyStep, placeOf, strongest, WidthScale } from "./graph_values.js";

const NO_NUMBERS = { gradient: null, update: null };
const OPTIONS: GraphOptions = {
  edges: "weights",
  of: "data",
  sample: null,
  most: 10,
  pages: FIRST_PAGE,
  width: 720,
  height: 420,
  moving: false,
};

describe("widths", () => {
  it("stay while the largest number fits them", () => {
    const scale = new WidthScale();
    expect(scale.of(0.83)).toBe(1);
    expect(scale.of(0.4)).toBe(1);
    expect(scale.of(1.2)).toBe(2);
    expect(scale.of(0.61)).toBe(2);
    expect(scale.of(0.003)).toBe(0.005);
    expect(scale.of(0)).toBe(0.005);
    expect(new WidthScale().of(Number.NaN)).toBe(1);
  });

  it("drag and keys move a weight by steps of its scale, with no dust", () => {
    expect([keyStep(1), keyStep(5), keyStep(0.2)]).toEqual([0.01, 0.1, 0.01]);
    expect(dragged(0.5, -150, 1, 1)).toBe(1.5);
    expect(dragged(0.5, 15, 1, 1)).toBe(0.4);
    expect(dragged(0.5, -1, 1, 0.1)).toBeGreaterThan(0.5);
    expect(String(dragged(0.1, -30, 1, 1)).length).toBeLessThan(6);
  });

  it("a bundle shows the strongest of its weights", () => {
    const spec = specOf([20, 30, 1]);
    const values = new Float64Array(spec.size);
    values[25 * 20 + 15] = -3;
    values[25 * 20 + 16] = 2;
    const edge = {
      ...{ id: "", layer: 0, index: null, curve: [0, 0, 1, 1] as const },
      ...{ to: { first: 10, count: 20 }, from: { first: 10, count: 10 } },
    };
    expect(strongest(spec, edge, values)).toBe(515);
    expect(placeOf(spec, 0, 515)).toEqual({ unit: 25, input: 15 });
  });
});

describe("the frame", () => {
  it("has every weight that is shown, and the sample's numbers", () => {
    const state = networkOf({ sizes: [2, 3, 1] });
    const frame = new GraphScene().build(state, { ...OPTIONS, sample: 3 }, new Derived());
    expect(frame.values).toBe(state.params);
    expect(frame.scale).toBe(2);
    const { z, a } = forward(layersOf(state.spec, state.params), state.data.X.slice(6, 8), 1);
    expect(Array.from(frame.sample?.z[1] ?? [])).toEqual(Array.from(z[1]));
    expect(Array.from(frame.sample?.a[0] ?? [])).toEqual(Array.from(a[0]));
  });

  it("has gradients that agree with finite differences, and updates −η·g", () => {
    const state = networkOf({ sizes: [2, 3, 1] });
    const scene = new GraphScene();
    const gradients = scene.build(state, { ...OPTIONS, edges: "gradients" }, new Derived()).values;
    const loss = (params: Float64Array) =>
      new Derived().gradient({ ...state, params }, null, false)?.loss as number;
    const h = 1e-5;
    const found = Array.from(gradients);
    found.forEach((value, i) => {
      const [up, down] = [state.params.slice(), state.params.slice()];
      up[i] += h;
      down[i] -= h;
      expect(value).toBeCloseTo((loss(up) - loss(down)) / (2 * h), 7);
    });
    const updates = scene.build(state, { ...OPTIONS, edges: "updates" }, new Derived()).values;
    found.forEach((value, i) => {
      expect(updates[i]).toBeCloseTo(-0.05 * value, 12);
    });
    const one = { ...OPTIONS, edges: "gradients", of: "sample", sample: 1 } as const;
    const own = scene.build(state, one, new Derived());
    expect(own.gradient).toMatchObject({ n: 1, of: 4 });
    expect(Array.from(own.values)).not.toEqual(found);
  });

  it("has no gradient of a loss that the page does not know", () => {
    const state = networkOf({ sizes: [2, 3, 1], spec: { loss: "custom" } });
    const frame = new GraphScene().build(state, { ...OPTIONS, edges: "gradients" }, new Derived());
    expect(frame.gradient).toBeNull();
    expect(frame.values.every(Number.isNaN)).toBe(true);
  });
});

describe("words", () => {
  const state = networkOf({ sizes: [2, 2, 1] });
  const { sample } = new GraphScene().build(state, { ...OPTIONS, sample: 3 }, new Derived());

  it("name what the sliders name", () => {
    expect(weightName(state.spec, 0, 0, 1)).toBe("w₁₂⁽¹⁾");
    expect(weightName(specOf([20, 3, 1]), 0, 2, 11)).toBe("w₃,₁₂⁽¹⁾");
    expect(nodeName(state.spec, -1, 0)).toBe("x₁");
    expect(nodeName(state.spec, 0, 1)).toBe("a₂");
    expect(nodeName(state.spec, 1, 0)).toBe("ŷ");
    expect([typeset("x12"), typeset("sepal length")]).toEqual(["x₁₂", "sepal length"]);
  });

  it("put the sample's numbers into a unit's sum", () => {
    // params 0.1 … 0.9; sample 3 is (1, 1): z₁ = 0.1 + 0.2 + 0.5
    const rows = aboutUnit(state, sample, 0, 0);
    expect(rows.map(([name]) => name)).toEqual([
      "w₁₁⁽¹⁾ · x₁",
      "w₁₂⁽¹⁾ · x₂",
      "b₁⁽¹⁾",
      "z₁ = sum",
      "a₁ = tanh(z₁)",
    ]);
    expect(rows[0][1]).toBe("0.100 × 1.00 = 0.100");
    expect(rows[3][1]).toBe("0.8000");
    expect(rows[4][1]).toBe("0.6640");
  });

  it("say of a weight what it is multiplied by and where that goes", () => {
    const rows = aboutWeight(state, sample, 1, 6, { gradient: 0.5, update: -0.025 });
    expect(rows[0]).toEqual(["w₁₁⁽²⁾", "0.7000"]);
    expect(rows[1]).toEqual(["w₁₁⁽²⁾ · a₁", "0.700 × 0.664 = 0.465 → z₁"]);
    expect(rows.slice(2).map(([, value]) => value)).toEqual(["0.5000", "−0.02500"]);
    expect(aboutWeight(state, null, 1, 6, NO_NUMBERS)[1][1]).toBe("0.700 · a₁ → z₁");
    expect(aboutBias(state, 0, 1, NO_NUMBERS)[1]).toEqual(["adds", "0.600 → z₂"]);
  });

  it("keep a sum of many terms short, and complete", () => {
    const wide = networkOf({ sizes: [30, 2, 1] });
    const one = new GraphScene().build(wide, { ...OPTIONS, sample: 3 }, new Derived()).sample;
    const rows = aboutUnit(wide, one, 0, 0);
    expect(rows).toHaveLength(6 + 1 + 1 + 2);
    expect(rows[6][0]).toBe("+ 24 smaller terms");
  });

  it("give probabilities of classes and values of regressions", () => {
    const three = { ...specOf([2, 3]), task: "multiclass", loss: "cross_entropy" } as const;
    const p = Array.from(answers(three, [1, 2, 3]));
    expect(p.reduce((sum, each) => sum + each)).toBeCloseTo(1, 12);
    expect(p[2]).toBeCloseTo(Math.exp(3) / (Math.exp(1) + Math.exp(2) + Math.exp(3)), 12);
    expect(answers(stateOf([2, 1]).spec, [0])[0]).toBe(0.5);
    const value = [7];
    expect(answers({ ...specOf([2, 1]), task: "regression" }, value)).toBe(value);
  });
});

describe("thumbnails", () => {
  const EXTENT = [-1, 1, -1, 1] as const;
  const shown = [
    { id: "-1/0", layer: -1, unit: 0 },
    { id: "0/0", layer: 0, unit: 0 },
    { id: "0/1", layer: 0, unit: 1 },
    { id: "1/0", layer: 1, unit: 0 },
  ];

  it("are drawn again only where their numbers changed", () => {
    const state = networkOf({ sizes: [2, 2, 1] });
    const fields = new UnitFields();
    expect(fields.update(state, EXTENT, 8, shown)).toEqual(shown.map(({ id }) => id));
    expect(fields.update(state, EXTENT, 8, shown)).toEqual([]);
    const moved = (index: number) => {
      const params = state.params.slice();
      params[index] += 1;
      return { ...state, params };
    };
    expect(fields.update(moved(0), EXTENT, 8, shown)).toEqual(["0/0", "1/0"]);
    expect(fields.update(moved(6), EXTENT, 8, shown)).toEqual(["0/0", "1/0"]); // 0 went back
    expect(fields.update(moved(7), EXTENT, 8, shown)).toEqual(["1/0"]);
  });

  it("that were not shown when they changed are right when they are shown again", () => {
    const state = networkOf({ sizes: [2, 2, 1] });
    const [fields, fresh] = [new UnitFields(), new UnitFields()];
    fields.update(state, EXTENT, 8, shown);
    const other = { ...state, params: state.params.map((value) => -value) };
    fields.update(other, EXTENT, 8, shown.slice(0, 2));
    expect(fields.update(other, EXTENT, 8, shown)).toEqual(["0/1", "1/0"]);
    fresh.update(other, EXTENT, 8, shown);
    for (const { id } of shown) {
      expect(fields.picture(id)?.pixels).toEqual(fresh.picture(id)?.pixels);
    }
  });

  it("show the sign of a tanh unit, the uppermost row first", () => {
    const params = [0, 5, 0, 0, 0, 0, 1, 0, 0]; // a₁ = tanh(5 x₂)
    const state = networkOf({ sizes: [2, 2, 1], params });
    const fields = new UnitFields();
    fields.update(state, EXTENT, 8, shown);
    const { pixels } = fields.picture("0/0") as { pixels: Uint8ClampedArray };
    expect([...pixels.slice(0, 3)]).toEqual([0x08, 0x77, 0xbd]);
    expect([...pixels.slice(-4, -1)]).toEqual([0xf5, 0x93, 0x22]);
  });

  it("of classes are as strong as the class is probable", () => {
    const spec = { task: "multiclass", loss: "cross_entropy" } as const;
    const data = dataOf([[0, 0]], [[1]]);
    const params = [40, 0, -40, 0, 0, 0]; // class 0 to the right
    const state = networkOf({ sizes: [2, 2], params, spec, data });
    const fields = new UnitFields();
    fields.update(state, EXTENT, 4, [{ id: "0/0", layer: 0, unit: 0 }]);
    const { pixels } = fields.picture("0/0") as { pixels: Uint8ClampedArray };
    expect([pixels[3], pixels[15]]).toEqual([0, 235]);
  });
});

describe("blocks", () => {
  it("are what Python sent, in lines", () => {
    const block = {
      path: "0",
      kind: "Conv2d",
      detail: "",
      shapes: [[8, 6, 6]],
      parameters: 80,
      calls_before: 0,
    };
    expect(blocksFrom({ blocks: [block] })).toEqual([block]);
    expect(blocksFrom({ error: "no" })).toBeNull();
    const placed = placeBlocks([block, block, block], 380);
    expect(placed.map(({ arrow }) => arrow)).toEqual(["right", "down", null]);
    expect(placed[2].x).toBe(placed[0].x);
    expect([shapesText([[8, 6, 6]]), shapesText([[]]), shapesText([])]).toEqual([
      "8 × 6 × 6",
      "1",
      "no tensor",
    ]);
    expect(detailRows("1, 8, kernel_size=(3, 3), stride=(1, 1)")).toEqual([
      ["", "1"],
      ["", "8"],
      ["kernel size", "(3, 3)"],
      ["stride", "(1, 1)"],
    ]);
  });
});
