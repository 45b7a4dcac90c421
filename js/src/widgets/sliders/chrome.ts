/** All of the sliders' view but the rows: title, search, undo, and a disclosure for each layer. */

import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { repeat } from "lit-html/directives/repeat.js";
import { count } from "../../render/format.js";
import { icons } from "../../render/icons.js";
import type { NetState } from "../../state/types.js";
import { t } from "../../words.js";
import { iconButton } from "../icon_button.js";
import type { Group } from "./entries.js";
import { PAGE, type Shown } from "./plan.js";
import type { Row } from "./row.js";

export interface ChromeActions {
  search(text: string): void;
  toggle(group: Group): void;
  turn(group: Group, page: number): void;
  resetGroup(group: Group): void;
  freezeGroup(group: Group, frozen: boolean): void;
  resetAll(): void;
  undo(): void;
  redo(): void;
}

export interface ChromeState {
  readonly state: NetState;
  readonly title: string;
  readonly search: string;
  readonly limit: number;
  readonly shown: readonly Shown[];
  readonly rows: ReadonlyMap<number, Row>;
}

export function chrome(view: ChromeState, actions: ChromeActions): TemplateResult {
  const { search, shown } = view;
  return html`
    ${view.title ? html`<h3 class="nnw-title">${view.title}</h3>` : nothing}
    ${head(view, actions)}
    ${repeat(
      shown,
      ({ group }) => group.name,
      (part) => disclosure(part, view, actions),
    )}
    ${
      shown.length === 0
        ? html`<p class="nnw-empty" role="status">
            ${t("No parameter matches “{search}”. Try a name such as 0.weight, w12 or bias.", { search })}
          </p>`
        : nothing
    }
  `;
}

function head({ state, search }: ChromeState, actions: ChromeActions): TemplateResult {
  const type = (event: Event) => actions.search((event.target as HTMLInputElement).value);
  return html`<div class="nnw-sliders-head">
    <input
      class="nnw-search"
      type="search"
      placeholder=${t("Search: 0.weight, w12, bias")}
      aria-label=${t("Search parameters")}
      .value=${live(search)}
      @input=${type}
    />
    <span class="nnw-row-buttons">
      ${iconButton(t("Undo (Ctrl+Z)"), icons.undo, () => actions.undo(), { disabled: !state.canUndo })}
      ${iconButton(t("Redo (Ctrl+Shift+Z)"), icons.redo, () => actions.redo(), { disabled: !state.canRedo })}
      <button
        type="button"
        class="nnw-button nnw-text"
        title=${t("Set every parameter that is not frozen back to its initial value")}
        @click=${() => actions.resetAll()}
      >
        ${t("Reset all")}
      </button>
    </span>
  </div>`;
}

function disclosure(part: Shown, view: ChromeState, actions: ChromeActions): TemplateResult {
  const { group, open } = part;
  // The state here decides, not the browser's own toggling, which would come too late for the rows.
  const click = (event: Event) => {
    event.preventDefault();
    actions.toggle(group);
  };
  return html`<details class="nnw-group" data-group=${group.name} ?open=${open}>
    <summary @click=${click}>
      <span class="nnw-group-title">${group.title}</span>
      ${group.title === group.name ? nothing : html`<code>${group.name}</code>`}
      <span class="nnw-count">${countText(part, view)}</span>
    </summary>
    ${open ? body(part, view, actions) : nothing}
  </details>`;
}

function countText({ group, open, count: hits }: Shown, view: ChromeState): string {
  if (view.search.trim() !== "")
    return t("{hits} of {size}", { hits: count(hits), size: count(group.size) });
  if (!open && group.size > view.limit) return t("show all {size}", { size: count(group.size) });
  return count(group.size);
}

function body(part: Shown, view: ChromeState, actions: ChromeActions): TemplateResult {
  const { group, entries } = part;
  return html`<div class="nnw-rows">
      ${repeat(
        entries,
        (entry) => entry.index,
        (entry) => view.rows.get(entry.index)?.element,
      )}
    </div>
    <div class="nnw-group-foot">
      ${part.pages > 1 ? pager(part, actions) : nothing}
      ${groupButtons(group, view.state, actions)}
    </div>`;
}

function groupButtons(group: Group, state: NetState, actions: ChromeActions): TemplateResult {
  const frozen = group.params.every(({ offset, size }) =>
    Array.from({ length: size }).every((_, i) => state.frozen.has(offset + i)),
  );
  return html`<span class="nnw-row-buttons">
    <button type="button" class="nnw-button nnw-text" @click=${() => actions.resetGroup(group)}>
      ${t("Reset {title}", { title: group.title })}
    </button>
    <button
      type="button"
      class="nnw-button nnw-text"
      aria-pressed=${frozen}
      @click=${() => actions.freezeGroup(group, !frozen)}
    >
      ${frozen ? t("Unfreeze") : t("Freeze")} ${group.title}
    </button>
  </span>`;
}

function pager({ group, page, pages, count: hits }: Shown, actions: ChromeActions): TemplateResult {
  const first = page * PAGE + 1;
  const last = Math.min(hits, first + PAGE - 1);
  const go = (to: number, label: string, sign: string) => html`<button
    type="button"
    class="nnw-button nnw-text"
    aria-label=${label}
    ?disabled=${to < 0 || to >= pages}
    @click=${() => actions.turn(group, to)}
  >
    ${sign}
  </button>`;
  return html`<span class="nnw-pager">
    ${go(page - 1, t("Earlier parameters of {title}", { title: group.title }), "‹")}
    <span>${t("{first}–{last} of {hits}", { first: count(first), last: count(last), hits: count(hits) })}</span>
    ${go(page + 1, t("Later parameters of {title}", { title: group.title }), "›")}
  </span>`;
}
