import { describe, expect, it } from "vitest";
import { networkOf } from "../testing/views.js";
import { type Flow, FlowBook } from "./flow_book.js";
import {
  flowCaption,
  gradientChart,
  quantile,
  ratioChart,
  ridgeRows,
  ridgesOf,
  selectedLayer,
  spreadOf,
  verdictOf,
} from "./gradient_flow.js";

const ABOUT = {
  ...{ layers: ["0", "2"], sizes: [4, 2], decades: [-3, 1, 2], samples: [50, 50] },
  ...{ every: "auto", failure: "" },
};
/** (epoch, computed, gradient 2, weight 2, update 2, step 2, zeros 2) */
const row = (epoch: number, first: number, last: number, step = Number.NaN) => [
  ...[epoch, 1, first, last, 2, 4, 0.2, 0.8, step, step, 0.5, 0],
];
/** Layer "0": two in [10^-3, 10^-2.5); layer "2": one in [10^-1, 10^-0.5), one in the bin after. */
const COUNTS = [2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0];

function message(generation: number, from: number, rows: readonly number[][]) {
  const counts = Uint32Array.from(rows.flatMap(() => COUNTS));
  const content = { ...ABOUT, generation, from, rows: rows.length };
  const buffers = rows.length ? [Float64Array.from(rows.flat()).buffer, counts.buffer] : [];
  return [content, buffers] as const;
}

function flowOf(...rows: number[][]): Flow {
  const book = new FlowBook();
  book.apply(...message(1, 0, rows));
  return book.flow as Flow;
}

describe("rows that come", () => {
  it("are added, until another generation replaces them", () => {
    const book = new FlowBook();
    expect(book.apply(...message(3, 0, [row(0, 1, 2), row(1, 3, 4)]))).toBe(true);
    book.apply(...message(3, 2, [row(2, 5, 6)]));
    expect([...(book.flow?.epochs ?? [])]).toEqual([0, 1, 2]);
    expect([...(book.flow?.layers[1].values.gradient ?? [])]).toEqual([2, 4, 6]);
    expect([...(book.flow?.layers[0].values.weight ?? [])]).toEqual([2, 2, 2]);
    expect(book.flow?.histograms.length).toBe(3);
    book.apply(...message(4, 0, [row(0, 7, 8)]));
    expect([...(book.flow?.layers[0].values.gradient ?? [])]).toEqual([7]);
  });

  it("are asked for again where some are missing", () => {
    const book = new FlowBook();
    expect(book.apply(...message(1, 5, [row(5, 1, 1)]))).toBe(false);
    expect(book.apply({ error: "no" }, [])).toBe(true);
  });
});

describe("the verdict", () => {
  it("follows the rule, and states it", () => {
    const judged = (a: number, b: number) => verdictOf(flowOf(row(3, a, b)), 0, 1e-3, 1e3);
    expect(judged(1e-7, 1e-2)).toEqual({
      kind: "vanishing",
      text: "Epoch 3: vanishing (first layer 1.0e−7, last layer 0.010; rule: first < 0.001 × last).",
    });
    expect(judged(50, 1e-2).kind).toBe("exploding");
    expect(judged(1e-2, 1e-2).text).toContain("first / last layer = 1.0");
    expect(judged(Number.NaN, 1).kind).toBe("unknown");
  });
});

describe("the charts", () => {
  it("have a curve for each layer that is not hidden", () => {
    const flow = flowOf(row(0, 1, 2), row(1, 3, 4));
    expect(gradientChart(flow, ["0"], null).curves.map(({ name, y }) => [name, [...y]])).toEqual([
      ["2", [2, 4]],
    ]);
    expect(gradientChart(flow, [], 1).heat?.rows[0]).toEqual(Uint32Array.from(COUNTS.slice(8)));
  });

  it("compare single steps with the weights where those are known, else epochs", () => {
    const epochs = ratioChart(flowOf(row(0, 1, 2)), [], null);
    expect([epochs.yName, epochs.curves.map(({ y }) => y[0]), epochs.guides]).toEqual([
      "epoch's update / weights",
      [0.1, 0.2],
      [],
    ]);
    const steps = ratioChart(flowOf(row(0, 1, 2, 0.004)), [], null);
    expect([steps.yName, steps.curves.map(({ y }) => y[0])]).toEqual([
      "last step / weights",
      [0.002, 0.001],
    ]);
    expect(steps.guides?.length).toBe(1);
  });
});

describe("a distribution", () => {
  const flow = flowOf(row(0, 1, 2));

  it("has quantiles within its bins, zeros below all", () => {
    const [first, last] = ridgesOf(flow, 0, []);
    expect([...first.shares.slice(0, 2)]).toEqual([0.5, 0]);
    expect(quantile(first, 0.4, flow.decades)).toBe(0);
    expect(quantile(first, 0.75, flow.decades)).toBeCloseTo(10 ** -2.75, 12);
    expect(quantile(last, 0.5, flow.decades)).toBeCloseTo(10 ** -0.5, 12);
    expect(ridgeRows(first, flow.decades).at(-1)?.[1]).toMatch(/^50\.0/);
    expect(ridgesOf(flow, 0, ["0"]).map(({ layer }) => layer)).toEqual([1]);
  });

  it("is shown over the decades of all epochs", () => {
    expect(spreadOf(flow)).toEqual([-3, 0]);
  });
});

it("says which gradient this is", () => {
  const flow = flowOf(row(0, 1, 2), row(10, 1, 2));
  expect(flowCaption(flow, 10)).toBe(
    "Gradient of the loss over all 50 samples at each epoch's end, dropout off · 2 of 11 epochs recorded: 3 % of the time · weights without biases",
  );
  expect(flowCaption({ ...flow, computed: Float64Array.of(0, 0) }, 1)).toContain("p.grad");
  expect(flowCaption({ ...flow, samples: [20, 50] }, 1)).toContain("20 of 50 samples");
  expect(flowCaption({ ...flow, failure: "why" }, 1)).toBe("Recording has stopped: why");
});

it("knows the layer that another view points at", () => {
  const flow = flowOf(row(0, 1, 2));
  const state = networkOf({ sizes: [2, 2, 1] });
  const at = (selection: object) => {
    const none = { sample: null, unit: null, weight: null, epoch: null };
    return selectedLayer({ ...state, selection: { ...none, ...selection } }, flow);
  };
  expect([
    at({}),
    at({ unit: { layer: 1, unit: 0 } }),
    at({ weight: 3 }),
    at({ weight: 8 }),
  ]).toEqual([null, 1, 0, 1]);
});
