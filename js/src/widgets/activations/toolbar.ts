/** Above the pictures: which one, of which layer, which units, and the sample at hand. */

import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { icons } from "../../render/icons.js";
import { activationName, className } from "../../scene/names.js";
import type { NetState } from "../../state/types.js";
import { key, t } from "../../words.js";
import { iconButton } from "../icon_button.js";
import { type Choice, menu, said, tabs, toggle } from "../toolbar.js";
import type { Options } from "../view.js";
import { PAGE, type UnitsSource } from "./source.js";

const SHOWS = [
  { value: "distribution", label: key("distribution") },
  { value: "heatmap", label: key("heat map") },
  { value: "curve", label: key("curve") },
  { value: "patterns", label: key("patterns") },
] as const;

export type Show = (typeof SHOWS)[number]["value"];

export interface ToolbarActions {
  choose(row: number | null): void;
  turn(page: number): void;
  pin(unit: number): void;
}

export interface Shown {
  readonly state: NetState;
  readonly options: Options;
  readonly source: UnitsSource;
  /** The unit that the curve is of. */
  readonly unit: number | null;
}

export function activationsToolbar(shown: Shown, actions: ToolbarActions): TemplateResult {
  const { state, options, source } = shown;
  const show = options.get<Show>("show");
  const layer = source.layer(state);
  const own = { distribution: pages, heatmap: pages, curve: unitMenu, patterns: earlier }[show];
  return html`${tabs(t("Picture"), said(SHOWS), show, (value) => options.set("show", value))}
    ${menu(t("layer"), layerChoices(state), String(layer), (value) => options.set("layer", Number(value)))}
    ${own(shown, actions)} ${sampleField(state, source.chosen(state), actions)}`;
}

function unitMenu({ state, source, unit }: Shown, { pin }: ToolbarActions) {
  const layer = source.layer(state);
  const choices = source.shown(state.spec.layers[layer].units).map((each) => ({
    value: String(each),
    label: activationName(state.spec, layer, each),
  }));
  return choices.length < 2
    ? nothing
    : menu(t("unit"), choices, String(unit), (value) => pin(Number(value)));
}

export function layerChoices({ spec }: NetState): Choice[] {
  return spec.layers.map(({ name, units, activation }, l) => {
    const last = l === spec.layers.length - 1 && spec.kind === "stack";
    const head = last && spec.head !== "linear" ? spec.head : activation?.name;
    const about = [
      `${units} ${head && head !== "linear" ? head : units === 1 ? t("unit") : t("units")}`,
    ];
    if (last) about.push(t("output"));
    return { value: String(l), label: `${name}: ${about.join(", ")}` };
  });
}

function earlier({ state: { spec }, source, options, state }: Shown) {
  if (source.layer(state) === 0 || spec.kind !== "stack") return nothing;
  return toggle(
    t("and layers before"),
    t("Tell regions apart by the units of all layers up to this one"),
    options.get<boolean>("with_earlier"),
    (next) => options.set("with_earlier", next),
  );
}

function pages({ state, options, source }: Shown, { turn }: ToolbarActions) {
  const { units } = state.spec.layers[source.layer(state)];
  if (units <= PAGE || options.get<unknown[] | null>("units")?.length) return nothing;
  const choices = Array.from({ length: Math.ceil(units / PAGE) }, (_, i) => ({
    value: String(i),
    label: t("{first}–{last} of {units}", {
      first: i * PAGE + 1,
      last: Math.min(units, (i + 1) * PAGE),
      units,
    }),
  }));
  return menu(t("units"), choices, String(source.page), (value) => turn(Number(value)));
}

function sampleField(
  state: NetState,
  row: number | null,
  { choose }: ToolbarActions,
): TemplateResult {
  const last = state.data.n - 1;
  const step = (by: number) => () =>
    choose(row === null ? 0 : Math.max(0, Math.min(last, row + by)));
  const typed = (event: Event) => {
    const input = event.target as HTMLInputElement;
    const value = input.valueAsNumber;
    if (input.value === "") choose(null);
    else if (Number.isInteger(value) && value >= 0 && value <= last) choose(value);
    else input.reportValidity();
  };
  const entered = (event: KeyboardEvent) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    typed(event);
  };
  return html`<span class="nnw-setting nnw-sample" title=${t("The sample that is marked (. and ,)")}>
    <span>${t("sample")}</span>
    <input class="nnw-number" type="number" min="0" max=${last} step="1" placeholder=${t("none")}
      aria-label=${t("Sample")} .value=${live(row === null ? "" : String(row))} @change=${typed} @keydown=${entered} />
    ${iconButton(t("Sample before (,)"), icons.previous, step(-1))}
    ${iconButton(t("Next sample (.)"), icons.next, step(1))}
    <span class="nnw-sample-class">${row === null ? nothing : targetOf(state, row)}</span>
  </span>`;
}

function targetOf({ spec, data }: NetState, row: number): string {
  const y = data.y[row * data.k];
  if (spec.task === "regression" || data.k > 1) return `y = ${Number(y.toPrecision(4))}`;
  return Number.isInteger(y) ? className(spec, y) : String(y);
}
