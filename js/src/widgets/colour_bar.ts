/** What the colours of a loss surface stand for, beside it. */

import { ticks } from "d3-array";
import { scaleLinear, scaleLog } from "d3-scale";
import { html, nothing, render } from "lit-html";
import { guard } from "lit-html/directives/guard.js";
import { sequentialStops } from "../math/palette.js";
import { editable, significant, tickText } from "../render/format.js";
import { levelsOf, shareOf } from "../scene/surface.js";
import type { Shading } from "../scene/surface_types.js";
import { t } from "../words.js";

const TICKS = 6;

const GRADIENT = `linear-gradient(to top, ${sequentialStops()
  .map(([share, colour]) => `${colour} ${100 * share}%`)
  .join(", ")})`;

/** Losses with a tick, and how each is written. */
export function barTicks({ low, high, log }: Shading): [value: number, text: string][] {
  if (low === high) return [[low, significant(low, 3)]];
  if (!log) {
    const values = ticks(low, high, TICKS);
    const write = tickText(values, scaleLinear([low, high], [0, 1]).tickFormat(TICKS));
    return values.map((value) => [value, write(value)]);
  }
  const scale = scaleLog([low, high], [0, 1]);
  const decades = Math.log10(high / low);
  const wanted = scale.ticks().filter((value) => {
    const first = Math.round(value / 10 ** Math.floor(Math.log10(value) + 1e-9));
    return first === 1 || (decades < 4 && (first === 2 || first === 5));
  });
  const every = Math.ceil(wanted.length / (2 * TICKS));
  const shown = wanted.filter((_, i) => i % every === 0);
  // Within less than a factor of two there may be no round one.
  return (shown.length > 1 ? shown : ticks(low, high, 4)).map((value) => [value, editable(value)]);
}

/** @param loss of the ball, which has a mark on the bar; null where it is not known */
export function drawColourBar(host: HTMLElement, shading: Shading, loss: number | null): void {
  const share = loss === null ? Number.NaN : shareOf(loss, shading);
  render(
    html`<div class="nnw-colour-bar" role="img"
      aria-label=${t("Colours: loss from {low} to {high}{more}", { low: significant(shading.low, 3), high: significant(shading.high, 3), more: shading.log ? t(", logarithmic") : "" })}>
      ${guard([shading], () => ruler(shading))}
      ${
        Number.isNaN(share)
          ? nothing
          : html`<span class="nnw-bar-ball" style="bottom: ${(100 * share).toFixed(2)}%"></span>`
      }
    </div>`,
    host,
  );
}

function ruler(shading: Shading) {
  const at = (value: number) => `bottom: ${(100 * shareOf(value, shading)).toFixed(2)}%`;
  return html`<span class="nnw-bar-name">${t("loss")}${shading.log ? t(" (log)") : ""}</span>
    <span class="nnw-bar-colours" style="background: ${GRADIENT}"></span>
    ${levelsOf(shading).map((level) => html`<span class="nnw-bar-level" style=${at(level)}></span>`)}
    ${barTicks(shading).map(
      ([value, text]) => html`<span class="nnw-bar-tick" style=${at(value)}>${text}</span>`,
    )}`;
}
