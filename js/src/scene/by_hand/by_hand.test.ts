import katex from "katex";
import { describe, expect, it } from "vitest";
import { plainTex } from "../../render/plain_tex.js";
import { dataOf, type Network, networkOf } from "../../testing/views.js";
import type { ActivationName, Spec } from "../../wire.js";
import { formulas, resultTex } from "./formulas.js";
import { graphOf } from "./graph.js";
import { entriesOf, hasChoice, stepsOf } from "./steps.js";
import { Symbols } from "./symbols.js";
import { factor, matrix, number, sum } from "./tex.js";
import { resultOf, type Worked, Worker } from "./worked.js";

/** The worked example of article B: a sigmoid unit of two inputs, half the squared error. */
const ARTICLE: Network = {
  sizes: [2, 1],
  params: [0.3, 0.7, -0.2],
  spec: { head: "sigmoid", loss: "half_mse", task: "regression" },
  data: dataOf([[0.5, 0.1]], [[0.8]]),
};

const THREE: Network = {
  sizes: [4, 5, 3],
  activation: "relu",
  spec: { loss: "cross_entropy", task: "multiclass" },
  data: dataOf(
    [
      [0.5, -1, 2, 0.1],
      [1, 1, 0, -2],
    ],
    [[1], [2]],
  ),
};

function worked(network: Network, choice: Partial<Worked["choice"]> = {}): Worked {
  const state = networkOf(network);
  const found = new Worker().work(state, { sample: 0, batch: null, rate: 0.5, ...choice });
  if (!found) throw new Error("cannot be worked");
  return found;
}

function lines(found: Worked, id: string, digits = 4): string[] {
  const step = stepsOf(found.spec).find((each) => each.id === id);
  if (!step) throw new Error(`no step ${id}`);
  return formulas(found, step, 0, digits).lines.map(
    ({ symbol, relation, put, result }) =>
      `${symbol} ${relation} ${put} = ${number(result, digits)}`,
  );
}

function ids(network: Network): string[] {
  return stepsOf(networkOf(network).spec).map(({ id }) => id);
}

describe("the steps", () => {
  it("of one layer", () => {
    expect(ids(ARTICLE)).toEqual(["z1", "y", "loss", "delta1", "dW1", "db1", "W1", "b1"]);
  });

  it("of two layers go back from the last, and forward again for the update", () => {
    expect(ids({ sizes: [2, 2, 1] })).toEqual([
      ...["z1", "a1", "z2", "y", "loss", "delta2", "dW2", "db2", "delta1", "dW1", "db1"],
      ...["W1", "b1", "W2", "b2"],
    ]);
  });

  it("leave out what is not there: activations of a linear layer, a prediction that is z", () => {
    const linear: Network = {
      sizes: [2, 2, 1],
      activation: "linear",
      spec: { loss: "mse", task: "regression" },
    };
    expect(ids(linear)).not.toContain("a1");
    expect(ids(linear)).not.toContain("y");
  });

  it("work all entries of a small result, else those of one unit", () => {
    const step = { id: "", kind: "dW", phase: "backward", layer: 0 } as const;
    expect(entriesOf({ ...step, rows: 3, columns: 2 }, 1)).toHaveLength(6);
    const large = { ...step, rows: 64, columns: 64 };
    expect(entriesOf(large, 7)).toEqual([
      [7, 0],
      [7, 1],
      [7, 2],
      [7, 3],
    ]);
    expect(hasChoice(large)).toBe(true);
    expect(entriesOf({ ...step, kind: "z", rows: 5, columns: 1 }, 3)).toEqual([[3, 0]]);
  });
});

