/** Our own icons, drawn on a 16 × 16 grid in the colour of the text. */

import { html, type SVGTemplateResult, svg, type TemplateResult } from "lit-html";

export const icon = (shape: SVGTemplateResult): TemplateResult => html`<svg
  class="nnw-icon"
  viewBox="0 0 16 16"
  width="16"
  height="16"
  aria-hidden="true"
  focusable="false"
>
  ${shape}
</svg>`;

export const stroke = (d: string): SVGTemplateResult =>
  svg`<path d=${d} fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round"></path>`;
const fill = (d: string): SVGTemplateResult => svg`<path d=${d} fill="currentColor"></path>`;

export const icons = {
  reset: icon(
    fill(
      "M3 3h1.8v10H3zM13 3.4v9.2a.4.4 0 0 1-.6.33L5.9 8.33a.4.4 0 0 1 0-.66l6.5-4.6a.4.4 0 0 1 .6.33z",
    ),
  ),
  play: icon(
    fill("M4.5 2.9v10.2a.5.5 0 0 0 .77.42l7.9-5.1a.5.5 0 0 0 0-.84l-7.9-5.1a.5.5 0 0 0-.77.42z"),
  ),
  pause: icon(fill("M4 3h2.8v10H4zM9.2 3H12v10H9.2z")),
  step: icon(
    fill(
      "M11.2 3H13v10h-1.8zM3 3.4v9.2a.4.4 0 0 0 .6.33l6.5-4.6a.4.4 0 0 0 0-.66l-6.5-4.6a.4.4 0 0 0-.6.33z",
    ),
  ),
  batch: icon(
    fill(
      "M10.2 5h1.4v6h-1.4zM4.4 5.3v5.4a.3.3 0 0 0 .47.25l3.9-2.7a.3.3 0 0 0 0-.5l-3.9-2.7a.3.3 0 0 0-.47.25z",
    ),
  ),
  last: icon(
    fill(
      "M11.2 3H13v10h-1.8zM3 3.4v9.2a.4.4 0 0 0 .6.33l6.5-4.6a.4.4 0 0 0 0-.66l-6.5-4.6a.4.4 0 0 0-.6.33z",
    ),
  ),
  plus: icon(stroke("M8 3v10M3 8h10")),
  minus: icon(stroke("M3 8h10")),
  whole: icon(stroke("M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10")),
  pointer: icon(stroke("M3.5 2.5 12.5 7 8.6 8.6 7 12.5z")),
  eraser: icon(stroke("M5.8 13h7.2M9.3 3.2l3.6 3.6-5.6 5.7H4.9L2.9 10.5zM6 6.6l3.6 3.6")),
  undo: icon(stroke("M5.5 3 2.5 6l3 3M2.8 6h6.4a3.8 3.8 0 0 1 0 7.6H6")),
  redo: icon(stroke("M10.5 3l3 3-3 3M13.2 6H6.8a3.8 3.8 0 0 0 0 7.6H10")),
  restore: icon(stroke("M3 4v3h3M3.3 7a5 5 0 1 1 .5 3.6")),
  freeze: icon(
    stroke(
      "M8 1.8v12.4M2.6 4.9l10.8 6.2M13.4 4.9 2.6 11.1M6.4 2.6 8 4.2l1.6-1.6M6.4 13.4 8 11.8l1.6 1.6M2.5 7.1l2.2-.6-.6-2.2M13.5 8.9l-2.2.6.6 2.2M13.5 7.1l-2.2-.6.6-2.2M2.5 8.9l2.2.6-.6 2.2",
    ),
  ),
  range: icon(stroke("M2 4v8M14 4v8M4.5 8h7M6.5 6l-2 2 2 2M9.5 6l2 2-2 2")),
  previous: icon(stroke("M10 3.5 5.5 8l4.5 4.5")),
  next: icon(stroke("M6 3.5 10.5 8 6 12.5")),
  close: icon(stroke("M4 4l8 8M12 4l-8 8")),
  check: icon(stroke("M3.2 8.4 6.5 11.7 13 4.6")),
  open: icon(
    svg`<circle cx="8" cy="8" r="4.6" fill="none" stroke="currentColor" stroke-width="1.4"></circle>`,
  ),
  warning: icon(svg`${stroke("M8 2.2 14.2 13H1.8zM8 6.4v3.2")}${fill("M7.2 10.6h1.6v1.5H7.2z")}`),
  unplugged: icon(
    stroke(
      "M2.5 13.5 5 11M11 5l2.5-2.5M6.8 6.2 9.8 9.2M4.4 8.2l3.4 3.4a2.4 2.4 0 0 1-3.4-3.4zM11.6 7.8 8.2 4.4a2.4 2.4 0 0 1 3.4 3.4z",
    ),
  ),
  waiting: icon(
    stroke(
      "M4.5 2.5h7M4.5 13.5h7M5.5 2.5c0 3 2.5 3.6 2.5 5.5s-2.5 2.5-2.5 5.5M10.5 2.5c0 3-2.5 3.6-2.5 5.5s2.5 2.5 2.5 5.5",
    ),
  ),
} as const;
