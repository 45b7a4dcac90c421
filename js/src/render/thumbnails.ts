/** Small pictures of units, each on a canvas of one pixel a cell, painted when it has changed. */

import type { Picture } from "../scene/graph_fields.js";

export class Thumbnails {
  readonly canvases = new Map<string, HTMLCanvasElement>();

  paint(id: string, { pixels, cells }: Picture): void {
    const canvas = this.canvases.get(id) ?? document.createElement("canvas");
    this.canvases.set(id, canvas);
    if (canvas.width !== cells) canvas.width = canvas.height = cells;
    const context = canvas.getContext("2d") as CanvasRenderingContext2D;
    const image = new ImageData(pixels as Uint8ClampedArray<ArrayBuffer>, cells, cells);
    context.putImageData(image, 0, 0);
  }

  clear(): void {
    this.canvases.clear();
  }
}
