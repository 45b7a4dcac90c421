import { scaleLinear } from "d3-scale";
import fc from "fast-check";
import { expect, it } from "vitest";
import { straight } from "./straight.js";

it("is the scale to a hundredth of a pixel, wherever its domain lies", () => {
  const size = fc.integer({ min: -12, max: 298 }).map((power) => 10 ** power);
  fc.assert(
    fc.property(
      size,
      fc.double({ min: -3, max: 3, noNaN: true }),
      fc.nat(1000),
      (unit, at, part) => {
        const scale = scaleLinear([at * unit, (at + 1) * unit], [300, 10]);
        const value = (at + part / 1000) * unit;
        const { from, to, slope } = straight(scale);
        expect(slope * (value - from) + to).toBeCloseTo(scale(value), 2);
      },
    ),
  );
});

it("has its digits far from 0, as of a date in nanoseconds", () => {
  const [from, until] = [1.7e18, 1.7e18 + 1e13];
  const { to, slope, from: first } = straight(scaleLinear([from, until], [0, 300]));
  expect(slope * (from + 5e12 - first) + to).toBeCloseTo(150, 2);
});
