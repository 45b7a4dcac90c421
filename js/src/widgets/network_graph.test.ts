// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { alongCurve } from "../scene/graph_layout.js";
import type { NetState } from "../state/types.js";
import { type FakeStore, fakeOptions, fakeStore, stateOf } from "../testing/fake-store.js";
import { networkOf } from "../testing/views.js";
import type { Feed } from "./feed.js";
import { NetworkGraph } from "./network_graph.js";

let store: FakeStore;
let options: ReturnType<typeof fakeOptions>;
let el: HTMLElement;
let view: NetworkGraph;
let feed: Feed & { say(content: Record<string, unknown>): void };

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

function mount(state: NetState = stateOf([2, 2, 1]), values: Record<string, unknown> = {}): void {
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
function settle(): void {
  vi.advanceTimersByTime(20);
  store.paint();
  vi.advanceTimersByTime(20);
}

beforeEach(() => {
  vi.useFakeTimers();
  mount();
});
afterEach(() => {
  view.dispose();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const find = <E extends Element>(selector: string) => el.querySelector(selector) as E;
const part = (id: string) => find<SVGElement>(`[data-part="${id}"]`);
const focused = () => document.activeElement?.getAttribute("data-part");

function placeOf(id: string): readonly [number, number] {
  const { mark, kind } = view.acts.part(id) as never as {
    kind: string;
    mark: { x: number; y: number; curve: readonly [number, number, number, number] };
  };
  return kind === "edge" ? alongCurve(mark.curve, 0.85) : [mark.x, mark.y];
}

function point(type: string, [x, y]: readonly [number, number], more: PointerEventInit = {}): void {
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

function press(target: Element, key: string, more: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more });
  target.dispatchEvent(event);
  settle();
  return event;
}

describe("dragging", () => {
  it("moves an edge's weight in one step of undo, up being more", () => {
    const [x, y] = placeOf("0/1/0");
    point("pointerdown", [x, y]);
    point("pointermove", [x, y - 4]);
    point("pointermove", [x, y - 34]);
    point("pointermove", [x, y - 19]);
    expect(store.of("begin")).toEqual([["w₂₁⁽¹⁾", [2]]]);
    expect(store.of("end")).toEqual([]);
    const values = store
      .of("edit")
      .map(([index, value]) => [...(index as number[]), ...(value as number[])]);
    expect(values.map(([index]) => index)).toEqual([2, 2]);
    expect(values[0][1]).toBeCloseTo(0.5, 12); // 30 of 150 pixels of a scale of 1
    expect(values[1][1]).toBeCloseTo(0.4, 12);
    point("pointerup", [x, y]);
    expect(store.of("end")).toHaveLength(1);
  });

  it("goes ten times as far with Shift, a tenth with Alt", () => {
    const [x, y] = placeOf("0/0/b");
    point("pointerdown", [x, y]);
    point("pointermove", [x, y + 4]);
    point("pointermove", [x, y - 11], { shiftKey: true });
    point("pointermove", [x, y - 26], { altKey: true });
    const values = store.of("edit").map(([, value]) => (value as number[])[0]);
    expect(values[0]).toBeCloseTo(0.5 + 1, 9);
    expect(values[1]).toBeCloseTo(1.5 + 0.01, 9);
    point("pointerup", [x, y]);
  });

  it("leaves frozen weights alone, and all of them where nothing may be edited", () => {
    const drag = () => {
      const [x, y] = placeOf("0/1/0");
      point("pointerdown", [x, y]);
      point("pointermove", [x, y - 4]);
      point("pointermove", [x, y - 34]);
      point("pointerup", [x, y]);
    };
    store.patch({ frozen: new Set([2]) });
    drag();
    mount(stateOf([2, 2, 1]), { editable: false });
    drag();
    press(part("0/1/0"), "ArrowUp");
    press(part("0/1/0"), "Enter");
    expect(store.of("edit")).toEqual([]);
    expect(find(".nnw-graph-field")).toBeNull();
  });
});

describe("typing", () => {
  it("sets a weight after a click, and goes back to it", () => {
    const at = placeOf("0/1/0");
    point("pointerdown", at);
    point("pointerup", at);
    const input = find<HTMLInputElement>(".nnw-graph-field input");
    expect(find(".nnw-graph-field").textContent).toContain("w₂₁⁽¹⁾");
    expect(input.value).toBe("0.3");
    input.value = "two";
    press(input, "Enter");
    expect(input.getAttribute("aria-invalid")).toBe("true");
    expect(find(".nnw-graph-field")).not.toBeNull();
    input.value = "−2.5";
    press(input, "Enter");
    expect(store.of("edit")).toEqual([[[2], [-2.5]]]);
    expect(find(".nnw-graph-field")).toBeNull();
    expect(focused()).toBe("0/1/0");
  });

  it("is given up by Escape", () => {
    press(part("0/0/b"), "Enter");
    const input = find<HTMLInputElement>(".nnw-graph-field input");
    input.value = "9";
    press(input, "Escape");
    expect(store.of("edit")).toEqual([]);
    expect(find(".nnw-graph-field")).toBeNull();
  });
});

describe("keys", () => {
  it("walk along the network, one stop for Tab", () => {
    expect(el.querySelectorAll('[data-part][tabindex="0"]')).toHaveLength(1);
    part("-1/0").focus();
    for (const [key, id] of [
      ["ArrowRight", "0/0/0"],
      ["PageDown", "0/0/1"],
      ["PageDown", "0/0/b"],
      ["ArrowRight", "0/0"],
      ["ArrowDown", "0/1"],
      ["ArrowRight", "1/0/1"],
      ["ArrowRight", "1/0"],
    ]) {
      press(document.activeElement as Element, key);
      expect(focused()).toBe(id);
    }
    expect(part("1/0").getAttribute("tabindex")).toBe("0");
    expect(el.querySelectorAll('[data-part][tabindex="0"]')).toHaveLength(1);
  });

  it("change a weight, a run of presses being one step of undo", () => {
    part("0/0/0").focus();
    press(part("0/0/0"), "ArrowUp");
    press(part("0/0/0"), "ArrowUp", { shiftKey: true });
    press(part("0/0/0"), "ArrowDown", { altKey: true });
    expect(store.state.params[0]).toBeCloseTo(0.209, 12);
    expect(store.of("begin")).toHaveLength(1);
    vi.advanceTimersByTime(700);
    expect(store.of("end")).toHaveLength(1);
    const label = part("0/0/0").getAttribute("aria-label");
    expect(label).toBe("w₁₁⁽¹⁾ is 0.2090, from x₁ to unit 1 of layer 1");
    expect(part("0/0/0").getAttribute("aria-valuenow")).toBe("0.209");
  });

  it("play and pause with Space, and choose samples", () => {
    part("0/0/0").focus();
    press(part("0/0/0"), " ");
    expect(store.of("train")).toEqual([[{ action: "play" }]]);
    press(part("0/0/0"), ".");
    expect(options.get("sample")).toBe(0);
    press(part("0/0/0"), ",");
    expect(options.get("sample")).toBe(3);
    expect(store.state.selection.sample).toBe(3);
    press(part("0/0/0"), "Escape");
    expect(options.get("sample")).toBeNull();
  });
});

describe("what is pointed at", () => {
  it("is told to every view, and taken back", () => {
    point("pointermove", placeOf("0/1"));
    expect(store.state.selection.unit).toEqual({ layer: 0, unit: 1 });
    expect(find(".nnw-tip").textContent).toContain("tanh(z₂)");
    point("pointermove", placeOf("0/1/0"));
    expect(store.state.selection).toMatchObject({ unit: null, weight: 2 });
    expect(find(".nnw-tip").textContent).toContain("→ z₂");
    point("pointerleave", [0, 0]);
    expect(store.state.selection).toMatchObject({ unit: null, weight: null });
    expect(find(".nnw-tip")).toBeNull();
  });

  it("shows the numbers of the sample that any view points at", () => {
    const { selection } = store.state;
    store.patch({ selection: { ...selection, sample: 3 } });
    const texts = [...el.querySelectorAll("[data-value]")].map((each) => each.textContent);
    // x = (1, 1): a₁ = tanh 0.8, a₂ = tanh 1.3, p = σ(0.7 a₁ + 0.8 a₂ + 0.9)
    expect(texts).toEqual(["1.0", "1.0", " = 0.66", " = 0.86", "0.89"]);
    expect(find(".nnw-graph-caption").textContent).toContain(
      "sample 3: class 0, predicted class 1",
    );
    options.set("sample", 1);
    store.patch({ selection: { ...selection, sample: null } });
    expect(find(".nnw-graph-caption").textContent).toContain("sample 1");
    store.patch({ data: { ...store.state.data, n: 1 } }); // rows were deleted
    expect(find(".nnw-graph-caption").textContent?.trim()).toBe("");
  });
});

describe("what edges show", () => {
  it("is changed by the menu, and says what it is", () => {
    const select = find<HTMLSelectElement>(".nnw-graph-toolbar select");
    select.value = "updates";
    select.dispatchEvent(new Event("change", { bubbles: true }));
    settle();
    expect(options.get("edges")).toBe("updates");
    const text = find(".nnw-graph-caption").textContent as string;
    expect(text).toContain("Δw = −η·g over 4 samples, η = 0.050");
    expect(text).toContain("adam scales each");
    expect(part("0/0/0").getAttribute("aria-label")).toBeTruthy();
  });

  it("says where there is none", () => {
    mount(networkOf({ sizes: [2, 2, 1], spec: { loss: "custom" } }), { edges: "gradients" });
    expect(find(".nnw-graph-caption").textContent).toContain("no gradients here");
  });
});

describe("wide layers", () => {
  it("are turned by a click on their band and by Enter on a bundle", () => {
    mount(networkOf({ sizes: [2, 64, 1] }));
    expect(part("0/9")).not.toBeNull();
    expect(part("0/10")).toBeNull();
    const at = placeOf("0/after");
    point("pointerdown", at);
    point("pointerup", at);
    expect(part("0/10")).not.toBeNull();
    // params grow with their place: the strongest is the last one's
    press(part("1/0/after"), "Enter");
    expect(part("0/63")).not.toBeNull();
    expect(focused()).toBe("1/0/63");
  });
});

describe("deep networks", () => {
  it("are turned by layers", () => {
    mount(networkOf({ sizes: [2, ...Array.from({ length: 20 }, () => 3), 1] }));
    const turn = (way: number) => find<HTMLButtonElement>(`[data-turn="${way}"]`);
    expect(part("-1/0")).not.toBeNull();
    expect(turn(-1)).toBeNull();
    const after = Number(turn(1).textContent);
    turn(1).click();
    settle();
    expect(part("-1/0")).toBeNull();
    expect(Number(turn(-1).textContent) + Number(turn(1)?.textContent ?? 0)).toBe(after);
    turn(1).click();
    settle();
    turn(1)?.click();
    settle();
    expect(part("20/0")).not.toBeNull();
    expect(turn(1)).toBeNull();
  });
});

describe("a model of ours", () => {
  const op = (name: string) => [...el.querySelectorAll<HTMLButtonElement>(`[data-op="${name}"]`)];

  it("gets and loses units and layers", () => {
    expect(el.querySelectorAll(".nnw-graph-change")).toHaveLength(0);
    mount(networkOf({ sizes: [2, 3, 1, 1], spec: { editable: true } }));
    expect(op("add_layer")).toHaveLength(3);
    op("add_unit")[0].click();
    op("remove_unit")[0].click();
    op("remove_layer")[1].click();
    op("add_layer")[0].click();
    expect(op("remove_unit")[1].disabled).toBe(true); // the last of its layer
    press(part("0/1"), "Delete");
    press(part("-1/0"), "Delete");
    expect(store.of("restructure").map(([change]) => change)).toEqual([
      { op: "add_unit", layer: 0 },
      { op: "remove_unit", layer: 0, unit: 2 },
      { op: "remove_layer", layer: 1 },
      { op: "add_layer", after: -1 },
      { op: "remove_unit", layer: 0, unit: 1 },
    ]);
    store.status({ state: "playing" });
    expect(op("add_unit")[0].disabled).toBe(true);
  });
});

describe("modules that the page does not compute", () => {
  it("are blocks with the shapes that Python sent", () => {
    mount(networkOf({ sizes: [4, 3, 1], spec: { kind: "opaque" } }));
    expect(el.textContent).toContain("Computed by Python…");
    const block = {
      path: "0",
      kind: "Conv2d",
      detail: "1, 4, kernel_size=(3, 3)",
      shapes: [[4, 2, 2]],
      parameters: 40,
      calls_before: 0,
    };
    feed.say({ blocks: [block], input: [1, 4, 4] });
    const [input, first] = el.querySelectorAll(".nnw-graph-block");
    expect(input.textContent).toContain("1 × 4 × 4");
    expect(first.textContent).toContain("4 × 2 × 2");
    expect(first.getAttribute("aria-label")).toContain("40 parameters");
    expect(find(".nnw-graph-caption").textContent).toContain("are not shown");
    feed.say({ error: "RuntimeError: no" });
    expect(find('[role="alert"]').textContent).toContain("RuntimeError: no");
  });
});

it("leaves nothing behind", () => {
  view.dispose();
  expect(store.subscribers).toBe(0);
  expect(el.querySelector(".nnw-graph")).toBeNull();
  mount();
});
