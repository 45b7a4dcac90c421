import { describe, expect, it } from "vitest";
import { dataOf, networkOf } from "../testing/views.js";
import { describeHeights, outputNames, steadyRange, targetsOf } from "./output_heights.js";
import { constantLoss, OutputNotes } from "./output_notes.js";
import { OutputPlane } from "./output_plane.js";
import { OutputScene } from "./output_surface.js";
import { differentRows, TruthScene } from "./truth_table.js";

/** h₁ = relu(x₁ + x₂), h₂ = relu(x₁ + x₂ − 1), ŷ = h₁ − 2 h₂: exclusive or, exactly. */
const XOR_PARAMS = [1, 1, 1, 1, 0, -1, 1, -2, 0];
const REGRESSION = { task: "regression", loss: "mse" } as const;
const exact = (x: number, y: number) => Math.max(0, x + y) - 2 * Math.max(0, x + y - 1);

function xor(params: readonly number[] = XOR_PARAMS, activation: "relu" | "linear" = "relu") {
  return networkOf({ sizes: [2, 2, 1], activation, params, spec: REGRESSION });
}
const OPTIONS = { output: 0, side: 7, extent: null };

describe("the output over the square", () => {
  it("is the network's at every point, by the formula", () => {
    const picture = new OutputScene().build(xor(), OPTIONS, null);
    expect(picture.extent).toEqual([-0.25, 1.25, -0.25, 1.25]);
    for (let j = 0; j < 7; j++) {
      for (let i = 0; i < 7; i++) {
        const wanted = exact(-0.25 + i * 0.25, -0.25 + j * 0.25);
        expect(picture.values[j * 7 + i]).toBeCloseTo(wanted, 12);
      }
    }
  });

  it("has the samples, what is wanted of them and what they get", () => {
    const { targets, heights } = new OutputScene().build(xor(), OPTIONS, null);
    const rows = [...targets.rows].map((_, i) => [
      ...[targets.x[i], targets.y[i], targets.target[i], targets.output[i]],
    ]);
    for (const [x, y, target, output] of rows) {
      expect(target).toBe(x === y ? 0 : 1);
      expect(output).toBeCloseTo(target, 12);
    }
    expect([heights.level, heights.shaded, heights.colours]).toEqual([0.5, false, [0, 1]]);
  });

  it("is computed anew only where something it shows has changed", () => {
    const scene = new OutputScene();
    const state = xor();
    const first = scene.build(state, OPTIONS, null);
    expect(scene.build({ ...state, version: 9 }, OPTIONS, null)).toBe(first);
    const selection = { ...state.selection, sample: 2 };
    const pointed = scene.build({ ...state, selection }, OPTIONS, null);
    expect([pointed.chosen, pointed.values === first.values]).toEqual([2, true]);
    const params = Float64Array.from(XOR_PARAMS.with(8, 1));
    const moved = scene.build({ ...state, params }, OPTIONS, null);
    expect(moved.values[0]).toBeCloseTo(first.values[0] + 1, 12);
  });

  it("takes what Python computed of a model that is not a stack", () => {
    const state = networkOf({ sizes: [2, 2, 1], spec: { ...REGRESSION, kind: "opaque" } });
    const scene = new OutputScene();
    expect([...scene.build(state, OPTIONS, null).values].every(Number.isNaN)).toBe(true);
    const given = { field: Float64Array.from({ length: 49 }, (_, i) => i), outputs: null };
    expect(scene.build(state, OPTIONS, given).values[48]).toBe(48);
    const outputs = Float64Array.of(1, 2, 3, 4);
    const picture = scene.build(state, OPTIONS, { ...given, outputs });
    expect([...picture.targets.output]).toEqual([1, 2, 3, 4]);
    expect(new TruthScene().rows(state, 0, picture.targets)?.[3].output).toBe(4);
  });
});

describe("heights", () => {
  it("are probabilities of a classification: softmax of the outputs", () => {
    const state = networkOf({
      ...{ sizes: [2, 3], params: [1, 0, 0, 1, 0, 0, 0, 0, 0.5] },
      spec: { task: "multiclass", loss: "cross_entropy", classes: ["a", "b", "c"] },
      data: dataOf(
        [
          [0.3, 0.8],
          [1, 2],
        ],
        [[2], [0]],
      ),
    });
    const { targets, heights } = new OutputScene().build(state, { ...OPTIONS, output: 1 }, null);
    const e = [0.3, 0.8, 0.5].map(Math.exp);
    expect(targets.output[0]).toBeCloseTo(e[1] / (e[0] + e[1] + e[2]), 9);
    expect([...targets.target]).toEqual([0, 0]);
    expect([...targetsOf(state.spec, state.data, 2)]).toEqual([1, 0]);
    expect([heights.name, heights.classShown]).toEqual(["p(b)", 1]);
    expect(outputNames(state.spec)).toEqual(["p(a)", "p(b)", "p(c)"]);
  });

  it("of a logit are its probability", () => {
    const state = networkOf({ sizes: [2, 1], params: [2, -1, 0.5] });
    const { targets } = new OutputScene().build(state, OPTIONS, null);
    const logits = [0.5, 2.5, -0.5, 1.5]; // (0, 0), (1, 0), (0, 1), (1, 1)
    logits.forEach((z, i) => {
      expect(targets.output[i]).toBeCloseTo(1 / (1 + Math.exp(-z)), 9);
    });
  });

  it("keep their axis while all fits it well, and get a round one where not", () => {
    expect(steadyRange(null, 0, 1)).toEqual([-0.2, 1.2]);
    expect(steadyRange([-0.2, 1.2], 0.1, 1.1)).toEqual([-0.2, 1.2]);
    expect(steadyRange([-0.2, 1.2], -3, 1)[0]).toBeLessThanOrEqual(-3);
    expect(steadyRange([-100, 100], 0, 1)).toEqual([-0.2, 1.2]);
    expect(steadyRange([0, 1], Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY)).toEqual([0, 1]);
  });

  it("of targets that are numbers are shades between the lowest and the highest", () => {
    const { spec } = xor();
    const heights = describeHeights(spec, 0, new Float64Array(4), Float64Array.of(-2, 6), null);
    expect([heights.colours, heights.shaded, heights.level]).toEqual([[-2, 6], true, null]);
  });
});

