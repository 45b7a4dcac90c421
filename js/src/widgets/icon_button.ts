/** A button that is an icon: its title, without the key in brackets, is its accessible name. */

import { html, nothing, type TemplateResult } from "lit-html";

/** A title without the key that does the same, which stands in brackets behind it. */
export const withoutKey = (title: string) => title.replace(/ ?[(（].*/, "");

export function iconButton(
  title: string,
  icon: TemplateResult,
  click: (event: MouseEvent) => void,
  { disabled = false, action = "" } = {},
): TemplateResult {
  return html`<button
    type="button"
    class="nnw-button"
    data-action=${action || nothing}
    title=${title}
    aria-label=${withoutKey(title)}
    ?disabled=${disabled}
    @click=${click}
  >
    ${icon}
  </button>`;
}
