/** Point markers: shape is the second cue beside colour, for those who see colours otherwise. */

import type { Shape } from "../scene/types.js";

/** Corners of regular shapes: how many, and where the first one points (turns, 0 = right). */
const CORNERS: Record<Exclude<Shape, "circle">, [number, number]> = {
  square: [4, 1 / 8],
  triangle: [3, -1 / 4],
  diamond: [4, 0],
  down: [3, 1 / 4],
  hexagon: [6, 0],
};

/** Radii that make every shape look as large as a circle of radius one. */
const WEIGHT: Record<Shape, number> = {
  circle: 1,
  square: 1.22,
  triangle: 1.4,
  diamond: 1.3,
  down: 1.4,
  hexagon: 1.08,
};

type PathContext = Pick<CanvasRenderingContext2D, "moveTo" | "lineTo" | "closePath" | "arc">;

export function trace(path: PathContext, shape: Shape, x: number, y: number, radius: number): void {
  const r = radius * WEIGHT[shape];
  if (shape === "circle") {
    path.moveTo(x + r, y);
    path.arc(x, y, r, 0, 2 * Math.PI);
    return;
  }
  const [corners, turn] = CORNERS[shape];
  for (let i = 0; i < corners; i++) {
    const angle = 2 * Math.PI * (turn + i / corners);
    if (i === 0) path.moveTo(x + r * Math.cos(angle), y + r * Math.sin(angle));
    else path.lineTo(x + r * Math.cos(angle), y + r * Math.sin(angle));
  }
  path.closePath();
}

/** A marker as SVG path data around the origin. */
export function outline(shape: Shape, radius: number): string {
  const parts: string[] = [];
  const at = (command: string) => (x: number, y: number) =>
    parts.push(`${command}${x.toFixed(2)} ${y.toFixed(2)}`);
  const arc = (x: number, y: number, r: number) =>
    parts.push(`A${r} ${r} 0 1 1 ${x - r} ${y}A${r} ${r} 0 1 1 ${x + r} ${y}`);
  trace(
    { moveTo: at("M"), lineTo: at("L"), closePath: () => parts.push("Z"), arc },
    shape,
    0,
    0,
    radius,
  );
  return parts.join("");
}
