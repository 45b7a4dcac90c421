/** The runs on a timeline's track, by colour; of the network's own, the one that is replayed. */

import { html } from "lit-html";
import { css } from "../math/colour.js";
import type { RunEntry } from "../scene/timeline_runs.js";
import { t } from "../words.js";

export function legendEntry(
  { name, run, colour, dashed }: RunEntry,
  chosen: string,
  choose: (run: string) => () => void,
) {
  const swatch = html`<span class="nnw-swatch" ?data-dashed=${dashed} style="--line: ${css(colour)}"></span>`;
  if (run === null) return html`<span class="nnw-reel-run">${swatch}${name}</span>`;
  return html`<button type="button" class="nnw-button nnw-text nnw-reel-run" data-run=${run}
    title=${t("Replay {name}", { name })} aria-pressed=${run === chosen ? "true" : "false"}
    @click=${choose(run)}>${swatch}${name}</button>`;
}
