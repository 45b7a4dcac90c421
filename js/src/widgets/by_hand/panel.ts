/** The step itself: what it does, its formula in general, with its numbers, and what comes of it. */

import { html, nothing, type TemplateResult } from "lit-html";
import { editable, parseNumber } from "../../render/format.js";
import { icons } from "../../render/icons.js";
import type { Typesetter } from "../../render/katex.js";
import { plainTex } from "../../render/plain_tex.js";
import { ruleText } from "../../scene/by_hand/check.js";
import type { Line, Written } from "../../scene/by_hand/formulas.js";
import { hasChoice, type Step } from "../../scene/by_hand/steps.js";
import { number } from "../../scene/by_hand/tex.js";
import type { Worked } from "../../scene/by_hand/worked.js";
import { t } from "../../words.js";
import { iconButton } from "../icon_button.js";
import type { Exercise } from "./exercise.js";
import { formula } from "./formula.js";

export interface PanelInput {
  readonly worked: Worked;
  readonly step: Step;
  readonly written: Written;
  /** All of the result, where not every entry has a line. */
  readonly whole: { readonly symbol: string; readonly result: string };
  readonly unit: number;
  readonly digits: number;
  readonly typesetter: Typesetter;
  /** Null where the results are shown. */
  readonly exercise: Exercise | null;
  /** Whether the steps before are done, so that their results may be seen. */
  readonly open: boolean;
  readonly tolerance: number;
  /** Why nothing can be answered now, or empty. */
  readonly blocked: string;
  readonly chooseUnit: (unit: number) => void;
  readonly point: (line: Line | null) => void;
  readonly tried: () => void;
  /** Shows the results of the steps before. */
  readonly revealBefore: () => void;
}

export function panel(input: PanelInput): TemplateResult {
  const { written, typesetter, step, exercise } = input;
  return html`<section class="nnw-step" data-step=${step.id} aria-label=${written.title}>
    <h4>${written.title}</h4>
    <p class="nnw-why">${written.why}</p>
    <div class="nnw-general">${written.general.map((tex) => formula(typesetter, tex))}</div>
    ${hasChoice(step) && exercise === null ? unitChooser(input) : nothing}
    ${exercise !== null && !input.open ? gate(input) : numbers(input)}
    ${written.note && (exercise === null || input.open) ? html`<p class="nnw-note">${written.note}</p>` : nothing}
  </section>`;
}

function gate({ revealBefore }: PanelInput): TemplateResult {
  return html`<p class="nnw-gate">
    ${t("The numbers of this step come from the steps before it: work those first.")}
    <button type="button" class="nnw-button nnw-text" data-action="reveal-before" @click=${revealBefore}>
      ${t("Show me their results")}
    </button>
  </p>`;
}

function unitChooser({ unit, step, chooseUnit }: PanelInput): TemplateResult {
  const turn = (by: number) => () => chooseUnit((unit + by + step.rows) % step.rows);
  return html`<div class="nnw-unit-chooser">
    ${t("Worked for unit")}
    ${iconButton(t("Unit before (↑)"), icons.previous, turn(-1))}
    <b>${unit + 1}</b> ${t("of {rows}", { rows: step.rows })}
    ${iconButton(t("Next unit (↓)"), icons.next, turn(1))}
  </div>`;
}

function numbers(input: PanelInput): TemplateResult {
  const { written, typesetter, whole, exercise, worked, step } = input;
  const shown = exercise === null || exercise.done(worked, step);
  const all = written.whole;
  const wholeTex =
    all && step.kind === "loss"
      ? `${all.put} = ${all.result}`
      : all && `${whole.symbol} = ${all.put}${shown ? ` = ${all.result}` : ""}`;
  const rest = !all && shown && hasChoice(step) ? `${whole.symbol} = ${whole.result}` : null;
  return html`<div class="nnw-put">
    ${wholeTex ? formula(typesetter, wholeTex, "nnw-whole") : nothing}
    <div class="nnw-lines" role="list">${written.lines.map((line) => lineOf(input, line))}</div>
    ${rest ? formula(typesetter, rest, "nnw-whole") : nothing}
    ${exercise !== null ? html`<p class="nnw-rule">${ruleText(input.tolerance)} ${input.blocked}</p>` : nothing}
  </div>`;
}

function lineOf(input: PanelInput, line: Line): TemplateResult {
  const { typesetter, digits, exercise, worked, step, point } = input;
  const result = number(line.result, digits);
  const tried = exercise?.of(worked, step, line.entry) ?? null;
  const known = exercise === null || tried?.correct || tried?.revealed;
  const twice = line.put === result; // such as a gradient that is just δ
  const put = `${line.symbol} ${line.relation} ${twice ? "" : line.put}`;
  const tex = known
    ? `${put}${twice ? "" : " = "}\\boldsymbol{${result}}`
    : twice
      ? line.symbol
      : put;
  return html`<div
    class="nnw-line"
    role="listitem"
    data-entry=${line.entry.join(",")}
    @pointerenter=${() => point(line)}
    @pointerleave=${() => point(null)}
    @focusin=${() => point(line)}
  >
    ${formula(typesetter, tex)} ${exercise ? question(input, exercise, line) : nothing}
  </div>`;
}

function question(input: PanelInput, exercise: Exercise, line: Line): TemplateResult {
  const { worked, step, tolerance, tried, blocked } = input;
  const before = exercise.of(worked, step, line.entry);
  if (before?.correct)
    return html`<span class="nnw-verdict" data-right role="status">${t("✓ right")}${before.revealed ? t(", after a look") : ""}</span>`;
  if (before?.revealed)
    return html`<span class="nnw-verdict" role="status">${t("result shown")}</span>`;
  const check = (event: Event) => {
    const box = (event.target as HTMLElement).closest(".nnw-question") as HTMLElement;
    const field = box.querySelector("input") as HTMLInputElement;
    const given = parseNumber(field.value);
    field.toggleAttribute("aria-invalid", given === null);
    if (given === null) {
      (box.querySelector(".nnw-verdict") as HTMLElement).textContent = t(
        "A number, such as 0.5 or -1e-3",
      );
      return;
    }
    const { correct } = exercise.check(worked, step, line.entry, field.value, given, tolerance);
    tried();
    if (correct) return;
    field.select();
  };
  const key = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    check(event);
  };
  return html`<span class="nnw-question">
    = <input
      class="nnw-number"
      type="text"
      inputmode="decimal"
      autocomplete="off"
      aria-label=${t("{symbol} is", { symbol: plainTex(line.symbol) })}
      ?disabled=${blocked !== ""}
      @keydown=${key}
    />
    <button type="button" class="nnw-button nnw-text" data-action="check" ?disabled=${blocked !== ""} @click=${check}>${t("Check")}</button>
    <button
      type="button"
      class="nnw-button nnw-text"
      data-action="reveal"
      @click=${() => {
        exercise.reveal(worked, step, line.entry);
        tried();
      }}
    >
      ${t("Show")}
    </button>
    <span class="nnw-verdict" role="status"
      >${before ? `✗ ${before.hint} ${before.attempts > 1 ? t("({attempts} tries)", { attempts: before.attempts }) : ""}` : ""}</span
    >
  </span>`;
}

/** The loss before and after an update, in words. */
export function appliedText(before: number, after: number): string {
  const [was, is] = [before, after].map((value) => editable(Number(value.toPrecision(6))));
  const fell = after < before ? t("fell") : after > before ? t("rose") : t("stayed");
  return t("Done: the loss {fell} from {was} to {is}. Undo with Ctrl+Z.", { fell, was, is });
}
