/** What a test page lacks: sizes, and canvases, which here only count what is painted on them. */

import { vi } from "vitest";

export interface Painted {
  /** Pictures put on any canvas. */
  pictures: number;
}

/** Every element is so large; canvases accept what they are given. Undone by `vi.unstubAllGlobals`. */
export function layOut(width = 500, height = 400): Painted {
  const painted: Painted = { pictures: 0 };
  const size = (name: "clientWidth" | "clientHeight", value: number) =>
    Object.defineProperty(HTMLElement.prototype, name, { configurable: true, get: () => value });
  size("clientWidth", width);
  size("clientHeight", height);
  const context = {
    putImageData: () => void painted.pictures++,
    clearRect: () => {},
  };
  HTMLCanvasElement.prototype.getContext = (() => context) as never;
  Element.prototype.setPointerCapture = () => {};
  vi.stubGlobal("ImageData", class {});
  return painted;
}
