// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { SurfacePicture } from "../scene/surface_types.js";
import { mountSurface3d } from "./surface3d.js";

const KEY = Symbol.for("plotly.js-gl3d@4");

const picture = {
  grid: {
    ...{ serial: 1, revision: 0, nx: 2, ny: 2, extent: [0, 1, 0, 1], names: ["a", "b"] },
    ...{ x: Float64Array.of(0, 1), y: Float64Array.of(0, 1), z: Float64Array.of(1, 2, 3, 4) },
    ...{ origin: new Float64Array(2), directions: [new Float64Array(2), new Float64Array(2)] },
    ...{ how: "", share: 1, explained: null, data: "train" },
  },
  shading: { low: 1, high: 4, log: false },
  ball: { x: 0.5, y: 0.5, off: 0, away: false, loss: 2, exact: true },
  ...{ gradient: null, tracks: [], start: null, best: null, stale: false },
} as SurfacePicture;

const done = () => new Promise((resolve) => setTimeout(resolve));

describe("the 3-D view", () => {
  const listeners = new Map<string, (event: object) => void>();
  const plotly = {
    react: vi.fn(async (element: object) => {
      Object.assign(element, {
        on: (name: string, listener: (event: object) => void) => listeners.set(name, listener),
      });
    }),
    purge: vi.fn(),
  };
  const pick = vi.fn();
  let host: HTMLElement;

  beforeEach(() => {
    host = document.createElement("div");
    document.body.append(host);
    vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(400);
    vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(300);
    Object.assign(globalThis, { [KEY]: Promise.resolve(plotly) });
  });

  afterEach(() => {
    Reflect.deleteProperty(globalThis, KEY);
    host.remove();
    listeners.clear();
    vi.restoreAllMocks();
    vi.clearAllMocks();
  });

  async function mounted(chunk = async () => new ArrayBuffer(0)) {
    const view = mountSurface3d(host, { chunk, pick });
    view.update(picture);
    await done();
    return { view, root: host.querySelector(".nnw-surface3d") as HTMLElement };
  }

  it("draws with the page's plotly and frees what it drew", async () => {
    const { view } = await mounted();
    expect(plotly.react).toHaveBeenCalledTimes(1);
    view.update(picture);
    await done();
    expect(plotly.react).toHaveBeenCalledTimes(1);
    view.dispose();
    expect(plotly.purge).toHaveBeenCalledTimes(1);
    expect(host.children).toHaveLength(0);
  });

  it("says why there is no plotly, and asks again when told to", async () => {
    Reflect.deleteProperty(globalThis, KEY);
    const { root } = await mounted(async () => Promise.reject(new Error("no kernel")));
    expect(root.textContent).toContain("could not be loaded: no kernel");
    Object.assign(globalThis, { [KEY]: Promise.resolve(plotly) });
    root.querySelector("button")?.click();
    await done();
    expect(plotly.react).toHaveBeenCalledTimes(1);
    expect(root.querySelector<HTMLElement>(".nnw-surface3d-note")?.hidden).toBe(true);
  });

  it("moves the ball where a click began and ended, and not where a turn did", async () => {
    const { root } = await mounted();
    listeners.get("plotly_hover")?.({ points: [{ curveNumber: 0, x: 0.25, y: 0.75 }] });
    const press = (type: string, clientX: number) =>
      root.dispatchEvent(new PointerEvent(type, { button: 0, clientX, clientY: 0 }));
    press("pointerdown", 10);
    press("pointerup", 60);
    expect(pick).not.toHaveBeenCalled();
    press("pointerdown", 10);
    press("pointerup", 12);
    expect(pick).toHaveBeenCalledWith([0.25, 0.75]);
    pick.mockClear();
    listeners.get("plotly_unhover")?.({});
    press("pointerdown", 10);
    press("pointerup", 10);
    expect(pick).not.toHaveBeenCalled();
  });

  it("moves the ball by arrow keys, which reach nothing else", async () => {
    const { root } = await mounted();
    const outside = vi.fn();
    host.addEventListener("keydown", outside);
    const press = (key: string, more = {}) =>
      root.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, ...more }));
    press("ArrowRight", { shiftKey: true });
    expect(pick.mock.lastCall?.[0][0]).toBeCloseTo(0.6, 12);
    press("ArrowDown");
    expect(pick.mock.lastCall?.[0][1]).toBeCloseTo(0.49, 12);
    expect(outside).not.toHaveBeenCalled();
    press("x");
    expect(outside).toHaveBeenCalledTimes(1);
  });
});
