import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type FakeStore, fakeStore } from "../testing/fake-store.js";
import { Lens } from "./lens.js";
import type { NetState } from "./types.js";

let frames: FrameRequestCallback[];
let store: FakeStore;

const epoch = (at: number) => (state: NetState) => ({
  ...state,
  status: { ...state.status, epoch: at },
});

beforeEach(() => {
  frames = [];
  store = fakeStore();
  vi.stubGlobal("requestAnimationFrame", (frame: FrameRequestCallback) => frames.push(frame));
  vi.stubGlobal("cancelAnimationFrame", (id: number) => {
    if (id) frames[id - 1] = () => {};
  });
});

afterEach(() => vi.unstubAllGlobals());

it("shows another network, the same one until the store or the lens changes", () => {
  const lens = new Lens(store, epoch(7));
  expect(lens.state.status.epoch).toBe(7);
  expect(lens.state).toBe(lens.state);
  const before = lens.state;
  store.patch({ link: "waiting" });
  expect(lens.state).not.toBe(before);
  expect(lens.state.link).toBe("waiting");
});

it("paints all its views together when it is turned, once for many turns", () => {
  const lens = new Lens(store, epoch(1));
  const drawn: [number, number][] = [];
  for (let view = 0; view < 2; view++) {
    lens.subscribe((state) => drawn.push([lens.frame, state.status.epoch]));
  }
  lens.turn(epoch(2));
  lens.turn(epoch(3));
  expect(drawn).toEqual([]);
  for (const frame of frames) frame(0);
  expect(drawn).toEqual([
    [1, 3],
    [1, 3],
  ]);
});

it("paints in the store's frame, which a turn of before it does not repeat", () => {
  const lens = new Lens(store, epoch(1));
  const draw = vi.fn();
  lens.subscribe(draw);
  lens.turn(epoch(2));
  store.paint();
  for (const frame of frames) frame(0);
  expect(draw).toHaveBeenCalledTimes(1);
  expect(draw.mock.lastCall?.[0].status.epoch).toBe(2);
});

it("draws nothing off the screen, and what was missed once it is on it", () => {
  const lens = new Lens(store, epoch(1));
  const draw = vi.fn();
  lens.subscribe(draw);
  lens.wake(false);
  store.paint();
  lens.turn(epoch(2));
  for (const frame of frames) frame(0);
  expect(draw).not.toHaveBeenCalled();
  lens.wake(true);
  frames.at(-1)?.(0);
  expect(draw).toHaveBeenCalledTimes(1);
});

it("hands edits through, and leaves the store when nobody looks", () => {
  const lens = new Lens(store, epoch(1));
  const off = lens.subscribe(() => {});
  lens.begin("drag", [0]);
  lens.edit([0], [5]);
  lens.end();
  expect(store.state.params[0]).toBe(5);
  expect(lens.state.params[0]).toBe(5);
  expect(store.of("begin")).toEqual([["drag", [0]]]);
  expect(store.subscribers).toBe(1);
  off();
  expect(store.subscribers).toBe(0);
});
