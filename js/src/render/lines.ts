/** Lines that can be taken hold of: a body, two end handles and the weight's arrow, as SVG. */

import { nothing, type SVGTemplateResult, svg } from "lit-html";
import { inside } from "../math/lines.js";
import type { Extent, LineMark, Position } from "../scene/types.js";
import { key, t } from "../words.js";

/** Which part of a line is held. */
export type Part = "body" | "start" | "end" | "tip";

/** A line in the plot's pixels, with where its handles are. */
export interface LineShape {
  readonly mark: LineMark;
  readonly from: Position;
  readonly to: Position;
  readonly handles: Record<Part, Position>;
  /** What share of its length the arrow has, where the frame leaves no room for more. */
  readonly share: number;
  /** Where on the line its name stands. */
  readonly anchor: Position;
  /** The plot's frame, inside which its name has to fit. */
  readonly bounds: Bounds;
}

export interface Bounds {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

type Scale = ((value: number) => number) & { range(): number[] };

/** Room between a handle and the frame, in pixels. */
const INSET = 26;

/**
 * The arrow's length in pixels grows with log(1 + ‖w‖): it stays visible for the smallest weights,
 * inside for large ones, and a pixel of the tip means about as much at any length.
 */
const SHORT = 20;
const LONG = 130;
const PER_E = 24;
/** No drag makes a unit flatter than this. */
const FLATTEST = 0.02;

/** From one unit's name to the next one's, in pixels along a line. */
const NAME_STEP = 28;

/** Heights that upright lines share their arrows out to. */
const STEPS = 8;

export function arrowLength(norm: number): number {
  return Math.min(SHORT + PER_E * Math.log1p(norm), LONG);
}

/** Inverse of `arrowLength`: the ‖w‖ that an arrow dragged to this length stands for. */
export function normOf(length: number): number {
  return Math.max(Math.expm1((Math.min(length, LONG) - SHORT) / PER_E), FLATTEST);
}

export function shapeOf(mark: LineMark, x: Scale, y: Scale, crowded = false): LineShape {
  const px = (at: Position): Position => [x(at[0]), y(at[1])];
  const [from, to] = [px(mark.segment[0]), px(mark.segment[1])];
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const length = Math.hypot(dx, dy) || 1;
  const inset = Math.min(INSET / length, 0.3);
  const along = (t: number): Position => [from[0] + t * dx, from[1] + t * dy];
  // Upright lines stand side by side: their arrows and names are on steps, so that none meet.
  const step = mark.upright ? 0.12 + (0.76 * (mark.unit % STEPS)) / (STEPS - 1) : 0.5;
  const [[left, right], [bottom, top]] = [x.range(), y.range()];
  const bounds = { left, right, top, bottom };
  const arrow = arrowOf(mark, x, y);
  const { t, share } = roomFor(arrow, from, [dx, dy], step, bounds);
  const body = along(t);
  const tip: Position = [body[0] + share * arrow[0], body[1] + share * arrow[1]];
  // Each unit's is a step further on, so that lines on top of each other still show whose they are.
  const near = Math.min(inset + (NAME_STEP * mark.unit) / length, 0.5);
  const upper = from[1] < to[1] ? near : 1 - near;
  // Names at the upper ends would meet where lines are many: they are spread by the golden ratio.
  const spread = 0.1 + 0.8 * ((0.618 * mark.unit) % 1);
  const anchor = mark.upright ? body : along(crowded ? spread : upper);
  const handles = { body, start: along(inset), end: along(1 - inset), tip };
  return { mark, from, to, handles, share, anchor, bounds };
}

/** From body to tip, in pixels. It points where w does, as seen: upright to its line in equal units. */
function arrowOf({ line: { w } }: LineMark, x: Scale, y: Scale): Position {
  const [wx, wy] = [x(w[0]) - x(0), y(w[1]) - y(0)];
  const stretch = arrowLength(Math.hypot(...w)) / (Math.hypot(wx, wy) || 1);
  return [stretch * wx, stretch * wy];
}

/** Room between a tip and the frame, and what is left of an arrow that has none, in pixels. */
const RIM = 3;
const LEAST = 10;

/**
 * The place on the line, as near as can be to `wish`, from which the whole arrow is inside the
 * frame; where there is none, the place from which most of it is.
 */
function roomFor(
  [ax, ay]: Position,
  [x, y]: Position,
  along: Position,
  wish: number,
  { left, right, top, bottom }: Bounds,
): { t: number; share: number } {
  const frame: Extent = [left + RIM, right - RIM, top + RIM, bottom - RIM];
  const place = (share: number): number | null => {
    const span = inside([x + share * ax, y + share * ay], along, frame);
    if (!span || span[0] > 1 || span[1] < 0) return null;
    return Math.min(Math.max(wish, span[0], 0), span[1], 1);
  };
  const whole = place(1);
  if (whole !== null) return { t: whole, share: 1 };
  let [low, high] = [LEAST / Math.hypot(ax, ay), 1];
  let t = place(low) ?? wish;
  for (let halving = 0; halving < 10; halving++) {
    const share = (low + high) / 2;
    const found = place(share);
    if (found === null) high = share;
    else [low, t] = [share, found];
  }
  return { t, share: low };
}

/** The same shape with its arrow from `body` to the pointer: a held tip, even out of the frame. */
export function withArrow(shape: LineShape, body: Position, pointer: Position): LineShape {
  const { body: rest, tip } = shape.handles;
  const [dx, dy] = [tip[0] - rest[0], tip[1] - rest[1]];
  const square = dx * dx + dy * dy || 1;
  const wish = ((pointer[0] - body[0]) * dx + (pointer[1] - body[1]) * dy) / square;
  const most = LONG / Math.sqrt(square);
  const times = Math.max(-most, Math.min(most, wish));
  const end: Position = [body[0] + times * dx, body[1] + times * dy];
  return { ...shape, handles: { ...shape.handles, body, tip: end } };
}

export interface LineLook {
  readonly hovered: boolean;
  readonly held: Part | null;
  /** What a screen reader says of each part. */
  readonly say: (part: Part) => string;
}

export function drawLine(shape: LineShape, look: LineLook): SVGTemplateResult {
  const { mark, from, to, handles } = shape;
  const { slides, turns, colour, id } = mark;
  const classes = `nnw-line${look.hovered || look.held ? " hot" : ""}${slides || turns ? "" : " fixed"}`;
  return svg`<g class=${classes} data-line=${id} style="--line: ${colour}">
    ${halfPlane(shape)}
    <line class="casing" x1=${from[0]} y1=${from[1]} x2=${to[0]} y2=${to[1]} />
    <line class="stroke" stroke-dasharray=${mark.dash || nothing} x1=${from[0]} y1=${from[1]} x2=${to[0]} y2=${to[1]} />
    ${arrow(handles)}
    <line class=${slides ? "nnw-grab body" : "nnw-hover"} data-part="body" x1=${from[0]} y1=${from[1]}
      x2=${to[0]} y2=${to[1]} tabindex=${slides ? 0 : nothing} role=${slides ? "slider" : nothing}
      aria-label=${t("{name}: move", { name: mark.name })} aria-valuetext=${look.say("body")}
      aria-valuenow=${mark.line.b} />
    ${turns ? parts(mark).map((part) => handle(shape, part, look)) : nothing}
  </g>`;
}

/** Remembered lines: dashed, without handles. */
export function drawGhost(from: Position, to: Position, colour: string): SVGTemplateResult {
  return svg`<line class="nnw-ghost" style="--line: ${colour}"
    x1=${from[0]} y1=${from[1]} x2=${to[0]} y2=${to[1]} />`;
}

const TURN: Partial<Record<Part, string>> = {
  start: key("turn"),
  end: key("turn"),
  tip: key("steepness"),
};

function handle(shape: LineShape, part: Part, look: LineLook): SVGTemplateResult {
  const [cx, cy] = shape.handles[part];
  const held = look.held === part ? " held" : "";
  return svg`<g class=${`nnw-handle ${part}${held}`}>
    <circle class="dot" cx=${cx} cy=${cy} r=${part === "tip" ? 4.5 : 5.5} />
    <circle class=${`nnw-grab ${part}`} data-part=${part} cx=${cx} cy=${cy} r="12" tabindex="0"
      role="slider" aria-label=${`${shape.mark.name}: ${t(TURN[part] as string)}`}
      aria-valuetext=${look.say(part)} aria-valuenow=${amount(shape.mark, part)} />
  </g>`;
}

/** What a handle sets: ‖w‖, or the direction of w in degrees. */
function amount({ line: { w } }: LineMark, part: Part): string {
  return (part === "tip" ? Math.hypot(...w) : (Math.atan2(w[1], w[0]) * 180) / Math.PI).toFixed(2);
}

function arrow({ body, tip }: LineShape["handles"]): SVGTemplateResult {
  const [dx, dy] = [tip[0] - body[0], tip[1] - body[1]];
  const length = Math.hypot(dx, dy) || 1;
  const [ux, uy] = [dx / length, dy / length];
  const [bx, by] = [tip[0] - 9 * ux, tip[1] - 9 * uy];
  const points = `${tip} ${bx - 4.5 * uy},${by + 4.5 * ux} ${bx + 4.5 * uy},${by - 4.5 * ux}`;
  return svg`<line class="shaft" x1=${body[0]} y1=${body[1]} x2=${bx} y2=${by} />
    <polygon class="head" points=${points} />`;
}

/** A band along the positive side, so that the sign shows without the arrow. */
function halfPlane({ from, to, handles }: LineShape): SVGTemplateResult {
  const [nx, ny] = [handles.tip[0] - handles.body[0], handles.tip[1] - handles.body[1]];
  const width = 7 / (Math.hypot(nx, ny) || 1);
  const [ox, oy] = [nx * width, ny * width];
  const corners = [from, to, [to[0] + ox, to[1] + oy], [from[0] + ox, from[1] + oy]];
  return svg`<polygon class="side" points=${corners.map((at) => at.join(",")).join(" ")} />`;
}

/**
 * A line's name, to be drawn over all lines: beside its place on the line, on the side away from
 * the arrow where that is inside the plot.
 */
export function drawName({ mark, handles, anchor, bounds }: LineShape): SVGTemplateResult {
  const [dx, dy] = [handles.tip[0] - handles.body[0], handles.tip[1] - handles.body[1]];
  const length = Math.hypot(dx, dy) || 1;
  const [nx, ny] = [dx / length, dy / length];
  const half = 4 + 3.6 * mark.name.length;
  const away = 11 + Math.abs(nx) * half + Math.abs(ny) * 6; // its box clears the line
  const fits = (x: number, y: number) =>
    x - half > bounds.left && x + half < bounds.right && y > bounds.top + 10 && y < bounds.bottom;
  const [x, y] = [-away, away]
    .map((side): Position => [anchor[0] + nx * side, anchor[1] + ny * side])
    .sort((a, b) => Number(fits(b[0], b[1])) - Number(fits(a[0], a[1])))[0];
  const clamped = (value: number, low: number, high: number) =>
    Math.min(Math.max(value, low), high);
  const cx = clamped(x, bounds.left + half, bounds.right - half);
  const cy = clamped(y, bounds.top + 10, bounds.bottom - 8);
  return svg`<text class="nnw-name" style="--line: ${mark.colour}" x=${cx} y=${cy + 4} text-anchor="middle">${mark.name}</text>`;
}

/** An upright line has nothing to turn: only its place and steepness are free. */
function parts(mark: LineMark): Part[] {
  return mark.upright ? ["tip"] : ["start", "end", "tip"];
}
