/** A network's output as plotly draws it: a surface with its mesh, targets on stems, and axes. */

import { classColour, css, NEGATIVE, POSITIVE, type Rgb } from "../math/colour.js";
import { contour } from "../math/field.js";
import { t } from "../words.js";
import { classesOf } from "./output_heights.js";
import type { Heights, OutputPicture, Targets } from "./output_types.js";
import { commas, plain } from "./surface_layout.js";
import type { Column, Coordinates, Description, Ink, Moved } from "./surface_traces.js";

/** Places of the traces. */
export const SURFACE = 0;
export const TARGETS = 3;
const [MESH, STEMS, LEVEL, CHOSEN] = [1, 2, 4, 5];

/** Lines of the mesh along each side, and the points between two of them, at least. */
const LINES = 13;
/** More stems than these would be a forest. */
const MOST_STEMS = 64;
const CLEAR = 0.85;
/** Lines lie on the surface and not in it: higher by a share of the axis. */
const RISE = 0.004;

/** plotly's few signs in three dimensions, in the order of the planes' markers. */
const SYMBOLS = ["circle", "square", "diamond", "cross", "x", "circle-open"] as const;

export function tracesOf(picture: OutputPicture, ink: Ink): Description[] {
  return [
    surface(picture, ink),
    lines(meshOf(picture), ink.text, 1, 0.35),
    lines(stemsOf(picture.targets), ink.text, 4, 1),
    targets(picture, ink),
    lines(levelOf(picture), ink.text, 5, 1),
    chosen(picture, ink),
  ];
}

/** What moves from one picture to the next; null where more has changed than that. */
export function moved(before: OutputPicture, after: OutputPicture): Moved[] | null {
  if (!sameAxes(before, after)) return null;
  const moves: Moved[] = [];
  if (before.values !== after.values) {
    const { z, intensity } = heightsAndColours(after);
    const { x, y } = places(after);
    moves.push(
      { trace: SURFACE, to: { x, y, z }, also: { intensity } },
      { trace: MESH, to: meshOf(after) },
      { trace: LEVEL, to: levelOf(after) },
    );
  }
  if (before.targets !== after.targets) {
    moves.push(
      { trace: STEMS, to: stemsOf(after.targets) },
      { trace: TARGETS, ...placesOf(before, after), customdata: said(after.targets) },
    );
  }
  if (before.targets !== after.targets || before.chosen !== after.chosen) {
    moves.push({ trace: CHOSEN, to: chosenAt(after) });
  }
  return moves;
}

/** Targets stay where they are while a network learns; hundreds of them take a frame to move. */
function placesOf({ targets: a }: OutputPicture, { targets: b }: OutputPicture) {
  return a.x === b.x && a.y === b.y && a.target === b.target ? {} : { to: targetsAt(b) };
}

function sameAxes(a: OutputPicture, b: OutputPicture): boolean {
  const [one, two] = [a.heights, b.heights];
  return (
    a.side === b.side &&
    a.extent.every((each, i) => each === b.extent[i]) &&
    a.names.every((each, i) => each === b.names[i]) &&
    one.name === two.name &&
    one.range.every((each, i) => each === two.range[i]) &&
    one.colours.every((each, i) => each === two.colours[i]) &&
    a.targets.kind === b.targets.kind // other points: other colours and signs
  );
}

// ---- the surface

/** Both coordinates of every point, row by row. */
export function places({ extent: [x0, x1, y0, y1], side }: OutputPicture) {
  const at = (low: number, high: number, i: number) => low + ((high - low) * i) / (side - 1);
  const x = new Float64Array(side * side);
  const y = new Float64Array(side * side);
  for (let cell = 0; cell < side * side; cell++) {
    x[cell] = at(x0, x1, cell % side);
    y[cell] = at(y0, y1, Math.floor(cell / side));
  }
  return { x, y };
}

/** Two triangles to a cell. */
export function trianglesOf(side: number) {
  const [i, j, k]: [number[], number[], number[]] = [[], [], []];
  for (let row = 0; row + 1 < side; row++) {
    for (let column = 0; column + 1 < side; column++) {
      const a = row * side + column;
      i.push(a, a + 1);
      j.push(a + 1, a + side + 1);
      k.push(a + side, a + side);
    }
  }
  return { i, j, k };
}

/** What is no number lies on the floor and has the middle of the colours. */
function heightsAndColours({ values, heights }: OutputPicture) {
  const [low, high] = heights.colours;
  const [bottom, top] = heights.range;
  const floor = bottom + RISE * (top - bottom);
  const z = values.map((value) => (Number.isFinite(value) ? value : floor));
  const intensity = values.map((value) => {
    const share = (value - low) / (high - low);
    return share >= 0 ? Math.min(1, share) : share < 0 ? 0 : 0.5;
  });
  return { z, intensity };
}

function surface(picture: OutputPicture, ink: Ink): Description {
  const { heights, side } = picture;
  const names = picture.names.map(plain);
  return {
    type: "mesh3d",
    ...places(picture),
    ...heightsAndColours(picture),
    ...trianglesOf(side),
    ...{ cmin: 0, cmax: 1, colorscale: colourScale(heights, ink), showscale: false },
    opacity: CLEAR, // targets may be under it
    // Flat light: the colour says the output, and shadows would say another one.
    ...{ flatshading: false, lighting: { ambient: 0.9, diffuse: 0.25, specular: 0.03 } },
    hovertemplate: `${names[0]} %{x:.3~g}<br>${names[1]} %{y:.3~g}<br>${plain(heights.name)} %{z:.4~g}<extra></extra>`,
  };
}

