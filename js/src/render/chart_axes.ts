/** The axes of a chart of curves, linear or logarithmic, and its guides. */

import { type ScaleLinear, type ScaleLogarithmic, scaleLinear } from "d3-scale";
import { nothing, svg } from "lit-html";
import type { Chart, Guide } from "../scene/chart.js";
import { SPACING } from "./axes.js";
import { editable, tickText } from "./format.js";

export type YScale = ScaleLinear<number, number> | ScaleLogarithmic<number, number>;

/** Decades; where there are few, also 2 and 5 of each. */
export function logTicks(low: number, high: number, most: number): number[] {
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const within = (value: number) => value >= low && value <= high;
  const powers = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const decades = powers.filter((power) => within(power10(power)));
  if (decades.length > 2) {
    const every = Math.ceil(decades.length / most);
    return decades.filter((power) => power % every === 0).map(power10);
  }
  const fine = powers.flatMap((power) => [1, 2, 5].map((m) => Number(`${m}e${power}`)));
  const found = fine.filter(within);
  return found.length > 1 ? found : scaleLinear([low, high], [0, 1]).ticks(4);
}

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** 10⁻⁶ rather than 0.000001. */
function logText(value: number): string {
  const power = Math.log10(value);
  if (!Number.isInteger(power) || Math.abs(power) < 3) return editable(value).replace("e-", "e−");
  const digits = [...String(Math.abs(power))].map((digit) => SUPERSCRIPTS[Number(digit)]);
  return `10${power < 0 ? "⁻" : ""}${digits.join("")}`;
}

function power10(power: number): number {
  return Number(`1e${power}`);
}

export function axesOf(chart: Chart, x: ScaleLinear<number, number>, y: YScale) {
  const [left, right] = x.range();
  const [bottom, top] = y.range();
  const [low, high] = y.domain();
  const ny = Math.max(2, (bottom - top) / (SPACING * 0.7));
  const yTicks = chart.log ? logTicks(low, high, ny) : y.ticks(ny);
  const plain = tickText(yTicks, scaleLinear([low, high], [0, 1]).tickFormat(ny));
  const write = (value: number) => {
    if (chart.log) return logText(value);
    return chart.percent ? `${Number((100 * value).toPrecision(6))} %` : plain(value);
  };
  return svg`<g class="nnw-axes" aria-hidden="true">
    ${xTicks(chart, x).map(([at, text]) => {
      const px = x(at);
      return svg`<line class="tick" x1=${px} x2=${px} y1=${bottom} y2=${top} />
        <text x=${px} y=${bottom + 15} text-anchor="middle">${text}</text>`;
    })}
    ${yTicks.map((value) => {
      const py = y(value);
      return svg`<line class=${value === 0 ? "zero" : "tick"} x1=${left} x2=${right} y1=${py} y2=${py} />
        <text x=${left - 6} y=${py + 4} text-anchor="end">${write(value)}</text>`;
    })}
    ${guidesOf(chart, y).map(
      ([, py]) => svg`<line class="nnw-guide" x1=${left} x2=${right} y1=${py} y2=${py} />`,
    )}
    ${blank(chart) ? svg`<text x=${(left + right) / 2} y=${(top + bottom) / 2} text-anchor="middle">${chart.empty}</text>` : nothing}
    <rect class="frame" x=${left} y=${top} width=${Math.max(0, right - left)} height=${Math.max(0, bottom - top)} />
    <text class="name" x=${(left + right) / 2} y=${bottom + 32} text-anchor="middle">${chart.xName}</text>
    <text class="name" text-anchor="middle"
      transform="translate(11 ${(top + bottom) / 2}) rotate(-90)">${chart.yName}</text>
  </g>`;
}

function blank({ curves, empty }: Chart): boolean {
  return empty !== undefined && !curves.some(({ y }) => y.some(Number.isFinite));
}

/** Those that are within what is shown, and where. */
export function guidesOf({ guides = [] }: Chart, y: YScale): [Guide, number][] {
  const [low, high] = y.domain();
  return guides.filter((guide) => guide.y >= low && guide.y <= high).map((g) => [g, y(g.y)]);
}

/** Epochs are whole numbers; layers have names. */
function xTicks(chart: Chart, x: ScaleLinear<number, number>): [number, string][] {
  const [left, right] = x.range();
  const most = Math.max(2, (right - left) / SPACING);
  const { places } = chart;
  const whole = x.ticks(most).filter(Number.isInteger);
  if (!places) return whole.map((at) => [at, at.toLocaleString("en-US")]);
  const every = Math.ceil(places.length / (most * 1.4));
  return places.flatMap((name, i) => (i % every === 0 ? [[i, name] as [number, string]] : []));
}
