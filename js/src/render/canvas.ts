/** Canvases as sharp as the screen they are on, drawn in the page's pixels. */

/** More pixels to one of the page than this are seen by nobody, and cost all the same. */
const SHARPEST = 3;

/** Sizes a canvas to the screen's own pixels; returns how many there are to one of the page. */
export function fitCanvas(canvas: HTMLCanvasElement, width: number, height: number): number {
  const ratio = Math.min(globalThis.devicePixelRatio || 1, SHARPEST);
  const [across, up] = [Math.round(width * ratio), Math.round(height * ratio)];
  // Only where it is another: setting a size empties a canvas, and costs.
  if (canvas.width !== across || canvas.height !== up) [canvas.width, canvas.height] = [across, up];
  return ratio;
}

/** What draws on it, in the page's pixels: of this size, and cleared. */
export function clearCanvas(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
): CanvasRenderingContext2D {
  const ratio = fitCanvas(canvas, width, height);
  const context = canvas.getContext("2d") as CanvasRenderingContext2D;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}
