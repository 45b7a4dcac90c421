/** Our own icons, drawn on a 16 × 16 grid in the colour of the text. */

import { html, type SVGTemplateResult, svg, type TemplateResult } from "lit-html";

const icon = (shape: SVGTemplateResult): TemplateResult => html`<svg
  class="nnw-icon"
  viewBox="0 0 16 16"
  width="16"
  height="16"
  aria-hidden="true"
  focusable="false"
>
  ${shape}
</svg>`;

const stroke = (d: string): SVGTemplateResult =>
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
