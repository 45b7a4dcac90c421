import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dataOf, frameOf, networkOf } from "../testing/views.js";
import type { ActivationName } from "../wire.js";
import { type ChosenPass, type DataPass, Derived } from "./derived.js";
import { FeatureScene, heldUnits } from "./feature.js";
import { pointOf } from "./samples.js";
import type { Extent, PointsMark } from "./types.js";

const inner = { width: 300, height: 300 };
const extent: Extent = [-1, 1, -1, 1];
const XOR_PARAMS = [1, 1, 2, 2, -0.5, -1.5, 1, -2, -0.25];
const XOR = networkOf({ sizes: [2, 2, 1], params: XOR_PARAMS });

const places = ({ x, y }: PointsMark) => Array.from(x, (value, row) => [value, y[row]]);

/** By hand: z of h₁ = x₁ + x₂ − ½ and of h₂ = 2 x₁ + 2 x₂ − 3⁄2. */
const Z = [0, 1, 1, 2].map((sum) => [sum - 0.5, 2 * sum - 1.5]);
const INPUT = [
  [0, 0],
  [1, 0],
  [0, 1],
  [1, 1],
];

function expectPlaces(mark: PointsMark, expected: number[][]): void {
  places(mark).forEach((at, row) => {
    expect(at[0]).toBeCloseTo(expected[row][0], 7);
    expect(at[1]).toBeCloseTo(expected[row][1], 7);
  });
}

describe("points", () => {
  const at = (morph: number) => new FeatureScene().points(frameOf(XOR, { morph }));
  const A = Z.map((row) => row.map(Math.tanh));
  const halfway = (from: number[][], to: number[][]) =>
    from.map((row, i) => row.map((value, side) => (value + to[i][side]) / 2));

  it("go from the inputs over z to a", () => {
    expectPlaces(at(0), INPUT);
    expectPlaces(at(0.5), halfway(INPUT, Z));
    expectPlaces(at(1), Z);
    expectPlaces(at(1.5), halfway(Z, A));
    expectPlaces(at(2), A);
  });

  it("wear the class of their row", () => {
    expect([...at(2).kind]).toEqual([0, 1, 1, 0]);
  });

  it("are of the units and features that are chosen", () => {
    const scene = new FeatureScene();
    const frame = frameOf(XOR, { morph: 1, units: [1, 0], features: [1, 0] });
    expectPlaces(
      scene.points(frame),
      Z.map(([a, b]) => [b, a]),
    );
    const start = { ...frame, options: { ...frame.options, morph: 0 } };
    expectPlaces(
      scene.points(start),
      INPUT.map(([a, b]) => [b, a]),
    );
  });

  it("of one unit lie on the horizontal axis, whatever the features", () => {
    const single = networkOf({ sizes: [2, 1, 1], params: [1, 1, -0.5, 1, 0] });
    const mark = (morph: number) =>
      new FeatureScene().points(frameOf(single, { morph, units: [0] }));
    expectPlaces(
      mark(1),
      Z.map(([z]) => [z, 0]),
    );
    expectPlaces(
      mark(0.5),
      INPUT.map(([x1, x2]) => [(x1 + x1 + x2 - 0.5) / 2, x2 / 2]),
    );
  });

  it("of one feature start on the horizontal axis", () => {
    const data = dataOf([[2], [3]], [[0], [1]]);
    const state = networkOf({ sizes: [1, 2, 1], params: [1, -1, 0, 0, 1, 1, 0], data });
    const mark = (morph: number) =>
      new FeatureScene().points(frameOf(state, { morph, features: [0] }));
    expectPlaces(mark(0), [
      [2, 0],
      [3, 0],
    ]);
    expectPlaces(mark(1), [
      [2, -2],
      [3, -3],
    ]);
  });

  it("are the same mark until the pass or the view changes, and another one then", () => {
    const scene = new FeatureScene();
    const frame = frameOf(XOR);
    const first = scene.points(frame);
    expect(scene.points({ ...frame, options: { ...frame.options, units: [0, 1] } })).toBe(first);
    expect(scene.points({ ...frame, options: { ...frame.options, units: [1, 0] } })).not.toBe(
      first,
    );
    const later = scene.points(frame);
    expect(scene.points({ ...frame, pass: { ...frame.pass } })).not.toBe(later);
    expect(scene.points({ ...frame, pass: { ...frame.pass } }).kind).toBe(later.kind);
  });

  it("do not read what has grown beyond all bounds before they have come to it", () => {
    const params = XOR_PARAMS.map((value) => value * 1e308 * 10);
    const frame = frameOf(networkOf({ sizes: [2, 2, 1], params }), { morph: 0 });
    expectPlaces(new FeatureScene().points(frame), INPUT);
  });
});

