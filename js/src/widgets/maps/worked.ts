/** One pixel worked out: patch times kernel, summed; the window of a pooling; an activation. */

import { html, nothing, type TemplateResult } from "lit-html";
import { diverging } from "../../math/colour.js";
import { significant } from "../../render/format.js";
import type { MapPicture, MapStep, Patch, Place, Worked } from "../../scene/maps.js";
import { t } from "../../words.js";

/** Numbers of a patch that can still be read. */
const MOST_CELLS = 49;
const MOST_TABS = 32;

export interface WorkedHand {
  readonly input: number;
  choose(input: number): void;
  weight(flat: number | null): void;
  readonly selected: number | null;
}

export function workedTemplate(
  maps: MapPicture,
  place: Place,
  work: Worked,
  hand: WorkedHand,
): TemplateResult {
  const step = maps.steps[place.step];
  return html`<div class="nnw-worked">
    <div class="nnw-heading">
      <b>${step.name}</b> ${described(step)}${t(", map {channel}, pixel ({y}, {x})", { channel: place.channel, y: place.y, x: place.x })}
    </div>
    ${body(step, work, hand)}
  </div>`;
}

/** "conv2d 3×3, stride 1, padding 1". */
export function described({ function: name, window, groups }: MapStep): string {
  if (!window) return name;
  const by = (pair: readonly number[]) =>
    pair[0] === pair[1] ? String(pair[0]) : `${pair[0]}×${pair[1]}`;
  const { kernel, stride, padding, dilation } = window;
  const parts = [
    `${name} ${kernel[0]}×${kernel[1]}`,
    t("stride {stride}", { stride: by(stride) }),
    t("padding {padding}", { padding: by(padding) }),
  ];
  if (dilation.some((d) => d > 1)) parts.push(t("dilation {dilation}", { dilation: by(dilation) }));
  if (groups > 1) parts.push(t("{groups} groups", { groups }));
  return parts.join(", ");
}

function body(step: MapStep, work: Worked, hand: WorkedHand): TemplateResult {
  const value = significant(work.value);
  if (work.kind === "convolution") return convolution(work, hand);
  if (work.kind === "pooling") {
    const [patch] = work.patches;
    const most = step.function.startsWith("max") || step.function.includes("_max_");
    const best = most ? patch.pixels.indexOf(largest(patch.pixels)) : -1;
    return html`<div class="nnw-products">${grid(t("window"), patch, patch.pixels, scaleOf(patch.pixels), best)}
      <span class="nnw-sign">${most ? t("largest") : t("mean")} = <b>${value}</b></span></div>`;
  }
  if (work.kind === "pointwise") {
    return html`<div class="nnw-line">${step.function}(${significant(work.patches[0].sum)}) = <b>${value}</b></div>`;
  }
  return html`<div class="nnw-line">${t("value")} <b>${value}</b></div>`;
}

function convolution(work: Worked, hand: WorkedHand): TemplateResult {
  const patch = work.patches.find(({ channel }) => channel === hand.input) ?? work.patches[0];
  if (!patch?.kernel)
    return html`<div class="nnw-line">${t("value")} <b>${significant(work.value)}</b></div>`;
  const products = patch.pixels.map((pixel, k) =>
    pixel === null ? null : pixel * (patch.kernel as readonly number[])[k],
  );
  const small = patch.pixels.length <= MOST_CELLS;
  return html`${work.patches.length > 1 ? tabs(work, patch, hand) : nothing}
    ${
      small
        ? html`<div class="nnw-products">
            ${grid(t("patch"), patch, patch.pixels, scaleOf(patch.pixels))}
            <span class="nnw-sign">×</span>
            ${grid(t("kernel"), patch, patch.kernel, scaleOf(patch.kernel), -1, hand)}
            <span class="nnw-sign">=</span>
            ${grid(t("product"), patch, products, scaleOf(products))}
            <span class="nnw-sign">Σ = <b>${significant(patch.sum)}</b></span>
          </div>`
        : nothing
    }
    <div class="nnw-line">${total(work)}</div>`;
}

function total({ patches, bias, value, missing }: Worked): TemplateResult {
  const sums = patches.slice(0, 6).map(({ sum }) => bracketed(sum));
  const rest = patches.slice(6);
  const more = rest.reduce((all, { sum }) => all + sum, 0);
  const parts = [...sums];
  if (rest.length > 0)
    parts.push(t("{bracketed} ({n} more maps)", { bracketed: bracketed(more), n: rest.length }));
  if (missing > 0) {
    const known = patches.reduce((all, { sum }) => all + sum, bias ?? 0);
    parts.push(
      t("{bracketed} ({missing} maps that are not here)", {
        bracketed: bracketed(value - known),
        missing,
      }),
    );
  }
  const offset = bias === null ? nothing : html` + b <b>${bracketed(bias)}</b>`;
  return html`z = ${parts.join(" + ")}${offset} = <b>${significant(value)}</b>`;
}

function tabs({ patches }: Worked, chosen: Patch, hand: WorkedHand): TemplateResult {
  return html`<div class="nnw-tabs" role="group" aria-label=${t("Input map")}>
    <span class="nnw-soft">${t("input map")}</span>
    ${patches.slice(0, MOST_TABS).map(
      ({ channel, sum }) => html`<button
        type="button"
        class="nnw-tab"
        aria-pressed=${channel === chosen.channel}
        title=${t("input map {channel}: Σ patch × kernel = {sum}", { channel, sum: significant(sum) })}
        @click=${() => hand.choose(channel)}
      >
        ${channel}
      </button>`,
    )}
  </div>`;
}

function grid(
  name: string,
  { columns, flat }: Patch,
  values: readonly (number | null)[],
  most: number,
  best = -1,
  hand?: WorkedHand,
): TemplateResult {
  return html`<figure class="nnw-patch" aria-label=${`${name}: ${values.map(cell).join(", ")}`}>
    <div style="grid-template-columns: repeat(${columns}, auto)">
      ${values.map((value, k) => {
        const weight = hand && flat !== null ? flat + k : null;
        return html`<span
          class="nnw-cell"
          data-padding=${value === null || nothing}
          data-best=${k === best || nothing}
          data-selected=${(weight !== null && hand?.selected === weight) || nothing}
          style="background: ${value === null ? "" : diverging(value / most, 0.6)}"
          title=${value === null ? t("in the padding: 0") : significant(value)}
          @pointerenter=${weight === null ? nothing : () => hand?.weight(weight)}
          @pointerleave=${weight === null ? nothing : () => hand?.weight(null)}
          >${cell(value)}</span
        >`;
      })}
    </div>
    <figcaption>${name}</figcaption>
  </figure>`;
}

function cell(value: number | null): string {
  if (value === null) return "0";
  return Math.abs(value) >= 1000 ? significant(value, 2) : value.toFixed(2).replace("-", "−");
}

function bracketed(value: number): string {
  return value < 0 ? `(${significant(value)})` : significant(value);
}

function scaleOf(values: readonly (number | null)[]): number {
  return values.reduce<number>((most, value) => Math.max(most, Math.abs(value ?? 0)), 0) || 1;
}

function largest(values: readonly (number | null)[]): number {
  return values.reduce<number>((most, value) => Math.max(most, value ?? -Infinity), -Infinity);
}
