/** What is being computed, what is out of date, and what went wrong, over a loss surface. */

import { html, nothing, type TemplateResult } from "lit-html";
import { percent, significant } from "../render/format.js";
import { icons } from "../render/icons.js";
import type { SurfacePicture } from "../scene/surface_types.js";
import type { ComputeState } from "../scene/surface_wire.js";
import { t } from "../words.js";
import type { SurfaceChannel } from "./surface_channel.js";

/** Below this a button need not say how long it takes. */
const BRIEF_S = 0.5;

export function surfaceStatus(
  state: ComputeState | null,
  picture: SurfacePicture | null,
  channel: Pick<SurfaceChannel, "compute" | "cancel">,
): TemplateResult | typeof nothing {
  if (state?.state === "computing") return computing(state, channel);
  if (state?.state === "failed") return failed(state, channel);
  if (picture?.stale) return stale(state, picture, channel);
  if (picture || state?.message) return nothing;
  return html`<div class="nnw-surface-badge" role="status">
    <span>${t("no surface yet")}</span>${button(t("Compute"), () => channel.compute())}
  </div>`;
}

function computing({ share }: ComputeState, channel: Pick<SurfaceChannel, "cancel">) {
  return html`<div class="nnw-surface-badge" data-kind="computing" role="status">
    <progress max="1" .value=${share} aria-label=${t("Computed so far")}></progress>
    <span>${percent(share)}</span>${button(t("Cancel"), () => channel.cancel())}
  </div>`;
}

function failed({ message }: ComputeState, channel: Pick<SurfaceChannel, "compute">) {
  return html`<div class="nnw-surface-badge" data-kind="error" role="alert">
    ${icons.warning}<span>${message}</span>${button(t("Try again"), () => channel.compute())}
  </div>`;
}

function stale(
  state: ComputeState | null,
  { ball }: SurfacePicture,
  channel: Pick<SurfaceChannel, "compute">,
) {
  const seconds = state?.seconds ?? null;
  const long = seconds !== null && seconds >= BRIEF_S ? ` (${significant(seconds, 2)} s)` : "";
  const why = ball.away
    ? t("off the plane by {off}", { off: significant(ball.off, 2) })
    : t("out of date");
  return html`<div class="nnw-surface-badge" data-kind="stale" role="status">
    <span>${why}</span>${button(t("Recompute{long}", { long }), () => channel.compute())}
  </div>`;
}

function button(text: string, click: () => void): TemplateResult {
  return html`<button type="button" class="nnw-button nnw-text" @click=${click}>${text}</button>`;
}
