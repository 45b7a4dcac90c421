import { describe, expect, test } from "vitest";
import { layersOf, outputs } from "../math/forward.js";
import { loss } from "../math/loss.js";
import type { NetState } from "../state/types.js";
import { kernelPage } from "../testing/kernel_page.js";
import { SLICE } from "./session.js";

/** The loss of what is shown, worked out from it alone. */
function lossOf({ spec, params, data }: NetState): number {
  const out = outputs(layersOf(spec, params), spec.head, data.X, data.n);
  return loss(spec, out, data) as number;
}

describe("a page with no Python", () => {
  test("is live, and takes edits", () => {
    const { store, clock } = kernelPage();
    const { initial } = store.state;
    expect(store.state.link).toBe("live");
    store.edit([0, 3], [2.1, -4]);
    clock.advance(50);
    expect(store.state.ahead).toBe(false);
    expect(store.state.params[0]).toBe(Math.fround(2.1));
    expect(store.state.status.loss).toBe(null); // the page works it out
    store.undo();
    clock.advance(50);
    expect([store.state.params[0], store.state.ahead]).toEqual([initial[0], false]);
    clock.advance(20_000);
    expect(store.state.link).toBe("live");
  });

  test("freezes and thaws", () => {
    const { store, clock } = kernelPage();
    store.freeze([1, 2], true);
    clock.advance(50);
    store.edit([1], [5]);
    expect([...store.state.frozen]).toEqual([1, 2]);
    expect(store.state.params[1]).toBe(store.state.initial[1]);
    store.freeze([1], false);
    clock.advance(50);
    expect([...store.state.frozen]).toEqual([2]);
  });

  test("refuses what cannot be, by name, and the page goes back", () => {
    const { store, kernel, clock } = kernelPage();
    store.freeze([2], true);
    clock.advance(50);
    const revision = 0;
    kernel.receive({ type: "edit", seq: 2 ** 52, index: [2], value: [9], held: [], revision });
    clock.advance(50);
    expect(store.state.error?.message).toContain("0.weight[1,0]");
    expect(store.state.params[2]).toBe(store.state.initial[2]);
    const outdated = { seq: 2 ** 52 + 1, index: [0], value: [9], held: [], revision: 7 };
    kernel.receive({ type: "edit", ...outdated });
    clock.advance(50);
    expect(store.state.error?.message).toContain("other units or layers");
    expect(store.state.params[0]).toBe(store.state.initial[0]);
  });

  test("knows where it began", async () => {
    const { store, clock } = kernelPage();
    store.edit([0], [7]);
    clock.advance(50);
    expect(await store.recall(0)).toEqual(store.state.initial);
  });

  test("is silent once it is closed", () => {
    const { kernel, store, clock } = kernelPage();
    store.dispose();
    kernel.receive({ type: "hello" });
    kernel.dispose();
    clock.advance(10);
    expect(clock.pendingTimers).toBe(0);
  });
});

