import { beforeEach, describe, expect, it } from "vitest";
import { layersOf } from "../math/forward.js";
import { evaluate, type Line, steepness, toParams } from "../math/lines.js";
import { arrowLength, type LineShape, normOf, shapeOf } from "../render/lines.js";
import { unitLook } from "../scene/palette.js";
import type { LineMark, Position } from "../scene/types.js";
import { flatIndices, unitLines } from "../scene/unit_lines.js";
import { fakePlot, pointerAt, press } from "../testing/fake-plot.js";
import { type FakeStore, fakeStore } from "../testing/fake-store.js";
import { networkOf } from "../testing/views.js";
import { LineGestures } from "./line_gestures.js";

const plot = fakePlot();
const AXES = [0, 1] as const;
/** One unit, 0 on the horizontal line x₂ = 1, positive above: its start is left, its end right. */
const PARAMS = [0, 2, -2];

let store: FakeStore;
let gestures: LineGestures;

function start(frozen: number[] = [], params: number[] = PARAMS): void {
  store = fakeStore({ ...networkOf({ sizes: [2, 1], params }), frozen: new Set(frozen) });
  gestures = new LineGestures(plot, store, ({ unit }) => {
    const { state } = store;
    const { weights, bias } = flatIndices(state, { layer: 0, axes: AXES }, unit);
    const [layer] = layersOf(state.spec, state.params);
    return {
      weights,
      bias: bias !== null && !state.frozen.has(bias) ? bias : null,
      write: (line) => toParams(line, layer, unit, AXES, [0, 0], state.spec.layers[0]),
    };
  });
}

function mark(): LineMark {
  const { state } = store;
  const plane = { layer: 0, axes: AXES, fixed: [0, 0], extent: plot.extent };
  return unitLines(state, layersOf(state.spec, state.params)[0], plane, unitLook)[0];
}

const shape = () => shapeOf(mark(), plot.x, plot.y);
const line = (): Line => mark().line;

beforeEach(() => start());

describe("dragging the body", () => {
  it("moves the line with the pointer and keeps its direction", () => {
    gestures.take(shape(), "body", pointerAt(-2, 1));
    gestures.drag(pointerAt(3, 2.5), shape());
    gestures.release();
    expect(line()).toEqual({ w: [0, 2], b: -5 });
  });

  it("is one step of undo, and holds the whole line", () => {
    gestures.take(shape(), "body", pointerAt(0, 1));
    gestures.drag(pointerAt(0, 2), shape());
    gestures.drag(pointerAt(0, 3), shape());
    expect(store.of("begin")).toEqual([["move output", [0, 1, 2]]]);
    expect(store.of("end").length).toBe(0);
    gestures.release();
    gestures.release(); // pointerup and lostpointercapture both come
    expect(store.of("end").length).toBe(1);
    expect(gestures.held).toBeNull();
  });

  it("goes on where the line has left the plot", () => {
    gestures.take(shape(), "body", pointerAt(0, 1));
    gestures.drag(pointerAt(0, 9), undefined);
    expect(store.state.params[2]).toBe(-18);
  });
});

describe("dragging an end", () => {
  it("turns the line about the other end, as steep as before, as far as one likes", () => {
    const { handles } = shape();
    const pivot = [plot.x.invert(handles.start[0]), plot.y.invert(handles.start[1])] as const;
    const end = [plot.x.invert(handles.end[0]), plot.y.invert(handles.end[1])] as const;
    gestures.take(shape(), "end", pointerAt(...end));
    for (let angle = 0; angle <= 2 * Math.PI; angle += 0.1) {
      const to = [pivot[0] + 4 * Math.cos(angle), pivot[1] + 4 * Math.sin(angle)] as const;
      gestures.drag(pointerAt(...to), undefined);
      const [w1, w2, b] = store.state.params;
      const now: Line = { w: [w1, w2], b };
      expect(evaluate(now, pivot)).toBeCloseTo(0, 9);
      expect(evaluate(now, to)).toBeCloseTo(0, 9);
      expect(steepness(now)).toBeCloseTo(2, 9);
      expect(w1 * -Math.sin(angle) + w2 * Math.cos(angle)).toBeCloseTo(2, 9); // left of the way
    }
  });

  it("does not jump to a pointer that took the handle at its rim", () => {
    const { handles } = shape();
    const [x, y] = [plot.x.invert(handles.end[0]), plot.y.invert(handles.end[1])];
    gestures.take(shape(), "end", pointerAt(x + 0.2, y + 0.2));
    gestures.drag(pointerAt(x + 0.2, y + 0.2), shape());
    expect(line().w[0]).toBeCloseTo(0, 9);
    expect(gestures.held?.at[1]).toBeCloseTo(1, 9);
  });

  it("with a frozen bias swings about the origin, and leaves the bias out of what is held", () => {
    start([2]);
    gestures.take(shape(), "end", pointerAt(4, 1));
    gestures.drag(pointerAt(2, 2), shape());
    expect(store.of("begin")).toEqual([["turn output", [0, 1]]]);
    expect(store.state.params[2]).toBe(-2);
    expect(steepness(line())).toBeCloseTo(2, 9);
    expect(gestures.held?.pivot).toBeNull();
  });
});

