import { describe, expect, test } from "vitest";
import { FakeClock } from "../testing/fake-clock.js";
import { FakeKernel } from "../testing/fake-kernel.js";
import { agree, page } from "../testing/page.js";
import { createStore } from "./store.js";

describe("a store before any kernel", () => {
  test("has the model's traits as numbers", () => {
    const { store } = page({ connected: false });
    expect([...store.state.params]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9].map((i) => i / 8));
    expect([...store.state.data.X]).toEqual([0, 0, 0, 1, 1, 0]);
    expect(store.state.link).toBe("waiting");
  });

  test("refuses traits that do not fit each other", () => {
    const clock = new FakeClock();
    const { model } = new FakeKernel(clock);
    model.update({ _values: new Float32Array(3) });
    expect(() => createStore({ model, clock })).toThrow("3 values for 9 parameters");
  });

  test("takes edits, points, freezing and undo, and sends them when it is connected", () => {
    const { store, kernel, clock } = page({ connected: false });
    store.edit([0, 3], [2, -1]);
    store.editPoint({ op: "add", x: [2, 2], y: [1] });
    store.freeze([8], true);
    store.edit([8, 1], [7, 7]);
    store.undo();
    expect([...store.state.params].slice(0, 4)).toEqual([2, 0.25, 0.375, -1]);
    expect(store.state.params[8]).toBe(9 / 8);
    expect(store.state.data.n).toBe(4);
    store.connect(kernel.uplink);
    clock.advance(200);
    expect(store.state.link).toBe("live");
    expect([...kernel.params].slice(0, 4)).toEqual([2, 0.25, 0.375, -1]);
    expect(agree(store, kernel)).toBe(true);
    expect(store.state.ahead).toBe(false);
  });

  test("says that training needs a kernel", () => {
    const { store } = page({ connected: false });
    store.train({ action: "play" });
    expect(store.state.error?.message).toBe("Python cannot be reached");
    store.dismissError();
    expect(store.state.error).toBe(null);
  });
});

describe("edits", () => {
  test("are in the state at once, in a fresh array", () => {
    const { store } = page();
    const before = store.state;
    store.edit([4], [0.5]);
    expect(store.state.params[4]).toBe(0.5);
    expect(before.params[4]).toBe(0.625);
    expect(store.state.version).toBeGreaterThan(before.version);
    expect(store.state.ahead).toBe(true);
    expect(store.state.data).toBe(before.data);
  });

  test("are the same array when Python has them: nothing is to be drawn anew", () => {
    const { store, kernel, clock } = page();
    store.edit([4], [0.1]); // which is another number in float32
    const { params } = store.state;
    clock.advance(200);
    expect(store.state.ahead).toBe(false);
    expect(kernel.params[4]).toBe(Math.fround(0.1));
    expect(store.state.params).toBe(params);
    kernel.write(4, 3);
    kernel.frame();
    clock.advance(50);
    expect(store.state.params).not.toBe(params);
    expect(store.state.params[4]).toBe(3);
    expect(params[4]).toBe(Math.fround(0.1));
  });

  test("go one at a time, merged, the latest value of each", () => {
    const { store, kernel, clock } = page();
    kernel.link.latency = () => 50;
    for (let k = 1; k <= 20; k++) store.edit([k % 2], [k]);
    clock.advance(99);
    expect(kernel.of("edit").map(({ index, value }) => [index, value])).toEqual([[[1], [1]]]);
    clock.advance(60);
    const last = kernel.of("edit")[1];
    expect(Object.fromEntries(last.index.map((i, k) => [i, last.value[k]]))).toEqual({
      0: 20,
      1: 19,
    });
    expect(kernel.of("edit")).toHaveLength(2);
  });

  test("stay over frames that do not contain them", () => {
    const { store, kernel, clock } = page();
    kernel.link.latency = () => 50;
    store.edit([0], [9]);
    clock.advance(10);
    kernel.write(1, -4);
    clock.advance(52);
    expect([...store.state.params.slice(0, 2)]).toEqual([9, -4]);
    kernel.write(0, 3); // after the edit arrived: Python has the last word
    clock.advance(200);
    expect(store.state.params[0]).toBe(3);
  });

  test("are numbers as Python will have them", () => {
    const { store } = page();
    store.edit([0], [0.1]);
    expect(store.state.params[0]).toBe(Math.fround(0.1));
  });

  test.each([
    [[0, 1], [1, Number.NaN], "parameter 1 cannot be NaN"],
    [[0], [1e300], "parameter 0 cannot be 1e+300"],
    [[0, 9], [1, 1], "no parameter 9 of 9"],
    [[0.5], [1], "no parameter 0.5 of 9"],
    [[0], [], "1 indices, 0 values"],
  ])("refuse %j = %j as a whole", (index, value, detail) => {
    const { store } = page();
    const before = store.state.params;
    store.edit(index, value);
    expect(store.state.error?.detail).toBe(detail);
    expect(store.state.params).toEqual(before);
    expect(store.state.canUndo).toBe(false);
  });

  test("leave frozen parameters alone, at once and whoever froze them", () => {
    const { store, kernel, clock } = page();
    store.freeze([0], true);
    store.edit([0, 1], [5, 5]);
    expect([...store.state.params.slice(0, 2)]).toEqual([0.125, 5]);
    clock.advance(50);
    expect(kernel.frozen).toEqual([0]);
    kernel.model.update({ _frozen: [2] });
    clock.advance(20);
    store.edit([0, 2], [6, 6]);
    expect([...store.state.params.slice(0, 3)]).toEqual([6, 5, 0.375]);
  });

  test("are not taken for those of the page before a reload", () => {
    const { store, kernel, clock } = page();
    store.edit([0], [1]);
    clock.advance(50);
    const again = createStore({ model: kernel.model, clock });
    again.connect(kernel.uplink);
    again.edit([0], [2]);
    clock.advance(50);
    expect(kernel.params[0]).toBe(2);
  });
});