describe("the article's example", () => {
  it("has the right numbers, not those that were printed", () => {
    const found = worked(ARTICLE);
    expect(lines(found, "z1")).toEqual(["z = 0.3\\cdot 0.5 + 0.7\\cdot 0.1 - 0.2 = 0.02"]);
    expect(lines(found, "y", 6)).toEqual(["\\hat{y} = \\frac{1}{1 + e^{-0.02}} = 0.505"]);
    expect(found.predicted[0]).toBeCloseTo(0.5049998333, 10);
    expect(lines(found, "loss")).toEqual(["L = \\tfrac{1}{2}(0.505 - 0.8)^2 = 0.04351"]);
    expect(lines(found, "delta1")).toEqual([
      "\\delta = (0.505 - 0.8)\\cdot 0.505\\cdot (1 - 0.505) = -0.07374",
    ]);
    expect(lines(found, "dW1")).toEqual([
      "\\frac{\\partial L}{\\partial w_{1}} = -0.07374\\cdot 0.5 = -0.03687",
      "\\frac{\\partial L}{\\partial w_{2}} = -0.07374\\cdot 0.1 = -0.007374",
    ]);
    expect(lines(found, "W1")[0]).toBe("w_{1} \\leftarrow 0.3 - 0.5\\cdot (-0.03687) = 0.3184");
  });
});

describe("formulas", () => {
  const all: Network[] = [
    ...[
      ARTICLE,
      THREE,
      { sizes: [1, 1] },
      {
        sizes: [64, 64, 32, 10],
        data: dataOf([Array(64).fill(0.1)], [[3]]),
        spec: { loss: "cross_entropy" as const, task: "multiclass" as const },
      },
    ],
    ...(
      [
        "linear",
        "tanh",
        "sigmoid",
        "relu",
        "leaky_relu",
        "elu",
        "gelu",
        "silu",
        "softplus",
        "sine",
      ] as ActivationName[]
    ).map(
      (activation): Network => ({
        sizes: [2, 2, 1],
        activation,
        params: [-1, 0.5, 2, -3, 0.1, -0.2, 1, -1, 0.3],
      }),
    ),
    ...(["linear", "sigmoid", "softmax", "log_softmax"] as const).map(
      (head): Network => ({
        ...{ sizes: [2, 3, 2], spec: { head, loss: "mse", task: "regression" } as Partial<Spec> },
        data: dataOf(
          [
            [0.5, 0.1],
            [1, 2],
          ],
          [
            [0.2, 0.8],
            [1, 0],
          ],
        ),
      }),
    ),
  ];

  it("are all good TeX, and are plain text without commands", { timeout: 60_000 }, () => {
    for (const network of all) {
      for (const batch of [null, 2]) {
        const found = worked(network, { batch });
        for (const step of stepsOf(found.spec)) {
          const { general, whole, lines } = formulas(found, step, 0, 4);
          const symbols = new Symbols(found.spec);
          const written = [
            ...[...general, ...(whole ? [whole.put, whole.result] : []), symbols.result(step)],
            ...[resultTex(found, step, 4), ...lines.flatMap(({ put, symbol }) => [put, symbol])],
          ];
          for (const tex of written) {
            expect(
              () => katex.renderToString(tex, { throwOnError: true, strict: "error" }),
              tex,
            ).not.toThrow();
            expect(plainTex(tex), tex).not.toMatch(
              /[\\{}]/.test(tex) && tex.includes("cases") ? /\\/ : /[\\{}]/,
            );
          }
        }
      }
    }
  });

  it("come to their result: the numbers put in, worked out", () => {
    const found = worked({
      sizes: [3, 2, 1],
      activation: "linear",
      data: dataOf([[0.5, -1, 2]], [[1]]),
    });
    for (const id of ["z1", "z2", "delta1", "dW1", "W1"]) {
      for (const line of lines(found, id, 12)) {
        const [, put, result] = line.match(/(?:=|\\leftarrow) (.*) = (.*)$/) ?? [];
        const plain = (tex: string) =>
          tex.replace(/\\cdot 10\^\{(.*?)\}/g, "e$1").replaceAll("\\cdot", "*");
        const value = new Function(`return ${plain(put)}`)() as number;
        expect(value, line).toBeCloseTo(Number(plain(result)), 8);
      }
    }
  });

  it("say how many terms of a sum are left out, and what they come to", () => {
    const terms = Array.from({ length: 64 }, (_, i) => ({ tex: String(i), value: i }));
    expect(sum(terms, 4)).toBe(
      "0 + 1 + 2 + \\underbrace{\\cdots}_{\\text{61 more terms, in all }2013}",
    );
    expect(plainTex(sum(terms, 4))).toBe("0 + 1 + 2 + (… 61 more terms, in all 2013)");
    expect(
      matrix(
        Array.from({ length: 48 }, (_, i) => i),
        8,
        6,
        4,
      ),
    ).toContain("\\ddots");
  });

  it("write negative factors in parentheses", () => {
    expect([number(-0.5, 4), factor(-0.5, 4), factor(1.25e-7, 3)]).toEqual([
      ...["-0.5", "(-0.5)", "(1.25\\cdot 10^{-7})"],
    ]);
    expect([number(Number.NaN, 4), number(-Infinity, 4), number(0, 4)]).toEqual([
      "\\text{NaN}",
      "-\\infty",
      "0",
    ]);
  });
});

