import { describe, expect, it } from "vitest";
import { layersOf } from "../math/forward.js";
import { dataOf, networkOf } from "../testing/views.js";
import { unitLook } from "./palette.js";
import type { Extent } from "./types.js";
import { flatIndices, MOST_LINES, unitLines } from "./unit_lines.js";

const extent: Extent = [-2, 2, -2, 2];
const XOR = networkOf({ sizes: [2, 2, 1], params: [1, 1, 1, 1, -0.5, -1.5, 1, -2, -0.5] });

function lines(state = XOR, axes: readonly [number] | readonly [number, number] = [0, 1]) {
  const layer = layersOf(state.spec, state.params)[0];
  return unitLines(state, layer, { layer: 0, axes, fixed: [0, 0, 0], extent }, unitLook);
}

describe("unitLines", () => {
  it("are where a unit's weighted sum is 0, from rim to rim", () => {
    const [first, second] = lines();
    expect(first.line).toEqual({ w: [1, 1], b: -0.5 });
    for (const { line, segment } of [first, second]) {
      for (const [x, y] of segment) {
        expect(line.w[0] * x + line.w[1] * y + line.b).toBeCloseTo(0, 12);
        expect(Math.max(Math.abs(x), Math.abs(y))).toBeCloseTo(2, 12);
      }
    }
    expect([first.name, second.name, first.colour === second.colour]).toEqual(["h₁", "h₂", false]);
  });

  it("are left out where they miss the plane or where there is none", () => {
    const far = networkOf({ sizes: [2, 3, 1], params: [1, 0, 0, 0, 1, 1, 9, 1, 0, 1, 1, 1, 1] });
    expect(lines(far).map(({ unit }) => unit)).toEqual([2]);
  });

  it("are left out where weights are not finite", () => {
    const params = [Number.NaN, 1, Number.POSITIVE_INFINITY, 1, 0, 0, 1, 1, 1];
    expect(lines(networkOf({ sizes: [2, 2, 1], params }))).toEqual([]);
  });

  it("cannot be moved by what is frozen", () => {
    const free = ({ slides, turns }: { slides: boolean; turns: boolean }) => [slides, turns];
    expect(lines().map(free)).toEqual([
      [true, true],
      [true, true],
    ]);
    const frozen = { ...XOR, frozen: new Set([1, 5]) }; // a weight of h₁ and the bias of h₂
    expect(lines(frozen).map(free)).toEqual([
      [true, false],
      [false, true],
    ]);
  });

  it("without bias only turn", () => {
    const spec = { ...XOR.spec, layers: XOR.spec.layers.map((each) => ({ ...each, bias: null })) };
    const [line] = lines({ ...XOR, spec });
    expect([line.slides, line.turns, line.line.b]).toEqual([false, true, 0]);
  });

  it("of one input are upright", () => {
    const data = dataOf([[0], [1]], [[0], [1]]);
    const [line] = lines(networkOf({ sizes: [1, 1, 1], params: [2, -1, 1, 0], data }), [0]);
    expect([line.upright, line.segment]).toEqual([
      true,
      [
        [0.5, 2],
        [0.5, -2],
      ],
    ]);
  });

  it("are no more than can be told apart", () => {
    const wide = networkOf({ sizes: [2, 100, 1], params: new Float64Array(401).fill(0.1) });
    expect(lines(wide).length).toBe(MOST_LINES);
  });
});

describe("flatIndices", () => {
  it("are where torch's (units, inputs) weight and its bias are", () => {
    const state = networkOf({ sizes: [3, 2, 1] }); // 0.weight 0…5, 0.bias 6…7
    expect(flatIndices(state, { layer: 0, axes: [2, 0] }, 1)).toEqual({ weights: [5, 3], bias: 7 });
    expect(flatIndices(state, { layer: 1, axes: [1] }, 0)).toEqual({ weights: [9], bias: 10 });
  });

  it("of a module that is no Linear are none", () => {
    const { spec } = XOR;
    const layers = [{ ...spec.layers[0], weight: null, bias: null }, spec.layers[1]];
    const state = { ...XOR, spec: { ...spec, layers } };
    expect(flatIndices(state, { layer: 0, axes: [0, 1] }, 0)).toEqual({ weights: [], bias: null });
  });
});
