import { scaleLinear } from "d3-scale";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  count,
  editable,
  parameter,
  parameterField,
  parseNumber,
  percent,
  significant,
  tickText,
} from "./format.js";

const finite = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e12, max: 1e12 });

describe("significant", () => {
  it.each([
    [0.1234, "0.1234"],
    [0.12344, "0.1234"],
    [0.012345, "0.01235"],
    [1, "1.000"],
    [12.3456, "12.35"],
    [1234.4, "1234"],
    [12345, "1.235e4"],
    [0.99999, "1.000"],
    [9.9999, "10.00"],
    [0, "0.000"],
    [-0.5, "−0.5000"],
    [0.0000123456, "1.235e−5"],
    [1234567, "1.235e6"],
    [Number.NaN, "NaN"],
    [Number.NEGATIVE_INFINITY, "−∞"],
    [null, "–"],
  ])("%s → %s", (value, text) => {
    expect(significant(value)).toBe(text);
  });

  it.each([
    [10, 1, "10"],
    [245, 1, "200"],
    [245, 2, "250"],
    [1234, 2, "1.2e3"],
  ])("%s with %s digits → %s", (value, digits, text) => {
    expect(significant(value, digits)).toBe(text);
  });

  it("keeps to the digits asked for and never grows wide", () => {
    fc.assert(
      fc.property(finite, fc.integer({ min: 2, max: 6 }), (value, digits) => {
        const text = significant(value, digits);
        const away = Math.abs((parseNumber(text) as number) - value);
        expect(away).toBeLessThanOrEqual(Math.abs(value) * 0.5001 * 10 ** (1 - digits));
        expect(text.length).toBeLessThanOrEqual(digits + 7);
      }),
    );
  });
});

describe("parameter", () => {
  it.each([
    [0.5, "\u20070.500"],
    [-0.5, "−0.500"],
    [-12.3456, "−12.35"],
    [9.9996, "\u200710.00"],
    [99999, "\u200799999"],
    [-123456, "−1.23e5"],
    [-0.0001, "\u20070.000"],
    [Number.NaN, "NaN"],
  ])("%s → %s", (value, text) => {
    expect(parameter(value)).toBe(text);
  });

  it("is as wide for every ordinary size, so columns stay put", () => {
    const decimals = fc.integer({ min: 3, max: 17 });
    const ordinary = fc.double({ noNaN: true, min: -999, max: 999 });
    fc.assert(
      fc.property(ordinary, decimals, (value, places) => {
        expect(parameter(value, places)).toHaveLength(places + 3);
      }),
    );
  });

  it("takes no digits after the point, too", () => {
    expect(parameter(-2.6, 0)).toBe("−3");
    expect(parameter(12.3, 0)).toBe("\u200712");
  });
});

describe("text fields", () => {
  it("show ASCII that Python's float() reads", () => {
    expect(parameterField(-0.25)).toBe("-0.250");
    expect(parameterField(Number.NEGATIVE_INFINITY)).toBe("-inf");
    expect([-1e-9, 1e20, 12345678, 1234567].map(editable)).toEqual([
      "-1e-9",
      "1e20",
      "1.234568e7",
      "1234567",
    ]);
  });

  it("edit every float32 without loss", () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const read = parseNumber(editable(value)) as number;
        expect(Math.abs(read - value)).toBeLessThanOrEqual(Math.abs(value) * 5.0001e-7);
      }),
    );
  });
});

describe("parseNumber", () => {
  it.each([
    ["1.5", 1.5],
    [" -2 ", -2],
    ["−0.25", -0.25],
    [".5", 0.5],
    ["3.", 3],
    ["1e-3", 0.001],
    ["1.235e−5", 1.235e-5],
    ["+4", 4],
  ])("reads %j", (text, value) => {
    expect(parseNumber(text)).toBe(value);
  });

  it.each(["", "abc", "1,5", "1 2", "0x10", "Infinity", "NaN", "1e999", "--1", "e5", "."])(
    "refuses %j",
    (text) => {
      expect(parseNumber(text)).toBeNull();
    },
  );
});

it("percent and count", () => {
  expect(percent(0.975)).toBe("97.5\u202f%");
  expect(percent(1)).toBe("100.0\u202f%");
  expect(percent(null)).toBe("–");
  expect(count(12345)).toBe("12,345");
});

describe("ticks of an axis", () => {
  const texts = (low: number, high: number, most = 6) => {
    const scale = scaleLinear([low, high], [0, 1]);
    return scale.ticks(most).map(tickText(scale.ticks(most), scale.tickFormat(most)));
  };

  it("are as the scale writes them, where that is short", () => {
    expect(texts(0, 1, 4)).toEqual(["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
    expect(texts(-2000, 0, 3)).toEqual(["−2,000", "−1,500", "−1,000", "−500", "0"]);
  });

  it("have as many digits as tell them apart, where they are huge or tiny", () => {
    expect(texts(0, 2.1e30, 4)).toEqual(["0", "5e29", "1e30", "1.5e30", "2e30"]);
    expect(texts(-1e300, 2e299, 4)).toEqual([
      "−1e300",
      "−8e299",
      "−6e299",
      "−4e299",
      "−2e299",
      "0",
      "2e299",
    ]);
    expect(texts(1e20, 1.2e20, 4)).toEqual(["1e20", "1.05e20", "1.1e20", "1.15e20", "1.2e20"]);
    expect(texts(0, 2e-21, 4)).toEqual(["0", "5e−22", "1e−21", "1.5e−21", "2e−21"]);
  });

  it("are no longer than there is room for, whatever the axis", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e300, max: 1e300, noNaN: true }),
        fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
        (low, share) => {
          const found = texts(low, low + Math.abs(low) * share + 1e-300);
          for (const text of found) expect(text.length).toBeLessThanOrEqual(12);
        },
      ),
    );
  });
});