describe("a mean over samples", () => {
  it("averages loss and gradients; δ is of the sample shown", () => {
    const data = dataOf(
      [
        [0.5, 0.1],
        [-0.4, 0.9],
      ],
      [[0.8], [0.2]],
    );
    const both = worked({ ...ARTICLE, data }, { sample: 1, batch: 2 });
    const [first, second] = [0, 1].map((sample) => worked({ ...ARTICLE, data }, { sample }));
    const get = (found: Worked, id: string) =>
      resultOf(found, stepsOf(found.spec).find((step) => step.id === id) as never);
    expect(get(both, "loss")[0]).toBeCloseTo((first.pass.loss + second.pass.loss) / 2, 12);
    expect(get(both, "delta1")[0]).toBeCloseTo(get(second, "delta1")[0], 12);
    expect(get(both, "dW1")[1]).toBeCloseTo((get(first, "dW1")[1] + get(second, "dW1")[1]) / 2, 12);
  });

  it("leaves what is frozen where it is", () => {
    const state = { ...networkOf(ARTICLE), frozen: new Set([1]) };
    const found = new Worker().work(state, { sample: 0, batch: null, rate: 0.5 }) as Worked;
    const step = stepsOf(found.spec)[6];
    expect(resultOf(found, step)[1]).toBe(0.7);
    expect(formulas(found, step, 0, 4).lines[1].put).toContain("frozen");
  });
});

describe("the graph", () => {
  const graph = (network: Network, id: string, known = true) => {
    const found = worked(network);
    const steps = stepsOf(found.spec);
    const at = steps.findIndex((step) => step.id === id);
    return graphOf({ worked: found, steps, at, unit: 0, known: () => known, width: 600 });
  };

  it("highlights what the step uses", () => {
    const used = graph({ sizes: [2, 2, 1] }, "delta1").edges.filter((edge) => edge.used);
    expect(used.map(({ to }) => to.layer)).toEqual([1, 1]);
    expect(graph({ sizes: [2, 2, 1] }, "loss").edges.some((edge) => edge.used)).toBe(false);
    expect(graph({ sizes: [2, 2, 1] }, "db1").biases.filter(({ used }) => used)).toHaveLength(2);
  });

  it("shows the values found so far, and none that an exercise hides", () => {
    const values = (known: boolean) =>
      graph({ sizes: [2, 2, 1] }, "a1", known).nodes.map(({ layer, value }) => [
        layer,
        value !== null,
      ]);
    expect(values(true)).toEqual([
      [-1, true],
      [-1, true],
      [0, true],
      [0, true],
      [1, false],
    ]);
    expect(values(false).filter(([, known]) => known)).toHaveLength(2);
  });

  it("says how many units it leaves out", () => {
    const { columns, nodes } = graph(
      { sizes: [64, 64, 1], data: dataOf([Array(64).fill(1)], [[1]]) },
      "z1",
    );
    expect(columns.map(({ more }) => more)).toEqual([59, 59, 0]);
    expect(nodes).toHaveLength(11);
  });
});
