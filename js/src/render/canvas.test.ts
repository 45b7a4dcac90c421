import { afterEach, expect, it, vi } from "vitest";
import { clearCanvas, fitCanvas } from "./canvas.js";

/** A canvas that counts how often it is given a size. */
function canvasOf() {
  const calls: unknown[][] = [];
  const context = {
    setTransform: (...args: number[]) => calls.push(["setTransform", ...args]),
    clearRect: (...args: number[]) => calls.push(["clearRect", ...args]),
  };
  const size = { width: 300, height: 150 };
  let sized = 0;
  const canvas = {
    get width() {
      return size.width;
    },
    set width(value: number) {
      sized += 1;
      size.width = value;
    },
    get height() {
      return size.height;
    },
    set height(value: number) {
      size.height = value;
    },
    getContext: () => context,
  } as unknown as HTMLCanvasElement;
  return { canvas, calls, context, sized: () => sized };
}

afterEach(() => vi.unstubAllGlobals());

it("has the screen's own pixels, and is sized only where that changes them", () => {
  vi.stubGlobal("devicePixelRatio", 1.5);
  const { canvas, sized } = canvasOf();
  expect(fitCanvas(canvas, 101, 40)).toBe(1.5);
  expect([canvas.width, canvas.height]).toEqual([152, 60]);
  fitCanvas(canvas, 101, 40);
  expect(sized()).toBe(1);
});

it("is no sharper than anybody sees", () => {
  vi.stubGlobal("devicePixelRatio", 8);
  expect(fitCanvas(canvasOf().canvas, 10, 10)).toBe(3);
});

it("is cleared to its last pixel before it is drawn on in the page's pixels", () => {
  vi.stubGlobal("devicePixelRatio", 1.5);
  const { canvas, calls, context } = canvasOf();
  expect(clearCanvas(canvas, 101, 40)).toBe(context);
  expect(calls).toEqual([
    ["setTransform", 1, 0, 0, 1, 0, 0],
    ["clearRect", 0, 0, 152, 60],
    ["setTransform", 1.5, 0, 0, 1.5, 0, 0],
  ]);
});
