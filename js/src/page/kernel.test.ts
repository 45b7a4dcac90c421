import { describe, expect, test } from "vitest";
import { createStore } from "../state/store.js";
import { FakeClock } from "../testing/fake-clock.js";
import { FakeModel } from "../testing/fake-kernel.js";
import { IDLE, specOf } from "../testing/fake-store.js";
import type { Outgoing, Spec } from "../wire.js";
import { createKernel } from "./kernel.js";

/** A store whose other end is a kernel in the page. */
function page(change: Partial<Spec> = {}) {
  const clock = new FakeClock();
  const spec: Spec = { ...specOf([2, 2, 1]), dtype: "float32", ...change };
  const values = Float32Array.from({ length: spec.size }, (_, i) => (i + 1) / 8);
  const X = Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1);
  const y = Float32Array.of(0, 1, 1, 0);
  const traits = {
    ...{ _spec: spec, _values: values, _initial: values, _frozen: [], _status: IDLE },
    _data: { n: 4, d: 2, k: 1, X, y, ack: 0 },
  };
  const model = new FakeModel();
  model.update(traits);
  const kernel = createKernel({
    ...{ clock, state: { traits } },
    send: (message, buffers) => model.emit("msg:custom", message, buffers),
    update: (changed) => model.update(changed),
  });
  const sent: Outgoing[] = [];
  const uplink = new FakeModel((content) => {
    sent.push(content as Outgoing);
    kernel.receive(content);
  });
  const store = createStore({ model, clock });
  store.subscribe(() => {});
  store.connect(uplink);
  clock.advance(50);
  return { clock, store, kernel, model, sent };
}

describe("a page with no Python", () => {
  test("is live, and takes edits", () => {
    const { store, clock } = page();
    expect(store.state.link).toBe("live");
    store.edit([0, 3], [2.1, -4]);
    clock.advance(50);
    expect(store.state.ahead).toBe(false);
    expect(store.state.params[0]).toBe(Math.fround(2.1));
    store.undo();
    clock.advance(50);
    expect([store.state.params[0], store.state.ahead]).toEqual([0.125, false]);
    clock.advance(20_000);
    expect(store.state.link).toBe("live");
  });

  test("freezes and thaws", () => {
    const { store, clock } = page();
    store.freeze([1, 2], true);
    clock.advance(50);
    store.edit([1], [5]);
    expect([...store.state.frozen]).toEqual([1, 2]);
    expect(store.state.params[1]).toBe(0.25);
    store.freeze([1], false);
    clock.advance(50);
    expect([...store.state.frozen]).toEqual([2]);
  });

  test("refuses what cannot be, by name, and the page goes back", () => {
    const { store, kernel, clock } = page();
    store.freeze([2], true);
    clock.advance(50);
    const revision = 0;
    kernel.receive({ type: "edit", seq: 2 ** 52, index: [2], value: [9], held: [], revision });
    clock.advance(50);
    expect(store.state.error?.message).toContain("0.weight[1,0]");
    expect(store.state.params[2]).toBe(0.375);
    const outdated = { seq: 2 ** 52 + 1, index: [0], value: [9], held: [], revision: 7 };
    kernel.receive({ type: "edit", ...outdated });
    clock.advance(50);
    expect(store.state.error?.message).toContain("other units or layers");
    expect(store.state.params[0]).toBe(0.125);
  });

  test("knows where it began", async () => {
    const { store, clock } = page();
    store.edit([0], [7]);
    clock.advance(50);
    expect((await store.recall(0))[0]).toBe(0.125);
  });

  test("is silent once it is closed", () => {
    const { kernel, store, clock } = page();
    store.dispose();
    kernel.receive({ type: "hello" });
    kernel.dispose();
    clock.advance(10);
    expect(clock.pendingTimers).toBe(0);
  });
});
