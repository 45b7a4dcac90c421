/** A loss surface as plotly draws it: traces, layout, and the little of it that moves. */

import type { Rgb } from "../math/colour.js";
import { epochColour, sequentialStops } from "../math/palette.js";
import { t } from "../words.js";
import { shareOf } from "./surface.js";
import { commas, legendOf, plain } from "./surface_layout.js";
import { lossOf, trackColour } from "./surface_tracks.js";
import type { Shading, Spot, SurfaceGrid, SurfacePicture, Track } from "./surface_types.js";

/** Places of the traces. */
export const SURFACE = 0;
export const BALL = 1;
export const ARROW = 2;
const TRAILS = 5;

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

/** How far marks are above the surface, as a share of its height. */
const RISE = 0.03;
const TRAIL_RISE = 0.008;

/** The arrow is so long, as a share of the shorter side. */
const ARROW_SHARE = 0.15;
/** Where its head begins, and half the head's width, as shares of that. */
const [BACK, HEAD] = [0.68, 0.2];

export function tracesOf(picture: SurfacePicture, ink: Ink): Description[] {
  const { shading, start, best, tracks } = picture;
  return [
    surface(picture.grid, shading, picture.stale),
    ball(picture, ink),
    arrow(picture, ink),
    spot(start, t("start"), "diamond-open", ink, shading),
    spot(best, t("lowest"), "cross", ink, shading),
    ...tracks.map((track) => trail(picture, track)),
    ...legendOf(tracks),
  ];
}

export type Column = readonly number[] | Float64Array;
export type Coordinates = { readonly [axis in "x" | "y" | "z"]: Column };

/** A trace that is elsewhere now; `shade` goes from 0 to 1 along it where it has several colours. */
export interface Moved {
  readonly trace: number;
  /** Left out where only what is said of it has changed. */
  readonly to?: Coordinates;
  readonly shade?: readonly number[];
  readonly customdata?: readonly (readonly number[])[];
  /** Whatever else of the trace is another. */
  readonly also?: Description;
}

/**
 * What moves from one picture to the next: the ball, its arrow and the ends of the tracks. Null
 * where more has changed than that.
 */
export function moved(before: SurfacePicture, after: SurfacePicture): Moved[] | null {
  const still = ["grid", "shading", "stale", "best"] as const;
  if (still.some((part) => before[part] !== after[part])) return null;
  if (before.tracks.length !== after.tracks.length || !sameSpot(before.start, after.start)) {
    return null;
  }
  const trails = after.tracks.flatMap((track, i) =>
    track === before.tracks[i] ? [] : [{ trace: TRAILS + i, ...path(after, track) }],
  );
  const recoloured = after.tracks.some(({ name }, i) => name !== before.tracks[i].name);
  if (recoloured) return null;
  return [{ trace: BALL, to: ballAt(after) }, { trace: ARROW, to: arrowAt(after) }, ...trails];
}

function sameSpot(a: Spot | null, b: Spot | null): boolean {
  if (!a || !b) return a === b;
  return a.loss === b.loss && a.at.every((each, i) => each === b.at[i]);
}

/** Where the ball is: nowhere if its loss is not known. */
export function ballAt({ ball, shading }: SurfacePicture): Coordinates {
  if (ball.loss === null || !Number.isFinite(ball.loss)) return NOWHERE;
  return { x: [ball.x], y: [ball.y], z: [above(ball.loss, shading, RISE)] };
}

/** From the ball along the tangent plane to where a step of gradient descent would take it. */
export function arrowAt({ ball, gradient, grid, shading }: SurfacePicture): Coordinates {
  if (!gradient || ball.loss === null || !Number.isFinite(ball.loss)) return NOWHERE;
  const [x0, x1, y0, y1] = grid.extent;
  const size = Math.hypot(...gradient);
  if (!(size > 0)) return NOWHERE;
  const [dx, dy] = gradient.map((slope) => -slope / size);
  const [width, depth] = [x1 - x0, y1 - y0];
  const length = ARROW_SHARE * Math.min(width, depth);
  const drop = Math.min(size * length, Math.max(0, ball.loss - shading.low));
  // The head's two sides start behind the tip, to the left and right as the picture's floor has
  // it, whose sides are equally long whatever the axes' units.
  const [aside, across] = [(-dy / depth) * width, (dx / width) * depth];
  const side = (turn: number) => ({
    x: ball.x + length * (BACK * dx + turn * HEAD * aside),
    y: ball.y + length * (BACK * dy + turn * HEAD * across),
    loss: (ball.loss as number) - BACK * drop,
  });
  const tip = { x: ball.x + dx * length, y: ball.y + dy * length, loss: ball.loss - drop };
  const points = [{ ...ball, loss: ball.loss }, tip, side(1), tip, side(-1)];
  return {
    x: points.map((each) => each.x),
    y: points.map((each) => each.y),
    z: points.map(({ loss }) => above(loss, shading, RISE)),
  };
}