describe("dragging the arrow", () => {
  const tip = () => {
    const { handles } = shape();
    return [plot.x.invert(handles.tip[0]), plot.y.invert(handles.tip[1])] as const;
  };
  /** Where the tip is for such a steepness: 50 pixels to a unit, above x₂ = 1. */
  const tipFor = (norm: number) => 1 + arrowLength(norm) / 50;

  it("makes the unit steeper and leaves the line", () => {
    gestures.take(shape(), "tip", pointerAt(...tip()));
    gestures.drag(pointerAt(0, tipFor(6)), shape());
    expect(line().w[1]).toBeCloseTo(6, 6);
    expect(line().b).toBeCloseTo(-6, 6);
  });

  it("to the other side flips it", () => {
    gestures.take(shape(), "tip", pointerAt(...tip()));
    gestures.drag(pointerAt(0, 2 - tipFor(6)), shape());
    expect(line().w[1]).toBeCloseTo(-6, 6);
    expect(line().b).toBeCloseTo(6, 6);
  });

  it("of an arrow that the frame has cut short goes on from there, and back to nothing", () => {
    const { handles, ...rest } = shape();
    const whole = arrowLength(2);
    const tip: Position = [250, 200 - whole / 2];
    const cut: LineShape = { ...rest, share: 0.5, handles: { ...handles, tip } };
    const at = (length: number) => {
      gestures.drag(pointerAt(0, 1 + length / 50), cut);
      return steepness(line());
    };
    gestures.take(cut, "tip", pointerAt(0, 1 + whole / 100));
    expect(at(whole / 2)).toBeCloseTo(2, 6);
    expect(at(whole / 2 + 10)).toBeCloseTo(normOf(whole + 10), 6);
    expect(at(10)).toBeCloseTo(normOf(20), 6);
  });

  it("does not jump to a pointer that took it at its rim", () => {
    const [x, y] = tip();
    gestures.take(shape(), "tip", pointerAt(x, y + 0.2));
    gestures.drag(pointerAt(x, y + 0.2), shape());
    expect(steepness(line())).toBeCloseTo(2, 6);
  });
});

describe("flip", () => {
  it("swaps the sides in one step of undo", () => {
    gestures.flip(mark());
    expect(line()).toEqual({ w: [-0, -2], b: 2 });
    expect([store.of("begin").length, store.of("end").length]).toEqual([1, 1]);
  });

  it("is refused where it would move the line: a frozen bias", () => {
    start([2]);
    gestures.flip(mark());
    expect([...store.state.params]).toEqual(PARAMS);
  });

  it("is done through the origin, frozen bias or not", () => {
    start([2], [0, 2, 0]);
    gestures.flip(mark());
    expect(store.state.params[1]).toBe(-2);
  });

  it("leaves frozen weights alone", () => {
    start([0]);
    gestures.flip(mark());
    expect(store.of("edit")).toEqual([]);
  });
});

describe("keys", () => {
  const key = (name: string, part: "body" | "start" | "end" | "tip", modifiers = {}) =>
    gestures.key(press(name, modifiers), shape(), part);

  it("move by a hundredth of the window, ten times with Shift, a tenth with Alt", () => {
    const height = () => -store.state.params[2] / 2;
    key("ArrowUp", "body");
    expect(height()).toBeCloseTo(1.1, 9);
    key("ArrowUp", "body", { shiftKey: true });
    expect(height()).toBeCloseTo(2.1, 9);
    key("ArrowDown", "body", { altKey: true });
    expect(height()).toBeCloseTo(2.09, 9);
  });

  it("turn by a degree about the other end", () => {
    const pivot = plot.x.invert(shape().handles.start[0]);
    key("ArrowRight", "end");
    const { w } = line();
    expect((Math.atan2(w[1], w[0]) * 180) / Math.PI).toBeCloseTo(91, 9);
    expect(evaluate(line(), [pivot, 1])).toBeCloseTo(0, 9);
  });

  it("steepen by two in a hundred", () => {
    key("ArrowUp", "tip");
    expect(line().w[1]).toBeCloseTo(2.04, 9);
    key("ArrowLeft", "tip");
    expect(line().w[1]).toBeCloseTo(2, 9);
  });

  it("flip, and leave what they do not know to others", () => {
    expect([key("f", "body"), key("Enter", "body"), key("x", "body")]).toEqual([true, true, false]);
    expect(line()).toEqual({ w: [0, 2], b: -2 });
  });

  it("outside a gesture join into one step: none is begun", () => {
    key("ArrowUp", "body");
    expect(store.of("begin")).toEqual([]);
  });

  it("do not disturb a drag that goes on", () => {
    gestures.take(shape(), "body", pointerAt(0, 1));
    key("ArrowUp", "body");
    gestures.drag(pointerAt(0, 3), shape());
    expect(store.state.params[2]).toBeCloseTo(-6, 9);
  });
});

it("asks for nothing that is no number", () => {
  gestures.take(shape(), "body", pointerAt(0, 1));
  gestures.drag(pointerAt(0, Number.POSITIVE_INFINITY), shape());
  expect(store.of("edit")).toEqual([]);
});
