import katex from "katex";
import { describe, expect, it } from "vitest";
import { type Alpha, blended } from "../../math/blend.js";
import type { NetState } from "../../state/types.js";
import { dataOf, type Network, networkOf } from "../../testing/views.js";
import type { CurveMark, Position } from "../types.js";
import { localMap } from "./local.js";
import { Measuring } from "./lost.js";
import { CollapseOverlay } from "./overlay.js";
import type { Shown } from "./window.js";

const PLANE: Shown = {
  ...{ axes: [0, 1], fixed: [0, 0], extent: [-2, 2, -2, 2] },
  inner: { width: 400, height: 400 },
};
const LINE: Shown = { ...PLANE, axes: [0], fixed: [0] };

const REGRESSION: Network = {
  sizes: [2, 3, 1],
  params: [1, -2, 0.5, 1, -1.5, 0.3, 0.1, -0.2, 0.3, 1, -1, 0.5, 0.4],
  spec: { task: "regression", loss: "mse" },
};

function at(network: Network, alpha: Alpha): NetState {
  const state = networkOf(network);
  return { ...state, spec: blended(state.spec, alpha) };
}

function paths(curves: readonly CurveMark[], style: CurveMark["style"]): readonly Position[] {
  return curves.filter((curve) => curve.style === style).flatMap((curve) => curve.paths.flat());
}

/** How far places are from the line through two others. */
function away(places: readonly Position[], [a, b]: readonly Position[]): number {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  return Math.max(
    ...places.map(([x, y]) => Math.abs(dx * (y - a[1]) - dy * (x - a[0])) / Math.hypot(dx, dy)),
  );
}

describe("the one line", () => {
  it("is where a regression made linear has the middle of its targets", () => {
    const drawn = (alpha: number) =>
      new CollapseOverlay().curves(at(REGRESSION, alpha), PLANE, null);
    const whole = paths(drawn(0), "whole");
    expect(whole).toHaveLength(2);
    // By hand: v = W₂W₁ = (−0.25, −2.85), c = 0.1 + 0.2 + 0.15 + 0.4 = 0.85; targets are 0 and 1.
    for (const [x, y] of whole) expect(-0.25 * x - 2.85 * y + 0.85).toBeCloseTo(0.5, 9);
    expect(away(paths(drawn(0), "boundary"), whole)).toBeGreaterThan(0.1);
    expect(away(paths(drawn(1), "boundary"), whole)).toBeLessThan(1e-9);
  });

  it("is a curve's own over one input", () => {
    const network: Network = {
      ...{ sizes: [1, 1, 1], params: [2, 1, -3, 0.5] },
      ...{ spec: { task: "regression", loss: "mse" }, data: dataOf([[0], [1]], [[0], [1]]) },
    };
    const whole = paths(new CollapseOverlay().curves(at(network, 0), LINE, null), "whole");
    for (const [x, y] of whole) expect(y).toBeCloseTo(-6 * x - 2.5, 9);
  });

  it("parts each two of several classes", () => {
    const network: Network = {
      sizes: [2, 2, 3],
      params: [1, 0, 0, 1, 0, 0, 1, 0, -1, 1, 0, -1, 0, 0, 0],
      spec: { task: "multiclass", loss: "cross_entropy" },
      data: dataOf([[0, 0]], [[1]]),
    };
    // Logits x₁, −x₁ + x₂ and −x₂: the first two are alike where x₂ = 2 x₁.
    const whole = paths(new CollapseOverlay().curves(at(network, 0.5), PLANE, null), "whole");
    expect(whole.some(([x, y]) => Math.abs(y - 2 * x) < 0.02 && y > 0.2)).toBe(true);
  });
});

describe("regions", () => {
  const RELU: Network = {
    ...{ sizes: [2, 2, 1], activation: "relu" },
    params: [1, 0, 0, 1, 0, 0, 1, 1, 0],
  };

  it("are outlined, that under the pointer by itself", () => {
    const curves = new CollapseOverlay().curves(at(RELU, 0.5), PLANE, [1, 1]);
    expect(curves.find(({ style }) => style === "grid")?.paths).toHaveLength(4);
    const region = paths(curves, "region");
    expect(region.every(([x, y]) => x >= 0 && y >= 0)).toBe(true);
    const linear = new CollapseOverlay().curves(at(RELU, 1), PLANE, [1, 1]);
    expect(linear.map(({ style }) => style)).toEqual(["whole"]);
  });

  it("are counted, as is what else is lost", () => {
    const state = at(RELU, 0);
    const measured = (alpha: number) => new Measuring().measure(at(RELU, alpha), PLANE, state.data);
    expect(measured(0).pieces).toEqual({ count: 4, complete: true });
    expect(measured(1)).toMatchObject({ pieces: { count: 1, complete: true }, bend: 0, areas: 2 });
    expect(measured(0).bend).toBeGreaterThan(0.05);
    // x₁⁺ + x₂⁺ > 0 is right for three of XOR's corners: 1 + 1 is not 0.
    expect(measured(0).accuracy).toBe(0.75);
  });
});

it("maps around a place are formulas that KaTeX reads, however large the network", () => {
  const networks: Network[] = [
    { sizes: [2, 3, 1], activation: "relu" },
    { sizes: [2, 12, 12, 3], activation: "leaky_relu" },
    { sizes: [2, 4, 4, 4, 4, 4, 1], activation: "tanh" },
    { sizes: [9, 4, 1], activation: "gelu" },
  ];
  for (const network of networks) {
    const state = at(network, 0.3);
    const shown = { ...PLANE, fixed: new Array(network.sizes[0]).fill(0.1) };
    const regions = new CollapseOverlay().regions(state, shown);
    const local = localMap(state, shown, regions, [0.2, -0.4], 4);
    for (const tex of [local.general, local.numbers]) {
      expect(() => katex.renderToString(tex, { throwOnError: true })).not.toThrow();
    }
    expect(local.place).toBe("x1 = 0.2, x2 = −0.4");
    expect(local.title).toMatch(regions ? /^Linear region \d+ of \d+$/ : /tangent/);
  }
});
