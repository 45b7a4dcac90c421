import { describe, expect, it } from "vitest";
import type { Spec } from "../wire.js";
import { drawScore, symmetricRange } from "./score.js";
import { Workspace } from "./workspace.js";

const spec = (parts: Partial<Spec>) => ({ head: "linear", outputs: 1, ...parts }) as Spec;
const LN2 = Math.LN2;

describe("drawScore", () => {
  it("makes probabilities of binary logits", () => {
    const { values, range, k } = drawScore(spec({ task: "binary" }), Float64Array.of(0, LN2, -LN2));
    [1 / 2, 2 / 3, 1 / 3].forEach((p, i) => {
      expect(values[i]).toBeCloseTo(p, 12);
    });
    expect([range, k]).toEqual([[0, 1], 1]);
  });

  it("takes the probabilities of a sigmoid as they are", () => {
    const sigmoid = spec({ task: "binary", head: "sigmoid" });
    expect([...drawScore(sigmoid, Float64Array.of(0.2, 0.9)).values]).toEqual([0.2, 0.9]);
  });

  it.each([
    ["linear", [0, LN2, 0]],
    ["softmax", [1 / 4, 1 / 2, 1 / 4]],
    ["log_softmax", [-2 * LN2, -LN2, -2 * LN2]],
  ] as const)("makes probabilities of classes after the head %s", (head, row) => {
    const score = drawScore(
      spec({ task: "multiclass", head, outputs: 3 }),
      Float64Array.from([...row, ...row]),
    );
    [1 / 4, 1 / 2, 1 / 4].forEach((p, i) => {
      expect(score.values[3 + i]).toBeCloseTo(p, 12);
    });
    expect(score.k).toBe(3);
  });

  it("shows a regression's values about 0, or in the range it is given", () => {
    const two = spec({ task: "regression", outputs: 2 });
    const outputs = Float64Array.of(1, 10, -3, 20);
    const first = drawScore(two, outputs);
    expect([[...first.values], first.range]).toEqual([
      [1, -3],
      [-3, 3],
    ]);
    const second = drawScore(two, outputs, { output: 1, range: [0, 20] });
    expect([[...second.values], second.range]).toEqual([
      [10, 20],
      [0, 20],
    ]);
  });

  it("leaves the outputs as they are, and its own in the workspace", () => {
    const outputs = Float64Array.of(1, 2);
    const workspace = new Workspace();
    const { values } = drawScore(spec({ task: "binary" }), outputs, { workspace });
    expect([...outputs]).toEqual([1, 2]);
    expect(drawScore(spec({ task: "binary" }), outputs, { workspace }).values).toBe(values);
  });
});

it("gives a range of 1 to what is all 0, and disregards what is not finite", () => {
  expect(symmetricRange([0, 0])).toEqual([-1, 1]);
  expect(symmetricRange([2, Number.NaN, Number.POSITIVE_INFINITY])).toEqual([-2, 2]);
});
