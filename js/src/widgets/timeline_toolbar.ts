/** The buttons and keys of a timeline. */

import { html, nothing, render } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { icons } from "../render/icons.js";
import { Kept } from "../scene/kept.js";
import type { Speed } from "../scene/timeline.js";
import type { Link } from "../state/types.js";
import { t } from "../words.js";
import { linkBadge } from "./badge.js";
import { iconButton } from "./icon_button.js";
import { NumberField } from "./number_field.js";
import { toggle } from "./toolbar.js";
import type { Options } from "./view.js";

export interface TimelineActs {
  go(epoch: number): void;
  /** By so many kept epochs. */
  step(by: number): void;
  live(): void;
  toggle(): void;
  branch(play: boolean): void;
}

export interface ToolbarState {
  readonly epoch: number;
  readonly last: number;
  readonly live: boolean;
  readonly playing: boolean;
  /** The network's own run is shown, not one that was branched from. */
  readonly own: boolean;
  readonly link: Link;
}

/** Epochs a second that are on offer, and whole runs in so many seconds. */
const SPEEDS: readonly number[] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
const RUNS: readonly string[] = ["2 s", "5 s", "10 s", "30 s"];

export class TimelineToolbar {
  readonly #drawn = new Kept<void>();
  #field: NumberField | null = null;

  constructor(
    private readonly host: HTMLElement,
    private readonly options: Options,
    private readonly acts: TimelineActs,
  ) {}

  draw(state: ToolbarState): void {
    const { options } = this;
    const chosen = ["speed", "loop", "log"].map((name) => options.get(name));
    const { last, live: follows, playing, own, link } = state;
    const first = state.epoch === 0;
    this.#drawn.get([last === 0, follows, playing, own, link, first, ...chosen], () =>
      render(this.#template(state), this.host),
    );
    const of = this.host.querySelector(".nnw-of-epochs") as HTMLElement;
    of.textContent = `/ ${last.toLocaleString("en-US")}`;
    const input = this.host.querySelector(".nnw-at-epoch") as HTMLInputElement;
    this.#field ??= epochField(input, (epoch) => this.acts.go(epoch));
    this.#field.show(state.epoch);
  }

  #template({ live: follows, playing, last, epoch, own, link }: ToolbarState) {
    const { acts, options } = this;
    const none = last === 0;
    const set = (name: string) => (value: unknown) => options.set(name, value);
    return html`<span class="nnw-buttons">
        ${iconButton(t("First epoch (Home)"), icons.reset, () => acts.go(0), { action: "first", disabled: none || epoch === 0 })}
        ${iconButton(t("One epoch back (←)"), icons.previous, () => acts.step(-1), { action: "back", disabled: none || epoch === 0 })}
        ${iconButton(playing ? t("Pause (Space)") : t("Play back (Space)"), playing ? icons.pause : icons.play, () => acts.toggle(), { action: "play", disabled: none })}
        ${iconButton(t("One epoch on (→)"), icons.next, () => acts.step(1), { action: "on", disabled: none || follows })}
        ${iconButton(t("Last epoch (End)"), icons.last, () => acts.go(last), { action: "last", disabled: none || follows })}
      </span>
      ${toggle(t("loop"), t("Begin again at the end"), options.get("loop"), set("loop"))}
      ${speedMenu(options.get<Speed>("speed"), set("speed"))}
      <label class="nnw-setting"><span>${t("epoch")}</span>
        <span class="nnw-field"><input class="nnw-number nnw-at-epoch" type="text" inputmode="numeric"
          autocomplete="off" aria-label=${t("Epoch")} ?disabled=${none} /><span class="nnw-hint"
          role="alert" hidden></span></span>
        <span class="nnw-of-epochs"></span></label>
      ${toggle(t("log"), t("Losses on a logarithmic scale"), options.get("log"), set("log"))}
      <button type="button" class="nnw-button nnw-text nnw-live" data-action="live"
        title=${t("Follow the training (Esc)")} aria-pressed=${follows ? "true" : "false"}
        @click=${() => acts.live()}>${t("live")}</button>
      ${
        link === "disconnected"
          ? nothing
          : html`<button type="button" class="nnw-button nnw-text" data-action="branch"
              ?disabled=${follows || !own}
              title=${t("Weights and optimizer go back to this epoch and train on from there; with Shift they only go back")}
              @click=${(event: MouseEvent) => acts.branch(!event.shiftKey)}>${t("branch from here")}</button>`
      }
      ${linkBadge(link)}`;
  }
}

function speedMenu(speed: Speed, choose: (speed: Speed) => void) {
  const speeds: Speed[] = [...SPEEDS, ...RUNS];
  if (!speeds.includes(speed)) speeds.unshift(speed);
  const change = ({ target }: Event) => choose(speeds[(target as HTMLSelectElement).selectedIndex]);
  return html`<label class="nnw-setting"><span>${t("speed")}</span>
    <select class="nnw-select" aria-label=${t("Epochs per second of playing back")} @change=${change}>
      ${speeds.map(
        (each) =>
          html`<option .selected=${live(each === speed)}>${
            typeof each === "number"
              ? t("{n}/s", { n: Number(each.toPrecision(3)) })
              : t("all in {time}", { time: each })
          }</option>`,
      )}
    </select></label>`;
}

function epochField(input: HTMLInputElement, commit: (epoch: number) => void): NumberField {
  const hint = input.nextElementSibling as HTMLElement;
  return new NumberField(input, {
    shown: (epoch) => epoch.toLocaleString("en-US"),
    edited: String,
    refuse: (value) => (Number.isInteger(value) && value >= 0 ? null : t("a whole number from 0")),
    commit,
    hint: (text) => {
      hint.hidden = text === null;
      hint.textContent = text ?? "";
    },
  });
}

/** Where keys are the element's own. */
const TAKES_KEYS = "input, select, textarea, .nnw-control-bar *";

/**
 * Space plays back, ← and → go an epoch (Shift: ten), Home to the first, End to the last, Escape
 * follows the training, B branches (Shift+B without training on).
 */
export function timelineKeys(event: KeyboardEvent, acts: TimelineActs): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  const target = (event.composedPath()[0] ?? event.target) as Element;
  if (target.closest?.(TAKES_KEYS)) return;
  const act = actOf(event, acts, target.closest?.("button") !== null);
  if (!act) return;
  (event.currentTarget as HTMLElement).removeAttribute("data-by");
  event.preventDefault();
  event.stopPropagation();
  act();
}

function actOf(
  { key, shiftKey, repeat }: KeyboardEvent,
  acts: TimelineActs,
  onButton: boolean,
): (() => void) | null {
  const far = shiftKey ? 10 : 1;
  if (key === "ArrowRight" || key === "ArrowUp") return () => acts.step(far);
  if (key === "ArrowLeft" || key === "ArrowDown") return () => acts.step(-far);
  if (key === "PageUp") return () => acts.step(10);
  if (key === "PageDown") return () => acts.step(-10);
  if (key === "Home") return () => acts.go(0);
  if (key === "End") return () => acts.go(Number.MAX_SAFE_INTEGER);
  if (key === "Escape") return () => acts.live();
  if (key === " " && !onButton) return () => !repeat && acts.toggle();
  if (key.toLowerCase() === "b") return () => !repeat && acts.branch(!shiftKey);
  return null;
}
