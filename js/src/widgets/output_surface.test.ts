// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { OutputPicture } from "../scene/output_types.js";
import { type FakeStore, fakeOptions, fakeStore } from "../testing/fake-store.js";
import { layOut } from "../testing/layout.js";
import { networkOf } from "../testing/views.js";
import type { Feed } from "./feed.js";
import { turnedBy } from "./output_space.js";
import { outputSurface } from "./output_surface.js";

const page = vi.hoisted(() => ({ webgl: true, pictures: [] as OutputPicture[], mounted: 0 }));
vi.mock("../render/webgl.js", () => ({ hasWebgl: () => page.webgl }));
// A test page has no canvas to draw markers on.
vi.mock("../render/points.js", () => ({
  radiusFor: () => 5,
  PointPainter: class {
    constructor(readonly canvas: HTMLCanvasElement) {}
    paint() {}
  },
}));
vi.mock("./plotly_space.js", () => ({
  PlotlySpace: class {
    root = document.createElement("div");
    signal = new AbortController().signal;
    constructor(host: HTMLElement) {
      this.root.className = "space";
      host.append(this.root);
      page.mounted++;
    }
    load = async () => {};
    update = (picture: OutputPicture) => void page.pictures.push(picture);
    dispose = () => {
      page.mounted--;
      this.root.remove();
    };
  },
}));

const OPTIONS = {
  ...{ output: 0, projection: "3d", table: true, resolution: 9, extent: null, eye: null },
  ...{ controls: false, width: 440, height: 300, title: "", _led: false },
};
const state = networkOf({
  ...{ sizes: [2, 2, 1], activation: "relu", params: [1, 1, 1, 1, 0, -1, 1, -2, 0] },
  spec: { task: "regression", loss: "mse" },
});
const feed = { chunk: async () => new ArrayBuffer(0), latest: null } as unknown as Feed;

let store: FakeStore;
let options: ReturnType<typeof fakeOptions>;
let el: HTMLElement;
let unmount: () => void;

function mount(values: Record<string, unknown> = {}): void {
  el = document.createElement("div");
  document.body.replaceChildren(el);
  store = fakeStore(state);
  options = fakeOptions({ ...OPTIONS, ...values });
  unmount = outputSurface({ store, options, el, feed });
}
const cells = (name: string) =>
  [...el.querySelectorAll(`.nnw-truth [data-name=${name}]`)].map((cell) => cell.textContent);

beforeEach(() => {
  vi.useFakeTimers();
  layOut();
  Object.assign(page, { webgl: true, pictures: [], mounted: 0 });
});
afterEach(() => {
  unmount();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe("the output surface", () => {
  it("moves in the frame in which a weight does, with its table", () => {
    mount();
    expect(cells("output")).toEqual(["0.0000", "1.0000", "1.0000", "0.0000"]);
    store.edit([8], [0.25]);
    store.paint();
    expect(page.pictures.at(-1)?.targets.output[1]).toBeCloseTo(1.25, 12);
    expect(cells("output")[0]).toBe("0.2500");
    expect(cells("error")).toEqual(Array(4).fill("+0.2500"));
    expect(el.querySelector<HTMLElement>(".nnw-output")?.dataset.frame).toBe(String(store.frame));
  });

  it("is a map where that is wanted, and where there is no WebGL", () => {
    mount();
    options.set("projection", "2d");
    vi.advanceTimersByTime(50);
    expect([page.mounted, el.querySelectorAll(".nnw-plot").length]).toEqual([0, 1]);
    options.set("projection", "3d");
    vi.advanceTimersByTime(50);
    expect([page.mounted, el.querySelectorAll(".nnw-plot").length]).toEqual([1, 0]);
    unmount();
    page.webgl = false;
    mount();
    expect([page.mounted, el.querySelectorAll(".nnw-plot").length]).toEqual([0, 1]);
    expect(el.querySelector(".nnw-caption")?.textContent).toContain("no WebGL");
  });

  it("offers three dimensions but in a page that has no plotly", () => {
    const offers = () => el.querySelector("option[value='3d']") !== null;
    mount({ projection: "2d" });
    expect(offers()).toBe(true);
    unmount();
    mount({ projection: "2d", _flat: true });
    expect(offers()).toBe(false);
  });

  it("points at samples in the table, for all views, and shows what others point at", () => {
    mount();
    const row = el.querySelectorAll(".nnw-truth tbody tr")[2];
    row.dispatchEvent(new PointerEvent("pointerenter"));
    expect(store.state.selection.sample).toBe(2);
    store.paint();
    expect(row.className).toBe("hot");
    expect(page.pictures.at(-1)?.chosen).toBe(2);
  });

  it("calls dead units out", () => {
    mount();
    store.edit([4, 5, 6, 7, 8], [-9, -9, 1, 1, 0.5]);
    store.paint();
    const note = el.querySelector<HTMLElement>(".nnw-output-note");
    expect(note?.dataset.kind).toBe("stuck");
    expect(note?.textContent).toContain("2 of 2 ReLU units dead");
  });

  it("trains by keys, unless another network's bar does", () => {
    const press = () =>
      el
        .querySelector(".nnw-output")
        ?.dispatchEvent(new KeyboardEvent("keydown", { key: " ", bubbles: true }));
    mount();
    press();
    expect(store.of("train").length).toBe(1);
    unmount();
    mount({ _led: true });
    press();
    expect(store.of("train").length).toBe(0);
  });
});

describe("turning by keys", () => {
  it("keeps the distance, and stops short of the pole", () => {
    const eye = [1, 2, 2] as const;
    const left = turnedBy(eye, [-1, 0], false);
    expect(Math.hypot(...left)).toBeCloseTo(3, 12);
    expect(left[2]).toBeCloseTo(2, 12);
    const angle = Math.atan2(2, 1) - Math.atan2(left[1], left[0]);
    expect((angle * 180) / Math.PI).toBeCloseTo(6, 9);
    let up = [...eye] as [number, number, number];
    for (let i = 0; i < 40; i++) up = turnedBy(up, [0, 1], true) as [number, number, number];
    expect((Math.asin(up[2] / 3) * 180) / Math.PI).toBeCloseTo(85, 9);
  });
});
