/** What lies on the map of a loss surface: runs, start, best place, slope and the ball, as SVG. */

import { nothing, type SVGTemplateResult, svg } from "lit-html";
import { guard } from "lit-html/directives/guard.js";
import { css } from "../math/colour.js";
import { outline } from "../render/markers.js";
import { pathData } from "../render/path_data.js";
import type { Plot } from "../render/plot.js";
import { straight } from "../render/straight.js";
import { heightOf } from "../scene/surface.js";
import { pathOf, piecesOf, trackColour } from "../scene/surface_tracks.js";
import type { Spot, SurfacePicture, Track } from "../scene/surface_types.js";
import { placeNames } from "../scene/track_names.js";
import type { Position } from "../scene/types.js";
import { t } from "../words.js";
import { drawBall, RADIUS } from "./ball.js";

/** Length of an arrow at a slope of the surface's own height over its width, in pixels. */
const TYPICAL = 52;
const SHORTEST = 3;
const HEAD = 8;

/** Pixels of a place, or of a loss where the plot is a profile of one direction. */
export function pixelOf({ grid, shading }: SurfacePicture, plot: Plot, spot: Spot): Position {
  const y = grid.ny > 1 ? spot.at[1] : heightOf(spot.loss, shading);
  return [plot.x(spot.at[0]), plot.y(y)];
}

export function drawTracks(picture: SurfacePicture, plot: Plot): SVGTemplateResult {
  const { tracks, grid, shading } = picture;
  const profile = grid.ny > 1 ? null : shading;
  return svg`${guard([tracks, profile, plot.x, plot.y], () => [
    tracks.map((track) => drawTrack(track, tracks, plot, profile)),
    drawNames(tracks, plot, profile), // above every run
  ])}`;
}

function drawTrack(
  track: Track,
  tracks: readonly Track[],
  plot: Plot,
  profile: SurfacePicture["shading"] | null,
): SVGTemplateResult {
  const { x, y } = plot;
  const own = trackColour(tracks, track);
  const pieces = piecesOf(track, own, profile);
  const whole = pathData(
    pieces.map(({ path }) => path),
    x,
    y,
  );
  const end = pieces.at(-1)?.path.at(-1);
  return svg`<g class="nnw-track">
    <title>${track.name}</title>
    <path class="casing" d=${whole} />
    ${pieces.map(({ path, colour }) => svg`<path d=${pathData([path], x, y)} stroke=${colour} />`)}
    ${
      track.current || !end
        ? nothing
        : svg`<circle class="end" cx=${x(end[0])} cy=${y(end[1])} r="4" fill=${css(own)} />`
    }
  </g>`;
}

/** Of runs that were added; the network's own ends at the ball. */
function drawNames(
  tracks: readonly Track[],
  plot: Plot,
  profile: SurfacePicture["shading"] | null,
): SVGTemplateResult[] {
  const runs = tracks.map((track) => ({
    track,
    name: track.current ? "" : track.name,
    path: pathOf(track, profile).map(([x, y]): Position => [plot.x(x), plot.y(y)]),
  }));
  const drawn = runs.filter(({ path }) => path.length > 0);
  const places = placeNames(drawn, plot.bounds);
  return drawn.map(({ track, name }, i) => {
    const { x, y, anchor } = places[i];
    const colour = css(trackColour(tracks, track));
    return svg`<text class="nnw-track-name" x=${x} y=${y} text-anchor=${anchor} fill=${colour}>${name}</text>`;
  });
}

export function drawSpots(picture: SurfacePicture, plot: Plot): SVGTemplateResult {
  const { start, best } = picture;
  return svg`${start ? spot("start", outline("diamond", 6), pixelOf(picture, plot, start)) : nothing}
    ${best ? spot("best", STAR, pixelOf(picture, plot, best)) : nothing}`;
}