describe("home", () => {
  const home = (morph: number, state = XOR, options = {}) =>
    new FeatureScene().home(frameOf(state, { morph, ...options }), inner);

  it("holds the samples at every stage and between", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 2, noNaN: true }), (morph) => {
        const scene = new FeatureScene();
        const frame = frameOf(XOR, { morph });
        const { needed, wanted } = scene.home(frame, inner);
        for (const [x, y] of places(scene.points(frame))) {
          for (const [x0, x1, y0, y1] of [needed, wanted]) {
            const inside = [x - x0, x1 - x, y - y0, y1 - y];
            expect(Math.min(...inside)).toBeGreaterThan(-1e-9);
          }
        }
      }),
    );
  });

  it("goes into a settled plane without a jump", () => {
    const [before, after] = [home(2 - 1e-9).wanted, home(2).wanted];
    before.forEach((value, i) => {
      expect(value).toBeCloseTo(after[i], 6);
    });
  });

  it("shows all that a bounded activation can reach", () => {
    const needed = (activation: ActivationName) =>
      home(2, networkOf({ sizes: [2, 2, 1], activation, params: XOR_PARAMS })).needed;
    expect(needed("tanh")).toEqual([-1, 1, -1, 1]);
    expect(needed("sigmoid")).toEqual([0, 1, 0, 1]);
    expect(needed("relu")).toEqual([0, 1.5, 0, 2.5]);
  });

  it("has equal units and finite sides, even for numbers that are none", () => {
    const broken = { ...XOR, params: XOR.params.map(() => Number.NaN) };
    for (const state of [XOR, broken]) {
      const [x0, x1, y0, y1] = home(1, state).wanted;
      expect((x1 - x0) / (y1 - y0)).toBeCloseTo(1, 9);
    }
  });
});

describe("build", () => {
  it("has the next layer's line through the activations", () => {
    const [line, ...others] = new FeatureScene().build(frameOf(XOR), extent, inner).lines;
    expect([others.length, line.id, line.name]).toEqual([0, "1/0", "output"]);
    expect(line.line).toEqual({ w: [1, -2], b: -0.25 });
    expect(line.colour).toBe("var(--nnw-fg)");
  });

  it("has no line and no field on the way there", () => {
    const scene = new FeatureScene().build(
      frameOf(XOR, { morph: 1.5, field: "both" }),
      extent,
      inner,
    );
    expect([scene.lines, scene.field]).toEqual([[], null]);
    expect(scene.xLabel).toBe("z₁ → a₁");
  });

  it("names its axes by where the samples are", () => {
    const names = (morph: number) => {
      const { xLabel, yLabel } = new FeatureScene().build(frameOf(XOR, { morph }), extent, inner);
      return [xLabel, yLabel];
    };
    expect([0, 0.5, 1, 2].map(names)).toEqual([
      ["x1", "x2"],
      ["x1 → z₁", "x2 → z₂"],
      ["z₁", "z₂"],
      ["a₁", "a₂"],
    ]);
  });

  it("draws the rest of the network behind: its boundary is the line", () => {
    const scene = new FeatureScene().build(frameOf(XOR, { field: "both" }), extent, inner);
    expect(scene.field).not.toBeNull();
    const at = scene.curves.flatMap(({ paths }) => paths.flat());
    expect(at.length).toBeGreaterThan(10);
    for (const [a1, a2] of at) expect(a1 - 2 * a2 - 0.25).toBeCloseTo(0, 9);
  });

  it("colours a regression's field over its targets' range, as its points are", () => {
    const spec = { task: "regression", loss: "mse" } as const;
    const data = dataOf(
      [
        [0, 0],
        [1, 1],
      ],
      [[10], [20]],
    );
    // Both activations pass through, and the output is 15 everywhere: the middle of the range.
    const params = [0, 0, 0, 0, 0, 0, 0, 0, 15];
    const state = networkOf({ sizes: [2, 2, 1], params, spec, data });
    const scene = new FeatureScene().build(frameOf(state, { field: "output" }), extent, inner);
    const alpha = (scene.field?.pixels ?? []).filter((_, i) => i % 4 === 3);
    expect(Math.max(...alpha)).toBeLessThan(3);
  });

  it("of a network without a hidden layer has the outputs, and no next layer", () => {
    const state = networkOf({ sizes: [2, 1], params: [1, 1, 0] });
    const frame = frameOf(state, { units: [0], field: "both" });
    const scene = new FeatureScene().build(frame, extent, inner);
    expect([scene.lines, scene.curves, scene.field, scene.caption]).toEqual([[], [], null, ""]);
    expect([...(scene.points?.x ?? [])]).toEqual([0, 1, 1, 2]);
  });

  it("says of which units it is a slice, where lines or a field are drawn", () => {
    const state = networkOf({ sizes: [2, 4, 1] });
    const caption = (options: object) =>
      new FeatureScene().build(frameOf(state, options), [-9, 9, -9, 9], inner).caption;
    expect(caption({})).toBe("Lines and field: a slice, the other 2 units at their means");
    expect(caption({ morph: 1 })).toBe("");
    expect(caption({ lines: false })).toBe("");
  });

  it("leaves out a line of an opaque model that does not read this layer", () => {
    const { spec } = XOR;
    const layers = [spec.layers[0], { ...spec.layers[1], inputs: 3 }];
    const frame = frameOf(XOR);
    const pass = {
      ...frame.pass,
      layers: [frame.pass.layers[0], { ...frame.pass.layers[1], inputs: 3 }],
    };
    const state = { ...XOR, spec: { ...spec, kind: "opaque", layers } as typeof spec };
    expect(new FeatureScene().build({ ...frame, pass, state }, extent, inner).lines).toEqual([]);
  });
});

