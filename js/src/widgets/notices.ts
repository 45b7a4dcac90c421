/** What went wrong, in a row that can be read, unfolded and dismissed. */

import { html, nothing, type TemplateResult } from "lit-html";
import { icons } from "../render/icons.js";
import type { NetState, Store } from "../state/types.js";
import type { Status } from "../wire.js";
import { key, t } from "../words.js";

const HEADINGS: Partial<Record<Status["state"], string>> = {
  failed: key("Training stopped: "),
  diverged: key("Training stopped: "),
};

/** The rows of one view; each remembers what its reader has dismissed. */
export class Notices {
  readonly #store: Store;
  readonly #changed: () => void;
  #dismissed = "";

  /** `changed` is called when a row was dismissed here and must be drawn away. */
  constructor(store: Store, changed: () => void) {
    this.#store = store;
    this.#changed = changed;
  }

  template({ error, status }: NetState): TemplateResult | typeof nothing {
    const key = keyOf(status);
    // The same failure, once over, is news when it comes again.
    if (key === "") this.#dismissed = "";
    const news = key !== "" && key !== this.#dismissed;
    if (!error && !news) return nothing;
    return html`<div class="nnw-notices">
      ${error ? notice("error", "", error.message, error.detail, () => this.#store.dismissError()) : nothing}
      ${news ? this.#statusNotice(status, key) : nothing}
    </div>`;
  }

  #statusNotice(status: Status, key: string): TemplateResult {
    const marked = HEADINGS[status.state];
    const heading = marked ? t(marked) : "";
    const kind = heading ? "error" : "warning";
    const message = status.message || t("no message was given");
    return notice(kind, heading, message, status.traceback, () => {
      this.#dismissed = key;
      this.#changed();
    });
  }
}

/** What tells one message of the training from the next; empty where there is none. */
function keyOf({ state, message, epoch }: Status): string {
  if (HEADINGS[state]) return `${state} ${epoch} ${message}`;
  return message;
}

export function notice(
  kind: "error" | "warning",
  heading: string,
  message: string,
  detail: string,
  dismiss: () => void,
): TemplateResult {
  return html`<div class="nnw-notice" data-kind=${kind} role="alert">
    ${icons.warning}
    <div class="nnw-notice-text">
      <span><strong>${heading}</strong>${message}</span>
      ${
        detail
          ? html`<details>
              <summary>${t("Traceback")}</summary>
              <pre tabindex="0">${detail}</pre>
            </details>`
          : nothing
      }
    </div>
    <button type="button" class="nnw-button" title=${t("Dismiss")} aria-label=${t("Dismiss")} @click=${dismiss}>
      ${icons.close}
    </button>
  </div>`;
}
