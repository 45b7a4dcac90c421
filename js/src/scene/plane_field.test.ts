import { describe, expect, it } from "vitest";
import { layersOf } from "../math/forward.js";
import { networkOf } from "../testing/views.js";
import { Derived } from "./derived.js";
import { unbroken } from "./paths.js";
import { type FieldPlane, fieldSize, fieldWork, PlaneField } from "./plane_field.js";

const STEP = networkOf({ sizes: [2, 1], params: [50, 0, 0] }); // 1 right of x₁ = 0, else 0

function planeOf({ spec, params }: typeof STEP, size: [number, number] = [16, 9]): FieldPlane {
  const layers = layersOf(spec, params);
  return { spec, layers, axes: [0, 1], fixed: [0, 0], extent: [-1, 1, -1, 1], size };
}

describe("picture", () => {
  it("is orange where the class is 0 and blue where it is 1", () => {
    const { field } = new PlaneField().picture(planeOf(STEP), null);
    const pixel = (column: number, row: number) => [
      ...field.pixels.slice(4 * (row * 16 + column), 4 * (row * 16 + column) + 3),
    ];
    for (const row of [0, 4, 8]) {
      expect([pixel(0, row), pixel(15, row)]).toEqual([
        [0xf5, 0x93, 0x22],
        [0x08, 0x77, 0xbd],
      ]);
    }
  });

  it("is the same of outputs that Python computed", () => {
    const plane = planeOf(STEP);
    const computed = new PlaneField().picture(plane, null);
    const raw = Float64Array.from({ length: 16 * 9 }, (_, i) => 50 * (-1 + (2 * (i % 16)) / 15));
    const sent = new PlaneField().pictureOf({ ...plane, layers: [] }, raw, null);
    expect(sent.field.pixels).toEqual(computed.field.pixels);
    expect(sent.boundaries.length).toBe(1);
  });
});

describe("fieldSize", () => {
  it("is a cell to five pixels, neither too few nor too many", () => {
    expect(fieldSize({ width: 200, height: 100 })).toEqual([40, 24]);
    expect(fieldSize({ width: 10, height: 4000 })).toEqual([24, 120]);
  });

  it("has fewer cells where each of them costs more and a hand moves the network", () => {
    const inner = { width: 350, height: 300 };
    const size = (sizes: number[]) => {
      const { spec, params } = networkOf({ sizes });
      return fieldSize(inner, layersOf(spec, params));
    };
    expect(size([2, 2, 1])).toEqual(fieldSize(inner));
    expect(size([2, 8, 8, 1])).toEqual([53, 45]);
    expect(size([2, 64, 64, 1])).toEqual([24, 24]);
    expect(size([2, 128, 128, 1])).toEqual([16, 16]);
  });

  it("is as fine as ever at rest, and for a small network while it trains", () => {
    const inner = { width: 350, height: 300 };
    const size = (sizes: number[], state: "idle" | "playing") => {
      const { spec, params, status } = networkOf({ sizes });
      const work = fieldWork({ held: false, status: { ...status, state } });
      return fieldSize(inner, layersOf(spec, params), work);
    };
    expect(size([2, 128, 128, 1], "idle")).toEqual(fieldSize(inner));
    expect(size([2, 8, 8, 1], "playing")).toEqual(fieldSize(inner));
    expect(size([2, 128, 128, 1], "playing")).toEqual([23, 19]);
  });
});

describe("unbroken", () => {
  it("cuts a path where there is no number", () => {
    const [n, i] = [Number.NaN, Number.POSITIVE_INFINITY];
    expect(
      unbroken([
        [n, 0],
        [0, 0],
        [1, 1],
        [2, i],
        [3, 3],
        [0, n],
        [4, 4],
        [5, 5],
      ]),
    ).toEqual([
      [
        [0, 0],
        [1, 1],
      ], // a place alone, as (3, 3) is, draws nothing
      [
        [4, 4],
        [5, 5],
      ],
    ]);
    expect(unbroken([])).toEqual([]);
  });
});

describe("Derived", () => {
  const state = networkOf({ sizes: [2, 2, 1], spec: { head: "sigmoid" } });

  it("computes a state once", () => {
    const derived = new Derived();
    const first = derived.pass(state);
    expect(derived.pass({ ...state, version: 99 })).toBe(first);
    expect(derived.pass({ ...state, params: state.params.slice() })).not.toBe(first);
    expect(derived.pass({ ...state, data: { ...state.data } })).not.toBe(first);
  });

  it("has the outputs after the head and the last z before it", () => {
    const pass = new Derived().pass(state);
    pass?.outputs.forEach((p, row) => {
      expect(p).toBeCloseTo(1 / (1 + Math.exp(-pass.z[1][row])), 9);
    });
  });

  it("leaves an opaque model to Python", () => {
    expect(new Derived().pass({ ...state, spec: { ...state.spec, kind: "opaque" } })).toBeNull();
  });
});
