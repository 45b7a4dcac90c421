/** The graph of a network on a page, with what its tests do to it. */

import { vi } from "vitest";
import { alongCurve } from "../scene/graph_layout.js";
import type { NetState } from "../state/types.js";
import type { Feed } from "../widgets/feed.js";
import { NetworkGraph } from "../widgets/network_graph.js";
import { type FakeStore, fakeOptions, fakeStore, stateOf } from "./fake-store.js";

export let store: FakeStore;
export let options: ReturnType<typeof fakeOptions>;
export let el: HTMLElement;
export let view: NetworkGraph;
export let feed: Feed & { say(content: Record<string, unknown>): void };

function fakeFeed(): typeof feed {
  const listeners = new Set<(fed: never) => void>();
  const held: { latest: Feed["latest"] } = { latest: null };
  return {
    get latest() {
      return held.latest;
    },
    subscribe(changed) {
      listeners.add(changed as never);
      return () => listeners.delete(changed as never);
    },
    ask: () => true,
    chunk: () => Promise.reject(new Error("none")),
    dispose: () => {},
    say(content) {
      held.latest = { content, buffers: [] };
      for (const listener of listeners) listener(held.latest as never);
    },
  } as typeof feed;
}

/** A canvas that takes everything and paints nothing. */
const context = new Proxy({} as Record<string, unknown>, {
  get: (target, name) => target[String(name)] ?? (() => {}),
  set: (target, name, value) => {
    target[String(name)] = value;
    return true;
  },
});

export function mount(
  state: NetState = stateOf([2, 2, 1]),
  values: Record<string, unknown> = {},
): void {
  for (const [name, size] of [
    ["clientWidth", 720],
    ["clientHeight", 420],
  ] as const) {
    Object.defineProperty(HTMLElement.prototype, name, { configurable: true, get: () => size });
  }
  HTMLCanvasElement.prototype.getContext = (() => context) as never;
  Element.prototype.setPointerCapture = () => {};
  vi.stubGlobal("ImageData", class {});
  vi.stubGlobal(
    "IntersectionObserver",
    class {
      observe() {}
      disconnect() {}
    },
  );
  document.body.innerHTML = "";
  el = document.createElement("div");
  document.body.append(el);
  store = fakeStore(state);
  options = fakeOptions(values);
  feed = fakeFeed();
  view = new NetworkGraph({ store, options, el, feed });
  settle();
}

/** Runs what waits for the next frame. */
export function settle(): void {
  vi.advanceTimersByTime(20);
  store.paint();
  vi.advanceTimersByTime(20);
}

export function setUp(): void {
  vi.useFakeTimers();
  mount();
}
export function tearDown(): void {
  view.dispose();
  vi.useRealTimers();
  vi.unstubAllGlobals();
}

export const find = <E extends Element>(selector: string) => el.querySelector(selector) as E;
export const part = (id: string) => find<SVGElement>(`[data-part="${id}"]`);
export const focused = () => document.activeElement?.getAttribute("data-part");

export function placeOf(id: string): readonly [number, number] {
  const { mark, kind } = view.acts.part(id) as never as {
    kind: string;
    mark: { x: number; y: number; curve: readonly [number, number, number, number] };
  };
  return kind === "edge" ? alongCurve(mark.curve, 0.85) : [mark.x, mark.y];
}

export function point(
  type: string,
  [x, y]: readonly [number, number],
  more: PointerEventInit = {},
): void {
  const event = new PointerEvent(type, {
    clientX: x,
    clientY: y,
    bubbles: true,
    cancelable: true,
    ...more,
  });
  view.stage.dispatchEvent(event);
  settle();
}

export function press(target: Element, key: string, more: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more });
  target.dispatchEvent(event);
  settle();
  return event;
}