describe("training in the page", () => {
  test("plays until it is paused, and every epoch can be shown again", async () => {
    const { store, clock, drawn } = kernelPage();
    store.train({ action: "play" });
    clock.advance(500);
    expect(store.state.status.state).toBe("playing");
    store.train({ action: "pause" });
    clock.advance(50);
    const { epoch, state, loss: told } = store.state.status;
    expect(state).toBe("idle");
    expect(epoch).toBeGreaterThan(100);
    expect(told).toBeCloseTo(lossOf(store.state), 6);
    expect(told).toBeLessThan(lossOf(drawn[0]));
    clock.advance(500);
    expect(store.state.status.epoch).toBe(epoch);
    const asked = store.recall(57);
    clock.advance(50);
    const middle = await asked;
    expect(lossOf({ ...store.state, params: middle })).toBeLessThan(lossOf(drawn[0]));
    expect(await store.recall(0)).toEqual(store.state.initial);
  });

  test("takes so much of a frame and no more", () => {
    const { store, clock } = kernelPage();
    store.train({ action: "play" });
    clock.advance(16);
    const before = store.state.status.epoch;
    clock.advance(160);
    // A batch is an epoch here, and a millisecond by the test's stopwatch.
    expect(store.state.status.epoch - before).toBeGreaterThanOrEqual(9 * (SLICE - 1));
    expect(store.state.status.epoch - before).toBeLessThanOrEqual(11 * (SLICE + 1));
  });

  test("keeps to a speed, which may change meanwhile, and to a number of epochs", () => {
    const { store, clock } = kernelPage();
    store.train({ action: "play", speed: 10, n: 40 });
    clock.advance(2000);
    expect(store.state.status.epoch).toBeGreaterThanOrEqual(19);
    expect(store.state.status.epoch).toBeLessThanOrEqual(21);
    store.train({ action: "set", speed: null });
    clock.advance(200);
    expect(store.state.status).toMatchObject({ epoch: 40, state: "idle", speed: null });
  });

  test("steps by epochs and batches", () => {
    const { store, clock } = kernelPage({ status: { batch: 3 } });
    store.train({ action: "step", n: 5 });
    clock.advance(200);
    expect(store.state.status).toMatchObject({ epoch: 5, state: "idle" });
    const { params } = store.state;
    store.train({ action: "step", unit: "batch" });
    clock.advance(200);
    expect(store.state.status.epoch).toBe(5);
    expect(store.state.params).not.toEqual(params);
    store.train({ action: "step" }); // what is left of the epoch that was begun
    clock.advance(200);
    expect(store.state.status.epoch).toBe(6);
  });

  test("goes the same way after a reset, with the rate that was set", () => {
    const { store, clock } = kernelPage({ status: { batch: 2 } });
    const run = () => {
      store.train({ action: "step", n: 20 });
      clock.advance(400);
      return store.state;
    };
    store.train({ action: "set", lr: 0.01 });
    const first = run();
    store.train({ action: "reset" });
    clock.advance(50);
    expect(store.state.params).toEqual(store.state.initial);
    expect(store.state.status).toMatchObject({ epoch: 0, lr: 0.01 });
    const second = run();
    expect(second.params).toEqual(first.params);
    expect(second.status.loss).toBe(first.status.loss);
  });

  test("leaves alone what is held and what is frozen, and lets go of what is forgotten", () => {
    const { store, clock, kernel } = kernelPage();
    store.freeze([4], true);
    clock.advance(50);
    store.train({ action: "play" });
    store.begin("drag", [0]);
    for (let k = 0; k < 30; k++) {
      store.edit([0], [k / 8]);
      clock.advance(16);
      expect(store.state.params[0]).toBe(k / 8);
    }
    expect(store.state.params[4]).toBe(store.state.initial[4]);
    expect(store.state.params[1]).not.toBe(store.state.initial[1]);
    store.end();
    clock.advance(200);
    expect(store.state.params[0]).not.toBe(29 / 8);
    const seq = 2 ** 52; // a page that went away with its finger down
    kernel.receive({ type: "edit", seq, index: [0], value: [3], held: [0], revision: 0 });
    clock.advance(2000);
    expect(store.state.params[0]).toBe(3);
    clock.advance(2000);
    expect(store.state.params[0]).not.toBe(3);
  });

  test("ends where the numbers do, says so, and can go on with a lower rate", () => {
    const { store, clock } = kernelPage({ status: { optimizer: "sgd" }, spec: { loss: "mse" } });
    store.train({ action: "play", lr: 1e30 });
    clock.advance(500);
    expect(store.state.status.state).toBe("diverged");
    expect(store.state.status.message).toMatch("a lower learning rate may help");
    expect(store.state.params.every(Number.isFinite)).toBe(true);
    store.train({ action: "reset" });
    store.train({ action: "play", lr: 0.1, n: 10 });
    clock.advance(500);
    expect(store.state.status).toMatchObject({ state: "idle", epoch: 10, message: "" });
  });

  test("follows points that come and go, also while it goes on", () => {
    const { store, clock } = kernelPage({ status: { batch: 2 } });
    store.train({ action: "play" });
    clock.advance(50);
    store.editPoint({ op: "add", x: [2, 2], y: [1] });
    clock.advance(50);
    store.editPoint({ op: "delete", row: 0 });
    store.editPoint({ op: "delete", row: 0 });
    store.editPoint({ op: "label", row: 1, y: [1] });
    store.editPoint({ op: "move", row: 0, x: [0.1, 5] });
    clock.advance(300);
    store.train({ action: "pause" });
    clock.advance(50);
    const { data, ahead, status } = store.state;
    expect([data.n, ahead]).toEqual([3, false]);
    expect([...data.X].map((x) => x.toFixed(1)).join()).toBe("0.1,5.0,1.0,1.0,2.0,2.0");
    expect([...data.y]).toEqual([1, 1, 1]);
    expect(status.state).toBe("idle");
    store.editPoint({ op: "label", row: 0, y: [2] });
    clock.advance(50);
    expect(store.state.error?.message).toContain("between 0 and 1");
    expect([...store.state.data.y]).toEqual([1, 1, 1]);
  });

  test("makes the trainer that Python would make where there is none", () => {
    const { store, clock } = kernelPage({ status: { optimizer: "", lr: null, batch: null } });
    store.train({ action: "step" });
    clock.advance(50);
    expect(store.state.status).toMatchObject({ optimizer: "adam", lr: 0.05, batch: 16, epoch: 1 });
  });

  test("refuses an optimizer that it does not have", () => {
    const { store, clock } = kernelPage({ status: { optimizer: "LBFGS" } });
    store.train({ action: "play" });
    clock.advance(50);
    expect(store.state.error?.message).toContain("LBFGS");
    expect(store.state.status).toMatchObject({ state: "idle", epoch: 0 });
  });
});
