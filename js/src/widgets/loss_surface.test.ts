// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Surface3dDeps, SurfacePicture } from "../scene/surface_types.js";
import { type FakeStore, fakeOptions, fakeStore } from "../testing/fake-store.js";
import { layOut, type Painted } from "../testing/layout.js";
import { fakeChannel, IDLE, SURFACE, SURFACE_OPTIONS } from "../testing/surfaces.js";
import { networkOf } from "../testing/views.js";
import { lossSurface } from "./loss_surface.js";

const space = vi.hoisted(() => ({
  mounted: 0,
  pictures: [] as SurfacePicture[],
  deps: null as Surface3dDeps | null,
}));
const page = vi.hoisted(() => ({ webgl: true }));
vi.mock("../render/webgl.js", () => ({ hasWebgl: () => page.webgl }));
vi.mock("./surface3d.js", () => ({
  mountSurface3d(_host: HTMLElement, deps: Surface3dDeps) {
    space.mounted += 1;
    space.deps = deps;
    return {
      update: (picture: SurfacePicture) => void space.pictures.push(picture),
      dispose: () => void space.mounted--,
    };
  },
}));

let painted: Painted;
let store: FakeStore;
let options: ReturnType<typeof fakeOptions>;
let el: HTMLElement;
let unmount: () => void;
let said: string[];

function mount(values: Record<string, unknown> = {}): void {
  document.body.innerHTML = "";
  el = document.body.appendChild(document.createElement("div"));
  store = fakeStore(networkOf({ sizes: [1, 1, 1] }));
  options = fakeOptions({ ...SURFACE_OPTIONS, ...values });
  said = [];
  unmount = lossSurface({ store, options, el, channel: fakeChannel(said) });
  vi.advanceTimersByTime(50);
}

