import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DenseLayer } from "../state/types.js";
import { specOf } from "../testing/fake-store.js";
import type { ActivationName } from "../wire.js";
import { activation } from "./activations.js";
import { forward, headApply, layersOf, logSumExp, outputs } from "./forward.js";
import { Workspace } from "./workspace.js";

/** A layer of random numbers. */
function layerOf(inputs: number, units: number, name: ActivationName, biased = true): DenseLayer {
  const random = (length: number) => Float64Array.from({ length }, () => 2 * Math.random() - 1);
  const bias = biased ? random(units) : null;
  return { inputs, units, weight: random(inputs * units), bias, activation: { name } };
}

/** One row through the stack, by the definition. */
function rowByRow(layers: DenseLayer[], x: number[]): number[] {
  return layers.reduce(
    (input, { units, weight, bias, activation: spec }) =>
      Array.from({ length: units }, (_, unit) => {
        const products = input.map((value, i) => value * weight[unit * input.length + i]);
        const z = products.reduce((sum, product) => sum + product, bias?.[unit] ?? 0);
        return activation(spec, z);
      }),
    x,
  );
}

const stacks = fc
  .record({
    sizes: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 5 }),
    n: fc.integer({ min: 1, max: 11 }),
    biased: fc.boolean(),
    name: fc.constantFrom<ActivationName>("tanh", "relu", "linear", "gelu"),
  })
  .map(({ sizes, n, biased, name }) => ({
    n,
    layers: sizes.slice(1).map((units, l) => layerOf(sizes[l], units, name, biased)),
    X: Float64Array.from({ length: n * sizes[0] }, () => 4 * Math.random() - 2),
  }));

describe("forward", () => {
  it("agrees with the definition, for every number of rows and units", () => {
    fc.assert(
      fc.property(stacks, ({ layers, X, n }) => {
        const d = layers[0].inputs;
        const rows = Array.from({ length: n }, (_, row) => [...X.slice(row * d, row * d + d)]);
        const { a } = forward(layers, X, n);
        a.forEach((values, l) => {
          const wanted = rows.flatMap((row) => rowByRow(layers.slice(0, l + 1), row));
          expect(values.length).toBe(wanted.length);
          wanted.forEach((value, i) => {
            expect(values[i]).toBeCloseTo(value, 11);
          });
        });
      }),
    );
  });

  it("gives z before the activation and a after it", () => {
    const layer = layerOf(2, 3, "tanh");
    const { z, a } = forward([layer], Float64Array.of(0.3, -0.7), 1);
    a[0].forEach((value, unit) => {
      expect(value).toBeCloseTo(Math.tanh(z[0][unit]), 14);
    });
    expect(z[0][0]).toBeCloseTo(
      0.3 * layer.weight[0] - 0.7 * layer.weight[1] + (layer.bias?.[0] ?? 0),
      14,
    );
  });

  it("reuses a workspace's buffers, and without one gives arrays to keep", () => {
    const layers = [layerOf(2, 8, "tanh"), layerOf(8, 1, "linear")];
    const X = new Float64Array(20);
    const workspace = new Workspace();
    const first = forward(layers, X, 10, workspace);
    const second = forward(layers, X, 10, workspace);
    expect(second.z[0]).toBe(first.z[0]);
    expect(second.a[0]).toBe(first.a[0]);
    expect(forward(layers, X, 10).a[0]).not.toBe(forward(layers, X, 10).a[0]);
  });

  it("refuses fewer rows than promised", () => {
    expect(() => forward([layerOf(3, 1, "linear")], new Float64Array(5), 2)).toThrow(
      "expected 2 rows of 3 numbers, got 5",
    );
  });
});

describe("outputs", () => {
  it("is the last layer of forward, over more rows than one block", () => {
    const layers = [layerOf(3, 5, "tanh"), layerOf(5, 2, "relu"), layerOf(2, 3, "linear")];
    const n = 777;
    const X = Float64Array.from({ length: 3 * n }, () => Math.random());
    expect(outputs(layers, "linear", X, n)).toEqual(forward(layers, X, n).a[2]);
  });

  it("leaves its own result alone when points are fewer the next time", () => {
    const layers = [layerOf(1, 1, "linear")];
    const workspace = new Workspace();
    outputs(layers, "linear", Float64Array.of(1, 2, 3), 3, workspace);
    expect(outputs(layers, "linear", Float64Array.of(1, 2), 2, workspace)).toHaveLength(2);
  });
});

describe("headApply", () => {
  it("makes probabilities that add up to one, for logits that would overflow", () => {
    const p = headApply("softmax", Float64Array.of(1000, 1000, -1000, 1, 2, 3), 3);
    expect([...p.slice(0, 3)]).toEqual([0.5, 0.5, 0]);
    expect(p[3] + p[4] + p[5]).toBeCloseTo(1, 15);
    expect(p[5] / p[4]).toBeCloseTo(Math.E, 14);
  });

  it("makes their logarithms", () => {
    const logits = Float64Array.of(1, 2, 3);
    const p = headApply("softmax", logits.slice(), 3);
    headApply("log_softmax", logits, 3).forEach((value, i) => {
      expect(value).toBeCloseTo(Math.log(p[i]), 14);
    });
    expect(logSumExp(Float64Array.of(-1e4, -1e4), 0, 2)).toBeCloseTo(-1e4 + Math.LN2, 10);
  });

  it("makes one probability of each logit, and nothing of a linear head", () => {
    expect([...headApply("sigmoid", Float64Array.of(0, -800, 800), 1)]).toEqual([0.5, 0, 1]);
    expect([...headApply("linear", Float64Array.of(3, -4), 1)]).toEqual([3, -4]);
  });
});

describe("layersOf", () => {
  it("cuts the flat parameters into layers without copying them", () => {
    const params = Float64Array.from({ length: 9 }, (_, i) => i);
    const [hidden, last] = layersOf(specOf([2, 2, 1], "relu"), params);
    expect([...hidden.weight]).toEqual([0, 1, 2, 3]);
    expect([...(hidden.bias ?? [])]).toEqual([4, 5]);
    expect(hidden.activation).toEqual({ name: "relu" });
    expect([...last.weight, ...(last.bias ?? [])]).toEqual([6, 7, 8]);
    expect(last.weight.buffer).toBe(params.buffer);
  });

  it("takes a layer without bias, and one that no activation follows", () => {
    const spec = specOf([2, 1]);
    const bare = { ...spec.layers[0], bias: null, activation: null };
    const [layer] = layersOf({ ...spec, layers: [bare] }, new Float64Array(2));
    expect(layer.bias).toBeNull();
    expect(layer.activation).toEqual({ name: "linear" });
  });

  it("says which layer it cannot compute", () => {
    const spec = specOf([2, 1]);
    const opaque = { ...spec.layers[0], name: "attention", weight: null };
    expect(() => layersOf({ ...spec, layers: [opaque] }, new Float64Array(3))).toThrow("attention");
  });
});

describe("Workspace", () => {
  it("gives the same memory again, as long as it is large enough", () => {
    const workspace = new Workspace();
    const large = workspace.floats("a", 10);
    const small = workspace.floats("a", 4);
    expect(small).toHaveLength(4);
    expect(small.buffer).toBe(large.buffer);
    expect(workspace.floats("a", 10).buffer).toBe(large.buffer);
    expect(workspace.floats("a", 11).buffer).not.toBe(large.buffer);
    expect(workspace.floats("b", 4).buffer).not.toBe(large.buffer);
  });
});
