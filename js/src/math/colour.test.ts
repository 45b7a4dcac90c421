import { describe, expect, it } from "vitest";
import type { Rgb } from "./colour.js";
import {
  classColour,
  css,
  diverging,
  divergingPalette,
  NEGATIVE,
  POSITIVE,
  paintField,
  unitColour,
  unitDash,
} from "./colour.js";
import type { Score } from "./score.js";

type Matrix = readonly Rgb[];
const NORMAL: Matrix = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];
// How people without L or M cones see linear RGB (Machado, Oliveira and Fernandes, 2009).
const PROTANOPIA: Matrix = [
  [0.152286, 1.052583, -0.204868],
  [0.114503, 0.786281, 0.099216],
  [-0.003882, -0.048116, 1.051998],
];
const DEUTERANOPIA: Matrix = [
  [0.367322, 0.860646, -0.227968],
  [0.280085, 0.672501, 0.047413],
  [-0.01182, 0.04294, 0.968881],
];

const linear = (colour: Rgb): number[] =>
  colour.map((byte) => {
    const c = byte / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
const dot = (row: readonly number[], v: readonly number[]) =>
  row.reduce((sum, weight, i) => sum + weight * v[i], 0);
const luminance = (colour: Rgb) => dot([0.2126, 0.7152, 0.0722], linear(colour));

function contrast(a: Rgb, b: Rgb): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((p, q) => q - p);
  return (light + 0.05) / (dark + 0.05);
}

/** CIE L*a*b* (D65) as seen through a matrix. */
function lab(colour: Rgb, sight: Matrix): number[] {
  const seen = sight.map((row) => Math.min(1, Math.max(0, dot(row, linear(colour)))));
  const f = (t: number) => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116);
  const x = f(dot([0.4124, 0.3576, 0.1805], seen) / 0.95047);
  const y = f(dot([0.2126, 0.7152, 0.0722], seen));
  const z = f(dot([0.0193, 0.1192, 0.9505], seen) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

function closest(colours: Rgb[], sight: Matrix): number {
  const seen = colours.map((colour) => lab(colour, sight));
  const pairs = seen.flatMap((a, i) => seen.slice(0, i).map((b) => [a, b]));
  return Math.min(...pairs.map(([a, b]) => Math.hypot(...a.map((value, i) => value - b[i]))));
}

const units = Array.from({ length: 8 }, (_, unit) => unitColour(unit));
const classes = Array.from({ length: 10 }, (_, index) => classColour(index));

describe("unit colours", () => {
  it.each([
    ["trichromats", NORMAL, 30],
    ["protanopes", PROTANOPIA, 19],
    ["deuteranopes", DEUTERANOPIA, 19],
  ] as const)(
    "are distinct from each other and the two class colours for %s",
    (_, sight, least) => {
      expect(closest([...units, NEGATIVE, POSITIVE], sight)).toBeGreaterThan(least);
    },
  );

  it("stand out from a light and a dark page", () => {
    for (const colour of units) {
      expect(contrast(colour, [255, 255, 255])).toBeGreaterThan(3);
      expect(contrast(colour, [0x17, 0x19, 0x1c])).toBeGreaterThan(3);
    }
  });

  it("repeat with another dash", () => {
    expect(unitColour(8)).toEqual(unitColour(0));
    expect(unitDash(0)).toBe("");
    expect(new Set([0, 8, 16, 24].map(unitDash)).size).toBe(4);
  });
});

describe("class colours", () => {
  it("begin with the diverging pair", () => {
    expect([classColour(0), classColour(1)]).toEqual([NEGATIVE, POSITIVE]);
  });

  it.each([
    ["trichromats", NORMAL],
    ["protanopes", PROTANOPIA],
    ["deuteranopes", DEUTERANOPIA],
  ] as const)("are distinct for %s", (_, sight) => {
    expect(closest(classes.slice(0, 5), sight)).toBeGreaterThan(15);
    expect(closest(classes, sight)).toBeGreaterThan(8);
  });
});

it("writes colours for style sheets", () => {
  expect(css([1, 2, 3])).toBe("rgb(1 2 3)");
  expect(diverging(-0.5, 0.8)).toBe("rgb(245 147 34 / 0.4)");
  expect(diverging(7)).toBe(css(POSITIVE));
});

describe("paintField", () => {
  const palette = divergingPalette(1);
  const paint = (score: Partial<Score>, size: readonly [number, number]) => {
    const pixels = new Uint8ClampedArray(4 * size[0] * size[1]);
    paintField(
      { task: "binary", k: 1, range: [0, 1], ...score } as Score,
      size,
      pixels,
      palette,
      1,
    );
    return Array.from({ length: size[0] * size[1] }, (_, i) => [...pixels.slice(4 * i, 4 * i + 4)]);
  };

  it("shows the sign by colour and the size by opacity", () => {
    const [sure, half, even, other] = paint({ values: Float64Array.of(1, 0.75, 0.5, 0) }, [4, 1]);
    expect(sure).toEqual([...POSITIVE, 254]);
    expect(half).toEqual([...POSITIVE, 128]);
    expect(even[3]).toBeLessThan(2);
    expect(other).toEqual([...NEGATIVE, 254]);
  });

  it("draws the grid's first row at the bottom", () => {
    const [top, bottom] = paint({ values: Float64Array.of(1, 0) }, [1, 2]);
    expect(top.slice(0, 3)).toEqual([...NEGATIVE]);
    expect(bottom.slice(0, 3)).toEqual([...POSITIVE]);
  });

  it("bounds what is out of range, and leaves out what is not a number", () => {
    const values = Float64Array.of(99, Number.NEGATIVE_INFINITY, Number.NaN);
    const [high, low, none] = paint({ values, range: [-3, 3], task: "regression" }, [3, 1]);
    expect(high).toEqual([...POSITIVE, 254]);
    expect(low).toEqual([...NEGATIVE, 254]);
    expect(none[3]).toBe(0);
  });

  it("mixes classes by probability, and fades where none is ahead", () => {
    const values = Float64Array.of(0, 0, 1, 1 / 3, 1 / 3, 1 / 3, 0.5, 0.5, 0, Number.NaN, 0, 0);
    const [sure, none, two, broken] = paint({ task: "multiclass", k: 3, values }, [4, 1]);
    expect(sure).toEqual([...classColour(2), 255]);
    expect(none[3]).toBe(0);
    for (const i of [0, 1, 2]) {
      expect(Math.abs(two[i] - (NEGATIVE[i] + POSITIVE[i]) / 2)).toBeLessThan(1);
    }
    expect(two[3]).toBe(64); // (½ − ⅓) / (1 − ⅓) of 255
    expect(broken[3]).toBe(0);
  });

  it("refuses pixels of another size", () => {
    const score = { task: "binary", k: 1, range: [0, 1], values: new Float64Array(4) } as Score;
    const paintIt = () => paintField(score, [2, 2], new Uint8ClampedArray(15), palette, 1);
    expect(paintIt).toThrow("expected 16 bytes for 2 × 2, got 15");
  });
});
