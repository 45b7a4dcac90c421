// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { PointPainter } from "../render/points.js";
import type { PointsMark } from "../scene/types.js";
import type { NetState } from "../state/types.js";
import { type FakeStore, fakeOptions, fakeStore } from "../testing/fake-store.js";
import { layOut } from "../testing/layout.js";
import { dataOf, networkOf } from "../testing/views.js";
import { decisionLines } from "./decision_lines.js";
import type { Options } from "./view.js";

const TEST = dataOf([[0.5, 0.5]], [[1]]);
const plain = networkOf({ sizes: [2, 2, 1] });
const tested: NetState = { ...plain, data: { ...plain.data, test: TEST } };

let el: HTMLElement;
let store: FakeStore;
let options: Options;
let unmount = () => {};
let frames: FrameRequestCallback[];
let painted: (PointsMark | null)[];

function mount(state: NetState): void {
  const shown = { show_lines: true, show_points: true, show_test: true, discrete: false };
  const own = { axes: [0, 1], fixed: null, field: "output", extent: null, layer: 0, ghost: "none" };
  options = fakeOptions({ ...own, ...shown, editable: true, width: 440, height: 400, title: "" });
  el = document.createElement("div");
  document.body.append(el);
  store = fakeStore(state);
  unmount = decisionLines({ store, options, el } as never);
}

const button = (name: string) =>
  [...el.querySelectorAll<HTMLButtonElement>(".nnw-toggle")].find(
    ({ textContent }) => textContent?.trim() === name,
  );

beforeEach(() => {
  layOut();
  frames = [];
  painted = [];
  vi.stubGlobal("requestAnimationFrame", (call: FrameRequestCallback) => frames.push(call));
  vi.stubGlobal("cancelAnimationFrame", () => {});
  vi.spyOn(PointPainter.prototype, "paint").mockImplementation((points) => {
    painted.push(points);
  });
});

afterEach(() => {
  unmount();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  document.body.replaceChildren();
});

it("has a switch for test data where there are some, which is their legend", () => {
  mount(plain);
  expect(button("○ test")).toBeUndefined();
  unmount();
  mount(tested);
  expect(painted.at(-1)?.test?.n).toBe(1);
  const shown = button("○ test") as HTMLButtonElement;
  expect(shown.getAttribute("aria-pressed")).toBe("true");
  shown.click();
  for (const frame of frames.splice(0)) frame(0);
  expect(options.get("show_test")).toBe(false);
  expect(painted.at(-1)?.test).toBeNull();
  expect(button("○ test")?.getAttribute("aria-pressed")).toBe("false");
});

it("has a switch for flat colours where there is a field", () => {
  mount(tested);
  expect(button("flat")?.getAttribute("aria-pressed")).toBe("false");
  button("flat")?.click();
  for (const frame of frames.splice(0)) frame(0);
  expect(options.get("discrete")).toBe(true);
  options.set("field", "none");
  for (const frame of frames.splice(0)) frame(0);
  expect(button("flat")).toBeUndefined();
});

it("lets a deeper unit's curve be taken by pointer and keys, unless its bias is frozen", () => {
  // tanh(x₁) − tanh(x₂): the diagonal
  const params = [1, 0, 0, 1, 0, 0, 1, -1, 0, 1, 0];
  const deep = networkOf({ sizes: [2, 2, 1, 1], params });
  mount(deep);
  options.set("layer", 1);
  for (const frame of frames.splice(0)) frame(0);
  const curve = el.querySelector<SVGElement>('[data-curve="1/0"]') as SVGElement;
  expect(curve.getAttribute("aria-label")).toBe("h₁⁽²⁾: move");
  expect([...el.querySelectorAll(".nnw-name")].map((name) => name.textContent)).toEqual(["h₁⁽²⁾"]);

  const at = (type: string, x: number, y: number) =>
    curve.dispatchEvent(
      new PointerEvent(type, { bubbles: true, button: 0, buttons: 1, clientX: x, clientY: y }),
    );
  at("pointerdown", 200, 200);
  at("pointermove", 230, 200);
  at("pointerup", 230, 200);
  const [index, value] = store.of("edit").at(-1) as [number[], number[]];
  expect(index).toEqual([8]);
  expect(Math.abs(value[0])).toBeGreaterThan(0.01);
  expect(store.of("end")).toHaveLength(1);
  const down = new KeyboardEvent("keydown", { key: "ArrowUp", bubbles: true, cancelable: true });
  curve.dispatchEvent(down);
  expect(down.defaultPrevented).toBe(true);
  unmount();

  mount({ ...deep, frozen: new Set([8]) });
  options.set("layer", 1);
  for (const frame of frames.splice(0)) frame(0);
  expect(el.querySelector("[data-curve]")).toBeNull();
  expect(el.querySelector(".nnw-curve.unit")).not.toBeNull();
});
