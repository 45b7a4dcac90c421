import { describe, expect, test } from "vitest";
import type { FakeKernel } from "../testing/fake-kernel.js";
import { agree, page } from "../testing/page.js";

describe("the link", () => {
  const answered = (kernel: FakeKernel) => kernel.of("got").map(({ serial }) => serial);

  test("says hello, answers frames two at a time, one soon, and is live", () => {
    const { store, kernel, clock } = page();
    expect(kernel.got[0]).toMatchObject({ type: "hello" });
    expect(answered(kernel)).toEqual([1]);
    kernel.write(0, 2);
    clock.advance(30);
    expect(answered(kernel)).toEqual([1]); // it waits for another
    clock.advance(50);
    expect(answered(kernel)).toEqual([1, 2]); // which did not come
    for (let k = 0; k < 20; k++) {
      kernel.write(0, k % 2 ? 2 : 3);
      clock.advance(16);
    }
    clock.advance(100);
    expect(answered(kernel)).toEqual([1, ...Array.from({ length: 11 }, (_, k) => 2 + 2 * k)]);
    expect(store.state.link).toBe("live");
    expect(store.state.params[0]).toBe(2);
  });

  test("answers frames on the way of edits while something is held, and alone where none comes", () => {
    const { store, kernel, clock } = page();
    clock.advance(50);
    const alone = kernel.of("got").length;
    store.begin("drag", [0]);
    for (let k = 0; k < 20; k++) {
      store.edit([0], [k]);
      clock.advance(16);
    }
    expect(kernel.of("got")).toHaveLength(alone);
    const carried = kernel.of("edit").flatMap(({ got }) => got ?? []);
    expect(carried.length).toBeGreaterThan(15);
    clock.advance(200); // held, but still: a training kernel would wait for its answers
    const newest = Math.max(...carried);
    expect(kernel.of("got").at(-1)?.serial).toBeGreaterThan(newest);
    store.end();
    kernel.write(1, 3);
    clock.advance(50);
    expect(kernel.of("got").at(-1)?.serial).toBe(kernel.serial);
  });

  test("asks only when it is quiet and somebody looks", () => {
    const { store, kernel, clock } = page();
    for (let k = 0; k < 10; k++) {
      kernel.write(0, k);
      clock.advance(1000);
    }
    expect(kernel.of("ping")).toEqual([]);
    clock.advance(10_000);
    expect(kernel.of("ping").length).toBeGreaterThanOrEqual(3);
    expect(store.state.link).toBe("live");
  });

  test("asks for nothing where nobody looks", () => {
    const { store, kernel, clock } = page({ connected: false });
    const stop = store.subscribe(() => {});
    stop();
    store.connect(kernel.uplink);
    clock.advance(50);
    store.dispose();
    const sent = kernel.got.length;
    clock.advance(60_000);
    expect(kernel.got).toHaveLength(sent);
  });

  test("is waiting after six seconds of silence, and live again with the first word", () => {
    const { store, kernel, clock } = page();
    kernel.busy = true;
    clock.advance(7000);
    expect(store.state.link).toBe("live");
    clock.advance(3000);
    expect(store.state.link).toBe("waiting");
    kernel.work();
    clock.advance(50);
    expect(store.state.link).toBe("live");
  });

  test("is disconnected where sending throws; the page goes on and catches up later", () => {
    const { store, kernel, clock } = page();
    kernel.status = { ...kernel.status, state: "playing" };
    kernel.frame();
    clock.advance(50);
    expect(store.state.status.state).toBe("playing");
    kernel.link.broken = true;
    store.edit([0], [5]);
    expect(store.state.link).toBe("disconnected");
    expect(store.state.status.state).toBe("idle");
    store.edit([0, 1], [6, 7]);
    store.editPoint({ op: "delete", row: 0 });
    expect([...store.state.params.slice(0, 2)]).toEqual([6, 7]);
    expect(store.state.data.n).toBe(2);
    store.undo();
    expect(store.state.data.n).toBe(3);
    clock.advance(30_000);
    expect([...store.state.params.slice(0, 2)]).toEqual([6, 7]);
    kernel.link.broken = false;
    clock.advance(5000);
    expect(store.state.link).toBe("live");
    expect([...kernel.params.slice(0, 2)]).toEqual([6, 7]);
    expect(agree(store, kernel)).toBe(true);
  });

  test("keeps its channel, and takes another where that is dead", () => {
    const { store, kernel, clock } = page();
    const other = { ...kernel.uplink, get: () => null, on() {}, off() {}, send: () => {} };
    const hellos = () => kernel.of("hello").length;
    const before = hellos();
    store.connect(other);
    store.connect(kernel.uplink);
    clock.advance(50);
    expect(hellos()).toBe(before);
    kernel.link.broken = true;
    store.edit([0], [1]);
    kernel.link.broken = false;
    store.connect(kernel.uplink);
    clock.advance(50);
    expect(hellos()).toBe(before + 1);
    expect(agree(store, kernel)).toBe(true);
  });

  test("is disconnected on a host that cannot send", () => {
    const { store } = page({ connected: false });
    store.connect({ get: () => null, on() {}, off() {} });
    store.edit([0], [1]);
    expect(store.state.link).toBe("disconnected");
    expect(store.state.params[0]).toBe(1);
  });

  test("catches up with what it missed as soon as it is back", () => {
    const { store, kernel, clock } = page();
    kernel.link.broken = true;
    kernel.write(0, 42);
    clock.advance(2600);
    expect(store.state.link).toBe("disconnected");
    kernel.link.broken = false;
    clock.advance(2600);
    expect(store.state.params[0]).toBe(42);
  });

  test("finds out about a lost last frame", () => {
    const { store, kernel, clock } = page();
    kernel.link.loses = () => true;
    kernel.write(0, 42);
    kernel.link.loses = () => false;
    clock.advance(12_000);
    expect(store.state.params[0]).toBe(42);
  });
});