beforeEach(() => {
  vi.useFakeTimers();
  Object.assign(space, { mounted: 0, pictures: [], deps: null });
  page.webgl = true;
  painted = layOut();
  mount();
});
afterEach(() => {
  unmount();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const find = (selector: string) => el.querySelector(selector) as HTMLElement;
const change = (name: string, value: unknown) => {
  options.set(name, value);
  vi.advanceTimersByTime(50);
};
const ball = () => el.querySelector(".nnw-ball") as SVGElement;
const place = () => ball().getAttribute("transform") as string;
const button = (text: string) =>
  [...el.querySelectorAll("button")].find((each) =>
    each.textContent?.includes(text),
  ) as HTMLElement;
const pointer = (type: string, x: number, y: number) =>
  ball().dispatchEvent(
    new PointerEvent(type, { clientX: x, clientY: y, button: 0, bubbles: true, cancelable: true }),
  );

describe("a drag of the ball", () => {
  it("moves the weights and the ball, and paints no picture", () => {
    const [before, pictures] = [place(), painted.pictures];
    pointer("pointerdown", 250, 200);
    pointer("pointermove", 300, 150);
    store.paint();
    const [w, b, v, c] = store.state.params;
    expect([w > 0.1, b, v > 0.3, c]).toEqual([true, 0.2, true, 0.4]);
    expect([place() !== before, painted.pictures]).toEqual([true, pictures]);
    expect(find(".nnw-surface").dataset.frame).toBe(String(store.frame));
    expect(space.pictures.at(-1)?.ball.x).toBe(w);
    pointer("pointerup", 300, 150);
    expect([store.of("begin").length, store.of("end").length]).toEqual([1, 1]);
  });

  it("can be done by keys", () => {
    ball().dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
    expect(store.state.params[0]).toBeCloseTo(0.14, 12); // a hundredth of 4 to the right
  });

  it("says where it is", () => {
    expect(ball().getAttribute("aria-valuetext")).toMatch(/^0\.weight\[0,0\] 0\.1000, 2\.weight/);
    expect(Number(ball().getAttribute("aria-valuenow"))).toBe(0.1);
  });
});

describe("a network of other units or layers", () => {
  it("is not moved in the plane of the one before", () => {
    pointer("pointerdown", 250, 200);
    const spec = { ...store.state.spec, revision: 1 };
    store.patch({ spec });
    pointer("pointermove", 300, 150);
    pointer("pointerup", 300, 150);
    ball().dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
    space.deps?.pick([1, 1]);
    expect(store.of("edit")).toEqual([]);
    change("_surface", { ...SURFACE, serial: 2, revision: 1 });
    ball().dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
    expect(store.of("edit")).toHaveLength(1);
  });
});

describe("the picture", () => {
  it("is the map alone in a page without WebGL, and says so", () => {
    unmount();
    page.webgl = false;
    mount({ kind: "surface" });
    expect([space.mounted, find(".nnw-surface").dataset.kind]).toEqual([0, "contour"]);
    expect(el.querySelectorAll(".nnw-plot")).toHaveLength(1);
    expect(find(".nnw-caption").textContent).toContain("no WebGL");
  });

  it("is painted anew with another grid or scale, and in no other frame", () => {
    const first = painted.pictures;
    store.paint();
    store.patch({ params: Float64Array.of(0.5, 0.2, 0.5, 0.4) });
    expect(painted.pictures).toBe(first);
    change("log", true);
    expect(painted.pictures).toBe(first + 1);
    change("_surface", { ...SURFACE, serial: 2 });
    expect(painted.pictures).toBe(first + 2);
  });

  it("shows both views, or one of them", () => {
    expect([space.mounted, !!find(".nnw-plot")]).toEqual([1, true]);
    change("kind", "contour");
    expect([space.mounted, !!find(".nnw-plot")]).toEqual([0, true]);
    change("kind", "surface");
    expect([space.mounted, !!find(".nnw-plot")]).toEqual([1, false]);
  });

  it("offers three dimensions but in a page that has no plotly", () => {
    const offers = () => el.querySelector("option[value=surface]") !== null;
    expect(offers()).toBe(true);
    unmount();
    mount({ kind: "contour", _flat: true });
    expect(offers()).toBe(false);
  });

  it("of a line is a profile without colours", () => {
    const directions = Float64Array.of(1, 0, 0, 0, 0, 0, 0, 0);
    const line = { ny: 1, y: Float64Array.of(0), z: SURFACE.z.slice(0, 9), directions };
    const origin = Float64Array.of(0, 0.2, 0.3, 0.4);
    change("_surface", { ...SURFACE, ...line, origin });
    expect(el.querySelectorAll(".nnw-profile").length).toBe(1);
    expect([space.mounted, find(".nnw-colour-bar")]).toEqual([0, null]);
  });

  it("names its holes and what its axes explain", () => {
    const z = SURFACE.z.slice();
    z.set([Number.NaN, Infinity]);
    change("_surface", { ...SURFACE, z, explained: [0.8, 0.15] });
    expect(find(".nnw-caption").textContent).toMatch(/80\.0 % and 15\.0 %.* · hatched: 2 cells/);
  });

  it("is moved to a click in three dimensions, as one step of undo", () => {
    space.deps?.pick([1, -1]);
    expect([...store.state.params].map((each) => Number(each.toFixed(9)))).toEqual([
      1, 0.2, -1, 0.4,
    ]);
    expect(store.calls.map(({ name }) => name)).toEqual(["begin", "edit", "end"]);
  });
});

describe("a pointer over the map", () => {
  // The frame of a plot of 500 by 400 is from 46 to 488 and from 10 to 362: (0, 0) is in its middle.
  const [CX, CY] = [267, 186];
  const over = (type: string, x: number, y: number) => {
    const Kind = type === "dblclick" ? MouseEvent : PointerEvent;
    const event = new Kind(type, { clientX: x, clientY: y, bubbles: true });
    find(".nnw-plot").dispatchEvent(event);
  };
  const tip = () => [...el.querySelectorAll(".nnw-tip > *")].map((each) => each.textContent);

  it("reads the surface there", () => {
    over("pointermove", CX + 221 / 4, CY); // a quarter of the way to the right: x = 0.5
    expect(tip()).toEqual([
      ...["the surface", "0.weight[0,0]", "0.5000", "2.weight[0,0]", "0.000", "loss", "10.00"],
    ]);
    over("pointerleave", 0, 0);
    expect(tip()).toEqual([]);
  });

  it("tells of an epoch of a run", () => {
    const run = { name: "SGD", current: false, epochs: Float64Array.of(0, 1500) };
    const places = { xy: Float64Array.of(-1, -1, 0, 0), off: Float64Array.of(0, 0.25) };
    change("_tracks", [{ ...run, ...places, loss: Float64Array.of(3, 2) }]);
    over("pointermove", CX + 3, CY - 3);
    expect(tip()).toEqual([
      ...["SGD", "epoch", "1,500", "loss", "2.000", "off the plane by", "0.250"],
    ]);
    change("_tracks", [{ ...run, ...places, loss: Float64Array.of(3, Number.NaN) }]);
    over("pointermove", CX + 3, CY - 3);
    expect(tip().slice(3, 5)).toEqual(["loss", "9.000"]); // of the surface: nobody recorded it
  });

  it("puts the ball there by a double click, inside the frame only", () => {
    over("dblclick", CX, CY);
    const { params } = store.state;
    expect([params[0], params[2]]).toEqual([expect.closeTo(0, 9), expect.closeTo(0, 9)]);
    over("dblclick", 20, CY);
    expect(store.of("edit").length).toBe(1);
  });
});

describe("keys", () => {
  const key = (key: string, init: KeyboardEventInit = {}, at: Element = find(".nnw-plot")) => {
    at.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, ...init }));
    vi.advanceTimersByTime(50);
  };

  it("zoom, and show all of it again", () => {
    const whole = place();
    const pictures = painted.pictures;
    key("+");
    expect(place()).not.toBe(whole);
    key("0");
    expect([place(), painted.pictures]).toEqual([whole, pictures + 2]);
  });

  it("train and undo as in every view, also from the ball", () => {
    key(" ");
    key("z", { ctrlKey: true }, ball());
    expect(store.of("train")).toEqual([[{ action: "play" }]]);
    expect(store.of("undo").length).toBe(1);
  });

  it("in a menu are the menu's", () => {
    key("0", {}, find("select"));
    key("ArrowRight", {}, find("select"));
    expect(store.calls).toEqual([]);
  });
});

