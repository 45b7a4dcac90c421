import { describe, expect, test } from "vitest";
import { layersOf, outputs } from "../math/forward.js";
import { loss } from "../math/loss.js";
import type { NetState } from "../state/types.js";
import { kernelPage } from "../testing/kernel_page.js";

/** The loss of what is shown, worked out from it alone. */
function lossOf({ spec, params, data }: NetState): number {
  const out = outputs(layersOf(spec, params), spec.head, data.X, data.n);
  return loss(spec, out, data) as number;
}

describe("another network in the page", () => {
  test("has other activations, and trains on with them", () => {
    const { store, clock } = kernelPage();
    store.setActivation("leaky_relu");
    clock.advance(50);
    const { layers } = store.state.spec;
    expect(layers.map(({ activation }) => activation)).toEqual([
      { name: "leaky_relu", slope: 0.01 },
      { name: "linear" },
    ]);
    store.train({ action: "step", n: 30 });
    clock.advance(300);
    expect(store.state.status.loss).toBeCloseTo(lossOf(store.state), 6);
    store.setActivation(["tanh", "tanh"]);
    clock.advance(50);
    expect(store.state.error?.message).toContain("1 hidden layers");
    store.setActivation("swish");
    clock.advance(50);
    expect(store.state.error?.message).toContain("swish");
  });

  test("has other units and layers, from epoch 0 on", () => {
    const { store, clock } = kernelPage({ sizes: [2, 3, 1], spec: { editable: true } });
    store.freeze([2], true); // the second unit's first weight
    store.train({ action: "step", n: 3 });
    clock.advance(100);
    const before = store.state;
    store.restructure({ op: "add_unit", layer: 0 });
    clock.advance(50);
    const { spec, params, initial, status, frozen } = store.state;
    expect(spec.layers.map(({ units }) => units)).toEqual([4, 1]);
    expect([...params.slice(0, 6)]).toEqual([...before.params.slice(0, 6)]);
    expect(params).toEqual(initial);
    expect([status.epoch, ...frozen]).toEqual([0, 2]);
    store.restructure({ op: "remove_unit", layer: 0, unit: 0 });
    clock.advance(50);
    expect([...store.state.params.slice(0, 4)]).toEqual([...before.params.slice(2, 6)]);
    expect([...store.state.frozen]).toEqual([0]);
    store.restructure({ op: "add_layer", after: 0 });
    clock.advance(50);
    expect(store.state.spec.layers.map(({ units }) => units)).toEqual([3, 3, 1]);
    store.restructure({ op: "remove_layer", layer: 0 });
    store.train({ action: "play" });
    clock.advance(200);
    expect(store.state.status.epoch).toBeGreaterThan(10);
    store.restructure({ op: "add_unit", layer: 0 });
    clock.advance(50);
    expect(store.state.error?.message).toContain("pause");
    expect(store.state.spec.revision).toBe(4);
  });

  test("is computed as before where a layer goes and no activation was there", () => {
    const linear = kernelPage({ sizes: [2, 3, 2, 1], spec: { editable: true } });
    const { store, clock } = linear;
    store.setActivation("linear");
    clock.advance(50);
    const before = lossOf(store.state);
    store.restructure({ op: "remove_layer", layer: 1 });
    clock.advance(50);
    expect(lossOf(store.state)).toBeCloseTo(before, 6);
  });

  test("stays as it is where that cannot be", () => {
    const { store, clock } = kernelPage();
    store.restructure({ op: "add_unit", layer: 0 });
    clock.advance(50);
    expect(store.state.error?.message).toContain("nnw.mlp");
    const made = kernelPage({ sizes: [2, 1, 1], spec: { editable: true } });
    made.store.restructure({ op: "remove_unit", layer: 0, unit: 0 });
    made.clock.advance(50);
    expect(made.store.state.error?.message).toContain("must stay");
    made.store.restructure({ op: "add_layer", after: 3 });
    made.clock.advance(50);
    expect(made.store.state.error?.message).toContain("no hidden layer 3");
    expect(made.store.state.spec.revision).toBe(0);
  });
});

describe("a network that only Python can compute", () => {
  const history = () => {
    const numbers = Float64Array.of(0, 1, 2, 3, 0.7, 0.6, 0.5, 0.4, 1, 1, 0, 1);
    const params = Float32Array.from({ length: 27 }, (_, i) => Math.floor(i / 9) + 1);
    const content = { columns: ["epoch", "loss", "kept"], stride: 1 };
    return { content, buffers: [numbers.buffer, params.buffer] };
  };
  const opaque = { kind: "opaque" } as const;

  test("plays what was recorded, and takes no edit", async () => {
    const { store, clock } = kernelPage({ spec: opaque, history: history() });
    store.train({ action: "reset" });
    clock.advance(50);
    expect([store.state.status.epoch, store.state.params[0]]).toEqual([0, 1]);
    store.train({ action: "play", speed: 10 });
    clock.advance(50);
    expect([store.state.status.epoch, store.state.params[0]]).toEqual([1, 2]);
    clock.advance(500);
    expect(store.state.status).toMatchObject({ epoch: 3, loss: 0.4, state: "idle" });
    expect((await store.recall(1))[0]).toBe(2);
    store.edit([0], [8]);
    clock.advance(50);
    expect([store.state.params[0], store.state.ahead]).toEqual([3, false]);
    expect(store.state.error?.message).toContain("recorded epochs");
    store.editPoint({ op: "delete", row: 0 });
    store.train({ action: "set", lr: 1 });
    clock.advance(50);
    expect([store.state.data.n, store.state.ahead]).toEqual([4, false]);
    expect(store.state.status.lr).toBe(0.05);
  });

  test("with a loss of its own can be moved by hand, but not be trained", () => {
    const { store, clock } = kernelPage({ spec: { loss: "custom" }, history: history() });
    store.edit([0], [8]);
    clock.advance(50);
    expect([store.state.params[0], store.state.error]).toEqual([8, null]);
    store.train({ action: "set", lr: 1 });
    clock.advance(50);
    expect(store.state.error?.message).toContain("train this network");
  });

  test("is refused where what was recorded is of another", () => {
    expect(() => kernelPage({ sizes: [2, 3, 1], history: history() })).toThrow("do not fit");
  });
});

describe("test data", () => {
  test("are scored with every epoch, and stay when points come", async () => {
    const X = Float32Array.of(0.1, 0.1, 0.9, 0.2);
    const { store, clock } = kernelPage({ test: { n: 2, X, y: Float32Array.of(0, 1) } });
    store.train({ action: "step", n: 3 });
    clock.advance(100);
    const { spec, params, data, status } = store.state;
    const out = outputs(layersOf(spec, params), spec.head, Float64Array.from(X), 2);
    const wanted = loss(spec, out, { n: 2, k: 1, y: Float64Array.of(0, 1) });
    expect(status.test_loss).toBeCloseTo(wanted as number, 9);
    expect(data.test?.n).toBe(2);
    store.editPoint({ op: "add", x: [2, 2], y: [1] });
    expect(store.state.data.test).toEqual(data.test);
    clock.advance(50);
    expect(store.state.data.test).toEqual(data.test);
    expect(store.state.data.n).toBe(5);
  });
});
