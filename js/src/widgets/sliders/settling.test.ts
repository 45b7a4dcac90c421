import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { fakeStore, specOf } from "../../testing/fake-store.js";
import { groupsOf } from "./entries.js";
import { Gesture } from "./gesture.js";
import { Settling } from "./settling.js";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function rowsOf(count: number) {
  const settled: number[] = [];
  const rows = Array.from({ length: count }, (_, i) => ({ settle: () => settled.push(i) }));
  return { settled, rows };
}

it("settles a few rows in the frame itself", () => {
  const settling = new Settling();
  const { settled, rows } = rowsOf(9);
  for (const row of rows) settling.add(row);
  settling.next();
  expect(settled).toEqual([...rows.keys()]);
});

it("gives each of many rows its turn, and settles all at rest", () => {
  const settling = new Settling();
  const { settled, rows } = rowsOf(100);
  for (let frame = 0; frame < 5; frame++) {
    for (const row of rows) settling.add(row);
    settling.next();
  }
  expect(settled).toEqual([...Array(15).keys()]); // three a frame, the longest behind first
  vi.advanceTimersByTime(200);
  expect(new Set(settled).size).toBe(100);
});

it("forgets the rows of a layout that is gone", () => {
  const settling = new Settling();
  const { settled, rows } = rowsOf(100);
  for (const row of rows) settling.add(row);
  settling.next();
  settling.clear();
  vi.advanceTimersByTime(1000);
  expect(settled).toHaveLength(3);
});

const [first, second] = [0, 1].map((k) => groupsOf(specOf([2, 2, 1]))[0].entry(k));

it("a run of presses on one entry is one step of undo", () => {
  const store = fakeStore();
  const gesture = new Gesture(store);
  for (let press = 0; press < 3; press++) {
    gesture.hold(first);
    gesture.releaseSoon();
    vi.advanceTimersByTime(300);
  }
  expect(store.calls.map((call) => call.name)).toEqual(["begin"]);
  vi.advanceTimersByTime(700);
  expect(store.calls.map((call) => call.name)).toEqual(["begin", "end"]);
  expect(store.of("begin")).toEqual([["0.weight[0,0]", [0]]]);
});

it("taking hold of another entry lets go of the first", () => {
  const store = fakeStore();
  const gesture = new Gesture(store);
  gesture.hold(first);
  gesture.hold(second);
  gesture.release();
  gesture.release();
  expect(store.calls.map((call) => call.name)).toEqual(["begin", "end", "begin", "end"]);
});
