/** Marks on a canvas that the curve of an activation is made of. */

import type { Board } from "../../render/board.js";
import { unitInk } from "./distribution.js";
import { type UnitsFrame, unitOf } from "./frame.js";
import { nameOf } from "./words.js";

/** Where the two lines are named, in pixels. */
const BOX = { left: 46, top: 12 };

/** What the two lines are. */
export function drawLegend(
  context: CanvasRenderingContext2D,
  { ink }: Board,
  frame: UnitsFrame,
): void {
  const { rows } = frame;
  const letter = rows.named;
  context.font = `600 12px ${ink.font}`;
  context.textAlign = "left";
  context.fillStyle = unitInk(unitOf(frame), ink.dark);
  context.fillText(nameOf(frame, unitOf(frame)), BOX.left + 8, BOX.top + 16);
  context.font = `12px ${ink.font}`;
  const lines: [string, string, number[]][] = [
    [`a = ${letter}(z)`, ink.fg, []],
    ["da/dz", ink.soft, [5, 4]],
  ];
  lines.forEach(([text, colour, dash], i) => {
    const y = BOX.top + 32 + 16 * i;
    context.strokeStyle = colour;
    context.lineWidth = 2;
    context.setLineDash(dash);
    stroke(context, [BOX.left + 8, y - 4], [BOX.left + 30, y - 4]);
    context.setLineDash([]);
    context.fillStyle = ink.fg;
    context.fillText(text, BOX.left + 36, y);
  });
}

export function stroke(
  context: CanvasRenderingContext2D,
  from: readonly [number, number],
  to: readonly [number, number],
): void {
  context.beginPath();
  context.moveTo(...from);
  context.lineTo(...to);
  context.stroke();
}

export function disc(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  radius: number,
  fill: string,
  rim: string,
): void {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = fill;
  context.fill();
  context.strokeStyle = rim;
  context.lineWidth = 1.5;
  context.stroke();
}

export function explain(context: CanvasRenderingContext2D, board: Board, text: string): void {
  context.fillStyle = board.ink.soft;
  context.font = `13px ${board.ink.font}`;
  context.textAlign = "center";
  context.fillText(text, board.width / 2, board.height / 2, board.width - 20);
}
