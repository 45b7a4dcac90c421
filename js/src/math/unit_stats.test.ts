import { describe, expect, it } from "vitest";
import { activate } from "./activations.js";
import { flatWhere, ruleOf, unitStats } from "./unit_stats.js";

const LIMITS = { slope: 0.05, share: 0.9, dead: 1 };

/** One row of z for each entry, one column a unit. */
function statsOf(z: number[][], name: "relu" | "tanh" | "sigmoid" | "leaky_relu" | "elu") {
  const flat = Float64Array.from(z.flat());
  const a = new Float64Array(flat.length);
  activate({ name }, flat, a);
  return unitStats(flat, a, z[0].length, { name }, LIMITS);
}

describe("moments", () => {
  it("are those of the population, by hand", () => {
    const stats = statsOf([[1], [3], [5], [7]], "relu");
    expect(stats.mean[0]).toBeCloseTo(4, 12);
    expect(stats.sd[0]).toBeCloseTo(Math.sqrt(5), 12);
    expect([stats.min[0], stats.max[0]]).toEqual([1, 7]);
  });

  it("lose nothing where the mean is large", () => {
    const z = [1e9 + 1, 1e9 + 2, 1e9 + 3].map((each) => [each]);
    expect(statsOf(z, "relu").sd[0]).toBeCloseTo(Math.sqrt(2 / 3), 6);
  });
});

describe("a ReLU", () => {
  it("is dead where it is 0 on every row, and only there", () => {
    const stats = statsOf(
      [
        [-1, -1, 0],
        [-2, 1, 0],
        [-3, -1, 0],
      ],
      "relu",
    );
    expect(stats.verdicts).toEqual(["dead", null, "dead"]);
    expect(stats.on[1]).toBeCloseTo(1 / 3, 12);
  });

  it("can be called dead sooner", () => {
    const z = Float64Array.of(-1, -1, -1, 1);
    const a = Float64Array.of(0, 0, 0, 1);
    const early = unitStats(z, a, 1, { name: "relu" }, { ...LIMITS, dead: 0.75 });
    expect(early.verdicts).toEqual(["dead"]);
  });

  it("does not saturate, nor does a leaky one", () => {
    expect(Number.isNaN(statsOf([[9], [9]], "relu").flat[0])).toBe(true);
    expect(statsOf([[-9], [-9]], "leaky_relu").verdicts).toEqual([null]);
  });
});

describe("saturation", () => {
  it("is told by the slope: tanh' < 0.05 beyond 2.178, σ' < 0.05 beyond 2.887", () => {
    expect(statsOf([[2.17], [2.19], [-2.17], [-2.19]], "tanh").flat[0]).toBe(0.5);
    expect(statsOf([[2.88], [2.9], [-2.88], [-2.9]], "sigmoid").flat[0]).toBe(0.5);
    expect(statsOf([[-2.9], [-3.1], [5]], "elu").flat[0]).toBeCloseTo(1 / 3, 12); // e^−3 = 0.0498
  });

  it("is where the derivative is small: outside for tanh, and about a silu's lowest point", () => {
    const [low, high] = flatWhere({ name: "tanh" }, 0.05);
    expect(low[1]).toBeCloseTo(-Math.atanh(Math.sqrt(0.95)), 9);
    expect(high[0]).toBeCloseTo(Math.atanh(Math.sqrt(0.95)), 9);
    const silu = flatWhere({ name: "silu" }, 0.05);
    expect(silu.length).toBe(2);
    expect(silu[1][0]).toBeLessThan(-1.2784645);
    expect(silu[1][1]).toBeGreaterThan(-1.2784645);
  });

  it("takes more than the share of the rows", () => {
    const rows = (flat: number) => Array.from({ length: 10 }, (_, i) => [i < flat ? 5 : 0]);
    expect(statsOf(rows(9), "tanh").verdicts).toEqual([null]);
    expect(statsOf(rows(10), "tanh").verdicts).toEqual(["saturated"]);
  });
});

it("the rule is told with its numbers", () => {
  expect(ruleOf({ name: "relu" }, LIMITS)).toBe("dead: a = 0 on every row");
  expect(ruleOf({ name: "tanh" }, LIMITS)).toBe(
    "saturated: |da/dz| < 0.05 on more than 90 % of the rows",
  );
  expect(ruleOf({ name: "linear" }, LIMITS)).toBe("");
  expect(ruleOf(null, LIMITS)).toBe("");
});

it("no data is no verdict", () => {
  const none = new Float64Array();
  expect(unitStats(none, none, 2, { name: "relu" }, LIMITS).verdicts).toEqual([null, null]);
});
