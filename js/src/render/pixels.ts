/** Pictures made pixel by pixel: where there are thousands of small rectangles, a canvas call each
 * would cost more than all else in a frame. */

import type { Rgb } from "../math/colour.js";

/** A colour as one 32-bit number, in the byte order of every machine with a browser. */
export function packed([red, green, blue]: Rgb, opacity = 1): number {
  return ((Math.round(255 * opacity) << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

export class Pixels {
  #image: ImageData | null = null;
  #data = new Uint32Array();
  readonly #canvas = document.createElement("canvas");

  get width(): number {
    return this.#image?.width ?? 0;
  }

  get height(): number {
    return this.#image?.height ?? 0;
  }

  get data(): Uint32Array {
    return this.#data;
  }

  /** A clear picture of this size, in pixels of its own. */
  clear(width: number, height: number): void {
    const [w, h] = [Math.max(1, Math.round(width)), Math.max(1, Math.round(height))];
    if (this.#image?.width === w && this.#image.height === h) this.#data.fill(0);
    else {
      this.#image = new ImageData(w, h);
      this.#data = new Uint32Array(this.#image.data.buffer);
    }
  }

  rect(x: number, y: number, width: number, height: number, colour: number): void {
    const left = Math.max(0, Math.round(x));
    const right = Math.min(this.width, Math.round(x + width));
    const bottom = Math.min(this.height, Math.round(y + height));
    for (let v = Math.max(0, Math.round(y)); v < bottom; v++) {
      const row = v * this.width;
      for (let u = left; u < right; u++) this.#data[row + u] = colour;
    }
  }

  /** Puts it at a canvas' own pixels, replacing what is there. */
  put(context: CanvasRenderingContext2D): void {
    if (this.#image) context.putImageData(this.#image, 0, 0);
  }

  /** Draws it as large as asked for; pixels that grow keep their edges. */
  stretch(
    context: CanvasRenderingContext2D,
    x: number,
    y: number,
    width: number,
    height: number,
  ): void {
    if (!this.#image) return;
    this.#upload(this.#image);
    const shrinks = this.width > 1.5 * width || this.height > 1.5 * height;
    context.imageSmoothingEnabled = shrinks;
    context.drawImage(this.#canvas, x, y, width, height);
    context.imageSmoothingEnabled = true;
  }

  /** Draws one row of it; the first call after a change brings the whole up to date. */
  lane(
    context: CanvasRenderingContext2D,
    row: number,
    x: number,
    y: number,
    width: number,
    height: number,
  ): void {
    if (!this.#image) return;
    if (row === 0) this.#upload(this.#image);
    context.imageSmoothingEnabled = false;
    context.drawImage(this.#canvas, 0, row, this.width, 1, x, y, width, height);
    context.imageSmoothingEnabled = true;
  }

  #upload(image: ImageData): void {
    if (this.#canvas.width !== this.width || this.#canvas.height !== this.height) {
      this.#canvas.width = this.width;
      this.#canvas.height = this.height;
    }
    this.#canvas.getContext("2d")?.putImageData(image, 0, 0);
  }
}
