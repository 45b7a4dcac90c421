/** A formula in its box: typeset, or as text until it can be. It wraps, and scrolls where it cannot. */

import { html, type TemplateResult } from "lit-html";
import { unsafeHTML } from "lit-html/directives/unsafe-html.js";
import type { Typesetter } from "../../render/katex.js";

export function formula(typesetter: Typesetter, tex: string, kind = ""): TemplateResult {
  const made = typesetter.html(tex);
  return html`<span class="nnw-formula ${kind}" data-tex=${tex}
    >${made === null ? html`<span class="nnw-formula-text">${typesetter.text(tex)}</span>` : unsafeHTML(made)}</span
  >`;
}
