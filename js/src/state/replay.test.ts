import { describe, expect, test } from "vitest";
import { epochs, historyOf } from "../testing/histories.js";
import { page } from "../testing/page.js";
import type { HistoryMessage, Outgoing } from "../wire.js";
import { ASK_EVERY, Replay } from "./replay.js";

type Asked = Extract<Outgoing, { type: "history" }>;

/** A page whose kernel has recorded epochs 0 to `last`, and has answered where it is not busy. */
function recorded(last = 20) {
  const { clock, kernel, store, drawn } = page();
  const { size } = kernel.spec;
  kernel.status = { ...kernel.status, epoch: last, recorded: 1 };
  kernel.frame();
  clock.advance(100);
  const replay = new Replay(store, clock);
  const answer = (more: Partial<HistoryMessage> = {}, from = 0, to = last) => {
    const rows = epochs(from, to, size);
    const [message, buffers] = historyOf(rows, { from, rows: to + 1, ...more }, "float32");
    kernel.toPage(message, buffers);
    clock.advance(50);
  };
  const asked = () => kernel.of("history") as Asked[];
  let changes = 0;
  const stop = replay.use(() => {
    changes += 1;
  });
  clock.advance(20);
  return { clock, kernel, store, drawn, replay, answer, asked, stop, changes: () => changes };
}

