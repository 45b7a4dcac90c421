// @vitest-environment happy-dom

import { render } from "lit-html";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Tiles } from "../scene/tiles.js";
import { fakeFeed, fakeMaps } from "../testing/fake-maps.js";
import { fakeOptions, fakeStore } from "../testing/fake-store.js";
import { featureMaps } from "./feature_maps.js";
import { amounts } from "./maps/amounts.js";
import { fieldText, sizeText } from "./maps/field_table.js";
import { nextPixel } from "./maps/tile_grid.js";

const frames: FrameRequestCallback[] = [];
const paint = () => {
  for (const frame of frames.splice(0)) frame(0);
};

beforeEach(() => {
  document.body.innerHTML = "";
  vi.stubGlobal("requestAnimationFrame", (frame: FrameRequestCallback) => frames.push(frame));
  vi.stubGlobal("cancelAnimationFrame", () => {});
  HTMLCanvasElement.prototype.getContext = (() => null) as never;
});
afterEach(() => vi.unstubAllGlobals());

function mounted() {
  const el = document.createElement("div");
  document.body.append(el);
  const store = fakeStore();
  const options = fakeOptions({
    sample: 3,
    layer: 0,
    channels: 16,
    scale: "layer",
    width: 700,
    controls: false,
    title: "",
  });
  const feed = fakeFeed();
  const dispose = featureMaps({ el, store, options, feed });
  feed.send(fakeMaps());
  paint();
  const text = (selector: string) =>
    el.querySelector(selector)?.textContent?.replace(/\s+/g, " ").trim() ?? "";
  const column = (i: number) => el.querySelectorAll<HTMLElement>(".nnw-maps-flow .nnw-tiles")[i];
  const press = (target: HTMLElement, key: string) => {
    target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    paint();
  };
  return { el, store, options, feed, dispose, text, column, press };
}

describe("FeatureMaps", () => {
  it("has a column for the picture and for each step", () => {
    const { el, text } = mounted();
    expect(el.querySelectorAll(".nnw-maps-flow .nnw-column")).toHaveLength(3);
    expect(text(".nnw-sample")).toContain("class cat");
    expect(text(".nnw-answers")).toContain("75.0");
  });

  it("works the pixel out that keys have moved to", () => {
    const { text, column, press } = mounted();
    press(column(1), "ArrowRight");
    press(column(1), "ArrowDown");
    expect(text(".nnw-worked .nnw-heading")).toBe(
      "0 conv2d 3×3, stride 1, padding 1, map 0, pixel (1, 1)",
    );
    expect(text(".nnw-worked .nnw-line")).toContain("= 5.000");
    expect(text(".nnw-field-table .nnw-heading")).toContain("rows 0–2, columns 0–2 of the picture");
  });

  it("keeps a pixel that Enter was pressed on", () => {
    const { text, column, press, options } = mounted();
    press(column(2), "End");
    press(column(2), "Enter");
    column(2).dispatchEvent(new Event("blur"));
    paint();
    expect(text(".nnw-worked .nnw-heading")).toContain("map 0, pixel (1, 1)");
    expect(options.get("layer")).toBe(1);
  });

  it("asks for the sample that any view points at, once", () => {
    const { store, feed } = mounted();
    store.select({ sample: 5 });
    store.paint();
    store.paint();
    store.select({ sample: null });
    store.paint();
    expect(feed.asked.filter(({ type }) => type === "show").map(({ row }) => row)).toEqual([
      5,
      null,
    ]);
  });

  it("keeps the picture and says why where Python cannot compute the next", () => {
    const { feed, el, text } = mounted();
    feed.send({ content: { error: "ValueError: no" }, buffers: [] });
    paint();
    expect(text(".nnw-maps-error")).toBe("ValueError: no");
    expect(el.querySelectorAll(".nnw-maps-flow .nnw-column")).toHaveLength(3);
  });

  it("goes without a trace", () => {
    const { el, dispose, store } = mounted();
    dispose();
    expect(el.childElementCount).toBe(0);
    expect(store.subscribers).toBe(0);
  });
});

describe("keys on tiles", () => {
  const tiles = { count: 3, across: 2, h: 2, w: 2 } as Tiles;
  it("go from tile to tile over the edge, and stop at the last", () => {
    expect(nextPixel(tiles, { tile: 0, y: 0, x: 1 }, "ArrowRight")).toEqual({
      tile: 1,
      y: 0,
      x: 0,
    });
    expect(nextPixel(tiles, { tile: 0, y: 1, x: 1 }, "ArrowDown")).toEqual({ tile: 2, y: 0, x: 1 });
    expect(nextPixel(tiles, { tile: 2, y: 0, x: 0 }, "ArrowUp")).toEqual({ tile: 0, y: 1, x: 0 });
    expect(nextPixel(tiles, { tile: 2, y: 0, x: 1 }, "ArrowRight")).toEqual({
      tile: 2,
      y: 0,
      x: 1,
    });
    expect(nextPixel(tiles, { tile: 0, y: 0, x: 0 }, "a")).toBeNull();
  });
});

describe("the arithmetic in words", () => {
  const row = {
    ...{ step: 0, kernel: 3, stride: 2, padding: 1, after: 1, dilation: 1, ceil: false },
    ...{ sizeBefore: 8, sizeAfter: 4, jumpBefore: 2, jump: 4, fieldBefore: 4, field: 8 },
    ...{ startBefore: 0, start: -2 },
  };
  it("has the numbers in their places", () => {
    expect(sizeText(row)).toBe("⌊(8 + 2·1 − 3)/2⌋ + 1 = 4");
    expect(sizeText({ ...row, dilation: 2, stride: 1, sizeAfter: 6 })).toBe(
      "8 + 2·1 − 2·2 − 1 + 1 = 6",
    );
    expect(fieldText(row)).toBe("4 + 2·2 = 8");
  });
});

describe("amounts of change", () => {
  it("are set, within bounds", () => {
    const options = fakeOptions({
      rotate: 15,
      shift: 1,
      zoom: 0.1,
      noise: 0,
      flip: false,
      scaling: "none",
      seed: 0,
    });
    const host = document.createElement("div");
    render(amounts(options), host);
    const field = host.querySelector<HTMLInputElement>("[data-option=rotate]") as HTMLInputElement;
    field.value = "90";
    field.dispatchEvent(new Event("change"));
    expect(options.get("rotate")).toBe(90);
    field.value = "900";
    field.dispatchEvent(new Event("change"));
    expect(options.get("rotate")).toBe(180);
    host.querySelector<HTMLElement>("[data-action=draw]")?.click();
    expect(options.get("seed")).toBe(1);
  });
});
