/** Draws tiles on one canvas, each pixel sharp at any pixel ratio. */

import { cornerOf, paintTile, sizeOf, type Tiles } from "../scene/tiles.js";

/** Draw every tile; `scratch` is a canvas to work with. */
export function drawTiles(
  canvas: HTMLCanvasElement,
  scratch: HTMLCanvasElement,
  tiles: Tiles,
): void {
  const ratio = globalThis.devicePixelRatio || 1;
  const { width, height } = sizeOf(tiles);
  resize(canvas, width, height, ratio);
  const context = canvas.getContext("2d");
  const small = scratch.getContext("2d");
  if (!context || !small) return;
  if (scratch.width !== tiles.w || scratch.height !== tiles.h) {
    scratch.width = tiles.w;
    scratch.height = tiles.h;
  }
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingEnabled = tiles.scale < 1;
  const data = new ImageData(tiles.w, tiles.h);
  for (let tile = 0; tile < tiles.count; tile++) {
    paintTile(tiles, tile, data.data);
    small.putImageData(data, 0, 0);
    const [x, y] = cornerOf(tiles, tile);
    const [right, bottom] = [x + tiles.w * tiles.scale, y + tiles.h * tiles.scale];
    // From whole pixel to whole pixel of the screen.
    const [l, t, r, b] = [x, y, right, bottom].map((at) => Math.round(at * ratio));
    context.drawImage(scratch, l, t, r - l, b - t);
  }
}

/** Setting a size empties a canvas and lays out anew: only where it is another. */
export function resize(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
  ratio: number,
): void {
  const [w, h] = [Math.max(1, Math.round(width * ratio)), Math.max(1, Math.round(height * ratio))];
  if (canvas.width !== w) canvas.width = w;
  if (canvas.height !== h) canvas.height = h;
  const [cssWidth, cssHeight] = [`${width}px`, `${height}px`];
  if (canvas.style.width !== cssWidth) canvas.style.width = cssWidth;
  if (canvas.style.height !== cssHeight) canvas.style.height = cssHeight;
}