function spot(name: string, d: string, [px, py]: Position): SVGTemplateResult | typeof nothing {
  if (!Number.isFinite(px + py)) return nothing;
  return svg`<path class=${`nnw-spot ${name}`} d=${d} transform="translate(${px} ${py})"
    ><title>${name === "best" ? t("lowest cell") : t(name)}</title></path>`;
}

const STAR = star(9, 4);

/** Five points, one of them up. */
function star(outer: number, inner: number): string {
  const corners = Array.from({ length: 10 }, (_, i) => {
    const [radius, turn] = [i % 2 === 0 ? outer : inner, (Math.PI * i) / 5];
    return `${(radius * Math.sin(turn)).toFixed(2)} ${(-radius * Math.cos(turn)).toFixed(2)}`;
  });
  return `M${corners.join("L")}Z`;
}

/** Where the ball is drawn: just inside the rim where it is further out. */
export function ballAt(picture: SurfacePicture, plot: Plot): { at: Position; outside: boolean } {
  const { ball, shading } = picture;
  const loss = ball.loss ?? shading.low;
  const [px, py] = pixelOf(picture, plot, { at: [ball.x, ball.y], loss });
  const { left, right, top, bottom } = plot.bounds;
  if (px >= left && px <= right && py >= top && py <= bottom) {
    return { at: [px, py], outside: false };
  }
  const at: Position = [
    clamp(px, left + RADIUS, right - RADIUS),
    clamp(py, top + RADIUS, bottom - RADIUS),
  ];
  return { at, outside: true };
}

/** What is no number, which d3 scales to none at all, goes to the lower end: the upper rim. */
function clamp(value: number, low: number, high: number): number {
  return value >= low ? Math.min(high, value) : low;
}

export function drawBallAndSlope(
  picture: SurfacePicture,
  plot: Plot,
  held: boolean,
): SVGTemplateResult {
  const { at, outside } = ballAt(picture, plot);
  const arrow = outside ? null : arrowOf(picture, plot);
  return svg`${arrow ? drawArrow(at, arrow) : nothing}${drawBall(picture, at, { held, outside })}`;
}

/** From the ball downhill, in pixels; longer where it is steeper. Null where it is flat. */
export function arrowOf(picture: SurfacePicture, plot: Plot): Position | null {
  const { gradient, grid, shading } = picture;
  if (!gradient) return null;
  const [kx, ky] = [straight(plot.x).slope, straight(plot.y).slope];
  const [dx, dy] = [-gradient[0] * kx, grid.ny > 1 ? -gradient[1] * ky : 0];
  const pixels = Math.hypot(dx, dy);
  if (pixels === 0) return null;
  const width = grid.extent[1] - grid.extent[0];
  const typical = (shading.high - shading.low) / width;
  const steep = Math.hypot(...gradient) / (typical || 1);
  const length = (TYPICAL * Math.log1p(8 * steep)) / Math.log(9);
  return length < SHORTEST ? null : [(dx / pixels) * length, (dy / pixels) * length];
}

function drawArrow([px, py]: Position, [dx, dy]: Position): SVGTemplateResult {
  const length = Math.hypot(dx, dy);
  const [ux, uy] = [dx / length, dy / length];
  const along = (far: number, aside = 0): string =>
    `${(px + ux * far - uy * aside).toFixed(1)} ${(py + uy * far + ux * aside).toFixed(1)}`;
  const [from, to] = [RADIUS + 1, RADIUS + 1 + length];
  const shaft = `M${along(from)}L${along(to)}`;
  const head = `M${along(to + HEAD)}L${along(to, HEAD / 2)}L${along(to, -HEAD / 2)}Z`;
  const [nx, ny] = along(to + HEAD + 19).split(" ");
  return svg`<g class="nnw-slope" aria-hidden="true">
    <path class="casing" d=${shaft} /><path class="casing" d=${head} />
    <path class="shaft" d=${shaft} /><path class="head" d=${head} />
    <text x=${nx} y=${Number(ny) + 4} text-anchor="middle">−∇L</text>
  </g>`;
}
