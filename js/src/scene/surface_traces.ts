/** A loss surface as plotly draws it: traces, layout, and the little of it that moves. */

import type { Rgb } from "../math/colour.js";
import { epochColour, sequentialStops } from "../math/palette.js";
import { shareOf } from "./surface.js";
import { trackColour } from "./surface_tracks.js";
import type { Shading, Spot, SurfaceGrid, SurfacePicture, Track } from "./surface_types.js";

/** Places of the traces that move with the ball. */
export const BALL = 1;
export const ARROW = 2;
export const SURFACE = 0;

/** A trace or a layout as plotly describes them. */
export type Description = { readonly [name: string]: unknown };

/** Colours of the page around the picture. */
export interface Ink {
  /** Of text, as `rgb(r, g, b)`. */
  readonly text: string;
  /** Of lines behind the surface. */
  readonly faint: string;
  /** Of the page. */
  readonly ground: string;
}

/** The arrow is so long, as a share of the shorter side. */
const ARROW_SHARE = 0.15;

export function tracesOf(picture: SurfacePicture, ink: Ink): Description[] {
  const { shading, start, best, tracks } = picture;
  const spots = [
    spot(start, "start", "diamond-open", ink, shading),
    spot(best, "lowest", "cross", ink, shading),
  ];
  return [
    surface(picture.grid, shading, picture.stale),
    ball(picture, ink),
    arrow(picture, ink),
    ...spots.filter((trace) => trace !== null),
    ...tracks.map((track) => trail(track, trackColour(tracks, track), shading)),
  ];
}

export type Coordinates = { readonly [axis in "x" | "y" | "z"]: readonly number[] };

/** Where the ball is: nowhere if its loss is not known. */
export function ballAt({ ball, shading }: SurfacePicture): Coordinates {
  if (ball.loss === null || !Number.isFinite(ball.loss)) return { x: [], y: [], z: [] };
  return { x: [ball.x], y: [ball.y], z: [height(ball.loss, shading)] };
}

/** From the ball along the tangent plane to where a step of gradient descent would take it. */
export function arrowAt({ ball, gradient, grid, shading }: SurfacePicture): Coordinates {
  if (!gradient || ball.loss === null || !Number.isFinite(ball.loss)) return NOWHERE;
  const [x0, x1, y0, y1] = grid.extent;
  const size = Math.hypot(...gradient);
  if (!(size > 0)) return NOWHERE;
  const [dx, dy] = gradient.map((slope) => -slope / size);
  const length = ARROW_SHARE * Math.min(x1 - x0, y1 - y0);
  const drop = Math.min(size * length, Math.max(0, ball.loss - shading.low));
  return {
    x: [ball.x, ball.x + dx * length],
    y: [ball.y, ball.y + dy * length],
    z: [height(ball.loss, shading), height(ball.loss - drop, shading)],
  };
}

const NOWHERE: Coordinates = { x: [], y: [], z: [] };

/** A loss as a height: on a logarithmic scale nothing is lower than its low end. */
function height(loss: number, { low, log }: Shading): number {
  if (!Number.isFinite(loss)) return Number.NaN;
  return log ? Math.max(loss, low) : loss;
}

function surface(grid: SurfaceGrid, shading: Shading, stale: boolean): Description {
  const { x, y, names } = grid;
  return {
    type: "surface",
    ...{ x, y, z: rows(grid, (loss) => height(loss, shading)) },
    surfacecolor: rows(grid, (loss) => shareOf(loss, shading)),
    ...{ cmin: 0, cmax: 1, colorscale: sequentialStops(), showscale: false },
    opacity: stale ? 0.55 : 1,
    // Flat light: the colour says the loss, and shadows would say another one.
    lighting: { ambient: 0.85, diffuse: 0.3, specular: 0.05, roughness: 0.9 },
    contours: { z: { show: false, highlight: false }, x: { highlight: false }, y: NO_HIGHLIGHT },
    hovertemplate: `${names[0]} %{x:.3~g}<br>${names[1]} %{y:.3~g}<br>loss %{z:.4~g}<extra></extra>`,
  };
}

const NO_HIGHLIGHT = { highlight: false };

function rows({ z, nx, ny }: SurfaceGrid, of: (loss: number) => number): Float64Array[] {
  return Array.from({ length: ny }, (_, j) => z.subarray(j * nx, (j + 1) * nx).map(of));
}

function ball(picture: SurfacePicture, ink: Ink): Description {
  return {
    ...{ type: "scatter3d", mode: "markers", hoverinfo: "skip", ...ballAt(picture) },
    marker: { size: 9, color: "#ff2d55", line: { color: ink.ground, width: 2 } },
  };
}

function arrow(picture: SurfacePicture, ink: Ink): Description {
  return {
    ...{ type: "scatter3d", mode: "lines", hoverinfo: "skip", ...arrowAt(picture) },
    line: { color: ink.text, width: 6 },
  };
}

function spot(
  place: Spot | null,
  name: string,
  symbol: string,
  ink: Ink,
  shading: Shading,
): Description | null {
  if (!place) return null;
  const [x, y] = place.at;
  return {
    ...{ type: "scatter3d", mode: "markers", x: [x], y: [y], z: [height(place.loss, shading)] },
    marker: { size: 6, symbol, color: ink.text, line: { color: ink.text, width: 2 } },
    hovertemplate: `${name}: loss %{z:.4~g}<extra></extra>`,
  };
}

/** White where training began, its own colour where it is now. */
function trail(track: Track, own: Rgb, shading: Shading): Description {
  const { name, epochs, x, y, loss } = track;
  const z = loss.map((each) => height(each, shading));
  return {
    ...{ type: "scatter3d", mode: "lines+markers", x, y, z, customdata: epochs },
    line: { width: 5, color: epochs, colorscale: shades(own) },
    marker: { size: 2.5, color: epochs, colorscale: shades(own) },
    hovertemplate: `${name || "epoch"} %{customdata}: loss %{z:.4~g}<extra></extra>`,
  };
}

function shades(own: Rgb): [number, string][] {
  return [0, 1].map((share) => [share, commas(epochColour(own, share))]);
}

/** plotly reads `rgb(1, 2, 3)`, not `rgb(1 2 3)`. */
function commas(colour: string): string {
  return colour.replace(/(\d) (?=\d)/g, "$1, ");
}

export function layoutOf(picture: SurfacePicture, ink: Ink, size: readonly [number, number]) {
  const { names } = picture.grid;
  const axis = (title: string, more: object = {}) => ({
    title: { text: title, font: { size: 12 } },
    ...{ gridcolor: ink.faint, zeroline: false, showspikes: false, showbackground: false },
    ...{ linecolor: ink.faint, tickfont: { size: 10 }, ...more },
  });
  return {
    ...{ width: size[0], height: size[1], margin: { l: 0, r: 0, t: 0, b: 0 } },
    ...{ paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", showlegend: false },
    font: { color: ink.text },
    uirevision: "camera", // which stays where the reader turned it, whatever is drawn
    scene: {
      ...{ aspectmode: "manual", aspectratio: { x: 1, y: 1, z: 0.6 } },
      camera: { eye: { x: -1.15, y: -1.35, z: 0.75 }, center: { x: 0, y: 0, z: -0.12 } },
      ...{ xaxis: axis(names[0]), yaxis: axis(names[1]) },
      zaxis: axis("loss", { type: picture.shading.log ? "log" : "linear" }),
    },
  } satisfies Description;
}
