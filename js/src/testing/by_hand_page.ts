/** A pass worked by hand on a page, with what its tests do to it. */

import { vi } from "vitest";
import type { NetState } from "../state/types.js";
import type { Feed } from "../widgets/feed.js";
import { forwardBackward } from "../widgets/forward_backward.js";
import type { Options } from "../widgets/view.js";
import { type FakeStore, fakeOptions, fakeStore } from "./fake-store.js";
import { dataOf, networkOf } from "./views.js";

export const ARTICLE = networkOf({
  sizes: [2, 1],
  params: [0.3, 0.7, -0.2],
  spec: { head: "sigmoid", loss: "half_mse", task: "regression" },
  data: dataOf(
    [
      [0.5, 0.1],
      [-0.4, 0.9],
    ],
    [[0.8], [0.2]],
  ),
});

export const KATEX = Symbol.for("katex@0.19");

export let asked: { type: string }[];
export let store: FakeStore;
export let options: Options;
export let el: HTMLElement;
export let unmount: () => void;

/** Frames run at once, when asked to. */
export let frames: FrameRequestCallback[];

export function paint(): void {
  for (const frame of frames.splice(0)) frame(0);
  store.paint();
}

export function mount(state: NetState = ARTICLE, given: Record<string, unknown> = {}) {
  store = fakeStore(state);
  options = fakeOptions({ lr: 0.5, ...given });
  asked = [];
  const feed: Feed = {
    ...{ latest: null, subscribe: () => () => {}, dispose: () => {} },
    ask: (message) => asked.push(message) > 0,
    chunk: () => new Promise(() => {}),
  };
  el = document.createElement("div");
  document.body.append(el);
  unmount = forwardBackward({ store, options, el, feed });
  paint();
}

export const all = (selector: string) => [...el.querySelectorAll<HTMLElement>(selector)];
export const one = (selector: string) => all(selector)[0];
export const shown = () => one(".nnw-step")?.dataset.step;
export const lines = () => all(".nnw-line .nnw-formula").map((line) => line.dataset.tex);

export function press(key: string, target: HTMLElement = one(".nnw-chip")): KeyboardEvent {
  const event = new KeyboardEvent("keydown", {
    key,
    bubbles: true,
    cancelable: true,
    composed: true,
  });
  target.dispatchEvent(event);
  paint();
  return event;
}

export function click(selector: string): void {
  one(selector).click();
  paint();
}

export function answer(text: string): void {
  const input = one(".nnw-question input") as HTMLInputElement;
  input.value = text;
  press("Enter", input);
}

export function setUp(): void {
  frames = [];
  vi.stubGlobal("requestAnimationFrame", (frame: FrameRequestCallback) => frames.push(frame));
}

export function tearDown(): void {
  unmount();
  el.remove();
  vi.unstubAllGlobals();
  Reflect.deleteProperty(globalThis, KATEX);
  vi.useRealTimers();
}
