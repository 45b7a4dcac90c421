import { beforeEach, expect, it } from "vitest";
import type { CurveMark } from "../scene/types.js";
import { fakePlot, pointerAt, press } from "../testing/fake-plot.js";
import { type FakeStore, fakeStore } from "../testing/fake-store.js";
import { networkOf } from "../testing/views.js";
import { CurveGestures } from "./curve_gestures.js";

/** tanh(x₁) − x₂ + b: a curve that is a line nowhere. */
const MARK: CurveMark = {
  ...{ id: "1/0", name: "h₁⁽²⁾", colour: "red", style: "unit", paths: [] },
  bias: { index: 2, value: 0.3 },
};

let store: FakeStore;
let gestures: CurveGestures;
const bias = () => store.state.params[2];

beforeEach(() => {
  store = fakeStore({ ...networkOf({ sizes: [2, 1], params: [1, 1, 0.3] }) });
  const z = (_: CurveMark, [x, y]: readonly [number, number]) => Math.tanh(x) - y + bias();
  gestures = new CurveGestures(fakePlot(), store, z);
});

it("brings the curve to where the pointer goes, without a jump where it was taken", () => {
  const on = Math.tanh(1) + 0.3;
  gestures.take(MARK, pointerAt(1, on + 0.05)); // five hundredths beside it
  gestures.drag(pointerAt(1, on + 0.05));
  expect(bias()).toBeCloseTo(0.3, 12);
  gestures.drag(pointerAt(-2, 3 + 0.05));
  expect(Math.tanh(-2) - 3 + bias()).toBeCloseTo(0, 12);
  expect(store.of("begin")).toEqual([["move h₁⁽²⁾", [2]]]);
  gestures.release();
  gestures.release();
  expect(store.of("end")).toHaveLength(1);
  gestures.drag(pointerAt(4, 4)); // nothing is held any more
  expect(Math.tanh(-2) - 3 + bias()).toBeCloseTo(0, 12);
});

it("moves by arrow keys, further with Shift and less with Alt", () => {
  expect(gestures.key(press("ArrowUp"), MARK)).toBe(true);
  expect(bias()).toBeCloseTo(0.35, 12);
  gestures.key(press("ArrowLeft", { shiftKey: true }), MARK);
  expect(bias()).toBeCloseTo(-0.15, 12);
  gestures.key(press("ArrowRight", { altKey: true }), MARK);
  expect(bias()).toBeCloseTo(-0.145, 12);
  expect(gestures.key(press("Enter"), MARK)).toBe(false);
});

it("leaves alone what has no bias to move, or none that may", () => {
  gestures.take({ ...MARK, bias: null }, pointerAt(0, 0));
  gestures.drag(pointerAt(1, 1));
  expect([gestures.held, bias(), store.of("begin")]).toEqual([null, 0.3, []]);
});
