/** Icons of the bench alone: the network's own bundle has no room for them. */

import { svg } from "lit-html";
import { icon, stroke } from "../../render/icons.js";

const dot = (x: number, y: number) =>
  svg`<circle cx=${x} cy=${y} r="1.15" fill="currentColor"></circle>`;

export const dice = icon(
  svg`${stroke("M4 2.5h8A1.5 1.5 0 0 1 13.5 4v8a1.5 1.5 0 0 1-1.5 1.5H4A1.5 1.5 0 0 1 2.5 12V4A1.5 1.5 0 0 1 4 2.5z")}
  ${dot(5.6, 5.6)}${dot(10.4, 5.6)}${dot(8, 8)}${dot(5.6, 10.4)}${dot(10.4, 10.4)}`,
);

export const more = icon(svg`${dot(8, 3.4)}${dot(8, 8)}${dot(8, 12.6)}`);
