// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { PointPainter } from "../render/points.js";
import type { NetState } from "../state/types.js";
import { type FakeStore, fakeOptions, fakeStore } from "../testing/fake-store.js";
import { layOut } from "../testing/layout.js";
import { dataOf, networkOf } from "../testing/views.js";
import { decisionLines } from "./decision_lines.js";
import { featureSpace } from "./feature_space.js";
import type { Feed } from "./feed.js";
import { linearCollapse } from "./linear_collapse.js";
import type { Options, View } from "./view.js";

const VIEWS: Record<string, View> = {
  DecisionLines: decisionLines,
  FeatureSpace: featureSpace,
};

const XOR = dataOf(
  [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ],
  [[0], [1], [1], [0]],
);
/** h₁ = f(x₁ + x₂ − ½), h₂ = f(x₁ + x₂ − 1½); z = h₁ − 3 h₂ − ¼: XOR for ReLUs. */
const RELU = networkOf({
  sizes: [2, 2, 1],
  activation: "relu",
  params: [1, 1, 1, 1, -0.5, -1.5, 1, -3, -0.25],
  data: XOR,
});
const CHAIN = networkOf({
  sizes: [1, 1, 1],
  params: [2, 1, -3, 0.5],
  spec: { task: "regression", loss: "mse" },
  data: dataOf([[-1], [0], [1]], [[0], [1], [0]]),
});

let store: FakeStore;
let options: Options;
let el: HTMLElement;
let unmount: () => void;
let frames: FrameRequestCallback[];
let calm: boolean;

/** One animation frame. */
function frame(): void {
  for (const each of frames.splice(0)) each(performance.now());
}

function mount(state: NetState = RELU, given: Record<string, unknown> = {}): void {
  store = fakeStore(state);
  const axes = state.spec.inputs > 1 ? [0, 1] : [0];
  const own = { alpha: 0, axes, fixed: null, field: "both", extent: [-1, 2, -1, 2], height: 320 };
  options = fakeOptions({ ...own, controls: false, ...given });
  const feed: Feed = {
    ...{ latest: null, subscribe: () => () => {}, dispose: () => {}, ask: () => true },
    chunk: () => new Promise(() => {}),
  };
  el = document.createElement("div");
  document.body.append(el);
  const mountView = (name: string, context: Parameters<View>[0]) => VIEWS[name](context);
  const neighbour = () => Promise.reject(new Error("there is none"));
  unmount = linearCollapse({ store, options, el, feed, mount: mountView, neighbour });
  settle();
}

/** Until nothing is to be drawn any more. */
function settle(): void {
  for (let i = 0; i < 6; i++) {
    store.paint();
    frame();
  }
}

const all = (selector: string) => [...el.querySelectorAll<HTMLElement>(selector)];
const one = (selector: string) => all(selector)[0];
const slider = () => one(".nnw-alpha input") as HTMLInputElement;
const path = (kind: string) => one(`.nnw-collapse-plane .nnw-curve.${kind}`)?.getAttribute("d");
const cells = (row: string) =>
  all(`.nnw-lost [data-row="${row}"] td`).map((cell) => cell.textContent);
const formulas = (id: string) =>
  all(`[data-passage="${id}"] .nnw-put .nnw-formula`).map((each) => each.dataset.tex);
const frameOf = (selector: string) => all(selector).map((each) => each.dataset.frame);

function slide(to: number, kind: "input" | "change" = "input"): void {
  slider().value = String(to);
  slider().dispatchEvent(new Event(kind, { bubbles: true }));
}

function press(key: string, more: KeyboardEventInit = {}): void {
  slider().dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, ...more }));
}

beforeEach(() => {
  [frames, calm] = [[], true];
  vi.spyOn(performance, "now").mockReturnValue(1000); // so that nothing takes long
  vi.stubGlobal("requestAnimationFrame", (each: FrameRequestCallback) => frames.push(each));
  vi.stubGlobal("cancelAnimationFrame", (id: number) => void frames.splice(id - 1, 1, () => {}));
  vi.stubGlobal(
    "ResizeObserver",
    class {
      observe() {}
      disconnect() {}
    },
  );
  vi.stubGlobal("matchMedia", () => ({ matches: calm, addEventListener: () => {} }));
  layOut();
  vi.spyOn(PointPainter.prototype, "paint").mockImplementation(() => {}); // no canvas here
});

