// @vitest-environment happy-dom
import { render } from "lit-html";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fakeOptions } from "../testing/fake-store.js";
import { Morph } from "./morph.js";
import type { Options } from "./view.js";

let options: Options;
let morph: Morph;
let sent: number[];
let host: HTMLElement;
let now: number;
let frames: FrameRequestCallback[];
let calm: boolean;

beforeEach(() => {
  [now, frames, calm, sent] = [1000, [], false, []];
  vi.stubGlobal("requestAnimationFrame", (frame: FrameRequestCallback) => frames.push(frame));
  vi.stubGlobal("cancelAnimationFrame", (id: number) => void frames.splice(id - 1, 1));
  vi.stubGlobal("matchMedia", () => ({ matches: calm }));
  vi.spyOn(performance, "now").mockImplementation(() => now);
  start(2);
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

function start(value: number): void {
  options = fakeOptions({ morph: value });
  host = document.createElement("div");
  morph = new Morph(options, draw);
  options.subscribe(() => sent.push(options.get("morph")));
  draw();
}

function draw(): void {
  render(morph.controls(), host);
}

/** A frame, so many milliseconds later. */
function frame(later: number): number {
  now += later;
  for (const each of frames.splice(0)) each(now);
  draw();
  return morph.value;
}

function slide(to: number, kind: "input" | "change" = "input"): number {
  const input = host.querySelector("input") as HTMLInputElement;
  input.value = String(to);
  input.dispatchEvent(new Event(kind));
  return morph.value;
}

const play = () => (host.querySelector("button") as HTMLButtonElement).click();

describe("the slider", () => {
  it("shows every place on the way and tells Python the last", () => {
    expect([slide(0.5), slide(0.7), sent]).toEqual([0.5, 0.7, []]);
    slide(0.7, "change");
    expect([morph.value, sent]).toEqual([0.7, [0.7]]);
  });

  it("near a stage is on it", () => {
    expect([slide(0.97), slide(1.03), slide(1.05), slide(0.01), slide(1.99)]).toEqual([
      ...[1, 1, 1.05, 0, 2],
    ]);
  });

  it("follows what Python sets", () => {
    options.set("morph", 1);
    draw();
    expect([morph.value, host.querySelector("input")?.value]).toEqual([1, "1"]);
  });
});

describe("the button", () => {
  it("walks from x to a, slowly at both ends, and rests there", () => {
    play();
    expect(frame(0)).toBe(0);
    const early = frame(260); // a tenth of 2.6 s: 3 t² − 2 t³ is 0.028 of the way
    expect(early).toBeCloseTo(2 * 0.028, 6);
    expect(frame(1040)).toBeCloseTo(1, 6);
    expect(frame(1300)).toBe(2);
    expect([sent, frames.length]).toEqual([[2], 0]);
  });

  it("goes on from where the slider is, in as much less time", () => {
    start(1);
    play();
    expect(frame(0)).toBe(1);
    expect(frame(650)).toBeCloseTo(1.5, 6);
    expect(frame(650)).toBe(2);
  });

  it("stops where it is when it is pressed again", () => {
    play();
    frame(1300);
    draw();
    play();
    frame(500);
    expect(morph.value).toBeCloseTo(1, 6);
    expect([sent.length, frames.length]).toEqual([1, 0]);
  });

  it("gives way to a hand on the slider", () => {
    play();
    frame(500);
    slide(0.3);
    expect(frame(500)).toBe(0.3);
    expect(frames.length).toBe(0);
  });

  it("goes stage by stage for those who want no motion", () => {
    calm = true;
    for (let i = 0; i < 4; i++) play();
    expect([sent, frames.length]).toEqual([[0, 1, 2, 0], 0]);
  });

  it("rests when the view is gone", () => {
    play();
    morph.dispose();
    expect(frames.length).toBe(0);
  });
});
