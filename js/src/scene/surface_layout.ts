/** What is around a loss surface in three dimensions: its axes, the legend, where it is seen from. */

import { css } from "../math/colour.js";
import { t } from "../words.js";
import type { Description, Ink } from "./surface_traces.js";
import { trackColour } from "./surface_tracks.js";
import type { SurfacePicture, Track } from "./surface_types.js";

/** From the default place the vertical axis is so long, as a share of the picture's height. */
const Z_SHARE = 0.27;
/** Pixels that a number on it takes. */
const TICK = 12;
/** The axes and their names need such a width, as a share of the height, and so many pixels. */
const [WIDE, WRITING] = [0.95, 118];

const LEGEND = {
  ...{ x: 0, y: 1, xanchor: "left", yanchor: "top", font: { size: 12 }, bgcolor: "rgba(0,0,0,0)" },
  // A run that a click has hidden would have the whole scene made anew in each frame.
  ...{ itemclick: false, itemdoubleclick: false },
};

/** So many characters of a name are shown: more would push everything else out of the picture. */
const LONGEST = 60;

/**
 * A name that plotly shows as it is, where it would read a tag, an entity or %{…}: a space of no
 * width behind the sign that begins one makes it none.
 */
export function plain(name: string): string {
  const signs = [...name.replace(/\s+/g, " ")];
  const shown = signs.length > LONGEST ? [...signs.slice(0, LONGEST - 1), "…"] : signs;
  return shown.join("").replace(/[<&]|%(?=\{)/g, "$&\u200b");
}

/**
 * Names of the runs, where there are others than the network's own. Lines of many colours, as the
 * runs are, have no colour in plotly's legend: these lines are nowhere else.
 */
export function legendOf(tracks: readonly Track[]): Description[] {
  if (tracks.every(({ current }) => current)) return [];
  return tracks.map((track) => ({
    ...{ type: "scatter3d", mode: "lines", x: [null], y: [null], z: [null] },
    ...{ name: plain(track.name) || t("this network"), showlegend: true, hoverinfo: "skip" },
    line: { color: commas(css(trackColour(tracks, track))), width: 5 },
  }));
}

/** plotly reads `rgb(1, 2, 3)`, not `rgb(1 2 3)`. */
export function commas(colour: string): string {
  return colour.replace(/(\d) (?=\d)/g, "$1, ");
}

/** @param ticks of the loss: where, and how they are written */
export function layoutOf(
  picture: SurfacePicture,
  ink: Ink,
  size: readonly [number, number],
  ticks: readonly (readonly [number, string])[],
): Description {
  const far = distanceFor(size);
  const shown = thinned(ticks, Math.floor((Z_SHARE * size[1]) / far / TICK));
  const heights = {
    type: picture.shading.log ? "log" : "linear",
    ...{ tickvals: shown.map(([at]) => at), ticktext: shown.map(([, text]) => text) },
  };
  return roomOf([...picture.grid.names, t("loss")], heights, ink, size, cornerView(size));
}

/** A direction to look from, and how far away that is in the units of plotly's camera. */
export type Eye = readonly [x: number, y: number, z: number];

/** From the corner, as near as leaves room for the axes' names. */
export function cornerView(size: readonly [number, number]): Eye {
  const far = distanceFor(size);
  return [-1.2 * far, -1.4 * far, 0.78 * far];
}

/**
 * A room with three axes.
 * @param heights of the vertical axis: its type, range or ticks
 */
export function roomOf(
  names: readonly string[],
  heights: Description,
  ink: Ink,
  size: readonly [number, number],
  eye: Eye,
): Description {
  const axis = (title: string, more: Description = {}) => ({
    title: { text: plain(title), font: { size: 12 } },
    ...{ gridcolor: ink.faint, zeroline: false, showspikes: false, showbackground: false },
    ...{ linecolor: ink.faint, tickfont: { size: 10 }, ...more },
  });
  return {
    ...{ width: size[0], height: size[1], margin: { l: 0, r: 0, t: 0, b: 0 } },
    ...{ paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)" },
    ...{ showlegend: true, legend: LEGEND },
    font: { color: ink.text },
    hoverlabel: {
      bgcolor: ink.ground,
      bordercolor: ink.faint,
      font: { color: ink.text, size: 12 },
    },
    uirevision: "camera", // which stays where the reader turned it, whatever is drawn
    scene: {
      ...{ aspectmode: "manual", aspectratio: { x: 1, y: 1, z: 0.6 } },
      camera: cameraAt(eye),
      ...{ xaxis: axis(names[0]), yaxis: axis(names[1]), zaxis: axis(names[2], heights) },
    },
  };
}

/** Looking a little below the middle, where the axes' names are. */
export function cameraAt([x, y, z]: Eye): Description {
  return { eye: { x, y, z }, center: { x: 0, y: 0, z: -0.15 } };
}

/** As near as leaves room for the axes' names; plotly fits the height, whatever the width. */
function distanceFor([width, height]: readonly [number, number]): number {
  return Math.max(1, (WIDE * height) / Math.max(40, width - WRITING));
}

/** So many of the ticks that none lies on the next. */
function thinned<T>(ticks: readonly T[], most: number): T[] {
  const every = Math.ceil(ticks.length / Math.max(2, most));
  return ticks.filter((_, i) => i % every === 0);
}
