/** Where the names of runs are written: beside their ends, clear of runs and of each other. */

import type { Position } from "./types.js";

/** Pixels. */
export interface Frame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export interface NamePlace {
  /** Of the text's baseline. */
  readonly x: number;
  readonly y: number;
  readonly anchor: "start" | "middle" | "end";
}

/** What letters take in width, broad ones too, and a line of them above and below its baseline. */
const [LETTER, BROAD, ASCENT, DESCENT] = [8.2, 12.6, 11, 4];
/** From the end of the run to its name. */
const GAPS = [9, 20];
/** What a name costs: outside the frame, on another name, on a pixel of line, far from its end. */
const COSTS = { outside: 1000, name: 100, line: 0.2, far: 0.5 };

const SIDES = [
  ...([1, -1] as const).map((side) => [side, 0] as const),
  ...([1, -1] as const).flatMap((side) => [[side, -1] as const, [side, 1] as const]),
  ...([-1, 1] as const).map((rise) => [0, rise] as const),
];

/**
 * @param runs each run's name and the pixels it goes through, at least one
 */
export function placeNames(
  runs: readonly { readonly name: string; readonly path: readonly Position[] }[],
  frame: Frame,
): NamePlace[] {
  const lines = runs.map(({ path }) => path);
  const taken: Frame[] = runs.map(({ path }) => boxAround(inside(path.at(-1), frame)));
  return runs.map(({ name, path }) => {
    let [best, least] = [null as NamePlace | null, Number.POSITIVE_INFINITY];
    candidates(inside(path.at(-1), frame)).forEach((place, order) => {
      const cost = costOf(boxOf(name, place), lines, taken, frame) + COSTS.far * order;
      if (cost < least) [best, least] = [place, cost];
    });
    const place = best as unknown as NamePlace;
    taken.push(boxOf(name, place));
    return place;
  });
}

/** A run that ends out of sight has its name at the rim. */
function inside(end: Position | undefined, { left, right, top, bottom }: Frame): Position {
  const [x, y] = end ?? [left, top];
  return [Math.max(left, Math.min(right, x)), Math.max(top, Math.min(bottom, y))];
}

function candidates([x, y]: Position): NamePlace[] {
  return GAPS.flatMap((gap) =>
    SIDES.map(([side, rise]) => ({
      x: x + side * (rise === 0 ? gap : 0.7 * gap),
      y: y + 4 + rise * (gap + (side === 0 ? 5 : 2)),
      anchor: side > 0 ? ("start" as const) : side < 0 ? ("end" as const) : ("middle" as const),
    })),
  );
}

function boxOf(name: string, { x, y, anchor }: NamePlace): Frame {
  const broad = name.match(/[mwMW@%]/g)?.length ?? 0;
  const width = LETTER * (name.length - broad) + BROAD * broad;
  const left = x - { start: 0, middle: width / 2, end: width }[anchor];
  return { left, right: left + width, top: y - ASCENT, bottom: y + DESCENT };
}

/** The dot at the end of a run. */
function boxAround([x, y]: Position): Frame {
  return { left: x - 5, right: x + 5, top: y - 5, bottom: y + 5 };
}

function costOf(
  box: Frame,
  lines: readonly (readonly Position[])[],
  taken: readonly Frame[],
  frame: Frame,
): number {
  const out = box.left < frame.left || box.right > frame.right;
  const over = box.top < frame.top || box.bottom > frame.bottom;
  let crossed = 0;
  for (const line of lines) {
    for (let i = 1; i < line.length; i++) crossed += lengthIn(box, line[i - 1], line[i]);
  }
  const met = taken.filter((each) => meet(box, each)).length;
  return COSTS.outside * Number(out || over) + COSTS.name * met + COSTS.line * crossed;
}

function meet(a: Frame, b: Frame): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

/** How many pixels of a line are in a box. */
function lengthIn(box: Frame, [ax, ay]: Position, [bx, by]: Position): number {
  const [from, to] = clipped(ax, bx - ax, box.left, box.right);
  const [above, below] = clipped(ay, by - ay, box.top, box.bottom);
  const share = Math.min(to, below) - Math.max(from, above);
  return share > 0 ? share * Math.hypot(bx - ax, by - ay) : 0;
}

/** From which share of a way to which it is between two limits. */
function clipped(start: number, way: number, low: number, high: number): [number, number] {
  if (way === 0) return start > low && start < high ? [0, 1] : [1, 0];
  const [a, b] = [(low - start) / way, (high - start) / way];
  return [Math.max(0, Math.min(a, b)), Math.min(1, Math.max(a, b))];
}
