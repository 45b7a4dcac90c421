/** Lines from a token to those it looks at, and the numbers of one row. */

import { html, nothing, svg, type TemplateResult } from "lit-html";
import { significant } from "../../render/format.js";
import type { Share } from "../../scene/attention.js";
import { beginning } from "../../scene/names.js";
import { t } from "../../words.js";

const WIDTH = 210;
/** Rows of the table. */
const MOST_ROWS = 8;

export interface Row {
  readonly targets: readonly string[];
  readonly sources: readonly string[];
  readonly row: number;
  readonly shares: readonly Share[];
  readonly bits: number;
  readonly most: number;
}

export function links({ targets, sources, row, shares }: Row): TemplateResult {
  const count = Math.max(targets.length, sources.length);
  const step = Math.max(6, Math.min(18, 320 / count));
  const y = (i: number) => (i + 0.5) * step;
  const every = Math.ceil(12 / step);
  const show = (i: number) => i % every === 0 || i === row;
  return html`<svg
    class="nnw-links"
    width=${WIDTH}
    height=${count * step}
    role="img"
    aria-label=${t("{target} looks at {sources}", { target: targets[row], sources: shares.map((s) => `${sources[s.source]} ${significant(s.weight, 2)}`).join(", ") })}
  >
    ${shares.map(({ source, weight }) =>
      weight > 0.004
        ? svg`<line x1="66" x2=${WIDTH - 66} y1=${y(row)} y2=${y(source)} stroke-width=${0.5 + 7 * weight} stroke-opacity=${0.15 + 0.85 * weight}></line>`
        : nothing,
    )}
    ${targets.map((name, i) =>
      show(i)
        ? svg`<text x="60" y=${y(i)} text-anchor="end" dominant-baseline="central" data-chosen=${i === row || nothing}>${short(name)}</text>`
        : nothing,
    )}
    ${sources.map((name, i) =>
      i % every === 0 || shares[i]?.weight > 0.1
        ? svg`<text x=${WIDTH - 60} y=${y(i)} dominant-baseline="central" opacity=${0.65 + 0.35 * Math.min(1, 2 * (shares[i]?.weight ?? 0))}>${short(name)}</text>`
        : nothing,
    )}
  </svg>`;
}

export function sharesTable({ targets, sources, row, shares, bits, most }: Row): TemplateResult {
  const best = [...shares].sort((a, b) => b.weight - a.weight).slice(0, MOST_ROWS);
  const blocked = shares.filter((share) => share.blocked).length;
  return html`<div class="nnw-heading">
      <b>${targets[row]}</b> ${t("(position {row}) looks at", { row })}
    </div>
    <div class="nnw-shares">
      ${best.map(
        ({
          source,
          weight,
        }) => html`<span>${sources[source]} <span class="nnw-soft">(${source})</span></span
          ><span>${significant(weight, 3)}</span
          ><span class="nnw-share" style="width: ${(100 * weight).toFixed(1)}%"></span>`,
      )}
    </div>
    <div class="nnw-line">
      ${t("entropy")} <b>${significant(bits, 3)}</b> ${t("of at most {most} bits", { most: significant(most, 3) })}${blocked ? html`${t("; the mask hides {blocked} of {n}", { blocked, n: shares.length })}` : nothing}
    </div>`;
}

/** A module's path, which may be broken after its dots. */
export function breakable(path: string): TemplateResult {
  return html`${path.split(".").map((part, i) => (i === 0 ? part : html`.<wbr />${part}`))}`;
}

function short(name: string): string {
  return name.length > 9 ? `${beginning(name, 8)}…` : name;
}
