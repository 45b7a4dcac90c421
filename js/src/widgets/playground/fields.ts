/** The controls of a playground's choices: menus, sliders and numbers, each with its name. */

import { html, nothing, type TemplateResult } from "lit-html";

export interface Item {
  readonly value: string;
  readonly text: string;
}

export interface Field {
  readonly name: string;
  readonly label: string;
  readonly title?: string | undefined;
  readonly disabled?: boolean;
}

/** A menu. */
export function menu(
  { name, label, title, disabled }: Field,
  value: string,
  items: readonly Item[],
  choose: (value: string) => void,
): TemplateResult {
  const change = (event: Event) => choose((event.target as HTMLSelectElement).value);
  const known = items.some((item) => item.value === value);
  const all = known ? items : [{ value, text: value }, ...items];
  return html`<label class="nnw-bench-field" data-choice=${name} title=${title ?? nothing}>
    <span>${label}</span>
    <select class="nnw-select" .value=${value} ?disabled=${disabled} @change=${change}>
      ${all.map((item) => option(item, item.value === value))}
    </select>
  </label>`;
}

/** Items that are called what they are. */
export function plain(names: readonly string[]): Item[] {
  return names.map((value) => ({ value, text: value }));
}

function option({ value, text }: Item, chosen: boolean): TemplateResult {
  return html`<option value=${value} .selected=${chosen}>${text}</option>`;
}

export interface Range {
  readonly least: number;
  readonly most: number;
  readonly step: number;
  readonly shown: (value: number) => string;
}

/** A slider with its number. */
export function slider(
  { name, label, title, disabled }: Field,
  value: number,
  { least, most, step, shown }: Range,
  choose: (value: number) => void,
): TemplateResult {
  const input = (event: Event) => choose(Number((event.target as HTMLInputElement).value));
  return html`<label class="nnw-bench-range" data-choice=${name} title=${title ?? nothing}>
    <span>${label}</span><output aria-live="off">${shown(value)}</output>
    <input type="range" min=${least} max=${Math.max(most, value)} step=${step} .value=${String(value)}
      aria-valuetext=${shown(value)} ?disabled=${disabled} @input=${input} />
  </label>`;
}

/** A whole number that is typed. */
export function whole(
  { name, label, title, disabled }: Field,
  value: number,
  choose: (value: number) => void,
): TemplateResult {
  const change = (event: Event) => {
    const input = event.target as HTMLInputElement;
    const number = Number(input.value);
    if (Number.isInteger(number) && number >= 0 && input.value !== "") choose(number);
    else input.value = String(value);
  };
  return html`<label class="nnw-bench-field" data-choice=${name} title=${title ?? nothing}>
    <span>${label}</span>
    <input class="nnw-number" type="number" min="0" step="1" .value=${String(value)}
      ?disabled=${disabled} @change=${change} />
  </label>`;
}
