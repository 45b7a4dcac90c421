/** Under the pictures: which units no longer respond, by which rule, and of how many samples. */

import { html, nothing, type TemplateResult } from "lit-html";
import { canDie, ruleOf, type Thresholds } from "../../math/unit_stats.js";
import { count } from "../../render/format.js";
import { rowsCaption } from "../../scene/chosen_rows.js";
import { t } from "../../words.js";
import type { UnitsFrame } from "./frame.js";
import { nameOf } from "./words.js";

/** More units than these are not all named. */
const MOST_NAMES = 8;

export function captionOf(frame: UnitsFrame, limits: Thresholds, more: string): TemplateResult {
  const { rows } = frame;
  const name = rows.activation?.name ?? "linear";
  const rule = ruleOf(rows.activation, limits);
  const called = (["dead", "saturated"] as const).flatMap((verdict) => calledOut(frame, verdict));
  const said =
    rule && called.length === 0
      ? [canDie(name) ? t("no unit is dead") : t("no unit is saturated")]
      : called;
  return html`<span class="nnw-verdict" data-found=${called.length > 0 ? "" : nothing}
      >${said.join("; ")}</span
    >${rule ? html` <span class="nnw-rule">(${rule})</span> ·` : nothing}
    <span>${[rowsCaption(rows.n, rows.of, count), more].filter(Boolean).join(" · ")}</span>`;
}

function calledOut(frame: UnitsFrame, verdict: "dead" | "saturated"): string[] {
  const { stats, rows } = frame;
  const names = stats.verdicts.flatMap((each, unit) =>
    each === verdict ? [nameOf(frame, unit)] : [],
  );
  if (names.length === 0) return [];
  const list = names.slice(0, MOST_NAMES).join(", ") + (names.length > MOST_NAMES ? ", …" : "");
  return [
    verdict === "dead"
      ? t("{n} of {all} dead: {names}", { n: names.length, all: rows.units, names: list })
      : t("{n} of {all} saturated: {names}", { n: names.length, all: rows.units, names: list }),
  ];
}
