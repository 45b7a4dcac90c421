import { describe, expect, it } from "vitest";
import { arithmetic, bounds, PICTURE, type Reading, reach, type Window } from "./receptive.js";

function sliding(n: number, k: number, s: number, p: number, d = 1): [number, number][] {
  return Array.from({ length: n }, (_, i) => [i * s - p, i * s - p + d * (k - 1)]);
}

function step(source: number, size: number, k: number, s: number, p: number, d = 1): Reading {
  const two = (n: number) => [n, n] as const;
  const window: Window = {
    ...{ kernel: two(k), stride: two(s), padding: two(p), after: two(p), dilation: two(d) },
    ceil: false,
  };
  const spans = sliding(size, k, s, p, d);
  return { h: size, w: size, reads: [source], rows: spans, columns: spans, window };
}

const PICTURE_SIZE = { h: 8, w: 8 };
/** 3×3 with padding, 2×2 pooling, 3×3 without: 8 → 8 → 4 → 2. */
const CHAIN = [step(-1, 8, 3, 1, 1), step(0, 4, 2, 2, 0), step(1, 2, 3, 1, 0)];

describe("the arithmetic", () => {
  it("is the recursion of Araujo, Norris and Sim, by hand", () => {
    const rows = arithmetic(CHAIN, PICTURE_SIZE, 2, 0);
    expect(rows?.map(({ field, jump, start }) => [field, jump, start])).toEqual([
      [3, 1, -1],
      [4, 2, -1],
      [8, 2, -1],
    ]);
    expect(rows?.map(({ sizeBefore, sizeAfter }) => [sizeBefore, sizeAfter])).toEqual([
      [8, 8],
      [8, 4],
      [4, 2],
    ]);
  });

  it("counts the gaps of a dilated kernel", () => {
    const rows = arithmetic([step(-1, 4, 3, 1, 0, 2)], PICTURE_SIZE, 0, 0);
    expect(rows?.[0].field).toBe(5);
  });

  it("is not there where two ways meet", () => {
    const sum: Reading = { ...step(0, 8, 1, 1, 0), reads: [0, -1] };
    expect(arithmetic([CHAIN[0], sum], PICTURE_SIZE, 1, 0)).toBeNull();
    expect(arithmetic([{ ...CHAIN[0], window: null }], PICTURE_SIZE, 0, 0)).toBeNull();
  });
});

describe("what a pixel depends on", () => {
  it("leaves the padding out", () => {
    const reached = reach(CHAIN, PICTURE_SIZE, 2, 1, 0);
    const at = (index: number) => {
      const marks = reached?.get(index);
      return marks && [bounds(marks.rows), bounds(marks.columns)];
    };
    expect(at(2)).toEqual([
      [1, 1],
      [0, 0],
    ]);
    expect(at(1)).toEqual([
      [1, 3],
      [0, 2],
    ]);
    expect(at(0)).toEqual([
      [2, 7],
      [0, 5],
    ]);
    expect(at(PICTURE)).toEqual([
      [1, 7],
      [0, 6],
    ]);
  });

  it("has holes under a dilated kernel", () => {
    const marks = reach([step(-1, 4, 3, 1, 0, 2)], PICTURE_SIZE, 0, 1, 0)?.get(PICTURE);
    expect([...(marks?.rows ?? [])]).toEqual([0, 1, 0, 1, 0, 1, 0, 0]);
  });

  it("is joined where two ways meet", () => {
    const sum: Reading = { ...step(0, 8, 1, 1, 0), reads: [0, -1] };
    const marks = reach([CHAIN[0], sum], PICTURE_SIZE, 1, 4, 4)?.get(PICTURE);
    expect(marks && bounds(marks.rows)).toEqual([3, 5]);
  });

  it("is not known where a step is not", () => {
    const unknown: Reading = { ...CHAIN[0], rows: null };
    expect(reach([unknown], PICTURE_SIZE, 0, 0, 0)).toBeNull();
    expect(reach([{ ...CHAIN[0], reads: [null] }], PICTURE_SIZE, 0, 0, 0)).toBeNull();
  });
});
