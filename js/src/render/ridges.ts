/** Distributions one above the other over a common logarithmic axis, as SVG. */

import { scaleLinear } from "d3-scale";
import { nothing, type SVGTemplateResult, svg } from "lit-html";
import { css } from "../math/colour.js";
import type { Ridge } from "../scene/gradient_flow.js";
import { t } from "../words.js";
import { MARGINS } from "./axes.js";
import { percent } from "./format.js";

export interface RidgesLook {
  readonly ridges: readonly Ridge[];
  /** Exponents of ten at the left and right edge. */
  readonly spread: readonly [number, number];
  /** Exponent at the first bin's edge, at the last one's, and bins to a decade. */
  readonly decades: readonly [number, number, number];
  readonly width: number;
  readonly height: number;
  /** Layer that stands out. */
  readonly hot: number | null;
}

export const RIDGE_LEFT = 74;
/** Of the room between two names a ridge takes so much. */
const FULL = 0.92;
const MOST_LETTERS = 10;

/** Which ridge a place belongs to. */
export function ridgeAt({ ridges, height }: RidgesLook, y: number): Ridge | null {
  const inner = height - MARGINS.top - MARGINS.bottom;
  const place = Math.floor(((y - MARGINS.top) / inner) * ridges.length);
  return ridges[place] ?? null;
}

export function ridgesSvg(look: RidgesLook): SVGTemplateResult {
  const { ridges, spread, width, height } = look;
  const right = Math.max(RIDGE_LEFT + 1, width - MARGINS.right);
  const [top, bottom] = [MARGINS.top, height - MARGINS.bottom];
  const x = scaleLinear([...spread], [RIDGE_LEFT, right]);
  const every = Math.max(1, Math.ceil((spread[1] - spread[0]) / ((right - RIDGE_LEFT) / 42)));
  const ticks = Array.from({ length: spread[1] - spread[0] + 1 }, (_, i) => spread[0] + i);
  const step = (bottom - top) / Math.max(1, ridges.length);
  const named = Math.ceil(13 / step);
  return svg`<g class="nnw-axes">
      ${ticks
        .filter((power) => power % every === 0)
        .map(
          (power) => svg`<line class="tick" x1=${x(power)} x2=${x(power)} y1=${bottom} y2=${top} />
            <text x=${x(power)} y=${bottom + 15} text-anchor="middle">10<tspan dy="-4"
              font-size="8">${String(power).replace("-", "−")}</tspan></text>`,
        )}
      <rect class="frame" x=${RIDGE_LEFT} y=${top} width=${right - RIDGE_LEFT} height=${bottom - top} />
      <text class="name" x=${(RIDGE_LEFT + right) / 2} y=${bottom + 32} text-anchor="middle">${t("|g|, single entries")}</text>
    </g>
    ${ridges.map((ridge, i) => {
      const base = top + (i + 1) * step;
      const class_ = look.hot === ridge.layer ? "nnw-ridge hot" : "nnw-ridge";
      return svg`<g class=${class_} style="--line: ${css(ridge.colour)}">
        <path d=${outline(ridge, look, x, base, FULL * step)} />
        ${i % named === 0 ? name(ridge, base) : nothing}
        ${ridge.zeros > 0 ? zeros(ridge, base, FULL * step) : nothing}
      </g>`;
    })}`;
}

function name(ridge: Ridge, base: number) {
  const long = ridge.name.length > MOST_LETTERS;
  const text = long ? `…${ridge.name.slice(1 - MOST_LETTERS)}` : ridge.name;
  return svg`<text x=${RIDGE_LEFT - 6} y=${base - 2} text-anchor="end">${text}</text>`;
}

/** Where the smallest entries are, of which there are few, and above them. */
function zeros(ridge: Ridge, base: number, height: number) {
  const y = Math.min(base - 3, base - height + 10);
  return svg`<text class="zeros" x=${RIDGE_LEFT + 4} y=${y}>${t("{zeros} are 0", { zeros: percent(ridge.zeros) })}</text>`;
}

/** As high as its fullest bin is full of what is not 0. */
function outline(
  { shares }: Ridge,
  { decades: [low, , per], spread }: RidgesLook,
  x: (power: number) => number,
  base: number,
  height: number,
): string {
  const most = shares.reduce((a, b) => Math.max(a, b), 0);
  if (most === 0) return "";
  const first = (spread[0] - low) * per;
  const last = (spread[1] - low) * per;
  let path = `M${x(spread[0]).toFixed(1)} ${base.toFixed(1)}`;
  for (let bin = first; bin < last; bin++) {
    const y = (base - (height * shares[bin]) / most).toFixed(1);
    path += `L${x(low + bin / per).toFixed(1)} ${y}L${x(low + (bin + 1) / per).toFixed(1)} ${y}`;
  }
  return `${path}L${x(spread[1]).toFixed(1)} ${base.toFixed(1)}Z`;
}
