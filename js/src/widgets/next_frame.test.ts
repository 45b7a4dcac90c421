import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { NextFrame } from "./next_frame.js";

const asked = new Map<number, () => void>();
let last = 0;

function paint(): void {
  const all = [...asked.values()];
  asked.clear();
  for (const draw of all) draw();
}

beforeEach(() => {
  asked.clear();
  vi.stubGlobal("requestAnimationFrame", (draw: () => void) => {
    last += 1;
    asked.set(last, draw);
    return last;
  });
  vi.stubGlobal("cancelAnimationFrame", (id: number) => void asked.delete(id));
});
afterEach(() => vi.unstubAllGlobals());

it("draws once a frame, however often it is asked", () => {
  const draw = vi.fn();
  const next = new NextFrame(draw);
  next.ask();
  next.ask();
  expect(draw).not.toHaveBeenCalled();
  expect(next.asked).toBe(true);
  paint();
  expect(draw).toHaveBeenCalledOnce();
  expect(next.asked).toBe(false);
  paint();
  expect(draw).toHaveBeenCalledOnce();
});

it("can be asked again by what it draws, for the frame after", () => {
  const draw = vi.fn(() => {
    if (draw.mock.calls.length === 1) next.ask();
  });
  const next = new NextFrame(draw);
  next.ask();
  paint();
  expect(draw).toHaveBeenCalledOnce();
  expect(next.asked).toBe(true);
  paint();
  expect(draw).toHaveBeenCalledTimes(2);
});

it("is asked anew after a drawing that failed", () => {
  const draw = vi.fn(() => {
    throw new Error("broken");
  });
  const next = new NextFrame(draw);
  next.ask();
  expect(paint).toThrow("broken");
  next.ask();
  expect(paint).toThrow("broken");
  expect(draw).toHaveBeenCalledTimes(2);
});

it("draws no more once it is cancelled, unless it is asked again", () => {
  const draw = vi.fn();
  const next = new NextFrame(draw);
  next.ask();
  next.cancel();
  expect(next.asked).toBe(false);
  paint();
  expect(draw).not.toHaveBeenCalled();
  next.ask();
  paint();
  expect(draw).toHaveBeenCalledOnce();
});
