/** Says where the page stands with the kernel, where that is worth saying. */

import { html, nothing, type TemplateResult } from "lit-html";
import { icons } from "../render/icons.js";
import type { Link } from "../state/types.js";
import { key, t } from "../words.js";

const TEXTS = {
  waiting: {
    icon: icons.waiting,
    text: key("no answer from the kernel"),
    more: key(": changes reach it later"),
    title: key(
      "The kernel is busy or cut off; what you change here reaches it as soon as it answers.",
    ),
  },
  disconnected: {
    icon: icons.unplugged,
    text: key("kernel gone"),
    more: key(": run the cell again; changes stay in this page"),
    title: key("Run the cell again to connect this view to a running kernel."),
  },
} as const;

export function linkBadge(link: Link): TemplateResult | typeof nothing {
  if (link === "live") return nothing;
  const { icon, text, more, title } = TEXTS[link];
  return html`<span class="nnw-badge" data-link=${link} role="status" title=${t(title)}
    >${icon}<span>${t(text)}<span class="nnw-badge-more">${t(more)}</span></span></span
  >`;
}
