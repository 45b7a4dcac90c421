import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { specOf } from "../../testing/fake-store.js";
import { groupsOf } from "./entries.js";
import { sliderKey } from "./keys.js";
import { withRange } from "./range_editor.js";
import { defaultRange, expand, type Range, Ranges, validRange } from "./ranges.js";

const finite = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 });
const range = fc
  .tuple(finite, fc.double({ noNaN: true, min: 1e-3, max: 1e6 }))
  .map(([lo, width]): Range => [lo, lo + width]);

const [layer] = groupsOf(specOf([2, 2, 1]));
const [w11, w12] = [layer.entry(0), layer.entry(1)];
const initial = new Float64Array([0.1, -3, 0.2, 0.4, 0.5, 0.6, 0, 0, 0]);

describe("defaultRange", () => {
  it.each([
    [0, 2],
    [0.3, 2],
    [1, 2],
    [1.1, 4],
    [-5, 16],
  ])("of %f reaches to ±%f", (size, half) => {
    expect(defaultRange(size)).toEqual([-half, half]);
  });

  it("survives a value that is not finite", () => {
    expect(defaultRange(Number.NaN)).toEqual([-2, 2]);
    expect(defaultRange(Number.POSITIVE_INFINITY)).toEqual([-2, 2]);
  });
});

describe("expand", () => {
  it("holds the value and what it held before", () => {
    fc.assert(
      fc.property(range, finite, ([lo, hi], value) => {
        const grown = expand([lo, hi], value);
        expect(grown[0]).toBeLessThanOrEqual(Math.min(lo, value));
        expect(grown[1]).toBeGreaterThanOrEqual(Math.max(hi, value));
      }),
    );
  });

  it("is the same range where nothing has to grow", () => {
    const same: Range = [-2, 2];
    expect(expand(same, 2)).toBe(same);
    expect(expand(same, Number.NaN)).toBe(same);
  });

  it("keeps a symmetric range symmetric and grows another to one side", () => {
    expect(expand([-2, 2], 5)).toEqual([-8, 8]);
    expect(expand([0, 1], 1.5)).toEqual([0, 2]);
    expect(expand([0, 1], -0.5)).toEqual([-1, 1]);
  });
});

it("validRange takes two finite numbers in order", () => {
  expect(validRange([0, 1])).toEqual([0, 1]);
  for (const wrong of [null, [1, 0], [1, 1], [0], [0, "1"], [0, Number.NaN], "01"]) {
    expect(validRange(wrong)).toBeNull();
  }
});

describe("Ranges", () => {
  it("shares one range over a parameter, wide enough for its largest entry", () => {
    const ranges = new Ranges({}, initial);
    expect(ranges.of(w11)).toEqual([-8, 8]);
    expect(ranges.of(w12)).toBe(ranges.of(w11));
    expect(ranges.of(layer.entry(4))).toEqual([-2, 2]); // the biases have their own
  });

  it("grows for all of the parameter at once", () => {
    const ranges = new Ranges({}, initial);
    ranges.hold(w11, 7);
    expect(ranges.version).toBe(0);
    ranges.hold(w11, 9);
    expect(ranges.version).toBe(1);
    expect(ranges.of(w12)).toEqual([-16, 16]);
  });

  it("prefers a range given for the entry, then for the parameter", () => {
    const ranges = new Ranges({ "0.weight": [-1, 3], "0.weight[0,1]": [0, 5] }, initial);
    expect(ranges.of(w11)).toEqual([-1, 3]);
    expect(ranges.of(w12)).toEqual([0, 5]);
    ranges.hold(w12, 6);
    expect(ranges.of(w12)).toEqual([0, 10]);
    expect(ranges.of(w11)).toEqual([-1, 3]);
  });
});

describe("withRange", () => {
  const given = { "0.weight[0,0]": [0, 1], "0.weight[0,1]": [0, 2], "0.bias": [0, 3] };

  it("sets one entry's, or the whole parameter's in place of its entries'", () => {
    expect(withRange(given, w11, "entry", [-4, 4])).toEqual({ ...given, "0.weight[0,0]": [-4, 4] });
    expect(withRange(given, w11, "parameter", [-4, 4])).toEqual({
      "0.bias": [0, 3],
      "0.weight": [-4, 4],
    });
  });

  it("null goes back to the automatic range", () => {
    const { "0.weight[0,0]": _, ...rest } = given;
    expect(withRange({ ...given, "0.weight": [0, 9] }, w11, "entry", null)).toEqual(rest);
  });
});

describe("sliderKey", () => {
  const press = (key: string, modifiers: KeyboardEventInit = {}) =>
    sliderKey({ key, ...modifiers } as KeyboardEvent, 0.3, [-2, 2]);

  it.each([
    ["ArrowRight", {}, 0.4],
    ["ArrowUp", { shiftKey: true }, 1.3],
    ["ArrowLeft", { altKey: true }, 0.29],
    ["PageDown", {}, -0.7],
    ["Home", {}, -2],
    ["End", {}, 2],
    ["a", {}, null],
    ["ArrowLeft", { ctrlKey: true }, null],
  ])("%s %j → %s", (key, modifiers, value) => {
    expect(press(key, modifiers)).toBe(value);
  });

  it("takes a step that was chosen", () => {
    const event = { key: "ArrowUp", shiftKey: true } as KeyboardEvent;
    expect(sliderKey(event, 0.3, [-2, 2], 0.025)).toBe(0.55);
  });

  it("stays within the range", () => {
    expect(sliderKey({ key: "PageUp" } as KeyboardEvent, 1.95, [-2, 2])).toBe(2);
  });
});