afterEach(() => {
  unmount();
  el.remove();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe("the slider", () => {
  it("makes the two lines' output one, in all pictures in the same frame", () => {
    mount();
    const whole = path("whole");
    expect(path("boundary")?.match(/M/g)).toHaveLength(2); // XOR: two lines part the classes
    expect(cells("straight pieces")).toEqual(["3", "3", "1"]);
    slide(1);
    frame();
    expect(path("boundary")?.match(/M/g)).toHaveLength(1);
    expect(path("whole")).toBe(whole); // where it comes to lie does not depend on α
    expect(new Set([...frameOf(".nnw-collapse"), ...frameOf(".nnw-plane")]).size).toBe(1);
    expect(cells("straight pieces")).toEqual(["3", "1", "1"]);
    expect(cells("accuracy").slice(0, 2)).toEqual(["100.0\u202f%", "75.0\u202f%"]);
  });

  it("tells Python where it comes to rest, and the network nothing", () => {
    mount();
    slide(0.4);
    slide(0.6);
    expect(options.get("alpha")).toBe(0);
    slide(0.6, "change");
    frame();
    expect(options.get("alpha")).toBe(0.6);
    expect(store.calls.filter(({ name }) => name !== "select")).toEqual([]);
    expect(one(".nnw-collapse-note").textContent).toContain("your model keeps its relu");
  });

  it("is moved by keys, ten times as far with Shift and a tenth with Alt", () => {
    mount();
    press("ArrowRight");
    expect(options.get("alpha")).toBe(0.01);
    press("ArrowUp", { shiftKey: true });
    press("ArrowLeft", { altKey: true });
    expect(options.get("alpha")).toBeCloseTo(0.109, 9);
    press("End");
    expect(options.get("alpha")).toBe(1);
    press("ArrowRight");
    expect(options.get("alpha")).toBe(1);
    press("Home");
    expect(options.get("alpha")).toBe(0);
    expect(store.of("train")).toEqual([]);
  });

  it("follows Python", () => {
    mount();
    options.set("alpha", 0.5);
    frame();
    expect(slider().value).toBe("0.5");
    expect(slider().getAttribute("aria-valuetext")).toBe("0.50: between relu and linear");
  });

  it("walks to the other end, at once where motion is not wanted", () => {
    mount();
    one('[data-action="walk"]').click();
    expect(options.get("alpha")).toBe(1);
    settle();
    one('[data-action="walk"]').click();
    expect(options.get("alpha")).toBe(0);
    calm = false;
    settle();
    one('[data-action="walk"]').click();
    expect(options.get("alpha")).toBe(0);
    settle();
    expect(one('[data-action="walk"]').ariaLabel ?? one('[data-action="walk"]').title).toBe("Stop");
  });

  it("has one for each layer where that is wanted", () => {
    mount(networkOf({ sizes: [2, 2, 2, 1], activation: "relu", data: XOR }), { alpha: [0.2, 1] });
    const values = () => all(".nnw-alpha input").map((each) => (each as HTMLInputElement).value);
    expect(values()).toEqual(["0.2", "1"]);
    slide(0.5, "input");
    slide(0.5, "change");
    expect(options.get("alpha")).toEqual([0.5, 1]);
    const each = one('.nnw-alpha button[aria-pressed="true"]');
    each.click();
    settle();
    expect(options.get("alpha")).toBe(0.5); // the least
    expect(values()).toEqual(["0.5"]);
  });
});

describe("the formulas", () => {
  it("are of the weights of now", () => {
    mount();
    // By hand: 1·1 − 3·1 = −2 for both inputs; 1·(−½) − 3·(−1½) − ¼ = 3¾.
    expect(formulas("one")[0]).toBe("z = -2\\,x_{1} - 2\\,x_{2} + 3.75");
    store.edit([0], [2]); // w₁₁
    settle();
    expect(formulas("one")[0]).toBe("z = -1\\,x_{1} - 2\\,x_{2} + 3.75");
  });

  it("are a chain's where there is one", () => {
    mount(CHAIN);
    expect(formulas("product")[0]).toBe("v = (-3)\\cdot 2 = \\boldsymbol{-6}");
    expect(path("whole")).toBeTruthy();
    expect(all(".nnw-plane")).toHaveLength(1); // one unit has no space of two
  });
});

describe("under the pointer", () => {
  const local = () => one(".nnw-local .nnw-formula")?.dataset.tex;

  it("stands the map of the linear region, with its numbers", () => {
    mount();
    expect(local()).toBeUndefined();
    store.select({ sample: 1 }); // (0, 1): h₁ is on alone, z = x₁ + x₂ − ½ − ¼
    settle();
    expect(local()).toBe("z = 1\\,x_{1} + 1\\,x_{2} - 0.75");
    expect(one(".nnw-local").textContent).toContain("of 3 at x1 = 0, x2 = 1");
    expect(one(".nnw-local").textContent).toContain("on: h₁ · off: h₂");
    expect(path("region")).toBeTruthy();
    store.select({ sample: 3 }); // both are on: the map that is left at α = 1
    settle();
    expect(local()).toBe("z = -2\\,x_{1} - 2\\,x_{2} + 3.75");
  });

  it("stands the tangent where activations are curved", () => {
    mount(networkOf({ sizes: [2, 2, 1], activation: "tanh", data: XOR }));
    store.select({ sample: 0 });
    settle();
    expect(one(".nnw-local b").textContent).toContain("tangent");
    expect(cells("straight pieces")).toEqual(["curved", "curved", "1"]);
  });
});

describe("the network", () => {
  it("is moved through the picture as everywhere", () => {
    mount();
    slide(0.5);
    frame();
    one('[data-line="0/0"] [data-part="body"]').dispatchEvent(
      new KeyboardEvent("keydown", { key: "ArrowUp", bubbles: true }),
    );
    expect(store.of("edit").length).toBeGreaterThan(0);
    expect(store.state.spec.layers[0].activation?.blend).toBeUndefined();
  });

  it("has all its parameters as sliders, once they are asked for", () => {
    mount();
    expect(all(".nnw-weight-sliders")).toHaveLength(0);
    const details = one(".nnw-collapse-sliders") as HTMLDetailsElement;
    details.open = true;
    details.dispatchEvent(new Event("toggle"));
    expect(all(".nnw-weight-sliders input[type=range]")).toHaveLength(9);
  });

  it("may lose its layers, or become another that cannot be shown", () => {
    mount();
    store.patch({ spec: networkOf({ sizes: [2, 1] }).spec, params: new Float64Array(3) });
    settle();
    expect(slider().disabled).toBe(true);
    expect(one(".nnw-collapse-note").textContent).toContain("no hidden layer");
    store.patch({ spec: RELU.spec, params: RELU.params });
    settle();
    expect(all(".nnw-plane")).toHaveLength(2);
    expect(slider().disabled).toBe(false);
    store.patch({ spec: { ...RELU.spec, kind: "opaque" } });
    settle();
    expect(one(".nnw-collapse").textContent).toContain("needs Linear layers");
  });
});

describe("a large network in hand", () => {
  /** As if a drawing of all the text took 50 ms, and a frame came 130 ms after the other. */
  function slow(): () => void {
    let now = 1000;
    vi.spyOn(performance, "now").mockImplementation(() => (now += 50));
    return () => {
      now += 130;
      store.edit([8], [Math.sin(now)]);
      store.paint();
      frame();
    };
  }
  const text = () => [...cells("loss").slice(0, 2), formulas("one")[0]];

  it("has columns and formulas drawn in turns while it is held, and all at rest", () => {
    mount();
    slide(0.5, "change");
    settle();
    const next = slow();
    next(); // all, which took long
    store.patch({ held: true });
    let before = text();
    const changes = Array.from({ length: 8 }, () => {
      next();
      const changed = text().map((each, i) => each !== before[i]);
      before = text();
      return changed;
    });
    expect(Math.max(...changes.map((each) => each.filter(Boolean).length))).toBeLessThan(3);
    expect(before.every((_, i) => changes.some((each) => each[i]))).toBe(true);
    store.patch({ held: false });
    store.paint();
    frame();
    expect(formulas("one")[0]).toContain(
      Math.abs(3 * 1.5 - 0.5 + store.state.params[8])
        .toPrecision(4)
        .replace(/0+$/, ""),
    );
  });
});

it("leaves nothing behind", () => {
  mount();
  unmount();
  expect(el.childElementCount).toBe(0);
  expect(store.subscribers).toBe(0);
});
