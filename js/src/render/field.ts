/** The field behind the points: few cells, smoothed by the canvas when enlarged. */

import { imageExtent } from "../math/field.js";
import type { FieldMark } from "../scene/types.js";
import type { Scale } from "./points.js";

export class FieldPainter {
  readonly #context: CanvasRenderingContext2D;
  readonly #cells = document.createElement("canvas");

  constructor(readonly canvas: HTMLCanvasElement) {
    this.#context = canvas.getContext("2d") as CanvasRenderingContext2D;
  }

  paint(field: FieldMark | null, x: Scale, y: Scale, ratio: number): void {
    const context = this.#context;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    if (!field) return;
    const { pixels, nx, ny, extent } = field;
    if (this.#cells.width !== nx || this.#cells.height !== ny) {
      this.#cells.width = nx;
      this.#cells.height = ny;
    }
    const cells = this.#cells.getContext("2d") as CanvasRenderingContext2D;
    cells.putImageData(new ImageData(pixels as Uint8ClampedArray<ArrayBuffer>, nx, ny), 0, 0);
    const [x0, x1, y0, y1] = imageExtent(extent, [nx, ny]);
    const [left, right, top, bottom] = [x(x0), x(x1), y(y1), y(y0)].map((at) => at * ratio);
    const [fx0, fx1, fy0, fy1] = extent;
    const clip = [x(fx0), y(fy1), x(fx1) - x(fx0), y(fy0) - y(fy1)].map((at) => at * ratio);
    context.save();
    context.beginPath();
    context.rect(clip[0], clip[1], clip[2], clip[3]);
    context.clip();
    context.imageSmoothingQuality = "low"; // linear: "high" takes 2 ms a field on the CPU
    context.drawImage(this.#cells, left, top, right - left, bottom - top);
    context.restore();
  }
}
