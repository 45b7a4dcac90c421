import { describe, expect, it } from "vitest";
import { gridOf, tracksOf } from "./surface_wire.js";

const doubles = (...values: number[]) => new DataView(Float64Array.from(values).buffer);

const SURFACE = {
  ...{
    serial: 3,
    revision: 0,
    nx: 2,
    ny: 3,
    names: ["w", "v"],
    how: "dense",
    share: 1,
    explained: null,
  },
  ...{ data: "train", generation: 7, x: doubles(0, 1), y: doubles(-1, 0, 1) },
  ...{ z: doubles(1, 2, 3, 4, 5, Number.NaN), origin: doubles(0, 0, 8) },
  directions: doubles(1, 0, 0, 0, 1, 0),
};

describe("the grid of a message", () => {
  it("has its numbers, also those that are none", () => {
    const grid = gridOf(SURFACE);
    expect(grid).toMatchObject({ serial: 3, nx: 2, ny: 3, extent: [0, 1, -1, 1], data: "train" });
    expect([...(grid?.z ?? [])]).toEqual([1, 2, 3, 4, 5, Number.NaN]);
    expect(grid?.directions.map((each) => [...each])).toEqual([
      [1, 0, 0],
      [0, 1, 0],
    ]);
  });

  it("is none before anything was computed", () => {
    for (const raw of [undefined, null, {}]) expect(gridOf(raw)).toBeNull();
  });

  it.each([
    { z: doubles(1, 2, 3) },
    { x: doubles(0, 1, 2) },
    { directions: doubles(1, 0, 0) },
    { origin: doubles() },
    { nx: 1, x: doubles(0), z: doubles(1, 2, 3) },
  ])("is none where its parts do not fit each other: %o", (part) => {
    expect(gridOf({ ...SURFACE, ...part })).toBeNull();
  });
});

it("tracks have a column for each coordinate", () => {
  const raw = { name: "SGD", current: true, epochs: doubles(0, 5), xy: doubles(1, 2, 3, 4) };
  const [track] = tracksOf([{ ...raw, off: doubles(0, 0.5), loss: doubles(9, 8) }]);
  expect([[...track.x], [...track.y]]).toEqual([
    [1, 3],
    [2, 4],
  ]);
  expect([...track.off, ...track.loss, ...track.epochs]).toEqual([0, 0.5, 9, 8, 0, 5]);
  expect(tracksOf(undefined)).toEqual([]);
});
