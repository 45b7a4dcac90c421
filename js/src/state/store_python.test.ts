import { describe, expect, test, vi } from "vitest";
import { specOf } from "../testing/fake-store.js";
import { agree, page } from "../testing/page.js";

describe("structure", () => {
  test("is asked of Python", () => {
    const { store, kernel, clock } = page();
    const send = vi.spyOn(kernel.uplink, "send");
    store.restructure({ op: "add_layer", after: -1, units: 3 });
    store.restructure({ op: "remove_unit", layer: 0, unit: 1 });
    clock.advance(50);
    const said = send.mock.calls.map(([message]) => message);
    expect(said).toContainEqual({
      ...{ type: "structure", op: "add_layer", after: -1, units: 3 },
      ...{ revision: 0, page: expect.any(Number) },
    });
    expect(said).toContainEqual({
      ...{ type: "structure", op: "remove_unit", layer: 0, unit: 1 },
      ...{ revision: 0, page: expect.any(Number) },
    });
  });

  test("needs a kernel", () => {
    const { store } = page({ connected: false });
    store.restructure({ op: "add_unit", layer: 0 });
    expect(store.state.error?.detail).toContain("structure");
  });
});

describe("Python's traits", () => {
  test("are taken together, in the next frame", async () => {
    const { store, kernel, clock, drawn } = page();
    store.select({ unit: { layer: 0, unit: 1 } });
    const before = store.state;
    kernel.link.loses = () => true; // its frames would be of the old network
    const spec = specOf([2, 3, 1]);
    const values = new Float64Array(spec.size).fill(0.5);
    kernel.model.update({ _spec: spec });
    clock.advance(40);
    expect(store.state.spec).toBe(before.spec); // its parameters are not there yet
    store.edit([0], [3]);
    expect(store.state.params).toHaveLength(9);
    const { X, y } = before.data;
    const _data = { n: 3, d: 2, k: 1, X, y, acks: {} };
    kernel.model.update({ _values: values, _initial: values, _frozen: [12], _data });
    clock.advance(20);
    expect(store.state.spec).toBe(spec);
    expect([...store.state.params]).toEqual(Array(13).fill(0.5));
    expect(store.state.canUndo).toBe(false);
    expect(store.state.selection.unit).toBe(null);
    expect(await store.recall(0)).toHaveLength(13);
    for (const state of drawn) expect(state.params).toHaveLength(state.spec.size);
    expect(drawn.at(-1)?.spec).toBe(spec);
  });

  test("keep edits and undo where only the activation changes", () => {
    const { store, kernel, clock } = page();
    store.edit([0], [3]);
    clock.advance(50);
    kernel.model.update({ _spec: { ...specOf([2, 2, 1], "relu"), dtype: "float32" } });
    clock.advance(20);
    expect(store.state.spec.layers[0].activation).toEqual({ name: "relu" });
    store.undo();
    expect(store.state.params[0]).toBe(0.125);
  });

  test("reach a page that is hidden and paints nothing", () => {
    const { store, kernel, clock } = page();
    clock.hidden = true;
    store.editPoint({ op: "move", row: 0, x: [4, 4] });
    store.editPoint({ op: "move", row: 1, x: [5, 5] });
    clock.advance(1000);
    expect(kernel.points.map(({ x }) => x)).toEqual([
      [4, 4],
      [5, 5],
      [1, 0],
    ]);
    expect(agree(store, kernel)).toBe(true);
  });
});
