import { describe, expect, it } from "vitest";
import { heightFor, layoutFor, shownParts } from "./layout.js";

const WIDTHS = [320, 600, 739, 740, 900, 1199, 1200, 1439, 1440, 1600, 2400];

describe("the places of a playground", () => {
  it("has every view in one place, however wide it is", () => {
    for (const width of WIDTHS) {
      const parts = layoutFor(width).groups.flatMap((group) => group.parts);
      expect([...parts].sort()).toEqual([
        "curves",
        "lines",
        "output",
        "space",
        "surface",
        "weights",
      ]);
    }
  });

  it("has more places where there is more room, and folds the data where there is little", () => {
    const places = WIDTHS.map((width) => layoutFor(width).groups.length);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(layoutFor(600).beside).toBe(false);
    expect(layoutFor(900).beside).toBe(true);
  });

  it("shows what was asked for last of each place", () => {
    const wide = layoutFor(1200);
    expect([...shownParts(wide, [])]).toEqual([
      ["curves", "curves"],
      ["lines", "lines"],
      ["surface", "surface"],
    ]);
    const asked = ["output", "weights", "space"];
    expect([...shownParts(wide, asked).values()]).toEqual(["weights", "space", "surface"]);
    expect([...shownParts(layoutFor(600), asked).values()]).toEqual(["space"]);
  });

  it("keeps pictures within bounds", () => {
    for (const part of ["graph", "lines", "curves"]) {
      for (const size of ["narrow", "medium", "wide", "huge"] as const) {
        for (const width of [0, 300, 5000]) {
          expect(heightFor(part, size, width)).toBeGreaterThanOrEqual(100);
          expect(heightFor(part, size, width)).toBeLessThanOrEqual(600);
        }
      }
    }
  });
});
