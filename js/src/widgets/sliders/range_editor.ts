/** The fields that set from where to where a slider goes. */

import { html, type TemplateResult } from "lit-html";
import { editable, parseNumber } from "../../render/format.js";
import { icons } from "../../render/icons.js";
import { t } from "../../words.js";
import type { Entry } from "./entries.js";
import { type Range, validRange } from "./ranges.js";

export type Given = Readonly<Record<string, unknown>>;
export type Scope = "entry" | "parameter";

/**
 * The given ranges with one more. A range for a whole parameter takes the place of those of its
 * entries; null takes the entry's own range and its parameter's away.
 */
export function withRange(given: Given, entry: Entry, scope: Scope, range: Range | null): Given {
  const whole = entry.param.name;
  const kept = Object.entries(given).filter(([key]) => {
    if (key === entry.reference) return false;
    if (range === null) return key !== whole;
    return scope === "entry" || (key !== whole && !key.startsWith(`${whole}[`));
  });
  if (range === null) return Object.fromEntries(kept);
  return Object.fromEntries([...kept, [scope === "entry" ? entry.reference : whole, range]]);
}

/** Two fields and what to do with them; `apply` gets null for the automatic range. */
export function rangeEditor(
  entry: Entry,
  [lo, hi]: Range,
  apply: (scope: Scope, range: Range | null) => void,
  close: () => void,
): TemplateResult {
  const submit = (event: Event, scope: Scope) => {
    event.preventDefault();
    const form = (event.target as Element).closest("form") as HTMLFormElement;
    const range = readRange(form);
    (form.querySelector(".nnw-hint") as HTMLElement).hidden = range !== null;
    if (range) apply(scope, range);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    close();
  };
  return html`<form
    class="nnw-range-editor"
    aria-label=${t("Range of {reference}", { reference: entry.reference })}
    @submit=${(event: Event) => submit(event, "entry")}
    @keydown=${onKey}
  >
    <label>${t("from")} ${end("lo", lo)}</label>
    <label>${t("to")} ${end("hi", hi)}</label>
    <button type="submit" class="nnw-button nnw-text">${t("Set")}</button>
    <button
      type="button"
      class="nnw-button nnw-text"
      @click=${(event: Event) => submit(event, "parameter")}
    >
      ${t("Set for all of {name}", { name: entry.param.name })}
    </button>
    <button type="button" class="nnw-button nnw-text" @click=${() => apply("entry", null)}>
      ${t("Automatic")}
    </button>
    <button type="button" class="nnw-button" aria-label=${t("Close")} title=${t("Close")} @click=${close}>
      ${icons.close}
    </button>
    <span class="nnw-hint" role="alert" hidden>${t("two numbers, the first less than the second")}</span>
  </form>`;
}

function end(name: string, value: number): TemplateResult {
  return html`<input
    class="nnw-number"
    name=${name}
    inputmode="decimal"
    autocomplete="off"
    .value=${editable(value)}
  />`;
}

function readRange(form: HTMLFormElement): Range | null {
  const read = (name: string) =>
    parseNumber((form.querySelector(`[name=${name}]`) as HTMLInputElement).value);
  return validRange([read("lo"), read("hi")]);
}
