/** What is written under the pictures: what is lost, the map under the pointer, and the argument. */

import { html, nothing, svg, type TemplateResult } from "lit-html";
import { count, percent, significant, UNKNOWN } from "../../render/format.js";
import { icons } from "../../render/icons.js";
import type { Typesetter } from "../../render/katex.js";
import { rowsCaption } from "../../scene/chosen_rows.js";
import type { Passage } from "../../scene/collapse/formulas.js";
import type { Local } from "../../scene/collapse/local.js";
import type { Measure } from "../../scene/collapse/lost.js";
import type { NetState } from "../../state/types.js";
import { key, t } from "../../words.js";
import { formula } from "../by_hand/formula.js";

export interface Lost {
  readonly before: Measure;
  readonly now: Measure;
  readonly linear: Measure;
  /** What α is now. */
  readonly alpha: string;
  /** Rows that are scored, of so many. */
  readonly rows: number;
  readonly of: number;
}

type Cell = (measure: Measure) => string;
type Line = readonly [name: string, title: string, cell: Cell];

const LINES: readonly Line[] = [
  [
    key("straight pieces"),
    key("Parts of what is shown in each of which the network is one affine map"),
    piecesText,
  ],
  [
    key("not linear"),
    key("Share of the variance of z over what is shown that no affine map explains: 1 − r²"),
    ({ bend }) => percent(bend),
  ],
  [
    key("areas of one decision"),
    key("Connected areas of what is shown in which the network decides alike"),
    ({ areas }) => (areas === null ? UNKNOWN : count(areas)),
  ],
  [key("loss"), key("Over the data"), ({ loss }) => significant(loss)],
  [key("accuracy"), key("Over the data"), ({ accuracy }) => percent(accuracy)],
];

function piecesText({ pieces }: Measure): string {
  if (pieces === null) return t("curved");
  return pieces.complete
    ? count(pieces.count)
    : t("at least {count}", { count: count(pieces.count) });
}

export function lostTable(lost: Lost): TemplateResult {
  const { before, now, linear, alpha, rows, of } = lost;
  const columns = [before, now, linear];
  const shown = LINES.filter(([, , cell]) => columns.some((each) => cell(each) !== UNKNOWN));
  return html`<table class="nnw-lost">
    <caption>
      ${t("What is lost")} <span>${t("in what is shown, and over {rows}", { rows: rowsCaption(rows, of, count) })}</span>
    </caption>
    <thead>
      <tr>
        <td></td>
        <th scope="col">${t("your network")}<br /><span>α = 0</span></th>
        <th scope="col">${t("shown")}<br /><span>α = ${alpha}</span></th>
        <th scope="col">${t("linear")}<br /><span>α = 1</span></th>
      </tr>
    </thead>
    <tbody>
      ${shown.map(
        ([name, title, cell]) => html`<tr data-row=${name}>
          <th scope="row" title=${t(title)}>${t(name)}</th>
          ${columns.map((each) => html`<td>${cell(each)}</td>`)}
        </tr>`,
      )}
    </tbody>
  </table>`;
}

export function localPanel(local: Local | null, typesetter: Typesetter): TemplateResult {
  if (!local) {
    return html`<div class="nnw-local" data-empty>
      ${t("Point at the plane, or choose a point with the keys . and , there: the affine map that the shown network is around it stands here.")}
    </div>`;
  }
  const { title, place, general, numbers, units, note } = local;
  return html`<div class="nnw-local">
    <div><b>${title}</b> <span class="nnw-local-place">${t("at {place}", { place })}</span></div>
    ${formula(typesetter, numbers)}
    ${units ? html`<div class="nnw-local-units">${units}</div>` : nothing}
    ${general ? formula(typesetter, general, "nnw-small") : nothing}
    ${note ? html`<div class="nnw-local-units">${note}</div>` : nothing}
  </div>`;
}

/** Passages that leave room for another beside them. */
const HALF = ["bend", "layer-1", "pairs"];

/**
 * @param open whether its formulas are shown; what is closed is not typeset
 * @param toggle opens or closes it
 */
export function passage(
  each: Passage,
  typesetter: Typesetter,
  open: boolean,
  toggle: () => void,
): TemplateResult {
  const { id, title, why, general, numbers, note } = each;
  const set = (tex: string) => formula(typesetter, tex);
  return html`<section class="nnw-passage" data-passage=${id} ?data-half=${HALF.includes(id)}>
    <h4>
      ${
        each.folded
          ? html`<button type="button" class="nnw-button nnw-text" aria-expanded=${open} @click=${toggle}>${open ? icons.minus : icons.plus}${title}</button>`
          : title
      }
    </h4>
    ${
      open
        ? html`<p>${why}</p>
          ${general.length > 0 ? html`<div class="nnw-general">${general.map(set)}</div>` : nothing}
          ${numbers.length > 0 ? html`<div class="nnw-put">${numbers.map(set)}</div>` : nothing}
          ${note ? html`<p class="nnw-note">${note}</p>` : nothing}`
        : nothing
    }
  </section>`;
}

/** @param seen whether the one line is in sight */
export function legend({ spec, data }: NetState, seen: boolean | null): TemplateResult {
  const one = data.d === 1;
  const level = spec.task === "regression" && !one;
  const now = one
    ? t("output now")
    : level
      ? t("output now, at the middle of the targets")
      : t("boundary now");
  const linear = one
    ? t("at α = 1: one line")
    : spec.outputs > 2
      ? t("at α = 1: straight")
      : t("at α = 1: one line");
  const away = seen === false && !one ? t(" (outside of what is shown)") : "";
  return html`<span class="nnw-collapse-legend">
    <span>${swatch(one ? "model" : "boundary")}${now}</span>
    <span>${swatch("whole")}${linear}${away}</span>
  </span>`;
}

const swatch = (style: string) => html`<svg viewBox="0 0 26 8" aria-hidden="true">
  ${svg`<path class="nnw-curve ${style}" style="--line: currentColor" d="M0 4H26" />`}
</svg>`;