describe("painting", () => {
  test("calls every subscriber once a frame, with one state and one number", () => {
    const { store, clock } = page();
    const seen: unknown[][] = [];
    store.subscribe((state) => seen.push([0, state, store.frame]));
    store.subscribe((state) => seen.push([1, state, store.frame]));
    clock.advance(20);
    seen.length = 0;
    const { frame } = store;
    for (let k = 0; k < 10; k++) store.edit([0], [k]);
    expect(clock.pendingFrames).toBe(1);
    expect(seen).toEqual([]);
    clock.advance(16);
    expect(seen.map(([view]) => view)).toEqual([0, 1]);
    expect(seen[0][1]).toBe(seen[1][1]);
    expect(seen.map(([, , number]) => number)).toEqual([frame + 1, frame + 1]);
  });

  test("goes on past a subscriber that throws, and tells it once", () => {
    const { store, clock } = page();
    let drawn = 0;
    store.subscribe(() => {
      throw new Error("no canvas");
    });
    store.subscribe(() => {
      drawn += 1;
    });
    clock.advance(100);
    expect(store.state.error?.detail).toBe("Error: no canvas");
    expect(drawn).toBe(2); // once for the subscription, once for the error; then all is quiet
    expect(clock.pendingFrames).toBe(0);
    store.dismissError();
    clock.advance(100);
    expect(drawn).toBe(3);
    expect(store.state.error).toBe(null);
  });

  test("does not draw what was removed, even in the same frame", () => {
    const { store, clock } = page();
    const drawn: string[] = [];
    const stops: (() => void)[] = [];
    store.subscribe(() => stops[0]?.());
    stops.push(store.subscribe(() => drawn.push("removed")));
    clock.advance(100);
    expect(drawn).toEqual([]);
  });

  test("is not asked for where a selection does not change", () => {
    const { store, clock } = page();
    store.select({ sample: 1 });
    store.select({ unit: { layer: 0, unit: 1 } });
    expect(store.state.selection).toMatchObject({ sample: 1, unit: { layer: 0, unit: 1 } });
    clock.advance(50);
    store.select({ sample: 1, unit: { layer: 0, unit: 1 } });
    expect(clock.pendingFrames).toBe(0);
  });
});