const NOWHERE: Coordinates = { x: [], y: [], z: [] };

/** A loss as a height: on a logarithmic scale nothing is lower than its low end. */
function height(loss: number, { low, log }: Shading): number {
  if (!Number.isFinite(loss)) return Number.NaN;
  return log ? Math.max(loss, low) : loss;
}

/** Marks lie on the surface and not in it: higher by a share of the scale. */
function above(loss: number, shading: Shading, rise: number): number {
  const { low, high, log } = shading;
  const at = height(loss, shading);
  return log ? at * (high / low) ** rise : at + rise * (high - low);
}

function surface(grid: SurfaceGrid, shading: Shading, stale: boolean): Description {
  const { x, y } = grid;
  const names = grid.names.map(plain);
  return {
    type: "surface",
    ...{ x, y, z: rows(grid, (loss) => height(loss, shading)) },
    surfacecolor: rows(grid, (loss) => shareOf(loss, shading)),
    ...{ cmin: 0, cmax: 1, colorscale: sequentialStops(), showscale: false },
    opacity: stale ? 0.55 : 1,
    // Flat light: the colour says the loss, and shadows would say another one.
    lighting: { ambient: 0.85, diffuse: 0.3, specular: 0.05, roughness: 0.9 },
    contours: { z: { show: false, highlight: false }, x: { highlight: false }, y: NO_HIGHLIGHT },
    hovertemplate: `${names[0]} %{x:.3~g}<br>${names[1]} %{y:.3~g}<br>${t("loss")} %{z:.4~g}<extra></extra>`,
  };
}

const NO_HIGHLIGHT = { highlight: false };

function rows({ z, nx, ny }: SurfaceGrid, of: (loss: number) => number): Float64Array[] {
  return Array.from({ length: ny }, (_, j) => z.subarray(j * nx, (j + 1) * nx).map(of));
}

function ball(picture: SurfacePicture, ink: Ink): Description {
  return {
    ...{
      type: "scatter3d",
      mode: "markers",
      showlegend: false,
      hoverinfo: "skip",
      ...ballAt(picture),
    },
    marker: { size: 9, color: "#ff2d55", line: { color: ink.ground, width: 2 } },
  };
}

function arrow(picture: SurfacePicture, ink: Ink): Description {
  return {
    ...{
      type: "scatter3d",
      mode: "lines",
      showlegend: false,
      hoverinfo: "skip",
      ...arrowAt(picture),
    },
    line: { color: ink.text, width: 6 },
  };
}

function spot(
  place: Spot | null,
  name: string,
  symbol: string,
  ink: Ink,
  shading: Shading,
): Description {
  const at = place ? { x: [place.at[0]], y: [place.at[1]] } : NOWHERE;
  const z = place ? [above(place.loss, shading, RISE)] : [];
  return {
    ...{
      type: "scatter3d",
      mode: "markers",
      showlegend: false,
      ...at,
      z,
      customdata: place ? [place.loss] : [],
    },
    marker: { size: 6, symbol, color: ink.text, line: { color: ink.text, width: 2 } },
    hovertemplate: `${name}${t(": loss")} %{customdata:.4~g}<extra></extra>`,
  };
}

/** White where training began, its own colour where it is now. */
function trail(picture: SurfacePicture, track: Track): Description {
  const { to, shade, customdata } = path(picture, track);
  const colorscale = shades(trackColour(picture.tracks, track));
  const colours = { color: shade, colorscale, cmin: 0, cmax: 1 };
  return {
    ...{ type: "scatter3d", mode: "lines+markers", ...to, customdata },
    ...{ line: { width: 5, ...colours }, marker: { size: 2.5, ...colours } },
    showlegend: false,
    hovertemplate: `${plain(track.name)} ${t("epoch")} %{customdata[0]}${t(": loss")} %{customdata[1]:.4~g}<extra></extra>`,
  };
}

function path({ grid, shading }: SurfacePicture, track: Track) {
  const { x, y, epochs } = track;
  const loss = track.loss.map((_, i) => lossOf(track, i, grid));
  const z = loss.map((each) => above(each, shading, TRAIL_RISE));
  const last = Math.max(1, x.length - 1);
  return {
    to: { x, y, z },
    shade: Array.from(x, (_, i) => i / last),
    customdata: Array.from(epochs, (epoch, i) => [epoch, loss[i]]),
  };
}

function shades(own: Rgb): [number, string][] {
  return [0, 1].map((share) => [share, commas(epochColour(own, share))]);
}