describe("an edit without an acknowledgement", () => {
  test("is sent again word for word when the kernel is there but lost it", () => {
    const { store, kernel, clock } = page();
    kernel.link.loses = () => true;
    store.edit([0], [7]);
    clock.advance(10);
    kernel.link.loses = () => false;
    clock.advance(2100);
    expect(kernel.params[0]).toBe(7);
    expect(agree(store, kernel)).toBe(true);
  });

  test("does not undo what Python wrote after it", () => {
    const { store, kernel, clock } = page();
    store.edit([0], [7]);
    clock.advance(6);
    expect(kernel.params[0]).toBe(7);
    kernel.link.loses = () => true; // nor does the acknowledgement arrive
    kernel.toPage({ type: "pong", n: 0 });
    kernel.write(0, -2);
    clock.advance(1900);
    kernel.link.loses = () => false;
    clock.advance(10_000);
    expect(kernel.params[0]).toBe(-2);
    expect(agree(store, kernel)).toBe(true);
  });

  test("is not heaped on a busy kernel", () => {
    const { store, kernel, clock } = page();
    kernel.busy = true;
    store.edit([0], [7]);
    store.edit([0], [8]);
    clock.advance(20_000);
    expect(store.state.link).toBe("waiting");
    kernel.work();
    clock.advance(1000);
    expect(kernel.of("edit").length).toBeLessThanOrEqual(3);
    expect(kernel.params[0]).toBe(8);
    expect(store.state.link).toBe("live");
    expect(agree(store, kernel)).toBe(true);
  });

  test("is given up at once where Python says that it refuses it", () => {
    const { store, kernel, clock } = page();
    kernel.busy = true;
    store.edit([0], [7]);
    store.edit([1], [8]);
    clock.advance(10);
    const [{ seq }] = kernel.unread as { seq: number }[];
    kernel.toPage({ type: "error", message: "no", detail: "", ...{ seq } });
    clock.advance(10);
    expect([...store.state.params.slice(0, 2)]).toEqual([0.125, 8]);
    expect(kernel.unread.at(-1)).toMatchObject({ type: "edit", index: [1], value: [8] });
  });

  test("is given up where Python only complains", () => {
    const { store, kernel, clock } = page();
    kernel.busy = true;
    store.edit([0], [7]);
    kernel.toPage({ type: "error", message: "no", detail: "" });
    kernel.toPage({ type: "error", message: "no", detail: "" });
    clock.advance(50);
    expect(store.state.params[0]).toBe(0.125);
    expect(store.state.error).toEqual({ message: "no", detail: "" });
  });
});

test("freezing that Python does not take goes back", () => {
  const { store, kernel, clock } = page();
  kernel.busy = true;
  store.freeze([0], true);
  for (let k = 0; k < 2; k++) kernel.toPage({ type: "error", message: "no", detail: "" });
  clock.advance(50);
  expect([...store.state.frozen]).toEqual([]);
});

describe("what is held", () => {
  test("is said at least every 400 ms, and let go", () => {
    const { store, kernel, clock } = page();
    store.begin("drag", [0, 1]);
    store.edit([0], [3]);
    for (let k = 0; k < 10; k++) {
      const before = kernel.of("edit").length;
      clock.advance(400);
      expect(kernel.of("edit").length).toBeGreaterThan(before);
      expect(kernel.held).toEqual([0, 1]);
    }
    store.end();
    clock.advance(50);
    expect(kernel.held).toEqual([]);
    const released = kernel.of("edit").length;
    clock.advance(5000);
    expect(kernel.of("edit")).toHaveLength(released);
  });

  test("is said while an acknowledgement is late", () => {
    const { store, kernel, clock } = page();
    kernel.link.latency = () => 800;
    store.begin("drag", [0]);
    const arrivals: number[] = [];
    for (let k = 0; k < 300; k++) {
      const before = kernel.of("edit").length;
      clock.advance(10);
      if (kernel.of("edit").length > before) arrivals.push(clock.now());
    }
    const gaps = arrivals.slice(1).map((at, k) => at - arrivals[k]);
    expect(gaps.length).toBeGreaterThan(3);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(410);
  });

  test("stays where the pointer has it while training moves on", () => {
    const { store, kernel, clock } = page();
    store.begin("drag", [0]);
    store.edit([0], [3]);
    clock.advance(50);
    kernel.params[0] = -1; // Python let go of it
    kernel.write(1, -1);
    clock.advance(20);
    expect([...store.state.params.slice(0, 2)]).toEqual([3, -1]);
    clock.advance(400);
    expect(kernel.params[0]).toBe(3);
    store.end();
    expect(store.state.params[0]).toBe(3);
    kernel.write(0, -1);
    clock.advance(50);
    expect(store.state.params[0]).toBe(-1);
  });

  test("does not count as ahead once Python has it", () => {
    const { store, clock } = page();
    store.begin("drag", [0]);
    store.edit([0], [3]);
    expect(store.state.ahead).toBe(true);
    clock.advance(50);
    expect(store.state.ahead).toBe(false);
  });
});

test("dispose leaves no listener, no timer and no frame", () => {
  const { store, kernel, clock } = page();
  store.probe({ key: "f", kind: "layer", layer: 0 });
  store.edit([0], [1]);
  store.dispose();
  clock.advance(10_000);
  expect(kernel.model.listening).toBe(0);
  expect(clock.pendingTimers).toBe(0);
  expect(clock.pendingFrames).toBe(0);
});
