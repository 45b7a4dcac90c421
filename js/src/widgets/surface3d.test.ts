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

const ROOM = Symbol.for("nnwidgets.webgl-room@1");

const done = () => new Promise((resolve) => setTimeout(resolve));

describe("the 3-D view", () => {
  const listeners = new Map<string, (event: object) => void>();
  const camera = { eye: { x: 1, y: 2, z: 3 } };
  const loseContext = vi.fn();
  let scene: { glplot: { oncontextloss: (() => void) | null } };
  const plotly = {
    react: vi.fn(async (element: object, _traces: unknown, _layout: Record<string, object>) => {
      const gl = { getExtension: () => ({ loseContext }) };
      scene = Object.assign(
        { glplot: { gl, oncontextloss: null } },
        { getCamera: () => camera, toImage: () => "data:image/png;base64,AA" },
      );
      Object.assign(element, {
        on: (name: string, listener: (event: object) => void) => listeners.set(name, listener),
        _fullLayout: { scene: { _scene: scene } },
      });
    }),
    purge: vi.fn((element: object) => {
      for (const name of ["on", "_fullLayout"]) Reflect.deleteProperty(element, name);
    }),
  };
  const sight = { changed: (_: { isIntersecting: boolean }[]) => {} };
  const pick = vi.fn();
  let host: HTMLElement;

  beforeEach(() => {
    host = document.createElement("div");
    document.body.append(host);
    vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(400);
    vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(300);
    Object.assign(globalThis, { [KEY]: Promise.resolve(plotly) });
    const Observer = class {
      constructor(changed: typeof sight.changed) {
        sight.changed = changed;
      }
      observe() {}
      disconnect() {}
    };
    vi.stubGlobal("IntersectionObserver", Observer);
  });

  afterEach(() => {
    for (const key of [KEY, ROOM]) Reflect.deleteProperty(globalThis, key);
    host.remove();
    listeners.clear();
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
    vi.clearAllMocks();
  });

  async function mounted(chunk = async () => new ArrayBuffer(0)) {
    const view = mountSurface3d(host, { chunk, pick });
    sight.changed([{ isIntersecting: true }]);
    view.update(picture);
    await done();
    return { view, root: host.querySelector(".nnw-surface3d") as HTMLElement };
  }
  const said = (root: HTMLElement) => root.querySelector(".nnw-surface3d-note")?.textContent;

  it("draws with the page's plotly and frees what it drew", async () => {
    const { view } = await mounted();
    expect(plotly.react).toHaveBeenCalledTimes(1);
    view.update(picture);
    await done();
    expect(plotly.react).toHaveBeenCalledTimes(1);
    view.dispose();
    expect(plotly.purge).toHaveBeenCalledTimes(1);
    expect(loseContext).toHaveBeenCalledTimes(1); // a browser may wait long before it does
    expect(host.children).toHaveLength(0);
  });

  it("goes while it is being drawn, once that is done", async () => {
    let end = () => {};
    const drawn = new Promise<void>((resolve) => {
      end = resolve;
    });
    const draw = plotly.react.getMockImplementation() as typeof plotly.react;
    plotly.react.mockImplementationOnce(async (...args) => {
      await drawn;
      await draw(...args);
    });
    const { view, root } = await mounted();
    view.dispose();
    expect([root.isConnected, plotly.purge.mock.calls.length]).toEqual([false, 0]);
    end();
    await done();
    expect([plotly.purge.mock.calls.length, loseContext.mock.calls.length]).toEqual([1, 1]);
  });

  it("takes no context while nobody sees it", async () => {
    const view = mountSurface3d(host, { chunk: async () => new ArrayBuffer(0), pick });
    view.update(picture);
    await done();
    expect(plotly.react).not.toHaveBeenCalled();
    sight.changed([{ isIntersecting: true }]);
    await done();
    expect(plotly.react).toHaveBeenCalledTimes(1);
    view.dispose();
  });

  it("is a still picture while too many others draw, and moves again when pointed at", async () => {
    const { root } = await mounted();
    const others = [];
    for (let i = 0; i < 8; i++) others.push((await mounted()).view);
    expect([plotly.purge.mock.calls.length, loseContext.mock.calls.length]).toEqual([1, 1]);
    expect(said(root)).toContain("A still picture: 8 others");
    expect(root.style.backgroundImage).toContain("data:image/png");
    expect(root.hasAttribute("data-still")).toBe(true);
    root.dispatchEvent(new PointerEvent("pointerenter"));
    await done();
    expect(plotly.purge).toHaveBeenCalledTimes(2); // another is still in its place
    expect(plotly.react).toHaveBeenCalledTimes(10);
    expect(plotly.react.mock.lastCall?.[2].scene).toMatchObject({ camera }); // seen from where it was
    expect([said(root), root.style.backgroundImage]).toEqual(["", ""]);
    others[5].dispose(); // and the other comes back by itself
    await done();
    expect(plotly.react).toHaveBeenCalledTimes(11);
  });

  it("is drawn again where the browser took its context, unless it does so again", async () => {
    vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue({
      getExtension: () => null,
    } as unknown as null);
    const { root } = await mounted();
    const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
    scene.glplot.oncontextloss?.();
    expect(plotly.purge).not.toHaveBeenCalled(); // not within plotly's own frame
    await wait(400);
    expect(plotly.react).toHaveBeenCalledTimes(2);
    scene.glplot.oncontextloss?.();
    await wait(400);
    expect(plotly.react).toHaveBeenCalledTimes(2);
    expect(said(root)).toContain("The browser took this 3-D view away");
    root.querySelector("button")?.click();
    await done();
    expect(plotly.react).toHaveBeenCalledTimes(3);
    expect(said(root)).toBe("");
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