describe("the badge", () => {
  const badge = () => find(".nnw-surface-badge");

  it("says how far off the plane the network is, and recomputes", () => {
    expect(badge()).toBeNull();
    store.patch({ params: Float64Array.of(0.1, 0.2, 0.3, 0.82) });
    expect(badge().textContent).toContain("off the plane by 0.42");
    expect(find(".nnw-surface").classList.contains("nnw-stale")).toBe(true);
    button("Recompute (1.5 s)").click();
    expect(said).toEqual(["compute"]);
  });

  it("of other data or another activation says that", () => {
    change("_state", { ...IDLE, stale: true });
    expect(badge().textContent).toContain("out of date");
  });

  it("tells how far it is, and cancels", () => {
    change("_state", { ...IDLE, state: "computing", share: 0.25 });
    expect(badge().textContent).toContain("25.0");
    button("Cancel").click();
    expect(said).toEqual(["cancel"]);
  });

  it("gives the reason of a failure", () => {
    change("_state", { ...IDLE, state: "failed", message: "both axes are the same" });
    expect(badge().textContent).toContain("both axes are the same");
    expect(badge().getAttribute("role")).toBe("alert");
  });

  it("offers to compute where there is no surface yet", () => {
    unmount();
    mount({ _surface: {}, _state: {} });
    button("Compute").click();
    expect([said, find(".nnw-plot")]).toEqual([["compute"], null]);
    change("_surface", SURFACE);
    vi.advanceTimersByTime(50);
    expect(ball()).not.toBeNull();
  });
});

describe("the menus", () => {
  const choose = (label: string, value: string) => {
    const select = find(`select[aria-label=${label}]`) as HTMLSelectElement;
    select.value = value;
    select.dispatchEvent(new Event("change"));
    vi.advanceTimersByTime(50);
  };

  it("choose parameters by name, and never one twice", () => {
    choose("across", "3");
    expect(options.get("axes")).toEqual(["2.bias[0]", "2.weight[0,0]"]);
    choose("up", "3");
    expect(options.get("axes")).toEqual(["2.weight[0,0]", "2.bias[0]"]);
  });

  it("choose directions, which have no names to choose from", () => {
    choose("plane", "random");
    expect([options.get("axes"), find("select[aria-label=across]")]).toEqual(["random", null]);
    choose("plane", "parameters");
    expect(options.get("axes")).toBeNull();
  });

  it("change the scale", () => {
    button("log").click();
    expect(options.get("log")).toBe(true);
  });
});

it("leaves nothing behind", () => {
  unmount();
  expect([store.subscribers, space.mounted, el.textContent?.trim()]).toEqual([0, 0, ""]);
});
