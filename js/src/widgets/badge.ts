/** Says where the page stands with the kernel, where that is worth saying. */

import { html, nothing, type TemplateResult } from "lit-html";
import { icons } from "../render/icons.js";
import type { Link } from "../state/types.js";
import { key, t } from "../words.js";

const TEXTS = {
  waiting: {
    icon: icons.waiting,
    text: key("kernel busy"),
    title: key(
      "The kernel has not answered for a while; what you change here reaches it when it does.",
    ),
  },
  disconnected: {
    icon: icons.unplugged,
    text: key("kernel gone"),
    title: key("Run the cell again to connect this view to a running kernel."),
  },
} as const;

export function linkBadge(link: Link): TemplateResult | typeof nothing {
  if (link === "live") return nothing;
  const { icon, text, title } = TEXTS[link];
  const more = link === "disconnected" ? t(": still draggable, changes stay in this page") : "";
  return html`<span class="nnw-badge" data-link=${link} role="status" title=${t(title)}
    >${icon}<span>${t(text)}<span class="nnw-badge-more">${more}</span></span></span
  >`;
}
