import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ActivationSpec } from "../wire.js";
import { activate, activation, derivative } from "./activations.js";

const SPECS: ActivationSpec[] = [
  { name: "linear" },
  { name: "tanh" },
  { name: "sigmoid" },
  { name: "relu" },
  { name: "leaky_relu" },
  { name: "leaky_relu", slope: 0.2 },
  { name: "leaky_relu", slope: -1.5 },
  { name: "elu" },
  { name: "elu", alpha: 0.3 },
  { name: "gelu" },
  { name: "silu" },
  { name: "softplus" },
  { name: "sine" },
];

const arguments_ = fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 1 });

describe.each(SPECS)("%o", (spec) => {
  it("is the same for a buffer as for each number, in place or not", () => {
    fc.assert(
      fc.property(arguments_, (numbers) => {
        const z = Float64Array.from(numbers);
        const out = new Float64Array(z.length);
        activate(spec, z, out);
        const wanted = numbers.map((number) => activation(spec, number));
        out.forEach((a, i) => {
          expect(Math.abs(a - wanted[i])).toBeLessThan(1e-11);
        });
        activate(spec, z, z);
        expect(z).toEqual(out);
      }),
    );
  });

  it("has the derivative that a difference quotient has", () => {
    for (let z = -7.03; z < 7; z += 0.17) {
      const h = 1e-5; // the sweep passes no kink within h
      const slope = (activation(spec, z + h) - activation(spec, z - h)) / (2 * h);
      expect(derivative(spec, z)).toBeCloseTo(slope, 8);
    }
  });

  it("touches only the part it is asked for", () => {
    const z = Float64Array.of(1.5, 1.5, 1.5, 1.5);
    const out = new Float64Array(4).fill(9);
    activate(spec, z, out, 1, 3);
    expect([out[0], out[3]]).toEqual([9, 9]);
    expect(out[1]).toBeCloseTo(activation(spec, 1.5), 12);
  });

  it("shows that a number is not one, rather than to hide it", () => {
    const z = Float64Array.of(Number.NaN);
    activate(spec, z, z);
    expect(z[0]).toBeNaN();
    expect(activation(spec, Number.NaN)).toBeNaN();
  });
});

it("takes torch's side at kinks", () => {
  expect(derivative({ name: "relu" }, 0)).toBe(0);
  expect(derivative({ name: "leaky_relu", slope: 0.2 }, 0)).toBe(0.2);
  expect(derivative({ name: "elu", alpha: 0.3 }, 0)).toBe(0.3);
});

it("takes torch's defaults", () => {
  expect(activation({ name: "leaky_relu" }, -1)).toBe(-0.01);
  expect(activation({ name: "elu" }, -1)).toBeCloseTo(Math.exp(-1) - 1, 15);
});
