import { describe, expect, it } from "vitest";
import { stateOf } from "../testing/fake-store.js";
import { scoreOf } from "./score.js";

/** The 2-2-1 tanh network on the points of XOR, written out. */
function byHand(p: Float64Array): number {
  const points = [
    [0, 0, 0],
    [0, 1, 1],
    [1, 0, 1],
    [1, 1, 0],
  ];
  const losses = points.map(([x1, x2, y]) => {
    const a1 = Math.tanh(p[0] * x1 + p[1] * x2 + p[4]);
    const a2 = Math.tanh(p[2] * x1 + p[3] * x2 + p[5]);
    const probability = 1 / (1 + Math.exp(-(p[6] * a1 + p[7] * a2 + p[8])));
    return -Math.log(y === 1 ? probability : 1 - probability);
  });
  return losses.reduce((sum, each) => sum + each) / 4;
}

describe("scoreOf", () => {
  it("is Python's while nothing is ahead of it", () => {
    expect(scoreOf(stateOf())).toEqual({ loss: 0.6875, accuracy: 0.5, stale: false });
  });

  it("is the page's own while the page is ahead", () => {
    const state = { ...stateOf(), ahead: true };
    const score = scoreOf(state);
    expect(score.loss).toBeCloseTo(byHand(state.params), 9);
    expect(score.accuracy).toBe(0.5); // every output is positive: class 1 everywhere
    expect(score.stale).toBe(false);
  });

  it("is the page's own where Python left it to the page", () => {
    const state = stateOf();
    const score = scoreOf({ ...state, status: { ...state.status, loss: null, accuracy: null } });
    expect(score.loss).toBeCloseTo(byHand(state.params), 9);
    expect(score).toMatchObject({ accuracy: 0.5, stale: false });
  });

  it("has no loss where that is not a number", () => {
    const state = stateOf();
    const params = state.params.map(() => Number.NaN);
    const status = { ...state.status, loss: null, accuracy: null };
    expect(scoreOf({ ...state, params, status }).loss).toBeNull();
  });

  it("is computed once for the same parameters and points, and again for others", () => {
    const state = { ...stateOf(), ahead: true };
    expect(scoreOf({ ...state, version: 2 })).toBe(scoreOf(state));
    const y = new Float64Array([1, 1, 1, 1]);
    expect(scoreOf({ ...state, data: { ...state.data, y } }).accuracy).toBe(1);
    const params = state.params.map((value) => -value);
    expect(scoreOf({ ...state, params }).loss).toBeCloseTo(byHand(params), 9);
  });

  it.each([{ kind: "opaque" as const }, { loss: "custom" as const }])(
    "is Python's last, and says so, for %j",
    (part) => {
      const state = stateOf();
      const score = scoreOf({ ...state, ahead: true, spec: { ...state.spec, ...part } });
      expect(score).toEqual({ loss: 0.6875, accuracy: 0.5, stale: true });
    },
  );
});
