/**
 * The field behind the points: a canvas of one pixel a cell, which the browser enlarges smoothly
 * when it composes the page. Enlarging it here took as long as all other drawing of a frame.
 */

import { imageExtent } from "../math/field.js";
import type { Extent, FieldMark } from "../scene/types.js";
import type { Scale } from "./points.js";

export class FieldPainter {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  #lies = "";

  /** @param frame what cuts off the picture where the field ends */
  constructor(readonly frame: HTMLElement) {
    this.#canvas = frame.querySelector("canvas") as HTMLCanvasElement;
    this.#context = this.#canvas.getContext("2d") as CanvasRenderingContext2D;
  }

  paint(field: FieldMark | null, x: Scale, y: Scale): void {
    this.frame.hidden = field === null;
    if (field === null) return;
    const { pixels, nx, ny, extent } = field;
    if (this.#canvas.width !== nx || this.#canvas.height !== ny) {
      this.#canvas.width = nx;
      this.#canvas.height = ny;
    }
    const picture = new ImageData(pixels as Uint8ClampedArray<ArrayBuffer>, nx, ny);
    this.#context.putImageData(picture, 0, 0);
    this.#place(boxOf(extent, x, y), boxOf(imageExtent(extent, [nx, ny]), x, y));
  }

  #place(frame: Box, picture: Box): void {
    const lies = `${Object.values(frame)},${Object.values(picture)}`;
    if (lies === this.#lies) return; // the browser lays out anew for equal places as well
    this.#lies = lies;
    setBox(this.frame, frame);
    const left = picture.left - frame.left;
    const top = picture.top - frame.top;
    setBox(this.#canvas, { ...picture, left, top });
  }
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** In pixels. */
function boxOf([x0, x1, y0, y1]: Extent, x: Scale, y: Scale): Box {
  return { left: x(x0), top: y(y1), width: x(x1) - x(x0), height: y(y0) - y(y1) };
}

function setBox({ style }: HTMLElement, { left, top, width, height }: Box): void {
  style.left = `${left}px`;
  style.top = `${top}px`;
  style.width = `${width}px`;
  style.height = `${height}px`;
}
