/** Axes with ticks, a light grid and names, as SVG. */

import type { ScaleLinear } from "d3-scale";
import { type SVGTemplateResult, svg } from "lit-html";
import { tickText } from "./format.js";

export interface Margins {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export const MARGINS: Margins = { left: 46, right: 12, top: 10, bottom: 38 };

/** One tick in about so many pixels. */
export const SPACING = 64;

export function axes(
  x: ScaleLinear<number, number>,
  y: ScaleLinear<number, number>,
  xLabel: string,
  yLabel: string,
): SVGTemplateResult {
  const [left, right] = x.range();
  const [bottom, top] = y.range();
  const [nx, ny] = [(right - left) / SPACING, (bottom - top) / SPACING];
  const [xTicks, yTicks] = [x.ticks(nx), y.ticks(ny)];
  const xFormat = tickText(xTicks, x.tickFormat(nx));
  const yFormat = tickText(yTicks, y.tickFormat(ny));
  return svg`<g class="nnw-axes" aria-hidden="true">
    ${xTicks.map((value) => {
      const at = x(value);
      return svg`<line class=${value === 0 ? "zero" : "tick"} x1=${at} x2=${at} y1=${bottom} y2=${top} />
        <text x=${at} y=${bottom + 15} text-anchor="middle">${xFormat(value)}</text>`;
    })}
    ${yTicks.map((value) => {
      const at = y(value);
      return svg`<line class=${value === 0 ? "zero" : "tick"} x1=${left} x2=${right} y1=${at} y2=${at} />
        <text x=${left - 7} y=${at + 4} text-anchor="end">${yFormat(value)}</text>`;
    })}
    <rect class="frame" x=${left} y=${top} width=${right - left} height=${bottom - top} />
    <text class="name" x=${(left + right) / 2} y=${bottom + 32} text-anchor="middle">${xLabel}</text>
    <text class="name" text-anchor="middle"
      transform="translate(13 ${(top + bottom) / 2}) rotate(-90)">${yLabel}</text>
  </g>`;
}
