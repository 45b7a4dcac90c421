import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import type { PointsMark, Position } from "../scene/types.js";
import { fakePlot, press } from "../testing/fake-plot.js";
import { type FakeStore, fakeStore } from "../testing/fake-store.js";
import { nearest, type PointPlane, PointTool } from "./point_tool.js";

const plot = fakePlot();

let store: FakeStore;
let tool: PointTool;
let redraws: number;

/** The plane of x₁ and x₂; `upward` is a plane of x₁ and the target. */
function planeOf(upward = false): PointPlane {
  return {
    place: (at, y) => ({ x: [...at], y: [...y] }),
    moved: (row, at) => ({
      x: upward ? [at[0], store.state.data.X[2 * row + 1]] : [...at],
      y: upward ? [at[1]] : null,
    }),
    target: (digit) => (digit < 2 ? [digit] : null),
  };
}

function start(upward = false): void {
  store = fakeStore();
  redraws = 0;
  tool = new PointTool(store, planeOf(upward), () => void redraws++);
  const { X, y, d } = store.state.data;
  tool.position = (row) => [X[row * d], upward ? y[row] : X[row * d + 1]];
}

beforeEach(() => start());

const edits = () => store.of("editPoint").map(([edit]) => edit);
const chosen = () => store.state.selection.sample;
const key = (name: string, modifiers = {}) => tool.key(press(name, modifiers), plot);

describe("a press on a point", () => {
  it("takes it, and carries it until the release in one step of undo", () => {
    expect(tool.take(1)).toBe(true);
    expect([tool.dragging, tool.busy]).toEqual([1, true]);
    tool.drag([2, 3]);
    tool.drag([2.5, 3]);
    tool.release();
    expect(store.calls.map(({ name }) => name)).toEqual(["begin", "editPoint", "editPoint", "end"]);
    expect(edits()).toEqual([
      { op: "move", row: 1, x: [2, 3] },
      { op: "move", row: 1, x: [2.5, 3] },
    ]);
    expect([tool.dragging, tool.busy]).toEqual([null, false]);
  });

  it("deletes it where that is the tool, and points at none", () => {
    tool.choose("delete");
    store.select({ sample: 2 });
    tool.take(2);
    expect([edits(), chosen(), tool.dragging]).toEqual([[{ op: "delete", row: 2 }], null, null]);
    tool.release();
    expect(store.of("end")).toEqual([]);
  });

  it("gives it the class that is chosen", () => {
    tool.choose({ y: [1] });
    tool.take(0);
    expect(edits()).toEqual([{ op: "label", row: 0, y: [1] }]);
  });
});

describe("a press on the ground", () => {
  it("adds a point of the class that is chosen", () => {
    tool.choose({ y: [1] });
    expect([tool.place([3, -4]), tool.busy]).toEqual([true, true]);
    expect(edits()).toEqual([{ op: "add", x: [3, -4], y: [1] }]);
  });

  it("is nothing to the tools that move and delete: the plane is panned", () => {
    expect(tool.place([3, -4])).toBe(false);
    tool.choose("delete");
    expect([tool.place([3, -4]), tool.busy, edits()]).toEqual([false, false, []]);
  });
});

describe("a drag", () => {
  it("without a point does nothing", () => {
    tool.drag([1, 1]);
    tool.release();
    expect(store.calls).toEqual([]);
  });

  it("of a point that Python has taken away does nothing", () => {
    tool.take(3);
    store.patch({ data: { ...store.state.data, n: 2 } });
    tool.drag([2, 2]);
    expect(edits()).toEqual([]);
  });

  it("sends only what changes: sideways the place, upward the target", () => {
    start(true);
    tool.take(0); // at (0, 0) with target 0
    tool.drag([1, 0]);
    tool.drag([0, 2]);
    expect(edits()).toEqual([
      { op: "move", row: 0, x: [1, 0] },
      { op: "label", row: 0, y: [2] },
    ]);
    tool.drag([3, 4]);
    expect(edits().length).toBe(4);
  });
});

