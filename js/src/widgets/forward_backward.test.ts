// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { NetState } from "../state/types.js";
import { type FakeStore, fakeOptions, fakeStore } from "../testing/fake-store.js";
import { dataOf, networkOf } from "../testing/views.js";
import type { Feed } from "./feed.js";
import { forwardBackward } from "./forward_backward.js";
import type { Options } from "./view.js";

const ARTICLE = networkOf({
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

const KATEX = Symbol.for("katex@0.19");

let asked: { type: string }[];
let store: FakeStore;
let options: Options;
let el: HTMLElement;
let unmount: () => void;

/** Frames run at once, when asked to. */
let frames: FrameRequestCallback[];

function paint(): void {
  for (const frame of frames.splice(0)) frame(0);
  store.paint();
}

function mount(state: NetState = ARTICLE, given: Record<string, unknown> = {}) {
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

const all = (selector: string) => [...el.querySelectorAll<HTMLElement>(selector)];
const one = (selector: string) => all(selector)[0];
const shown = () => one(".nnw-step")?.dataset.step;
const lines = () => all(".nnw-line .nnw-formula").map((line) => line.dataset.tex);

function press(key: string, target: HTMLElement = one(".nnw-chip")): KeyboardEvent {
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

function click(selector: string): void {
  one(selector).click();
  paint();
}

function answer(text: string): void {
  const input = one(".nnw-question input") as HTMLInputElement;
  input.value = text;
  press("Enter", input);
}

beforeEach(() => {
  frames = [];
  vi.stubGlobal("requestAnimationFrame", (frame: FrameRequestCallback) => frames.push(frame));
});

afterEach(() => {
  unmount();
  el.remove();
  vi.unstubAllGlobals();
  Reflect.deleteProperty(globalThis, KATEX);
  vi.useRealTimers();
});

describe("the steps", () => {
  it("are gone through by keys, and other views see what is worked", () => {
    mount();
    expect(shown()).toBe("z1");
    expect(press("ArrowRight").defaultPrevented).toBe(true);
    expect(shown()).toBe("y");
    expect(options.get("step")).toBe("y");
    expect(store.state.selection.unit).toEqual({ layer: 0, unit: 0 });
    press("End");
    expect(shown()).toBe("b1");
    press("ArrowRight");
    expect(shown()).toBe("b1");
    press("Home");
    press("ArrowLeft");
    expect(shown()).toBe("z1");
    expect(store.of("train")).toEqual([]);
  });

  it("leave the other keys to the training", () => {
    mount();
    press(" ", one(".nnw-step"));
    expect(store.of("train")).toEqual([[{ action: "play" }]]);
  });

  it("are played slowly, up to the last", () => {
    vi.useFakeTimers();
    mount(ARTICLE, { seconds: 1, step: "db1" });
    click('[data-action="play-steps"]');
    vi.advanceTimersByTime(1000);
    paint();
    expect(shown()).toBe("W1");
    vi.advanceTimersByTime(5000);
    paint();
    expect(shown()).toBe("b1");
    expect(one('[data-action="play-steps"]').title).toContain("Play");
  });

  it("turn to another unit where there are too many for all", () => {
    mount(networkOf({ sizes: [2, 6, 1] }));
    press("ArrowDown");
    expect(one(".nnw-unit-chooser b").textContent).toBe("2");
    expect(one(".nnw-line").dataset.entry).toBe("1,0");
    press("ArrowUp");
    press("ArrowUp");
    expect(one(".nnw-unit-chooser b").textContent).toBe("6");
    expect(all(".nnw-hand-unit").some(({ dataset }) => dataset.unit === "0/5")).toBe(true);
  });
});

describe("formulas", () => {
  it("are plain text until they can be typeset", async () => {
    const page = globalThis as { [key: symbol]: unknown };
    let come: (katex: object) => void = () => {};
    page[KATEX] = new Promise((resolve) => {
      come = resolve;
    });
    mount();
    expect(one(".nnw-line .nnw-formula-text").textContent).toBe(
      "z = 0.3· 0.5 + 0.7· 0.1 − 0.2 = 0.02",
    );
    come({ css: ".x{}", renderToString: (tex: string) => `<i>${tex.length}</i>` });
    await vi.waitFor(() => {
      paint();
      expect(one(".nnw-formula i")).toBeDefined();
    });
    expect(document.head.querySelectorAll('style[data-name="nnwidgets-katex"]')).toHaveLength(1);
    expect(one(".nnw-formula-text")).toBeUndefined();
  });

  it("follow the weights in the same frame", () => {
    mount();
    store.edit([0], [1]);
    store.paint();
    expect(lines()).toEqual(["z = 1\\cdot 0.5 + 0.7\\cdot 0.1 - 0.2 = \\boldsymbol{0.37}"]);
  });

  it("are of the sample under the pointer meanwhile", () => {
    mount();
    store.select({ sample: 1 });
    store.paint();
    expect(lines()[0]).toContain("(-0.4)");
    store.select({ sample: null });
    store.paint();
    expect(lines()[0]).toContain("0.3\\cdot 0.5");
  });

  it("are not drawn anew where nothing they show has changed", () => {
    mount();
    const before = one(".nnw-line").innerHTML;
    one(".nnw-line").setAttribute("data-mark", "kept");
    store.status({ epoch: 5 });
    expect(one(".nnw-line").innerHTML).toBe(before);
  });

  it("are set some times a second while training goes on, and the last always", () => {
    vi.useFakeTimers();
    mount();
    store.status({ state: "playing" });
    vi.advanceTimersByTime(200);
    for (const w of [1, 2, 3]) {
      store.edit([0], [w]);
      store.paint();
    }
    expect(lines()[0]).not.toContain("z = 3\\cdot");
    vi.advanceTimersByTime(200);
    expect(lines()[0]).toContain("z = 3\\cdot");
  });

  it("say when the model can no longer be worked", () => {
    mount();
    store.patch({ spec: { ...ARTICLE.spec, kind: "opaque" } });
    expect(one(".nnw-note").textContent).toContain("Linear layers");
  });
});

describe("weights", () => {
  const field = (index: number) => one(`input[data-index="${index}"]`) as HTMLInputElement;

  it("are typed", () => {
    mount();
    const input = field(1);
    input.focus();
    input.value = "2.5";
    press("Enter", input);
    expect(store.of("edit")).toEqual([[[1], [2.5]]]);
    expect(store.of("begin")).toHaveLength(1);
    expect(store.of("end")).toHaveLength(1);
  });

  it("are nudged by the arrows, as one gesture", () => {
    mount();
    const input = field(0);
    input.focus();
    press("ArrowUp", input);
    press("ArrowUp", input);
    expect(store.state.params[0]).toBeCloseTo(0.5, 12);
    expect(store.of("begin")).toHaveLength(1);
    input.blur();
    expect(store.of("end")).toHaveLength(1);
    expect(shown()).toBe("z1");
  });

  it("that are frozen cannot be typed", () => {
    mount({ ...ARTICLE, frozen: new Set([2]) });
    expect([field(1).disabled, field(2).disabled]).toEqual([false, true]);
  });
});

describe("the update", () => {
  it("is made as one edit, and says what became of the loss", () => {
    mount(ARTICLE, { step: "W1" });
    click('[data-action="apply"]');
    const [[index, value]] = store.of("edit") as [number[], number[]][];
    expect(index).toEqual([0, 1, 2]);
    expect(value[0]).toBeCloseTo(0.3 + 0.5 * 0.0368713, 6);
    expect(store.of("begin")).toHaveLength(1);
    expect(one(".nnw-apply [role=status]").textContent).toContain(
      "the loss fell from 0.0435125 to",
    );
  });

  it("waits while the training moves the weights", () => {
    mount(ARTICLE, { step: "b1" });
    store.status({ state: "playing" });
    expect((one('[data-action="apply"]') as HTMLButtonElement).disabled).toBe(true);
  });
});

describe("an exercise", () => {
  it("hides results, checks what is typed, and tells Python", () => {
    mount(ARTICLE, { you_try: true });
    expect(lines()).toEqual(["z = 0.3\\cdot 0.5 + 0.7\\cdot 0.1 - 0.2"]);
    expect(one('.nnw-hand-unit[data-unit="0/0"] text').textContent).toBe("");
    answer("-0.02");
    expect(one(".nnw-verdict").textContent).toContain("sign");
    answer("0.02");
    expect(one(".nnw-verdict").textContent).toContain("right");
    expect(lines()[0]).toContain("\\boldsymbol{0.02}");
    expect(asked).toEqual(
      [-0.02, 0.02].map((given) => ({ type: "answer", step: "z1", entry: [0], sample: 0, given })),
    );
    expect(one(".nnw-score").textContent).toBe("1 of 10 right");
  });

  it("takes no text for a number", () => {
    mount(ARTICLE, { you_try: true });
    answer("nearly 0");
    expect(one(".nnw-verdict").textContent).toContain("A number");
    expect(asked).toEqual([]);
  });

  it("shows no numbers of a step whose forerunners are open", () => {
    mount(ARTICLE, { you_try: true, step: "y" });
    expect(lines()).toEqual([]);
    click('[data-action="reveal-before"]');
    expect(asked).toEqual([{ type: "answer", step: "z1", entry: [0], sample: 0, given: null }]);
    expect(lines()[0]).toContain("e^{-0.02}");
    expect(one(".nnw-score").textContent).toBe("0 of 10 right");
  });

  it("tells Python once that has the weights which the answer is about", () => {
    mount({ ...ARTICLE, ahead: true }, { you_try: true });
    answer("0.02");
    expect(asked).toEqual([]);
    store.patch({ ahead: false });
    expect(asked).toHaveLength(1);
  });

  it("is another one with other weights", () => {
    mount(ARTICLE, { you_try: true });
    answer("0.02");
    store.edit([2], [1]);
    store.paint();
    expect(one(".nnw-score").textContent).toBe("0 of 10 right");
    expect(one(".nnw-question input")).toBeDefined();
  });

  it("remembers what Python does, as after a reload", () => {
    const kept = {
      asked: "z1[0]",
      sample: 0,
      given: 0.02,
      expected: 0.02,
      correct: true,
      attempts: 1,
      revealed: false,
    };
    mount(ARTICLE, { you_try: true, answers: [kept] });
    expect(one(".nnw-score").textContent).toBe("1 of 10 right");
    options.set("answers", []);
    paint();
    expect(one(".nnw-score").textContent).toBe("0 of 10 right");
  });

  it("keeps its sample, whatever is under the pointer", () => {
    mount(ARTICLE, { you_try: true });
    store.select({ sample: 1 });
    store.paint();
    expect(lines()[0]).toContain("0.3\\cdot 0.5");
  });
});
