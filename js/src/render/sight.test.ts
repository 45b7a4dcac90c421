import { afterEach, expect, it, vi } from "vitest";
import { whileSeen } from "./sight.js";

type Entries = readonly { readonly isIntersecting: boolean }[];
let tell: (entries: Entries) => void;
const stopped = vi.fn();
const given: unknown[] = [];

function stub(): void {
  vi.stubGlobal(
    "IntersectionObserver",
    class {
      constructor(callback: (entries: Entries) => void, options: unknown) {
        tell = callback;
        given.push(options);
      }
      observe() {}
      disconnect() {
        stopped();
      }
    },
  );
}

afterEach(() => vi.unstubAllGlobals());

it("tells what holds last, where an element came and went between two frames", () => {
  stub();
  const changed = vi.fn();
  const stop = whileSeen({} as Element, changed, "200px");
  tell([{ isIntersecting: true }, { isIntersecting: false }]);
  expect(changed.mock.calls).toEqual([[false]]);
  expect(given).toEqual([{ rootMargin: "200px" }]);
  stop();
  expect(stopped).toHaveBeenCalledOnce();
});

it("takes everything for seen where a page cannot tell", () => {
  vi.stubGlobal("IntersectionObserver", undefined);
  const changed = vi.fn();
  whileSeen({} as Element, changed)();
  expect(changed).not.toHaveBeenCalled();
});