describe("the truth table", () => {
  it("has a row for each different sample, with output and error", () => {
    const X = [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
      [0, 1],
    ];
    const data = dataOf(X, [[0], [1], [1], [0], [1]]);
    const state = { ...xor([1, 1, 1, 1, 0, -1, 1, -2, 0.25]), data };
    const { targets } = new OutputScene().build(state, OPTIONS, null);
    const rows = new TruthScene().rows(state, 0, targets);
    expect(rows?.map(({ row, count, target }) => [row, count, target])).toEqual([
      ...[
        [0, 1, 0],
        [1, 2, 1],
        [2, 1, 1],
        [3, 1, 0],
      ],
    ]);
    for (const { x, output, error } of rows ?? []) {
      expect(output).toBeCloseTo(exact(x[0], x[1]) + 0.25, 12);
      expect(error).toBeCloseTo(0.25, 12);
    }
  });

  it("is none of more than sixteen", () => {
    const rows = (n: number) => Array.from({ length: n }, (_, i) => [i, 0]);
    const of = (n: number) =>
      differentRows(
        dataOf(
          rows(n),
          rows(n).map(() => [0]),
        ),
      );
    expect([of(16)?.length, of(17)]).toEqual([16, null]);
  });
});

describe("what keeps a network from its targets", () => {
  const note = (params: readonly number[], activation: "relu" | "linear" = "relu") => {
    const state = xor(params, activation);
    return new OutputNotes().of(state, state.data);
  };

  it("says nothing where the task is solved", () => expect(note(XOR_PARAMS)).toBe(null));

  it("calls a network of dead units stuck, with the rule", () => {
    // z = −1 everywhere, and the output's bias at the mean of the targets: no slope is left.
    const dead = note([0, 0, 0, 0, -1, -1, 1, 1, 0.5]);
    expect(dead?.kind).toBe("stuck");
    expect(dead?.text).toContain("Stuck at loss 0.250");
    expect(dead?.text).toContain("2 of 2 ReLU units dead (h₁, h₂: z ≤ 0 on all 4 samples");
    expect(dead?.text).toContain("on these samples the network is linear");
    expect(dead?.text).toContain("every |∂L/∂w| is below 0.0001");
  });

  it("counts units that are on everywhere as bending nothing", () => {
    const text = note([0, 0, 1, 1, -1, 0.5, 0, 0, 0.5])?.text;
    expect(text).toContain("1 of 2 ReLU units dead (h₁");
    expect(text).toContain("1 of 2 bending nothing (h₂: z > 0 on all)");
  });

  it("tells of dead units while there still is a slope", () => {
    expect(note([0, 0, 1, 1, -1, -1, 1, 1, 0])?.kind).toBe("dead");
  });

  it("says what linear units can do", () => {
    expect(note(XOR_PARAMS, "linear")?.kind).toBe("linear");
    const best = note([0, 0, 0, 0, 0, 0, 0, 0, 0.5], "linear");
    expect(best?.kind).toBe("stuck");
    expect(best?.text).toContain("the output is a plane");
  });

  it("measures a loss by what a constant costs", () => {
    const { spec, data } = xor();
    expect(constantLoss(spec, data)).toBeCloseTo(0.25, 12);
    expect(constantLoss({ ...spec, loss: "half_mse" }, data)).toBeCloseTo(0.125, 12);
    const bce = { ...spec, loss: "bce", task: "binary" } as const;
    expect(constantLoss(bce, data)).toBeCloseTo(Math.log(2), 12);
    const three = { ...spec, task: "multiclass", loss: "cross_entropy", outputs: 3 } as const;
    const classes = dataOf(
      [
        [0, 0],
        [0, 1],
        [1, 0],
      ],
      [[0], [1], [2]],
    );
    expect(constantLoss(three, classes)).toBeCloseTo(Math.log(3), 12);
  });
});

describe("the output from above", () => {
  it("colours from orange to blue, and has the line where it is ½", () => {
    const picture = new OutputScene().build(xor(), { ...OPTIONS, side: 31 }, null);
    const plane = new OutputPlane();
    const { field, curves, points } = plane.build(picture);
    const pixel = (i: number, j: number) => {
      const start = 4 * ((30 - j) * 31 + i);
      return [...(field?.pixels.subarray(start, start + 3) ?? [])];
    };
    expect(pixel(5, 5)).toEqual([0xf5, 0x93, 0x22]); // (0, 0): output 0
    expect(pixel(25, 5)).toEqual([0x08, 0x77, 0xbd]); // (1, 0): output 1
    for (const [x, y] of curves[0].paths.flat()) {
      expect(Math.min(Math.abs(x + y - 0.5), Math.abs(x + y - 1.5))).toBeLessThan(1e-9);
    }
    expect([...(points?.kind ?? [])]).toEqual([0, 1, 1, 0]);
    expect(plane.build({ ...picture, chosen: 1 }).field).toBe(field);
  });
});
