// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { barTicks, drawColourBar } from "./colour_bar.js";

describe("ticks of the colours", () => {
  it("are round, inside, and not too many", () => {
    const ticks = barTicks({ low: 0.13, high: 0.57, log: false });
    expect(ticks.map(([, text]) => text)).toEqual(["0.2", "0.3", "0.4", "0.5"]);
    expect(ticks[1][0]).toBeCloseTo(0.3, 12);
  });

  it("are 1, 2 and 5 of each decade where the scale is logarithmic", () => {
    const values = barTicks({ low: 0.03, high: 12, log: true }).map(([value]) => value);
    expect(values).toEqual([0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10]);
  });

  it("are powers of ten over many decades", () => {
    const ticks = barTicks({ low: 1e-8, high: 3, log: true });
    expect(ticks.length).toBeLessThan(13);
    for (const [value] of ticks) expect(Math.log10(value) % 1).toBeCloseTo(0, 9);
  });

  it("are there on a short logarithmic scale, too", () => {
    const ticks = barTicks({ low: 0.61, high: 0.68, log: true });
    expect(ticks.length).toBeGreaterThan(1);
    for (const [value] of ticks) expect(value >= 0.61 && value <= 0.68).toBe(true);
  });

  it("of one loss are that", () => {
    expect(barTicks({ low: 0.25, high: 0.25, log: true })).toEqual([[0.25, "0.250"]]);
  });
});

describe("the bar", () => {
  it("has the ball's loss marked where it is", () => {
    const host = document.createElement("div");
    drawColourBar(host, { low: 1, high: 100, log: true }, 10);
    const ball = () => host.querySelector<HTMLElement>(".nnw-bar-ball");
    expect(ball()?.getAttribute("style")).toContain("50.00%");
    drawColourBar(host, { low: 1, high: 100, log: true }, null);
    expect(ball()).toBeNull();
    const label = host.querySelector("[role=img]")?.getAttribute("aria-label");
    expect(label).toBe("Colours: loss from 1.00 to 100, logarithmic");
  });
});
