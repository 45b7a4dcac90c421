/** What the pass is of: the sample, or a mean over several; the learning rate; the exercise. */

import { html, nothing, type TemplateResult } from "lit-html";
import { significant } from "../../render/format.js";
import { icons } from "../../render/icons.js";
import { inputOf, targetOf, type Worked } from "../../scene/by_hand/worked.js";
import { className } from "../../scene/names.js";
import { t } from "../../words.js";
import { iconButton } from "../icon_button.js";

export interface HeadInput {
  readonly worked: Worked;
  /** Rows of the data. */
  readonly count: number;
  /** The largest mean that is offered. */
  readonly largest: number;
  readonly youTry: boolean;
  readonly score: { readonly right: number; readonly asked: number } | null;
  readonly hovered: boolean;
  readonly choose: (sample: number) => void;
  readonly chooseBatch: (batch: number | null) => void;
  readonly toggle: () => void;
}

const BATCHES = [4, 16, 64];

export function head(input: HeadInput): TemplateResult {
  const { worked, youTry, score, toggle } = input;
  return html`<div class="nnw-hand-head" role="group" aria-label=${t("What is worked")}>
    ${sampleChooser(input)} ${batchChooser(input)}
    <label class="nnw-setting" title=${t("How far the update goes down the slope; Enter sets it")}>
      <span>${t("learning rate η")}</span>
      <span class="nnw-field"
        ><input class="nnw-number nnw-eta" type="text" inputmode="decimal" autocomplete="off" aria-label=${t("Learning rate η")} /><span
          class="nnw-hint"
          role="alert"
          hidden
        ></span
      ></span>
    </label>
    <button type="button" class="nnw-button nnw-text nnw-try" aria-pressed=${youTry} data-action="you-try" @click=${toggle}>
      ${t("You try")}
    </button>
    ${score ? html`<span class="nnw-score" role="status"><b>${score.right}</b> ${t("of {asked} right", { asked: score.asked })}</span>` : nothing}
    <span class="nnw-what">${about(worked)}</span>
  </div>`;
}

function sampleChooser({ worked, count, hovered, choose }: HeadInput): TemplateResult {
  const { sample } = worked.choice;
  const change = (event: Event) => {
    const field = event.target as HTMLInputElement;
    const typed = Math.round(Number(field.value));
    const next = Number.isFinite(typed) ? Math.max(0, Math.min(count - 1, typed)) : sample;
    field.value = String(next);
    choose(next);
  };
  const turn = (by: number) => () => choose((sample + by + count) % count);
  return html`<span class="nnw-setting" ?data-hovered=${hovered}>
    <span>${t("sample")}</span>
    ${iconButton(t("Sample before"), icons.previous, turn(-1))}
    <input class="nnw-number nnw-sample" type="number" min="0" max=${count - 1} step="1" .value=${String(sample)} aria-label=${t("Sample, from 0 to {last}", { last: count - 1 })} @change=${change} @keydown=${(event: KeyboardEvent) => event.key === "Enter" && change(event)} />
    ${iconButton(t("Next sample"), icons.next, turn(1))}
    <span class="nnw-of">${t("of {count}", { count })}</span>
  </span>`;
}

function batchChooser({
  worked,
  largest,
  chooseBatch,
}: HeadInput): TemplateResult | typeof nothing {
  if (largest < 2) return nothing;
  const now = worked.choice.batch;
  const offered = [
    ...new Set([...BATCHES.filter((n) => n < largest), largest, ...(now ? [now] : [])]),
  ];
  const change = (event: Event) => {
    const { value } = event.target as HTMLSelectElement;
    chooseBatch(value === "" ? null : Number(value));
  };
  return html`<label class="nnw-setting">
    <span>${t("loss of")}</span>
    <select class="nnw-select nnw-batch" aria-label=${t("Loss of")} @change=${change}>
      <option value="" ?selected=${now === null}>${t("this sample")}</option>
      ${offered.sort((a, b) => a - b).map((n) => html`<option value=${n} ?selected=${now === n}>${t("the first {n}, mean", { n })}</option>`)}
    </select>
  </label>`;
}

/** x = (0.5, 0.1), y = 0.8 */
function about(worked: Worked): string {
  const { spec, X, at } = worked;
  const x = list(X.subarray(at * spec.inputs, (at + 1) * spec.inputs));
  const given = spec.lift
    ? `, f = (${spec.lift.names.join(", ")}) = ${list(inputOf(worked, 0))}`
    : "";
  const target = targetOf(worked, at);
  const y = spec.task === "multiclass" ? className(spec, target[0]) : list(target);
  return `x = ${x}${given}, y = ${y}`;
}

function list(values: ArrayLike<number>): string {
  const shown = Array.from({ length: Math.min(values.length, 4) }, (_, i) => short(values[i]));
  if (values.length === 1) return shown[0];
  return `(${shown.join(", ")}${values.length > 4 ? t(", … {n} more", { n: values.length - 4 }) : ""})`;
}

function short(value: number): string {
  const text = significant(value);
  return text.includes(".") && !text.includes("e") ? text.replace(/\.?0+$/, "") : text;
}
