/**
 * The controls of training, which stand alone (TrainingBar) or at the foot of another view: reset,
 * play, step, speed, learning rate, and the numbers.
 */

import { html, render, type TemplateResult } from "lit-html";
import { count } from "../render/format.js";
import { icons } from "../render/icons.js";
import { derivedOf } from "../scene/derived.js";
import type { NetState, Store } from "../state/types.js";
import { t } from "../words.js";
import { linkBadge } from "./badge.js";
import { iconButton } from "./icon_button.js";
import { Notices } from "./notices.js";
import { type NumberField, rateField } from "./number_field.js";
import { accuracyText, lossText, scoreNote, scoreOf } from "./score.js";
import { playing, SPEEDS, step, togglePlay } from "./training_keys.js";
import type { Options } from "./view.js";

export interface ControlBar {
  update(state: NetState): void;
  dispose(): void;
}

/** Put a control bar at the end of `host`; its owner calls `update` in every frame. */
export function mountControlBar(host: HTMLElement, store: Store): ControlBar {
  const element = document.createElement("div");
  element.className = "nnw-control-bar";
  host.append(element);
  let rate: NumberField | null = null;
  const mountRate = (input: HTMLInputElement) =>
    rateField(input, (lr) => store.train({ action: "set", lr }));
  const notices = new Notices(store, () => update(store.state));

  const update = (state: NetState) => {
    render([controls(state, store), notices.template(state)], element);
    showSpeed(element.querySelector("select") as HTMLSelectElement, state.status.speed);
    rate ??= mountRate(element.querySelector(".nnw-rate") as HTMLInputElement);
    rate.show(state.status.lr);
  };
  update(store.state);
  return { update, dispose: () => element.remove() };
}

/** The control bar of another view: there as long as its option `controls` asks for it. */
export class ControlBarSlot {
  #bar: ControlBar | null = null;

  /** @param host where it stands; asked for only when it is put there */
  constructor(
    private readonly context: { readonly store: Store; readonly options: Options },
    private readonly host: () => HTMLElement,
  ) {}

  /** Its owner calls this in every frame, and when options changed. */
  update(state: NetState): void {
    const { store, options } = this.context;
    if (!options.get<boolean | undefined>("controls")) this.dispose();
    else this.#bar ??= mountControlBar(this.host(), store);
    this.#bar?.update(state);
  }

  dispose(): void {
    this.#bar?.dispose();
    this.#bar = null;
  }
}

function controls(state: NetState, store: Store): TemplateResult {
  const gone = state.link === "disconnected";
  return html`<div class="nnw-controls" role="group" aria-label=${t("Training")}>
    <span class="nnw-buttons">${buttons(gone, store)}</span>
    <span class="nnw-settings">
      <label class="nnw-setting">
        <span>${t("speed")}</span>${speedSelect(state.status.speed, gone, store)}
      </label>
      <label class="nnw-setting" title=${rateTitle(state)}>
        <span>${t("learning rate")}</span>
        <span class="nnw-field">
          <input
            class="nnw-number nnw-rate"
            type="text"
            inputmode="decimal"
            autocomplete="off"
            placeholder="–"
            aria-label=${t("Learning rate")}
            ?disabled=${gone}
          />
          <span class="nnw-hint" role="alert" hidden></span>
        </span>
      </label>
    </span>
    ${numbers(state, store)} ${linkBadge(state.link)}
  </div>`;
}

function buttons(gone: boolean, store: Store): TemplateResult {
  const runs = playing(store);
  const stepClick = (event: MouseEvent) =>
    step(store, event.shiftKey || event.altKey ? "batch" : "epoch");
  const stops = gone || runs; // a step while training runs would change nothing one could see
  return html`
    ${iconButton(
      t("Reset to the initial weights (Shift+R)"),
      icons.reset,
      () => store.train({ action: "reset" }),
      { action: "reset", disabled: gone },
    )}
    ${iconButton(
      runs ? t("Pause training (Space)") : t("Play: train on (Space)"),
      runs ? icons.pause : icons.play,
      () => togglePlay(store),
      { action: "play", disabled: gone },
    )}
    ${iconButton(t("Step one epoch (→)"), icons.step, stepClick, { action: "step", disabled: stops })}
    ${iconButton(t("Step one batch (Shift+→)"), icons.batch, () => step(store, "batch"), {
      action: "batch",
      disabled: stops,
    })}
  `;
}

function speedSelect(speed: number | null, gone: boolean, store: Store): TemplateResult {
  // A speed that Python chose is on the list while it holds.
  const speeds = SPEEDS.includes(speed) ? SPEEDS : [speed, ...SPEEDS];
  const change = (event: Event) => {
    const chosen = (event.target as HTMLSelectElement).value;
    store.train({ action: "set", speed: chosen === "max" ? null : Number(chosen) });
  };
  return html`<select
    class="nnw-select"
    aria-label=${t("Epochs per second")}
    title=${t("Epochs per second while playing (↑ and ↓)")}
    ?disabled=${gone}
    @change=${change}
  >
    ${speeds.map(
      (each) => html`<option value=${speedName(each)}>
        ${each === null ? t("max") : `${Number(each.toPrecision(3))}/s`}
      </option>`,
    )}
  </select>`;
}

/** After the options are there to choose from; an open menu is not disturbed without need. */
function showSpeed(select: HTMLSelectElement, speed: number | null): void {
  const name = speedName(speed);
  if (select.value !== name) select.value = name;
}

function speedName(speed: number | null): string {
  return speed === null ? "max" : String(speed);
}

function numbers(state: NetState, store: Store): TemplateResult {
  const score = scoreOf(state, derivedOf(store));
  const note = scoreNote(score);
  return html`<span class="nnw-numbers">
    ${readout("epoch", t("epoch"), count(state.status.epoch))}
    ${readout("loss", t("loss"), lossText(score), score.stale, note)}
    ${readout("accuracy", t("accuracy"), accuracyText(score), score.stale, note)}
  </span>`;
}

function readout(
  id: string,
  name: string,
  value: string,
  stale = false,
  note = "",
): TemplateResult {
  return html`<span class="nnw-readout" data-number=${id} ?data-stale=${stale} title=${note}
    ><span>${name}</span><output aria-live="off">${value}</output></span
  >`;
}

function rateTitle({ status: { optimizer, batch } }: NetState): string {
  const parts = [optimizer, batch === null ? "" : t("batches of {batch}", { batch })].filter(
    Boolean,
  );
  return t("Learning rate{more}; Enter sets it", {
    more: parts.length > 0 ? ` (${parts.join(", ")})` : "",
  });
}
