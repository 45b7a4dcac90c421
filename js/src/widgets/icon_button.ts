/** A button that is an icon: its title, without the key in brackets, is its accessible name. */

import { html, nothing, type TemplateResult } from "lit-html";

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
    aria-label=${title.replace(/ \(.*/, "")}
    ?disabled=${disabled}
    @click=${click}
  >
    ${icon}
  </button>`;
}
