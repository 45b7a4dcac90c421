import katex from "katex";
import { describe, expect, it } from "vitest";
import { plainTex } from "../../render/plain_tex.js";
import { type Network, networkOf } from "../../testing/views.js";
import type { Spec } from "../../wire.js";
import { type Passage, passages } from "./formulas.js";

/** The two units of article A: each lies parallel to the other, and nearly undoes it. */
const ARTICLE: Network = {
  sizes: [2, 2, 1],
  params: [
    ...[-3.2753847, 3.3264563, 3.2302036, -3.2554653, 1.5562934, 1.5492057],
    ...[2.625529, 2.670275, -2.0918093],
  ],
};

function of(network: Network, digits = 4): Passage[] {
  const { spec, params } = networkOf(network);
  return passages(spec, params, digits);
}

const ids = (found: readonly Passage[]) => found.map(({ id }) => id);

function numbers(found: readonly Passage[], id: string): readonly string[] {
  return found.find((each) => each.id === id)?.numbers ?? [];
}

/** The layers' biases are no parameters. */
function withoutBiases({ layers, ...spec }: Spec): Spec {
  return { ...spec, layers: layers.map((layer) => ({ ...layer, bias: null })) };
}

describe("two layers", () => {
  it("are put into each other, down to one line", () => {
    const found = of(ARTICLE);
    expect(ids(found)).toEqual(["bend", "layer-1", "layer-2", "entries", "one"]);
    // By hand: 2.625529 · (−3.2753847) + 2.670275 · 3.2302036 = 0.025914, and so on.
    expect(numbers(found, "entries")).toEqual([
      "v_{1} = 2.626\\cdot (-3.275) + 2.67\\cdot 3.23 = \\boldsymbol{0.02591}",
      "v_{2} = 2.626\\cdot 3.326 + 2.67\\cdot (-3.255) = \\boldsymbol{0.04072}",
      "c = 2.626\\cdot 1.556 + 2.67\\cdot 1.549 - 2.092 = \\boldsymbol{6.131}",
    ]);
    expect(numbers(found, "one")).toEqual([
      "z = 0.02591\\,x_{1} + 0.04072\\,x_{2} + 6.131",
      "z = 0 \\quad\\text{on the line}\\quad x_{2} = -0.6364\\,x_{1} - 150.6",
    ]);
  });

  it("are products of matrices", () => {
    const [V, c] = numbers(of(ARTICLE), "layer-2").map(plainTex);
    expect(V).toBe("V = W⁽²⁾W⁽¹⁾ = [2.626 2.67] [−3.275 3.326 ; 3.23 −3.255] = [0.02591 0.04072]");
    expect(c).toBe("c = W⁽²⁾b⁽¹⁾ + b⁽²⁾ = [2.626 2.67] [1.556 ; 1.549] + [−2.092] = [6.131]");
  });

  it("need no biases", () => {
    const { spec, params } = networkOf({ sizes: [2, 2, 1], params: [1, 2, 3, 4, 0, 0, 5, 6, 0] });
    const found = passages(withoutBiases(spec), params, 4);
    expect(numbers(found, "layer-2")).toHaveLength(1);
    expect(numbers(found, "entries")).toEqual([
      "v_{1} = 5\\cdot 1 + 6\\cdot 3 = \\boldsymbol{23}",
      "v_{2} = 5\\cdot 2 + 6\\cdot 4 = \\boldsymbol{34}",
    ]);
  });
});

describe("a chain of pairs", () => {
  it("has the product of its slopes, and one intercept", () => {
    const found = of({ sizes: [1, 1, 1], params: [2, 1, -3, 0.5], spec: { task: "regression" } });
    expect(ids(found)).toEqual(["bend", "pairs", "product", "one"]);
    expect(numbers(found, "pairs")).toEqual([
      "z_{1} = 2\\,x + 1",
      "z_{2} = -3\\,(2\\,x + 1) + 0.5 = -6\\,x - 2.5",
    ]);
    expect(numbers(found, "product")).toEqual([
      "v = (-3)\\cdot 2 = \\boldsymbol{-6}",
      "c = 0.5 - 3\\cdot 1 = \\boldsymbol{-2.5}",
    ]);
  });

  it("of many pairs leaves out the middle and says so", () => {
    const sizes = new Array(12).fill(1);
    const found = of({ sizes, params: new Array(22).fill(1) });
    expect(numbers(found, "pairs")).toHaveLength(5);
    expect(found.find(({ id }) => id === "pairs")?.note).toBe(
      "Between z4 and z11 the same again, 6 times.",
    );
    // Eleven times x + 1: a slope of 1 and an intercept of 11.
    expect(numbers(found, "one")[0]).toBe("z = 1\\,x + 11");
  });
});

it("of many layers the later ones are closed, and the rest told by their number", () => {
  const found = of({ sizes: [3, 4, 4, 4, 4, 4, 4, 4, 4, 2], spec: { loss: "cross_entropy" } });
  expect(ids(found)).toEqual([
    ...["bend", "layer-1", "layer-2", "layer-3", "layer-4", "layer-5", "more"],
    ...["layer-9", "entries", "one"],
  ]);
  expect(found.filter(({ folded }) => folded).map(({ id }) => id)).toEqual([
    "layer-3",
    "layer-4",
    "layer-5",
  ]);
  expect(found.find(({ id }) => id === "more")?.title).toBe("Layers 6 to 8");
});

it("there is one line where there is one layer", () => {
  expect(ids(of({ sizes: [2, 1] }))).toEqual(["one"]);
});

it("every formula is one that KaTeX reads, and text without it", () => {
  const networks: Network[] = [
    ARTICLE,
    { sizes: [1, 4, 1], activation: "relu", spec: { task: "regression", loss: "mse" } },
    { sizes: [1, 1, 1, 1], activation: "elu" },
    { sizes: [9, 12, 7, 3], activation: "gelu", spec: { task: "multiclass", head: "softmax" } },
    { sizes: [2, 3, 2], activation: "leaky_relu", spec: { loss: "mse", task: "regression" } },
    { sizes: [4, 1] },
  ];
  for (const network of networks) {
    for (const { general, numbers } of of(network)) {
      for (const tex of [...general, ...numbers]) {
        expect(() => katex.renderToString(tex, { throwOnError: true })).not.toThrow();
        expect(plainTex(tex)).not.toMatch(/\\|undefined|NaN/);
      }
    }
  }
});
