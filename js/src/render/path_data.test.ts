import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Position } from "../scene/types.js";
import { pathData, SLACK } from "./path_data.js";

const same = (value: number) => value;

/** The corners of each stretch. */
function drawn(data: string): Position[][] {
  const corner = (at: string): Position => [Number(at.split(" ")[0]), Number(at.split(" ")[1])];
  const stretches = data.split("M").slice(1);
  return stretches.map((stretch) => stretch.split("L").map(corner));
}

/** From a place to the nearest of a line between two. */
function distance([x, y]: Position, [ax, ay]: Position, [bx, by]: Position): number {
  const [dx, dy] = [bx - ax, by - ay];
  const t = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(x - ax - t * dx, y - ay - t * dy);
}

const toStretch = (at: Position, corners: Position[]) =>
  Math.min(...corners.slice(1).map((corner, i) => distance(at, corners[i], corner)));

const place = fc.tuple(
  fc.double({ min: -500, max: 500, noNaN: true }),
  fc.double({ min: -500, max: 500, noNaN: true }),
);
/** Steps of a fraction of a pixel as well as wide ones, straight stretches and turns back. */
const walk = fc
  .tuple(
    place,
    fc.array(
      fc.tuple(fc.constantFrom(0, 0.05, 1, 30), fc.double({ min: 0, max: 7, noNaN: true })),
      { minLength: 1, maxLength: 60 },
    ),
  )
  .map(([start, steps]) => {
    let at = start as Position;
    return [
      at,
      ...steps.map(([length, turn]) => {
        at = [at[0] + length * Math.cos(turn), at[1] + length * Math.sin(turn)];
        return at;
      }),
    ];
  });

describe("pathData", () => {
  it("passes every place of a path within the slack, and the tenth that is rounded away", () => {
    fc.assert(
      fc.property(walk, (path) => {
        const [corners] = drawn(pathData([path], same, same));
        for (const at of path) expect(toStretch(at, corners)).toBeLessThan(SLACK + 0.08);
      }),
    );
  });

  it("begins and ends where the path does", () => {
    fc.assert(
      fc.property(walk, (path) => {
        const [corners] = drawn(pathData([path], same, same));
        for (const [end, at] of [
          [corners[0], path[0]],
          [corners.at(-1), path.at(-1)],
        ] as [Position, Position][]) {
          expect(Math.hypot(end[0] - at[0], end[1] - at[1])).toBeLessThan(0.08);
        }
      }),
    );
  });

  it("draws a straight line with its two ends and a circle with few corners", () => {
    const line = Array.from({ length: 41 }, (_, i): Position => [i, 2 * i]);
    expect(pathData([line], same, same)).toBe("M0 0L40 80");
    const circle = Array.from(
      { length: 400 },
      (_, i): Position => [100 * Math.cos(i / 63), 100 * Math.sin(i / 63)],
    );
    expect(drawn(pathData([circle], same, same))[0].length).toBeLessThan(80);
  });

  it("goes back where the path does", () => {
    const there: Position[] = [
      [0, 0],
      [50, 0],
      [10, 0],
    ];
    expect(pathData([there], same, same)).toBe("M0 0L50 0L10 0");
  });

  it("scales, and starts anew with every path", () => {
    const paths: Position[][] = [
      [
        [0, 0],
        [1, 1],
      ],
      [
        [2, 0],
        [2, 3],
      ],
    ];
    expect(
      pathData(
        paths,
        (x) => 10 * x + 5,
        (y) => 100 - 10 * y,
      ),
    ).toBe("M5 100L15 90M25 100L25 70");
    expect(pathData([], same, same)).toBe("");
  });
});