/** From the colour of the low end over nearly that of the page to that of the high end. */
function colourScale({ classShown }: Heights, { faint }: Ink): [number, string][] {
  if (classShown !== null) {
    return [
      [0, faint],
      [1, commas(css(classColour(classShown)))],
    ];
  }
  const end = (colour: Rgb) => commas(css(colour));
  return [
    [0, end(NEGATIVE)],
    [0.5, faint],
    [1, end(POSITIVE)],
  ];
}

// ---- lines: pieces of one trace, with a gap after each

class Pieces {
  readonly x: number[] = [];
  readonly y: number[] = [];
  readonly z: number[] = [];

  /** What is no finite number is a gap: plotly never ends drawing lines of nothing else. */
  add(x: number, y: number, z: number): void {
    if (Number.isFinite(x + y + z)) this.#push(x, y, z);
    else this.gap();
  }

  gap(): void {
    if (!Number.isNaN(this.z.at(-1) ?? 0)) this.#push(Number.NaN, Number.NaN, Number.NaN);
  }

  #push(x: number, y: number, z: number): void {
    this.x.push(x);
    this.y.push(y);
    this.z.push(z);
  }

  /** At least a gap: plotly would make a trace that was empty anew, and all others with it. */
  get whole(): Coordinates {
    if (this.x.length === 0) this.gap();
    return this;
  }
}

function lines(to: Coordinates, color: string, width: number, opacity: number): Description {
  return {
    ...{ type: "scatter3d", mode: "lines", ...to, line: { color, width }, opacity },
    ...{ hoverinfo: "skip", showlegend: false },
  };
}

export function meshOf(picture: OutputPicture): Coordinates {
  const { values, side, heights } = picture;
  const { x, y } = places(picture);
  const rise = RISE * (heights.range[1] - heights.range[0]);
  const pieces = new Pieces();
  const every = Math.max(1, Math.round((side - 1) / (LINES - 1)));
  const shown = Array.from({ length: side }, (_, i) => i).filter(
    (i) => i % every === 0 || i === side - 1,
  );
  for (const fixed of shown) {
    for (const along of [true, false]) {
      for (let i = 0; i < side; i++) {
        const cell = along ? fixed * side + i : i * side + fixed;
        pieces.add(x[cell], y[cell], values[cell] + rise);
      }
      pieces.gap();
    }
  }
  return pieces.whole;
}

/** From each target to the surface: as long as the error. */
export function stemsOf({ x, y, target, output }: Targets): Coordinates {
  const pieces = new Pieces();
  for (let i = 0; i < x.length && x.length <= MOST_STEMS; i++) {
    pieces.add(x[i], y[i], target[i]);
    pieces.add(x[i], y[i], output[i]);
    pieces.gap();
  }
  return pieces.whole;
}

/** Where the surface is at the level at which the network decides. */
export function levelOf({ values, side, extent, heights }: OutputPicture): Coordinates {
  const pieces = new Pieces();
  const { level, range } = heights;
  if (level === null) return pieces.whole;
  const z = level + 2 * RISE * (range[1] - range[0]);
  for (const path of contour(values, [side, side], extent, level)) {
    for (const [x, y] of path) pieces.add(x, y, z);
    pieces.gap();
  }
  return pieces.whole;
}

// ---- targets

function targetsAt({ x, y, target }: Targets): Coordinates {
  return { x, y, z: target };
}

/** What the tip says of each. */
function said({ target, output }: Targets): number[][] {
  return Array.from(target, (each, i) => [output[i], output[i] - each]);
}

function targets({ targets, heights, names: given }: OutputPicture, ink: Ink): Description {
  const names = given.map(plain);
  const kinds = heights.shaded ? null : classesOf(targets, heights);
  const few = targets.x.length <= MOST_STEMS;
  return {
    ...{ type: "scatter3d", mode: "markers", showlegend: false, ...targetsAt(targets) },
    customdata: said(targets),
    marker: {
      size: few ? 7 : 4,
      symbol: kinds ? Array.from(kinds, (kind) => SYMBOLS[kind % SYMBOLS.length]) : SYMBOLS[0],
      color: kinds ? Array.from(kinds, (kind) => commas(css(classColour(kind)))) : ink.text,
      line: { color: ink.ground, width: few ? 2 : 0 },
    },
    hovertemplate:
      `${names[0]} %{x:.3~g}<br>${names[1]} %{y:.3~g}<br>${t("target")} %{z:.4~g}` +
      `<br>${plain(heights.name)} %{customdata[0]:.4~g}<br>${t("error")} %{customdata[1]:.3~g}<extra></extra>`,
  };
}

function chosenAt({ chosen, targets: { rows, x, y, target } }: OutputPicture): Coordinates {
  const i = chosen === null ? -1 : rows.indexOf(chosen);
  const at = (values: Column) => [i < 0 ? Number.NaN : values[i]];
  return { x: at(x), y: at(y), z: at(target) };
}

/** The sample that is pointed at here or in another view. */
function chosen(picture: OutputPicture, ink: Ink): Description {
  return {
    ...{ type: "scatter3d", mode: "markers", showlegend: false, hoverinfo: "skip" },
    ...chosenAt(picture),
    marker: {
      size: 14,
      symbol: "circle-open",
      color: ink.text,
      line: { width: 3, color: ink.text },
    },
  };
}
