// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type FakeStore, fakeOptions, fakeStore, stateOf } from "../testing/fake-store.js";
import { epochs, historyOf } from "../testing/histories.js";
import { layOut } from "../testing/layout.js";
import type { HistoryMessage } from "../wire.js";
import { timeline } from "./timeline.js";
import type { Options } from "./view.js";

const OPTIONS = {
  ...{ name: "this run", playhead: null, playing: false, speed: 20, loop: false, log: false },
  ...{ width: 616, height: 72, title: "", controls: false, _beside: [], _names: [] },
};
const SIZE = stateOf().spec.size;

let el: HTMLElement;
let store: FakeStore;
let other: FakeStore;
let options: Options;
let now: number;
let frames: FrameRequestCallback[];
let calm: boolean;
let unmount: () => void;

function mount(chosen: Record<string, unknown> = {}): void {
  options = fakeOptions({ ...OPTIONS, ...chosen });
  el = document.createElement("div");
  document.body.replaceChildren(el);
  const feed = { latest: null, subscribe: () => () => {} } as never;
  const neighbour = async (ref: string) => {
    if (ref !== "anywidget:other") throw new Error("there is no such model");
    return other;
  };
  unmount = timeline({ store, options, el, feed, neighbour, mount: () => () => {} });
}

/** Python answers with epochs 0 to `last`. */
function recorded(of: FakeStore, last: number, more: Partial<HistoryMessage> = {}): void {
  of.status({ epoch: last, recorded: 1 });
  of.say(...historyOf(epochs(0, last, SIZE), more));
  settle();
}

/** So many milliseconds pass, and whoever waits for a frame has it. */
function settle(ms = 0): void {
  now += ms;
  for (const frame of frames.splice(0)) frame(now);
  store.paint();
  other.paint();
}

beforeEach(() => {
  layOut(616, 72);
  [now, frames, calm] = [1000, [], false];
  vi.stubGlobal("requestAnimationFrame", (frame: FrameRequestCallback) => frames.push(frame));
  vi.stubGlobal("cancelAnimationFrame", (n: number) => {
    frames[n - 1] = () => {};
  });
  vi.stubGlobal(
    "ResizeObserver",
    class {
      observe() {}
      disconnect() {}
    },
  );
  vi.stubGlobal("matchMedia", () => ({ matches: calm }));
  vi.spyOn(performance, "now").mockImplementation(() => now);
  [store, other] = [fakeStore(), fakeStore()];
  mount();
});

