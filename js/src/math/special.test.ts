import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  erf,
  fastErf,
  fastExpm1Negative,
  fastLog1pExpNegative,
  fastLogistic,
  fastSine,
  fastTanh,
  logistic,
} from "./special.js";

const anywhere = fc.double({ min: -45, max: 45, noNaN: true });
const negative = fc.double({ min: -45, max: 0, noNaN: true });
const positive = fc.double({ min: 0, max: 45, noNaN: true });
const wide = fc.double({ min: -2e5, max: 2e5, noNaN: true });

describe.each([
  { name: "tanh", fast: fastTanh, exact: Math.tanh, at: anywhere },
  { name: "logistic", fast: fastLogistic, exact: logistic, at: anywhere },
  { name: "expm1", fast: fastExpm1Negative, exact: Math.expm1, at: negative },
  {
    name: "log1p(exp(−x))",
    fast: fastLog1pExpNegative,
    exact: (x: number) => Math.log1p(Math.exp(-x)),
    at: positive,
  },
  { name: "erf", fast: fastErf, exact: erf, at: anywhere },
  { name: "sine", fast: fastSine, exact: Math.sin, at: wide },
])("fast $name", ({ fast, exact, at }) => {
  it("is within 1e-12 of the exact one", () => {
    fc.assert(
      fc.property(at, (x) => Math.abs(fast(x) - exact(x)) < 1e-12),
      { numRuns: 5000 },
    );
  });

  it("is so on a fine sweep through all nodes and half-way points", () => {
    let worst = 0;
    for (let i = 0; i <= 8 * 256; i++) {
      const x = (i / 256) * (at === negative ? -1 : 1);
      worst = Math.max(worst, Math.abs(fast(x) - exact(x)));
    }
    expect(worst).toBeLessThan(1e-12);
  });

  it("keeps NaN", () => expect(fast(Number.NaN)).toBeNaN());
});

it("saturates at infinity", () => {
  expect([fastTanh(Number.POSITIVE_INFINITY), fastTanh(Number.NEGATIVE_INFINITY)]).toEqual([1, -1]);
  expect(fastLogistic(Number.NEGATIVE_INFINITY)).toBe(0);
  expect(fastExpm1Negative(Number.NEGATIVE_INFINITY)).toBe(-1);
  expect(fastErf(Number.POSITIVE_INFINITY)).toBe(1);
  expect(fastLog1pExpNegative(Number.POSITIVE_INFINITY)).toBeLessThan(1e-17);
});

it("gives erf to the last places of a printed table (Abramowitz and Stegun, 7.1)", () => {
  expect(erf(0.5)).toBeCloseTo(0.5204998778, 10);
  expect(erf(1)).toBeCloseTo(0.8427007929, 10);
  expect(erf(2)).toBeCloseTo(0.995322265, 9);
  expect(erf(-1)).toBe(-erf(1));
  expect(erf(7)).toBe(1);
});

it("keeps the logistic's relative accuracy far left of zero", () => {
  expect(logistic(-600) / Math.exp(-600)).toBeCloseTo(1, 12);
  expect(logistic(-800)).toBe(0);
  expect(logistic(800)).toBe(1);
});