describe("status", () => {
  test("calls parameters that are not finite what they are", () => {
    const { store, kernel, clock } = page();
    kernel.write(3, Number.NaN);
    clock.advance(50);
    expect(store.state.params[3]).toBeNaN();
    expect(store.state.status.state).toBe("diverged");
    expect(store.state.status.message).toMatch("not finite");
    expect(kernel.status.state).toBe("idle");
  });
});

describe("recall", () => {
  test("answers from what the page saw, and not from after a reset", async () => {
    const { store, kernel, clock } = page();
    for (const epoch of [1, 2, 3]) {
      kernel.status = { ...kernel.status, epoch };
      kernel.write(0, 10 * epoch);
      clock.advance(50);
    }
    expect((await store.recall(2))[0]).toBe(20);
    expect((await store.recall(0))[0]).toBe(0.125);
    kernel.status = { ...kernel.status, epoch: 1 };
    kernel.write(0, -1);
    clock.advance(50);
    expect((await store.recall(1))[0]).toBe(-1);
    expect((await store.recall(0))[0]).toBe(0.125);
    const gone = store.recall(3);
    clock.advance(3100);
    await expect(gone).rejects.toThrow("epoch 3");
  });

  test("asks Python for what the page did not see", async () => {
    const { store, kernel, clock } = page();
    const [first, second] = [store.recall(70), store.recall(80)];
    clock.advance(10);
    expect(kernel.of("recall").map(({ epoch }) => epoch)).toEqual([70, 80]);
    kernel.toPage({ type: "recalled", epoch: 80 }, [new Float32Array(9).fill(8).buffer]);
    kernel.toPage({ type: "recalled", epoch: 64 }, [new Float32Array(9).fill(7).buffer]);
    clock.advance(10);
    expect((await first)[0]).toBe(7); // the nearest that Python kept
    expect((await second)[0]).toBe(8);
  });

  test("is refused where nobody is there to be asked, and when the page closes", async () => {
    await expect(page({ connected: false }).store.recall(9)).rejects.toThrow("Python not there");
    const { store } = page();
    const asked = store.recall(9);
    store.dispose();
    await expect(asked).rejects.toThrow("closed");
  });
});

describe("probes", () => {
  const layer = { key: "a", kind: "layer", layer: 0 } as const;
  const answer = (kernel: FakeKernel, serial: number, value: number) => {
    const { buffer } = new Float32Array([value, value]);
    kernel.toPage({ type: "probe", key: "a", serial, shape: [2, 1] }, [buffer]);
  };

  test("are asked once, and again when they change or the link was lost", () => {
    const { store, kernel, clock } = page();
    for (let k = 0; k < 5; k++) expect(store.probe(layer)).toBe(null);
    clock.advance(100);
    expect(kernel.of("watch")).toMatchObject([{ type: "watch", probes: [layer] }]);
    for (let k = 0; k < 100; k++) {
      store.probe({ ...layer, layer: k % 7 });
      clock.advance(1);
    }
    clock.advance(100);
    expect(kernel.of("watch").length).toBeLessThanOrEqual(5);
    expect(kernel.of("watch").at(-1)?.probes).toEqual([{ ...layer, layer: 99 % 7 }]);
    const told = kernel.of("watch").length;
    kernel.link.broken = true;
    clock.advance(3000);
    kernel.link.broken = false;
    clock.advance(3000);
    expect(kernel.of("watch")).toHaveLength(told + 1);
    store.unprobe("a");
    clock.advance(100);
    expect(kernel.of("watch").at(-1)?.probes).toEqual([]);
  });

  test("show the newest answer, to those who want it", () => {
    const { store, kernel, clock, drawn } = page();
    answer(kernel, 1, 1);
    clock.advance(50);
    expect(store.probe(layer)).toBe(null); // nobody had asked
    const frames = drawn.length;
    answer(kernel, 3, 3);
    answer(kernel, 2, 2);
    clock.advance(50);
    expect([...(store.probe(layer)?.data ?? [])]).toEqual([3, 3]);
    expect(store.probe(layer)?.shape).toEqual([2, 1]);
    expect(drawn.length).toBeGreaterThan(frames);
  });
});
