import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NEGATIVE } from "../math/colour.js";
import { abscissa, advance, epochsPerSecond, stepFrom, trackPicture } from "./timeline.js";

const BOX = { width: 616, height: 56, pad: 8 };
const track = (losses: number[]) => ({
  ...{ name: "run", colour: NEGATIVE, dashed: false, losses: Float64Array.from(losses) },
  epochs: Float64Array.from(losses.keys()),
});
const points = (path: string) =>
  path
    .split(/(?=[ML])/)
    .filter(Boolean)
    .map((part) => [part[0], ...part.slice(1).split(" ").map(Number)]);

describe("a track", () => {
  test("has the epochs from edge to edge, and the losses from top to bottom", () => {
    const { paths, range, ticks } = trackPicture([track([4, 2, 1])], 2, false, BOX);
    expect(points(paths[0])).toEqual([
      ["M", 8, 4],
      ["L", 308, expect.closeTo(36.7, 1)],
      ["L", 608, 53],
    ]);
    expect(range).toEqual([1, 4]);
    expect(ticks.map(({ text }) => text)).toEqual(["0", "1", "2"]);
  });

  test("is even in powers on a logarithmic scale, which has no place for 0", () => {
    const { paths, range } = trackPicture([track([100, 10, 0, 1])], 3, true, BOX);
    const drawn = points(paths[0]);
    expect(drawn.map(([pen]) => pen)).toEqual(["M", "L", "M"]);
    expect(drawn[1][2]).toBeCloseTo((4 + 53) / 2, 1);
    expect(range).toEqual([1, 100]);
  });

  test("has nothing to draw where nothing is finite, and a line where all are equal", () => {
    expect(trackPicture([track([Number.NaN])], 1, false, BOX).range).toBeNull();
    const flat = trackPicture([track([0.5, 0.5])], 1, true, BOX);
    expect(points(flat.paths[0]).every(([, , y]) => Number.isFinite(y))).toBe(true);
  });

  test("has few ticks of many epochs", () => {
    const { ticks } = trackPicture([track([1, 2])], 123_456, false, BOX);
    expect(ticks.length).toBeLessThan(12);
    expect(ticks.at(-1)?.text).toBe("120,000");
    expect(abscissa(0, BOX)(0)).toBe(8);
  });
});

describe("playing back", () => {
  test("goes so many epochs a second, or through the whole run in its time", () => {
    expect(epochsPerSecond(20, 100)).toBe(20);
    expect(epochsPerSecond("5 s", 100)).toBe(20);
    expect(advance(10, 500, { speed: 20, last: 100, loop: false })).toBe(20);
    expect(advance(0, 100, { speed: 1000, last: 5000, loop: false })).toBe(100); // skips 99
  });

  test("ends at the end, or begins again", () => {
    expect(advance(99, 1000, { speed: 20, last: 100, loop: false })).toBeNull();
    expect(advance(99, 1000, { speed: 20, last: 100, loop: true })).toBeCloseTo(19);
    expect(advance(0, 1000, { speed: 20, last: 0, loop: true })).toBe(0);
  });

  test("never leaves the run", () => {
    const speed = fc.double({ min: 0.1, max: 1000, noNaN: true });
    fc.assert(
      fc.property(speed, fc.nat(500), fc.nat(1000), fc.boolean(), (speed, ms, last, loop) => {
        const next = advance(last / 2, ms, { speed, last, loop });
        expect(next === null ? !loop : next >= 0 && next <= last).toBe(true);
      }),
    );
  });
});

describe("a step", () => {
  const kept = Float64Array.of(0, 4, 8, 12, 13);

  test.each([
    [4, 1, 8],
    [4, -1, 0],
    [5, 1, 8],
    [5, -1, 4],
    [7, 1, 8],
    [7, -1, 4],
    [12, 10, 13],
    [3, -10, 0],
  ])("from epoch %i by %i is to %i", (epoch, by, to) => {
    expect(stepFrom(kept, epoch, by)).toBe(to);
  });

  test("of nothing goes nowhere", () => {
    expect(stepFrom(new Float64Array(), 3, 1)).toBe(3);
  });
});
