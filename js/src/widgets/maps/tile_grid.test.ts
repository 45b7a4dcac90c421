// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Tiles } from "../../scene/tiles.js";
import { TileGrid, type TileMark } from "./tile_grid.js";

/** One picture of 2 × 2 pixels. */
const TILES: Tiles = {
  ...{ count: 1, h: 2, w: 2, values: new Float32Array(12), at: 0, ranges: [[0, 1]] },
  ...{ palette: null, across: 1, scale: 8, gap: 0 },
};
const frame = (row: number): TileMark => ({
  ...{ tile: 0, rows: [row, row], columns: [0, 1], look: "area" },
});

/** The colours of the frames that were drawn since the canvas was cleared last. */
let drawn: string[];
let theme: string;

beforeEach(() => {
  drawn = [];
  theme = "light";
  const context = {
    strokeStyle: "black",
    setTransform: () => {},
    clearRect: () => drawn.splice(0),
    strokeRect: () => drawn.push(context.strokeStyle),
    ...{ putImageData: () => {}, drawImage: () => {} },
  };
  HTMLCanvasElement.prototype.getContext = (() => context) as never;
  vi.stubGlobal(
    "ImageData",
    class {
      data = new Uint8ClampedArray(16);
    },
  );
  vi.stubGlobal("getComputedStyle", (element: HTMLElement) => ({
    color: element.isConnected ? `${theme} ${element.style.color}` : "",
  }));
  document.body.innerHTML = "";
});
afterEach(() => vi.unstubAllGlobals());

it("frames pixels in the theme's colours, also those marked before it was put on the page", async () => {
  const grid = new TileGrid({ label: "Maps", point: () => {}, pick: () => {}, describe: () => "" });
  grid.draw(TILES);
  grid.mark([frame(1)]);
  grid.mark([frame(0)]);
  expect(drawn).toEqual([]);
  document.body.append(grid.element);
  await Promise.resolve();
  expect(drawn).toEqual(["light var(--nnw-mark)"]);
  theme = "dark";
  grid.mark([frame(0)]);
  expect(drawn).toEqual(["dark var(--nnw-mark)"]);
});
