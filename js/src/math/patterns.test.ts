import { describe, expect, it } from "vitest";
import { bitsOf, hueOf, patternKeys, patternsOf } from "./patterns.js";

function keysOf(z: number[][]): Float64Array {
  const out = new Float64Array(z.length);
  patternKeys([{ z: Float64Array.from(z.flat()), units: z[0].length }], z.length, out);
  return out;
}

describe("patterns", () => {
  it("of few units are their bits; 0 is off", () => {
    expect([
      ...keysOf([
        [1, -1, 2],
        [0, 0, 0],
        [-1, 3, 1],
      ]),
    ]).toEqual([0b101, 0, 0b011]);
  });

  it("are counted and numbered in the order they are met", () => {
    const patterns = patternsOf(
      keysOf([
        [1, -1],
        [-1, 1],
        [2, -5],
        [1, 1],
      ]),
    );
    expect([...patterns.ids]).toEqual([0, 1, 0, 2]);
    expect(patterns.sizes).toEqual([2, 1, 1]);
    expect(patterns.first).toEqual([0, 1, 3]);
    expect(patterns.keys).toEqual([0b10, 0b01, 0b11]);
  });

  it("of many units are told apart as their bits are", () => {
    const rows = Array.from({ length: 3000 }, (_, row) =>
      Array.from({ length: 64 }, (_, unit) => Math.sin((row % 1500) * 64.7 + unit * 12.9)),
    );
    const texts = rows.map((row) => row.map((z) => (z > 0 ? 1 : 0)).join(""));
    const patterns = patternsOf(keysOf(rows));
    expect(patterns.sizes.length).toBe(new Set(texts).size);
    expect(patterns.ids[1500]).toBe(patterns.ids[0]);
  });

  it("of many units that are all off are 0, too, and of one that is on are not", () => {
    const off = new Array(70).fill(-1);
    for (let unit = 0; unit < 70; unit++) {
      const one = off.slice();
      one[unit] = 1;
      expect(keysOf([one])[0]).not.toBe(0);
    }
    expect(keysOf([off])[0]).toBe(0);
  });

  it("go through several layers", () => {
    const layers = [
      { z: Float64Array.of(1, -1, -1, 1), units: 2 },
      { z: Float64Array.of(1, -1), units: 1 },
    ];
    const out = new Float64Array(2);
    patternKeys(layers, 2, out);
    expect([...out]).toEqual([0b101, 0b010]);
    expect(bitsOf(layers, 1).map((bits) => [...bits])).toEqual([[0, 1], [0]]);
  });

  it("have hues all over the circle", () => {
    const hues = Array.from({ length: 64 }, (_, key) => Math.floor(hueOf(key) * 8));
    expect(new Set(hues).size).toBe(8);
  });
});
