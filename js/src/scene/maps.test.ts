import { describe, expect, it } from "vitest";
import { divergingPalette } from "../math/colour.js";
import { tintPalette } from "../math/palette.js";
import { fakeMaps } from "../testing/fake-maps.js";
import { entropyOf, namesFor, sharesOf } from "./attention.js";
import { channelsRead, kernelTiles, stepTiles } from "./map_tiles.js";
import { type MapPicture, mapsOf, worked } from "./maps.js";
import { cornerOf, paintTile, placeAt, scaleFor, sizeOf, type Tiles } from "./tiles.js";

const maps = mapsOf(fakeMaps()) as MapPicture;

describe("one pixel worked out", () => {
  it("is patch times kernel, summed, and the bias: what torch says", () => {
    for (const [channel, y, x] of [
      [0, 0, 0],
      [1, 0, 3],
      [1, 2, 2],
    ]) {
      const { patches, bias, value } = worked(maps, { step: 0, channel, y, x });
      expect(patches).toHaveLength(1);
      expect(patches[0].sum + (bias ?? 0)).toBeCloseTo(value, 5);
    }
  });

  it("shows the padding as no pixel", () => {
    const { patches } = worked(maps, { step: 0, channel: 1, y: 0, x: 3 });
    expect(patches[0].pixels).toEqual([null, null, null, 2, 3, null, 6, 7, null]);
    expect(patches[0].flat).toBe(9);
  });

  it("is the window of a pooling", () => {
    const { kind, patches, value } = worked(maps, { step: 1, channel: 0, y: 1, x: 0 });
    expect(kind).toBe("pooling");
    expect(patches[0].pixels).toEqual([8, 9, 12, 13]);
    expect(value).toBe(13);
  });

  it("says how many input maps it does not have", () => {
    const step = {
      ...maps.steps[0],
      reads: [0],
      weight: { shape: [2, 3, 3, 3], at: 0, name: null, flat: null },
    };
    const { patches, missing } = worked(
      { ...maps, steps: [maps.steps[0], step] },
      { step: 1, channel: 0, y: 0, x: 0 },
    );
    expect([patches.length, missing]).toEqual([2, 1]);
  });

  it("is nothing where Python could not compute it", () => {
    expect(mapsOf({ content: { error: "no" }, buffers: [] })).toBeNull();
    expect(mapsOf(null)).toBeNull();
  });
});

describe("maps as tiles", () => {
  const palettes = { signed: divergingPalette(1), ink: tintPalette() };

  it("share a scale that is symmetric, or have their own", () => {
    const shared = stepTiles(maps.steps[0], maps.numbers, palettes, 16, false);
    const own = stepTiles(maps.steps[0], maps.numbers, palettes, 16, true);
    expect(shared.ranges).toHaveLength(1);
    expect(shared.ranges[0][0]).toBe(-shared.ranges[0][1]);
    expect(own.ranges.map(([, high]) => high)).toEqual([15, 90.5]);
    expect(stepTiles(maps.steps[0], maps.numbers, palettes, 1, false).count).toBe(1);
  });

  it("are kernels, one for each pair of maps", () => {
    expect(kernelTiles(maps.steps[0], maps.numbers, palettes)?.count).toBe(2);
    expect(kernelTiles(maps.steps[1], maps.numbers, palettes)).toBeNull();
  });

  it("know which maps go into a pixel", () => {
    expect([...channelsRead(maps, { step: 1, channel: 1, y: 0, x: 0 })]).toEqual([
      [1, 1],
      [0, 1],
      [-1, "all"],
    ]);
  });
});

describe("tiles", () => {
  const tiles: Tiles = {
    ...{ count: 5, h: 2, w: 3, values: Float32Array.from({ length: 30 }, (_, i) => i), at: 0 },
    ...{ ranges: [[0, 29]], palette: tintPalette(), across: 2, scale: 10, gap: 4 },
  };

  it("are found again where they are drawn", () => {
    expect(sizeOf(tiles)).toEqual({ width: 64, height: 68 });
    expect(cornerOf(tiles, 3)).toEqual([34, 24]);
    for (const place of [
      { tile: 3, y: 1, x: 2 },
      { tile: 0, y: 0, x: 0 },
      { tile: 4, y: 1, x: 0 },
    ]) {
      const [x, y] = cornerOf(tiles, place.tile);
      expect(placeAt(tiles, x + 10 * place.x + 5, y + 10 * place.y + 5)).toEqual(place);
    }
    expect(placeAt(tiles, 32, 5)).toBeNull(); // between two
    expect(placeAt(tiles, 40, 60)).toBeNull(); // there is no sixth
    expect(placeAt(tiles, -1, 5)).toBeNull();
  });

  it("have whole pixels where they are small", () => {
    expect([scaleFor(8, 44), scaleFor(1, 44), scaleFor(88, 44)]).toEqual([5, 16, 0.5]);
  });

  it("are painted from transparent to full; what is no number is transparent", () => {
    const values = Float32Array.from([0, 29, NaN, 14.5, -5, 99]);
    const pixels = new Uint8ClampedArray(24);
    paintTile({ ...tiles, values }, 0, pixels);
    const alpha = [0, 1, 2, 3, 4, 5].map((i) => pixels[4 * i + 3]);
    expect(alpha[0]).toBe(0);
    expect(alpha[1]).toBe(255);
    expect(alpha[2]).toBe(0);
    expect(alpha[3]).toBeGreaterThan(120);
    expect(alpha[3]).toBeLessThan(136);
    expect([alpha[4], alpha[5]]).toEqual([0, 255]);
  });

  it("of three channels are in colour", () => {
    const pixels = new Uint8ClampedArray(24);
    const values = Float32Array.from({ length: 18 }, (_, i) => (i < 6 ? 1 : 0));
    paintTile({ ...tiles, values, palette: null, ranges: [[0, 1]] }, 0, pixels);
    expect([...pixels.slice(0, 4)]).toEqual([255, 0, 0, 255]);
  });
});

describe("attention", () => {
  const of = {
    ...{ sample: 0, n: 1, epoch: 0, target: null, own: true, answers: [], tokens: ["a", "b"] },
    numbers: Float32Array.from([1, 0, 0.25, 0.75, 0, 0.8113, 0, 1, 0, 0]),
    calls: [
      {
        ...{ name: "x", seen: "multihead", heads: 1, targets: 2, sources: 2 },
        ...{ shown: [1, 2, 2] as const, at: 0, blocked: 6, entropy: [0.4], rows: 4 },
      },
    ],
  };

  it("has shares by row, with what is blocked", () => {
    expect(sharesOf(of, 0, 0, 0)).toEqual([
      { source: 0, weight: 1, blocked: false },
      { source: 1, weight: 0, blocked: true },
    ]);
    expect(sharesOf(of, 0, 0, 1).map(({ weight }) => weight)).toEqual([0.25, 0.75]);
  });

  it("has entropies, of at most the logarithm of what is open", () => {
    expect(entropyOf(of, 0, 0, 0)).toEqual([0, 0]);
    expect(entropyOf(of, 0, 0, 1)[1]).toBe(1);
    expect(entropyOf(of, 0, 0, 1)[0]).toBeCloseTo(
      -(0.25 * Math.log2(0.25) + 0.75 * Math.log2(0.75)),
      3,
    );
  });

  it("names tokens where there are as many", () => {
    expect(namesFor(["a", "b"], 2, 2)).toEqual(["a", "b"]);
    expect(namesFor(["a", "b"], 3, 3)).toEqual(["0", "1", "2"]);
  });
});
