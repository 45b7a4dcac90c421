import { expect, test } from "vitest";
import { FakeClock } from "../testing/fake-clock.js";
import { xorTraits } from "../testing/kernel_page.js";
import { inStep } from "./in_step.js";
import { createKernel, type Kernel } from "./kernel.js";

const play = { type: "train", action: "play" };

function three(rule: { goal: number; most: number }) {
  const clock = new FakeClock();
  let time = 0;
  const make = (lr: number): Kernel =>
    createKernel({
      state: { traits: xorTraits({ status: { optimizer: "sgd", lr } }) },
      ...{ clock, send: () => {}, update: () => {}, stopwatch: () => ++time },
    });
  const all = [make(0.1), make(0.2), make(0)]; // the last one never moves
  inStep(all[0], all.slice(1), { by: 0, ...rule });
  const epochs = () => all.map(({ watched }) => watched.status.epoch);
  return { clock, all, leader: all[0], epochs };
}

test("an epoch of the first is an epoch of all, up to the last there may be", () => {
  const { clock, leader, epochs } = three({ goal: 0, most: 50 });
  leader.receive({ type: "train", action: "step", unit: "epoch", n: 3 });
  clock.advance(500);
  expect(epochs()).toEqual([3, 3, 3]);
  leader.receive(play);
  clock.advance(3000);
  expect(leader.watched.status.state).toBe("idle");
  const [first, ...others] = epochs();
  expect(first).toBeGreaterThanOrEqual(50);
  expect(first).toBeLessThan(60); // it ends with the slice of a frame
  expect(others).toEqual([first, first]);
});

test("they are reset together", () => {
  const { clock, all, leader, epochs } = three({ goal: 0, most: 50 });
  const start = all.map(({ watched }) => watched.params.slice());
  leader.receive(play);
  clock.advance(200);
  leader.receive({ type: "train", action: "reset" });
  clock.advance(200);
  expect(epochs()).toEqual([0, 0, 0]);
  expect(all.map(({ watched }) => watched.params)).toEqual(start);
});

test("one that goes nowhere rests, and all end when none has anything left to learn", () => {
  const { clock, all, leader, epochs } = three({ goal: 0, most: 400 });
  leader.receive(play);
  clock.advance(5000);
  const [first, second, third] = epochs();
  expect(second).toBe(first);
  expect(third).toBeGreaterThan(200);
  expect(third).toBeLessThan(220);
  const learned = three({ goal: 100, most: 400 });
  learned.leader.receive(play);
  learned.clock.advance(500);
  expect(learned.leader.watched.status.state).toBe("idle");
  expect(all.length).toBe(3);
});
