/** Small pictures of numbers, side by side: where each is, and its pixels. */

import type { Palette } from "../math/colour.js";

export interface Tiles {
  /** How many, and of how many pixels each. */
  readonly count: number;
  readonly h: number;
  readonly w: number;
  /** Tile after tile, row after row, from `at` on. */
  readonly values: Float32Array;
  readonly at: number;
  /** What the ends of the palette stand for: one pair for all, or one for each tile. */
  readonly ranges: readonly (readonly [low: number, high: number])[];
  /** 256 colours and one for what is not a number; null for three channels as red, green, blue. */
  readonly palette: Palette | null;
  /** Tiles in one row. */
  readonly across: number;
  /** CSS pixels of one of the picture's, and between tiles. */
  readonly scale: number;
  readonly gap: number;
}

export interface TilePlace {
  readonly tile: number;
  readonly y: number;
  readonly x: number;
}

const ENTRIES = 256;

export function sizeOf(tiles: Tiles): { readonly width: number; readonly height: number } {
  const down = Math.ceil(tiles.count / tiles.across);
  const across = Math.min(tiles.count, tiles.across);
  const span = (n: number, length: number) => n * length * tiles.scale + (n - 1) * tiles.gap;
  return { width: span(across, tiles.w), height: span(down, tiles.h) };
}

/** The left upper corner of a tile, in CSS pixels. */
export function cornerOf(tiles: Tiles, tile: number): readonly [x: number, y: number] {
  const { across, w, h, scale, gap } = tiles;
  return [(tile % across) * (w * scale + gap), Math.floor(tile / across) * (h * scale + gap)];
}

/** Which pixel is at a place of the canvas; null between tiles. */
export function placeAt(tiles: Tiles, px: number, py: number): TilePlace | null {
  const { across, w, h, scale, gap, count } = tiles;
  const [column, row] = [Math.floor(px / (w * scale + gap)), Math.floor(py / (h * scale + gap))];
  const x = Math.floor((px - column * (w * scale + gap)) / scale);
  const y = Math.floor((py - row * (h * scale + gap)) / scale);
  const tile = row * across + column;
  const inside = px >= 0 && py >= 0 && column < across && x < w && y < h && tile < count;
  return inside ? { tile, y, x } : null;
}

/** Whole CSS pixels for small pictures; large ones are made smaller. */
export function scaleFor(side: number, wanted: number, most = 16): number {
  const scale = wanted / side;
  return scale >= 1 ? Math.min(most, Math.floor(scale)) : scale;
}

/** Fill the pixels of one tile. */
export function paintTile(tiles: Tiles, tile: number, pixels: Uint8ClampedArray): void {
  const size = tiles.h * tiles.w;
  const [low, high] = tiles.ranges[tile % tiles.ranges.length];
  const span = high - low || 1;
  if (!tiles.palette) {
    for (let i = 0; i < size; i++) {
      for (let c = 0; c < 3; c++) {
        pixels[4 * i + c] = (255 * (tiles.values[tiles.at + c * size + i] - low)) / span;
      }
      pixels[4 * i + 3] = 255;
    }
    return;
  }
  const target = new Uint32Array(pixels.buffer, pixels.byteOffset, size);
  const start = tiles.at + tile * size;
  for (let i = 0; i < size; i++) {
    const share = (tiles.values[start + i] - low) / span;
    const entry = Math.floor(share * ENTRIES);
    target[i] = tiles.palette[share >= 0 ? Math.min(entry, ENTRIES - 1) : share < 0 ? 0 : ENTRIES];
  }
}