afterEach(() => {
  unmount();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const find = <E extends HTMLElement>(selector: string) => el.querySelector(selector) as E;
const slider = () => find(".nnw-reel");
const at = () => Number(slider().getAttribute("aria-valuenow"));
const button = (action: string) => find<HTMLButtonElement>(`[data-action=${action}]`);
const said = () => store.of("ask").map(([message]) => message as { type: string });
const pointer = (type: string, share: number, more = {}) =>
  slider().dispatchEvent(
    new PointerEvent(type, { clientX: 8 + 600 * share, bubbles: true, pointerId: 1, ...more }),
  );
const press = (key: string, more: KeyboardEventInit = {}) => {
  slider().dispatchEvent(
    new KeyboardEvent("keydown", { key, bubbles: true, composed: true, ...more }),
  );
  settle();
};

describe("a timeline", () => {
  it("has nothing to move before anything was recorded", () => {
    settle();
    expect(said().map(({ type }) => type)).toEqual(["history"]);
    expect(button("play").disabled).toBe(true);
    expect(slider().getAttribute("role")).toBe("slider");
    press(" ");
    expect(options.get("playing")).toBe(false);
  });

  it("is dragged: views follow, Python is told where it ends, and asked nothing", () => {
    recorded(store, 100);
    const questions = said().length;
    pointer("pointerdown", 0.2);
    settle();
    expect(at()).toBe(20);
    expect(store.state.held).toBe(true);
    pointer("pointermove", 0.5);
    settle();
    expect(store.state.params[0]).toBe(50);
    pointer("pointerup", 0.6);
    settle();
    expect(store.state.status.epoch).toBe(60);
    expect(store.state.held).toBe(false);
    expect(options.get("playhead")).toBe(60);
    expect(said().length).toBe(questions);
    expect(slider().getAttribute("aria-valuetext")).toContain("epoch 60 of 100 · loss 0.01639");
    expect(find(".nnw-caption").textContent).toContain("accuracy 60.0");
  });

  it("is moved by keys, as far as there are epochs", () => {
    recorded(store, 30);
    press("Home");
    expect(at()).toBe(0);
    press("ArrowRight");
    press("ArrowRight", { shiftKey: true });
    expect(at()).toBe(11);
    press("ArrowLeft");
    press("ArrowLeft", { shiftKey: true });
    press("ArrowLeft", { shiftKey: true });
    expect(at()).toBe(0);
    press("End");
    expect(store.state.past).toBeUndefined();
    expect(options.get("playhead")).toBeNull();
    expect(find(".nnw-caption").textContent).toContain("live at epoch 30");
    press("ArrowLeft");
    expect(at()).toBe(29);
    press("Escape");
    expect(store.state.past).toBeUndefined();
  });

  it("has a field for the epoch, which takes whole numbers", () => {
    recorded(store, 30);
    const field = find<HTMLInputElement>(".nnw-at-epoch");
    const type = (text: string) => {
      field.dispatchEvent(new Event("focus"));
      field.value = text;
      field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
      settle();
    };
    type("12");
    expect(at()).toBe(12);
    type("2.5");
    expect(field.getAttribute("aria-invalid")).toBe("true");
    expect(at()).toBe(12);
    type("99");
    expect(store.state.past).toBeUndefined();
  });

  it("plays back at its speed, one epoch a frame at most, and follows the training at the end", () => {
    recorded(store, 100);
    press(" ");
    expect(options.get("playing")).toBe(true);
    expect(at()).toBe(0);
    settle(100); // at 20 epochs a second
    settle();
    expect(at()).toBe(2);
    options.set("speed", 1000);
    settle(20);
    settle();
    expect(at()).toBe(22); // 19 were skipped
    settle(450);
    settle();
    expect(store.state.past).toBeUndefined();
    expect(options.get("playing")).toBe(false);
    expect(options.get("playhead")).toBeNull();
  });

  it("begins again where it is to loop, and is stopped by a hand", () => {
    mountAgain({ loop: true, speed: "1 s" });
    recorded(store, 100);
    button("play").click();
    settle(400);
    settle(400);
    settle(400);
    settle();
    expect(at()).toBe(20);
    expect(options.get("playing")).toBe(true);
    pointer("pointerdown", 0.5);
    pointer("pointerup", 0.5);
    settle(400);
    expect(at()).toBe(50);
    expect(options.get("playing")).toBe(false);
  });

  it("changes four times a second at most where the reader wants little motion", () => {
    calm = true;
    recorded(store, 100);
    press(" ");
    const shown = new Set<number>();
    for (let ms = 0; ms < 1000; ms += 20) {
      settle(20);
      shown.add(at());
    }
    expect(shown.size).toBeLessThan(6);
    expect(Math.max(...shown)).toBeGreaterThan(14);
  });

  it("obeys Python", () => {
    recorded(store, 40);
    options.set("playhead", 7);
    settle();
    expect(store.state.past?.epoch).toBe(7);
    options.set("playing", true);
    settle(100);
    settle();
    expect(at()).toBe(9);
    options.set("playing", false);
    options.set("playhead", null);
    settle();
    expect(store.state.past).toBeUndefined();
  });

  it("comes up at the epoch that it was saved with", () => {
    mountAgain({ playhead: 5 });
    recorded(store, 40);
    expect(at()).toBe(5);
    expect(store.state.past?.epoch).toBe(5);
  });

  it("branches from what is shown, and follows what comes then", () => {
    recorded(store, 40);
    expect(button("branch").disabled).toBe(true);
    press("Home");
    press("ArrowRight");
    button("branch").click();
    expect(said().at(-1)).toEqual({ type: "branch", epoch: 1, play: true, revision: 0 });
    expect(store.state.past?.epoch).toBe(1); // until Python has done it
    const former = [{ name: "before the branch at 1", epoch: 1 }];
    store.say(...historyOf([], { from: 2, rows: 2, serial: 2, former }));
    settle();
    expect(store.state.past).toBeUndefined();
    store.say(...historyOf(epochs(0, 40, SIZE), { run: former[0].name, former }));
    settle();
    const entry = find<HTMLButtonElement>('[data-run="before the branch at 1"]');
    entry.click();
    settle();
    press("End");
    press("ArrowLeft");
    expect(at()).toBe(39); // of the run that was given up
    expect(button("branch").disabled).toBe(true);
    press("Escape");
    expect(at()).toBe(1);
    press("b", { shiftKey: true }); // live: there is nothing to branch from
    expect(said().filter(({ type }) => type === "branch").length).toBe(1);
  });

  it("shows the epoch of the training where that is followed", () => {
    recorded(store, 10);
    store.status({ epoch: 11, recorded: 2, state: "playing" });
    store.say(...historyOf(epochs(11, 11, SIZE), { from: 11, rows: 12, serial: 2 }));
    settle();
    expect(at()).toBe(11);
  });

  it("says what is not kept, and what only Python can tell of the past", () => {
    recorded(store, 40, { stride: 1 });
    expect(find(".nnw-caption").textContent).not.toContain("kept");
    const rows = epochs(0, 40, SIZE).map((row) =>
      row.epoch % 8 ? { ...row, params: undefined } : row,
    );
    store.say(...historyOf(rows, { serial: 3 }));
    settle();
    expect(find(".nnw-caption").textContent).toContain("6 of 41 epochs have their weights kept");
    store.patch({ spec: { ...store.state.spec, kind: "opaque" } });
    settle();
    expect(find(".nnw-caption").textContent).toContain("of the weights of now");
  });

  it("lets go of the past when it is closed", () => {
    recorded(store, 40);
    press("Home");
    unmount();
    expect(store.state.past).toBeUndefined();
    expect(el.querySelector(".nnw-timeline")).toBeNull();
    mount();
  });
});

describe("a timeline of several networks", () => {
  beforeEach(async () => {
    mountAgain({ _beside: ["anywidget:other"], _names: ["slow"] });
    await Promise.resolve();
    await new Promise((done) => setTimeout(done));
    recorded(store, 100);
    recorded(other, 60);
  });

  it("moves both with one playhead, each as far as it goes", () => {
    press("Home");
    expect([store.state.past?.epoch, other.state.past?.epoch]).toEqual([0, 0]);
    pointer("pointerdown", 0.3);
    pointer("pointerup", 0.3);
    settle();
    expect([store.state.past?.epoch, other.state.past?.epoch]).toEqual([30, 30]);
    pointer("pointerdown", 0.8);
    pointer("pointerup", 0.8);
    settle();
    expect([store.state.past?.epoch, other.state.past]).toEqual([80, undefined]); // its end
    expect(el.querySelectorAll(".nnw-reel-curve").length).toBe(2);
    const names = [...el.querySelectorAll(".nnw-reel-run")].map((run) => run.textContent?.trim());
    expect(names).toEqual(["this run", "slow"]);
  });

  it("branches both", () => {
    pointer("pointerdown", 0.3);
    pointer("pointerup", 0.3);
    settle();
    press("b", { shiftKey: true });
    for (const each of [store, other]) {
      expect(each.of("ask").at(-1)).toEqual([
        { type: "branch", epoch: 30, play: false, revision: 0 },
      ]);
    }
  });

  it("says so where one is not there", async () => {
    mountAgain({ _beside: ["anywidget:gone"], _names: ["gone"] });
    await new Promise((done) => setTimeout(done));
    settle();
    expect(find(".nnw-caption").textContent).toContain("not on the page");
  });
});

function mountAgain(chosen: Record<string, unknown>): void {
  unmount();
  mount(chosen);
}
