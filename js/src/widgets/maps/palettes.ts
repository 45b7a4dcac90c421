/** The colours of tiles, for the theme of the page. */

import { divergingPalette, type Rgb } from "../../math/colour.js";
import { tintPalette } from "../../math/palette.js";
import type { MapPalettes } from "../../scene/map_tiles.js";

export class Palettes {
  #ink = "";
  #made: MapPalettes | null = null;

  /** The same object until the theme changes: tiles are known by it. */
  of(root: HTMLElement): MapPalettes {
    const ink = getComputedStyle(root).color;
    if (!this.#made || ink !== this.#ink) {
      this.#ink = ink;
      this.#made = { signed: divergingPalette(1), ink: tintPalette(rgbOf(ink)) };
    }
    return this.#made;
  }
}

export function rgbOf(colour: string): Rgb {
  const [red, green, blue] = (colour.match(/[\d.]+/g) ?? []).map(Number);
  return [red ?? 0, green ?? 0, blue ?? 0];
}
