import { describe, expect, it, vi } from "vitest";
import { accuracy, loss } from "../math/loss.js";
import { Derived } from "../scene/derived.js";
import { stateOf } from "../testing/fake-store.js";
import { dataOf, networkOf } from "../testing/views.js";
import { accuracyText, lossText, scoreNote, scoreOf } from "./score.js";

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

describe("scoreOf of more data than a frame has time for", () => {
  /** 2-64-64-1 goes through 16 million products with 3160 samples; at rest with 25 286. */
  const many = (n: number) => {
    const rows = Array.from({ length: n }, (_, i) => [Math.sin(i), Math.cos(3 * i)]);
    const data = dataOf(
      rows,
      rows.map(([x, y]) => [x * y > 0 ? 1 : 0]),
    );
    const state = networkOf({ sizes: [2, 64, 64, 1], data });
    const params = state.params.map((_, i) => Math.sin(7 * i) / 4);
    const status = { ...state.status, loss: null, accuracy: null };
    return { ...state, params, status };
  };

  it("is of evenly chosen samples while a hand moves it, says so, and is near that of all", () => {
    const state = { ...many(8000), ahead: true, held: true };
    const score = scoreOf(state);
    const { outputs } = new Derived().pass(state) ?? {};
    const whole = loss(state.spec, outputs as Float64Array, state.data) as number;
    expect(score.rows).toEqual({ n: 3160, of: 8000 });
    expect(score.loss).not.toBe(whole);
    expect(score.loss).toBeCloseTo(whole, 1);
    expect([lossText(score), accuracyText(score)].map((text) => text[0])).toEqual(["≈", "≈"]);
    expect(scoreNote(score)).toBe("3160 of 8000 samples, evenly chosen");
  });

  it("is of all of them, exactly, once nothing moves", () => {
    const state = many(8000);
    scoreOf({ ...state, held: true });
    const score = scoreOf(state);
    const outputs = new Derived().pass(state)?.outputs as Float64Array;
    expect(score.rows).toBeUndefined();
    expect(score.loss).toBe(loss(state.spec, outputs, state.data));
    expect(score.accuracy).toBe(accuracy(state.spec, outputs, state.data));
    expect([lossText(score)[0], scoreNote(score)]).not.toContain("≈");
  });

  it("keeps no layer's numbers of more samples than a frame looks at", () => {
    const derived = new Derived();
    const all = vi.spyOn(derived, "pass");
    scoreOf(many(8000), derived);
    expect(all).not.toHaveBeenCalled();
  });

  it("is of some even at rest where all would stop the page", () => {
    expect(scoreOf(many(40_000)).rows?.n).toBe(25_286);
  });
});
