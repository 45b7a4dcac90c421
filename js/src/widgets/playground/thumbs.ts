/** Small pictures of data sets. */

import { classColour, css, diverging } from "../../math/colour.js";
import type { BufferLike } from "../../wire.js";

const SIDE = 40;
const MARGIN = 3.5;
const RADIUS = 1.15;

/** @param bytes x, y and what it is, for each point; see nnwidgets/core/catalogue.py */
export function drawPreview(
  canvas: HTMLCanvasElement,
  bytes: BufferLike,
  regression: boolean,
): void {
  const ratio = globalThis.devicePixelRatio || 1;
  canvas.width = canvas.height = Math.round(SIDE * ratio);
  const context = canvas.getContext("2d");
  if (!context) return;
  context.scale(ratio, ratio);
  const points = ArrayBuffer.isView(bytes)
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : new Uint8Array(bytes);
  const at = (byte: number) => MARGIN + (byte / 255) * (SIDE - 2 * MARGIN);
  for (let i = 0; i + 2 < points.length; i += 3) {
    const kind = points[i + 2];
    context.fillStyle = regression ? diverging((2 * kind) / 255 - 1) : css(classColour(kind));
    context.beginPath();
    context.arc(at(points[i]), SIDE - at(points[i + 1]), RADIUS, 0, 2 * Math.PI);
    context.fill();
  }
}
