import { describe, expect, it } from "vitest";
import { placeNames } from "./track_names.js";
import type { Position } from "./types.js";

const FRAME = { left: 0, right: 400, top: 0, bottom: 300 };

/** The letters as boxes, as wide as a browser draws them, or a little wider. */
function boxes(runs: { name: string; path: Position[] }[]) {
  return placeNames(runs, FRAME).map(({ x, y, anchor }, i) => {
    const width = 7 * runs[i].name.length;
    const left = anchor === "start" ? x : anchor === "end" ? x - width : x - width / 2;
    return { left, right: left + width, top: y - 10, bottom: y + 3 };
  });
}

type Box = ReturnType<typeof boxes>[number];

const crossed = ({ left, right, top, bottom }: Box, path: Position[]) =>
  path.slice(1).some(([bx, by], i) => {
    const [ax, ay] = path[i];
    return Array.from({ length: 401 }, (_, k) => k / 400).some((share) => {
      const [x, y] = [ax + share * (bx - ax), ay + share * (by - ay)];
      return x > left && x < right && y > top && y < bottom;
    });
  });

const met = (a: Box, b: Box) =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

describe("the names of runs", () => {
  it("stand right of their ends where nothing is in the way", () => {
    const path: Position[] = [
      [20, 100],
      [100, 100],
    ];
    expect(placeNames([{ name: "sgd", path }], FRAME)).toEqual([
      { x: 109, y: 104, anchor: "start" },
    ]);
  });

  it("leave a line free that passes beside the end, however few points it has", () => {
    const run = {
      name: "sgd",
      path: [
        [20, 150],
        [100, 150],
      ] as Position[],
    };
    const other = {
      name: "adam",
      path: [
        [120, -900],
        [120, 280],
      ] as Position[],
    };
    const found = boxes([run, other]);
    for (const box of found) {
      expect([crossed(box, run.path), crossed(box, other.path)]).toEqual([false, false]);
    }
  });

  it("leave each other free where several runs end in one place", () => {
    const runs = ["sgd", "momentum", "adam"].map((name, i) => ({
      name,
      path: [
        [20, 40 + 90 * i],
        [200 + 4 * i, 150],
      ] as Position[],
    }));
    const [a, b, c] = boxes(runs);
    expect([met(a, b), met(b, c), met(a, c)]).toEqual([false, false, false]);
  });

  it("stay in the frame, also those of runs that leave it or have one epoch", () => {
    const far = {
      name: "momentum",
      path: [
        [200, 100],
        [900, -500],
      ] as Position[],
    };
    const one = { name: "adam", path: [[398, 299]] as Position[] };
    for (const { left, right, top, bottom } of boxes([far, one])) {
      expect(left >= 0 && right <= 400 && top >= 0 && bottom <= 300).toBe(true);
    }
  });
});
