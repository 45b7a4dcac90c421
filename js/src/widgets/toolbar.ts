/** Small parts of the planes' toolbars. */

import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import type { Axes } from "../math/lines.js";
import { icons } from "../render/icons.js";
import { outline } from "../render/markers.js";
import { className } from "../scene/names.js";
import { classMarker } from "../scene/palette.js";
import type { NetState } from "../state/types.js";
import { key, t } from "../words.js";
import { iconButton, withoutKey } from "./icon_button.js";
import type { PointTool, Tool } from "./point_tool.js";

export interface Choice {
  readonly value: string;
  readonly label: string;
}

/** Choices that are shown under the names they have in Python. */
export function named(values: readonly string[]): Choice[] {
  return values.map((value) => ({ value, label: value }));
}

/** Choices whose labels were marked by `key`, in the language of the page. */
export function said(choices: readonly Choice[]): Choice[] {
  return choices.map(({ value, label }) => ({ value, label: t(label) }));
}

/** Choices that are shown under the names they have in Python, translated. */
export const worded = (values: readonly string[]): Choice[] => said(named(values));

/** What a plane shows behind its points. */
export const fields = () => worded([key("output"), key("boundary"), key("both"), key("none")]);

/** A menu with its name before it; of a name with a sign, such as "up ↕", only the sign is shown. */
export function menu(
  name: string,
  choices: readonly Choice[],
  chosen: string,
  choose: (value: string) => void,
): TemplateResult {
  return html`<label class="nnw-setting" title=${name.split(" ")[0]}>
    <span>${name.split(" ").at(-1)}</span>
    <select class="nnw-select" aria-label=${name.split(" ")[0]}
      @change=${(event: Event) => choose((event.target as HTMLSelectElement).value)}>
      ${choices.map(
        ({ value, label }) =>
          html`<option value=${value} .selected=${live(value === chosen)}>${label}</option>`,
      )}
    </select>
  </label>`;
}

/** A button for each of a few pictures; the one that is shown is pressed. */
export function tabs(
  name: string,
  choices: readonly Choice[],
  chosen: string,
  choose: (value: string) => void,
): TemplateResult {
  const button = ({ value, label }: Choice) => html`<button type="button"
    class="nnw-button nnw-text" data-show=${value}
    aria-pressed=${value === chosen ? "true" : "false"} @click=${() => choose(value)}>${label}</button>`;
  return html`<span class="nnw-buttons nnw-tabs" role="group" aria-label=${name}>
    ${choices.map(button)}
  </span>`;
}

export function numbered(names: readonly string[]): Choice[] {
  return names.map((label, i) => ({ value: String(i), label }));
}

/** Two numbers below `count`, or one where there is one only. */
export function pair(given: readonly number[], count: number): Axes {
  if (count === 1) return [0];
  const valid = given.filter((each) => each < count);
  return (valid.length === 2 ? valid : [0, 1]) as unknown as Axes;
}

/** A menu for what is shown across and one for what is shown up. */
export function pairMenus(
  names: readonly string[],
  shown: Axes,
  choose: (next: number[]) => void,
): TemplateResult[] {
  return shown.map((each, side) =>
    menu(side === 0 ? t("across ↔") : t("up ↕"), numbered(names), String(each), (value) => {
      const next = [...shown];
      next[side] = Number(value);
      if (next[0] === next[1]) next[1 - side] = each; // the two change places
      choose(next);
    }),
  );
}

export function toggle(
  name: string,
  title: string,
  on: boolean,
  change: (on: boolean) => void,
): TemplateResult {
  return html`<button type="button" class="nnw-button nnw-toggle" title=${title}
    aria-pressed=${on ? "true" : "false"} @click=${() => change(!on)}>${name}</button>`;
}

/** Zoom in, out and back, where all of it is not shown already. */
export function zoomButtons(
  zoomed: { zoomBy(factor: number): void },
  fit: () => void,
  all = false,
): TemplateResult {
  return html`<span class="nnw-buttons nnw-zoom">
    ${iconButton(t("Zoom in (+)"), icons.plus, () => zoomed.zoomBy(1.4))}
    ${iconButton(t("Zoom out (−)"), icons.minus, () => zoomed.zoomBy(1 / 1.4))}
    ${iconButton(t("Show everything (0)"), icons.whole, fit, { disabled: all })}
  </span>`;
}

/** What a press on the plane does: move points, add one of a class, delete. */
export function palette(state: NetState, points: PointTool): TemplateResult {
  const { tool } = points;
  return html`<span class="nnw-buttons nnw-palette" role="radiogroup" aria-label=${t("Points")}>
    ${radio(t("Move points and lines (Esc)"), icons.pointer, tool === "move", () => points.choose("move"))}
    ${targets(state).map(({ y, label, icon }) =>
      radio(t("Add points: {label} ({y})", { label, y: y[0] }), icon, sameTool(tool, y), () =>
        points.choose({ y }),
      ),
    )}
    ${radio(t("Delete points (Delete)"), icons.eraser, tool === "delete", () => points.choose("delete"))}
    ${state.spec.task === "regression" && state.data.d > 1 ? targetField(points) : nothing}
  </span>`;
}

function radio(
  title: string,
  icon: TemplateResult,
  on: boolean,
  click: () => void,
): TemplateResult {
  return html`<button type="button" class="nnw-button" role="radio" title=${title}
    aria-label=${withoutKey(title)} aria-checked=${on ? "true" : "false"}
    @click=${click}>${icon}</button>`;
}

/** At most so many classes have a button; the others are reached by their digit. */
const MOST_BUTTONS = 6;

function targets({ spec }: NetState): { y: number[]; label: string; icon: TemplateResult }[] {
  if (spec.task === "regression") return [{ y: [0], label: t("target"), icon: icons.plus }];
  const classes = spec.task === "binary" ? 2 : Math.min(spec.outputs, MOST_BUTTONS);
  return Array.from({ length: classes }, (_, index) => {
    const { shape, fill } = classMarker(index);
    return {
      y: [index],
      label: className(spec, index),
      icon: html`<svg viewBox="-8 -8 16 16" width="16" height="16" aria-hidden="true">
        <path d=${outline(shape, 4.6)} fill=${fill} />
      </svg>`,
    };
  });
}

function sameTool(tool: Tool, y: readonly number[]): boolean {
  return (
    typeof tool !== "string" && tool.y.length === y.length && tool.y.every((v, i) => v === y[i])
  );
}

/** A regression's points are added with the target typed here. */
function targetField(points: PointTool): TemplateResult {
  const { tool } = points;
  const change = (event: Event) => {
    const value = (event.target as HTMLInputElement).valueAsNumber;
    if (Number.isFinite(value)) points.choose({ y: [value] });
  };
  return html`<label class="nnw-setting"><span>y</span>
    <input class="nnw-number" type="number" step="any" aria-label=${t("Target of added points")}
      .value=${String(typeof tool === "string" ? 0 : tool.y[0])} @input=${change} /></label>`;
}
