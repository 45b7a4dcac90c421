/** Chooses the sample that a view shows, and says what it is. */

import { html, nothing, type TemplateResult } from "lit-html";
import { count, percent, significant } from "../../render/format.js";
import { icons } from "../../render/icons.js";
import type { Answer, Sampled } from "../../scene/maps.js";
import { t } from "../../words.js";
import { iconButton } from "../icon_button.js";
import { onEnter } from "./enter.js";
import type { ShownSample } from "./shown_sample.js";

export function sampleBar(
  shown: ShownSample,
  of: Sampled,
  answers: readonly Answer[],
  regression: boolean,
): TemplateResult {
  const go = (row: number) => shown.choose(row, of.n);
  const changed = (event: Event) => {
    const input = event.target as HTMLInputElement;
    const row = Number(input.value);
    if (Number.isFinite(row)) go(row);
    input.value = String(shown.chosen);
  };
  const pointed = of.sample !== shown.chosen;
  return html`<div class="nnw-sample" role="group" aria-label=${t("Sample")}>
    ${iconButton(t("The sample before"), icons.previous, () => go(shown.chosen - 1), {
      action: "previous",
      disabled: shown.chosen <= 0,
    })}
    <label class="nnw-setting"
      ><span>${t("sample")}</span
      ><input
        class="nnw-number nnw-sample-number"
        type="number"
        min="0"
        max=${of.n - 1}
        aria-label=${t("Sample")}
        .value=${String(shown.chosen)}
        @change=${changed}
        @keydown=${onEnter(changed)}
    /></label>
    ${iconButton(t("The next sample"), icons.next, () => go(shown.chosen + 1), {
      action: "next",
      disabled: shown.chosen >= of.n - 1,
    })}
    <span class="nnw-soft">${t("of {n}", { n: count(of.n) })}${pointed ? t("; shown: {sample}", { sample: of.sample }) : ""}</span>
    ${of.target === null ? nothing : html`<span>${regression ? t("target") : t("class")} <b>${of.target}</b></span>`}
    <span class="nnw-answers" role="group" aria-label=${t("The network's answer")}>${answers.map(answer)}</span>
    <span class="nnw-soft">${t("epoch {epoch}", { epoch: count(of.epoch) })}</span>
  </div>`;
}

/** A class with its probability as a bar, or an output. */
export function answer([name, value]: Answer): TemplateResult {
  if (name === "output") return html`<span class="nnw-answer">ŷ ${significant(value)}</span>`;
  const share = Math.round(100 * (value ?? 0));
  return html`<span class="nnw-answer" title=${t("probability of {name}", { name })}
    ><span class="nnw-answer-bar" style="width: ${share}%"></span><b>${name}</b> ${percent(value)}</span
  >`;
}