describe("heldUnits", () => {
  const state = networkOf({ sizes: [2, 3, 1] });

  it("are the means of the activations", () => {
    const frame = frameOf(state);
    const [a] = frame.pass.a;
    heldUnits(frame).forEach((mean, unit) => {
      expect(mean).toBeCloseTo((a[unit] + a[3 + unit] + a[6 + unit] + a[9 + unit]) / 4, 12);
    });
  });

  it("stay where they were while a line is dragged, in the layer that it is of", () => {
    const held = Float64Array.of(7, 8, 9);
    expect(heldUnits({ ...frameOf(state), held })).toBe(held);
    expect(heldUnits({ ...frameOf(XOR), held }).length).toBe(2);
  });
});

describe("of more samples than a frame has time for", () => {
  const n = 6000;
  const rows = Array.from({ length: n }, (_, i) => [Math.sin(i), Math.cos(3 * i)]);
  const data = dataOf(
    rows,
    rows.map(([x]) => [x > 0 ? 1 : 0]),
  );
  const state = networkOf({ sizes: [2, 64, 64, 1], data });
  const derived = new Derived();
  const pass = derived.chosen(state) as ChosenPass;
  const frame = { ...frameOf(state), pass, data: pass.data, rows: pass.rows };

  it("shows evenly chosen ones, each where it would be among all, and says so", () => {
    const scene = new FeatureScene();
    const { points, caption } = scene.build(frame, extent, inner);
    const whole = new FeatureScene().points(frameOf(state));
    expect(points?.n).toBe(3160);
    expect(caption).toContain("3,160 of 6,000 samples, evenly chosen");
    for (const place of [0, 1000, 3159]) {
      const row = pass.rows[place];
      expect(pointOf(points as PointsMark, row)).toEqual(pointOf(whole, row));
    }
  });

  it("shows the chosen sample though it is none of them", () => {
    const taken = new Set(pass.rows);
    const row = Array.from({ length: n }, (_, i) => i).find((i) => !taken.has(i)) as number;
    const scene = new FeatureScene();
    expect(pointOf(scene.points(frame), row)).toBeNull();
    const beside = { row, pass: derived.sample(state, row) as DataPass };
    const whole = new FeatureScene().points(frameOf(state));
    expect(pointOf(scene.points({ ...frame, beside }), row)).toEqual(pointOf(whole, row));
  });
});