describe("keys", () => {
  it("go through the points, round both ends", () => {
    const walk = (name: string) => {
      key(name);
      return chosen();
    };
    expect([walk("."), walk("."), walk(","), walk(","), walk(".")]).toEqual([0, 1, 0, 3, 0]);
    store.select({ sample: null });
    expect(walk(",")).toBe(3);
  });

  it("nudge by a hundredth of the window, ten times with Shift, a tenth with Alt", () => {
    store.select({ sample: 3 }); // at (1, 1), in a window of ten by ten
    key("ArrowRight");
    key("ArrowUp", { shiftKey: true });
    key("ArrowLeft", { altKey: true });
    const at = [
      [1.1, 1],
      [1, 2],
      [0.99, 1],
    ]; // the fake store does not move it
    expect(edits()).toEqual(at.map((x) => ({ op: "move", row: 3, x })));
  });

  it("label and delete the chosen point", () => {
    store.select({ sample: 1 });
    expect([key("0"), key("9")]).toEqual([true, false]);
    key("Delete");
    expect(edits()).toEqual([
      { op: "label", row: 1, y: [0] },
      { op: "delete", row: 1 },
    ]);
    expect(chosen()).toBeNull();
  });

  it("choose a class where no point is chosen, and Escape lets go of both", () => {
    expect(key("1")).toBe(true);
    expect(tool.tool).toEqual({ y: [1] });
    store.select({ sample: 0 });
    key("Escape");
    expect([tool.tool, chosen(), key("Escape")]).toEqual(["move", null, false]);
    expect(redraws).toBe(2);
  });

  it("add a point of the chosen class in the middle, and choose it", () => {
    expect(key("a")).toBe(false);
    key("1");
    key("a");
    expect([edits(), chosen()]).toEqual([[{ op: "add", x: [0, 0], y: [1] }], 4]);
  });

  it("do nothing to a point that is not there any more", () => {
    store.select({ sample: 9 });
    expect([key("Delete"), key("ArrowUp"), edits()]).toEqual([false, false, []]);
  });

  it("that mean nothing here are left to others", () => {
    store.select({ sample: 0 });
    expect([key("x"), key(" ")]).toEqual([false, false]);
  });
});

describe("nearest", () => {
  const number = fc.double({ min: -5, max: 5, noNaN: true });
  const markOf = (points: readonly Position[]): PointsMark => ({
    n: points.length,
    x: Float64Array.from(points, ([x]) => x),
    y: Float64Array.from(points, ([, y]) => y),
    kind: new Uint8Array(points.length),
  });

  it("is the point that a look at each of them finds", () => {
    const points = fc.array(fc.tuple(number, number));
    fc.assert(
      fc.property(points, fc.tuple(number, number), (points, at) => {
        const pointer: Position = [plot.x(at[0]), plot.y(at[1])];
        const far = points.map(([x, y]) =>
          Math.hypot(plot.x(x) - pointer[0], plot.y(y) - pointer[1]),
        );
        const found = nearest(markOf(points), plot.x, plot.y, pointer, 40);
        if (found === null) expect(Math.min(...far, Infinity)).toBeGreaterThan(40 - 1e-6);
        else {
          expect(far[found]).toBeLessThanOrEqual(40 + 1e-6);
          expect(far[found]).toBeCloseTo(Math.min(...far), 6);
        }
      }),
    );
  });

  it("of two at one place is the one on top", () => {
    expect(
      nearest(
        markOf([
          [1, 1],
          [1, 1],
          [3, 3],
        ]),
        plot.x,
        plot.y,
        [300, 200],
        5,
      ),
    ).toBe(1);
  });

  it("is never one that cannot be drawn", () => {
    expect(nearest(markOf([[Number.NaN, 0]]), plot.x, plot.y, [250, 250], 1e9)).toBeNull();
  });
});