describe("the recorded epochs of a network", () => {
  test("are asked for once, and shown with no further question", () => {
    const { replay, asked, answer, store, kernel, clock, changes } = recorded();
    expect(asked()).toMatchObject([{ type: "history", run: "", serial: -1, rows: 0, revision: 0 }]);
    answer();
    expect(changes()).toBe(1);
    expect([replay.last, replay.book().kept.length]).toEqual([20, 21]);
    const said = kernel.got.length;
    const before = kernel.params.slice();
    for (let epoch = 0; epoch <= 19; epoch++) {
      replay.show(epoch, true);
      expect(store.state.params.every((value) => value === epoch)).toBe(true);
      expect(store.state.status.epoch).toBe(epoch);
      expect(store.state.status.loss).toBeCloseTo(1 / (1 + epoch), 12);
      expect(store.state.past?.words).toBe(`past: epoch ${epoch}`);
      expect(store.state.held).toBe(true);
      clock.advance(16);
    }
    expect(kernel.got.slice(said).filter(({ type }) => type !== "got")).toEqual([]);
    expect(kernel.params).toEqual(before);
    replay.show(5);
    expect(store.state.held).toBe(false);
    replay.show(20); // the last is what there is
    expect(replay.shown).toBeNull();
    expect([...store.state.params]).toEqual([...kernel.params]);
  });

  test("have scores of their own, of the test data, too", () => {
    const { kernel, clock, store, replay } = recorded(1);
    kernel.status = { ...kernel.status, test_loss: 9, test_accuracy: 0.9 };
    kernel.frame();
    const rows = epochs(0, 1, kernel.spec.size).map((row) => ({ ...row, test_loss: 5 }));
    kernel.toPage(...historyOf(rows, {}, "float32"));
    clock.advance(50);
    replay.show(0);
    const { loss, accuracy, test_loss, test_accuracy } = store.state.status;
    expect([loss, accuracy, test_loss, test_accuracy]).toEqual([1, 0, 5, null]);
    replay.live();
    expect([store.state.status.test_loss, store.state.status.test_accuracy]).toEqual([9, 0.9]);
  });

  test("are shown by every view in the next frame, with the kernel busy or gone", () => {
    const { replay, answer, drawn, kernel, clock, store } = recorded();
    answer();
    kernel.busy = true;
    replay.show(7);
    const before = drawn.length;
    clock.advance(16);
    expect(drawn.length).toBe(before + 1);
    expect(drawn.at(-1)?.status.epoch).toBe(7);
    expect(drawn.at(-1)?.selection.epoch).toBe(7); // where views over epochs have their cursor
    kernel.link.broken = true;
    clock.advance(60_000);
    expect(store.state.link).toBe("disconnected");
    replay.show(3);
    clock.advance(16);
    expect(drawn.at(-1)?.past?.epoch).toBe(3);
  });

  test("stay shown while training goes on, and hands change nothing meanwhile", () => {
    const { replay, answer, kernel, clock, store } = recorded();
    answer();
    replay.show(4);
    kernel.write(0, 99);
    clock.advance(50);
    expect(store.state.params[0]).toBe(4);
    store.begin("drag", [0]);
    store.edit([0], [1]);
    store.end();
    store.undo();
    clock.advance(50);
    expect(kernel.of("edit")).toEqual([]);
    expect(store.state.error?.detail).toContain("An earlier epoch is shown");
    store.train({ action: "set", lr: 0.1 });
    expect(replay.shown).toBe(4);
    store.train({ action: "play" }); // to train on is to follow
    expect(replay.shown).toBeNull();
    expect(store.state.params[0]).toBe(99);
  });

  test("grow while training goes on, by few questions", () => {
    const { answer, kernel, clock, asked } = recorded();
    answer();
    kernel.status = { ...kernel.status, state: "playing" };
    const questions = asked().length;
    let answered = questions;
    for (let epoch = 21; epoch <= 100; epoch++) {
      kernel.status = { ...kernel.status, epoch, recorded: epoch };
      kernel.frame();
      clock.advance(16);
      if (asked().length === answered) continue;
      answered += 1;
      answer({ serial: epoch }, (asked().at(-1) as Asked).rows, epoch);
    }
    clock.advance(2 * ASK_EVERY);
    expect(asked().length - questions).toBeGreaterThan(1);
    expect(asked().length - questions).toBeLessThan(12);
  });

  test("ask again where an answer was lost, or was of other rows", () => {
    const { answer, asked, clock, kernel } = recorded();
    kernel.frame();
    clock.advance(6000);
    kernel.frame();
    clock.advance(100);
    expect(asked().length).toBe(2);
    answer({ serial: 1 }, 8, 20); // rows before them are missing
    expect(asked().at(-1)).toMatchObject({ serial: -1, rows: 0 });
  });

  test("are forgotten with another structure", () => {
    const { replay, answer, kernel, clock, store, asked } = recorded();
    answer();
    replay.show(4);
    kernel.restructure([2, 3, 1]);
    clock.advance(100);
    expect(store.state.past).toBeUndefined();
    expect(replay.book().rows).toBe(0);
    expect(asked().at(-1)).toMatchObject({ serial: -1, rows: 0, revision: 1 });
    replay.show(3); // there is nothing to show
    expect(replay.shown).toBeNull();
  });

  test("have the runs that were branched from beside them", () => {
    const { replay, answer, asked, store } = recorded();
    answer({ former: [{ name: "before", epoch: 9 }] });
    expect(asked().at(-1)).toMatchObject({ run: "before", serial: -1, rows: 0 });
    answer({ run: "before", former: [{ name: "before", epoch: 9 }] }, 0, 30);
    replay.show(25, false, "before");
    expect(store.state.params[0]).toBe(25);
    replay.show(30, false, "before"); // the end of a run that is no more is past, too
    expect(replay.shown).toBe(30);
    const questions = asked().length;
    answer({ serial: 2, former: [] }, 0, 20);
    expect(replay.book("before").rows).toBe(0);
    expect(asked().length).toBeLessThanOrEqual(questions + 1);
  });

  test("are let go when nobody looks any more", () => {
    const { replay, answer, stop, store, kernel, clock, asked } = recorded();
    answer();
    replay.show(4);
    stop();
    expect(store.state.past).toBeUndefined();
    const questions = asked().length;
    kernel.status = { ...kernel.status, recorded: 5 };
    kernel.frame();
    clock.advance(1000);
    expect(asked().length).toBe(questions);
  });
});
