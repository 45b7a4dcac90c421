/** The bar over a playground: training, where it stands, and what it is trained with. */

import { html, nothing, render, type TemplateResult } from "lit-html";
import { count, percent, significant } from "../../render/format.js";
import { icons } from "../../render/icons.js";
import { derivedOf } from "../../scene/derived.js";
import type { NetState, Store } from "../../state/types.js";
import { t } from "../../words.js";
import { linkBadge } from "../badge.js";
import { iconButton } from "../icon_button.js";
import { Notices } from "../notices.js";
import { accuracyText, lossText, scoreNote, scoreOf } from "../score.js";
import { playing, SPEEDS, step, togglePlay } from "../training_keys.js";
import type { Choices } from "./choices.js";
import { dice } from "./icons.js";

export class Bar {
  readonly el = document.createElement("div");
  readonly #notices: Notices;

  constructor(
    private readonly choices: Choices,
    private readonly store: Store,
  ) {
    this.el.className = "nnw-bench-bar";
    this.#notices = new Notices(store, () => this.update(store.state));
  }

  update(state: NetState): void {
    render([this.#row(state), this.#notices.template(state)], this.el);
  }

  #row(state: NetState): TemplateResult {
    const gone = state.link === "disconnected";
    return html`<div class="nnw-bench-train" role="group" aria-label=${t("Training")}>
        <span class="nnw-buttons">${this.#buttons(gone)}</span>
        ${this.#speed(state.status.speed, gone)}
      </div>
      ${this.#numbers(state)} ${linkBadge(state.link)}`;
  }

  #buttons(gone: boolean): TemplateResult[] {
    const { store } = this;
    const runs = playing(store);
    const stops = gone || runs;
    const seed = this.choices.get<number>("seed");
    return [
      iconButton(
        t("Reset to the same weights (Shift+R)"),
        icons.reset,
        () => store.train({ action: "reset" }),
        { action: "reset", disabled: gone },
      ),
      iconButton(
        runs ? t("Pause training (Space)") : t("Play: train on (Space)"),
        runs ? icons.pause : icons.play,
        () => togglePlay(store),
        { action: "play", disabled: gone },
      ),
      iconButton(t("Step one epoch (→)"), icons.step, () => step(store, "epoch"), {
        action: "step",
        disabled: stops,
      }),
      iconButton(t("Step one batch (Shift+→)"), icons.batch, () => step(store, "batch"), {
        action: "batch",
        disabled: stops,
      }),
      iconButton(
        t("New weights: draw them with the next seed"),
        dice,
        () => this.choices.choose({ seed: seed + 1 }),
        {
          action: "new-weights",
          disabled: gone || !this.choices.live,
        },
      ),
    ];
  }

  #speed(speed: number | null, gone: boolean): TemplateResult {
    const speeds = SPEEDS.includes(speed) ? SPEEDS : [speed, ...SPEEDS];
    const change = (event: Event) => {
      const chosen = (event.target as HTMLSelectElement).value;
      this.store.train({ action: "set", speed: chosen === "max" ? null : Number(chosen) });
    };
    const named = (each: number | null) => (each === null ? "max" : String(each));
    return html`<select class="nnw-select nnw-bench-speed" aria-label=${t("Epochs per second")}
      title=${t("Epochs per second while playing (↑ and ↓)")} ?disabled=${gone} @change=${change}>
      ${speeds.map(
        (each) => html`<option value=${named(each)} .selected=${each === speed}>
          ${each === null ? t("fastest") : `${Number(each.toPrecision(3))}/s`}
        </option>`,
      )}
    </select>`;
  }

  #numbers(state: NetState): TemplateResult {
    const score = scoreOf(state, derivedOf(this.store));
    const { epoch, test_loss = null, test_accuracy = null } = state.status;
    return html`<div class="nnw-bench-numbers">
      ${readout("epoch", state.past ? pill(state.past.words) : t("epoch"), count(epoch))}
      ${readout("loss", t("training loss"), lossText(score), scoreNote(score))}
      ${test_loss === null ? nothing : readout("test-loss", t("test loss"), significant(test_loss))}
      ${readout("accuracy", t("accuracy"), accuracyText(score), scoreNote(score))}
      ${
        test_accuracy === null
          ? nothing
          : readout("test-accuracy", t("test accuracy"), percent(test_accuracy))
      }
    </div>`;
  }
}

/** What every other view says, too, of an earlier epoch; the numbers beside it are of that one. */
function pill(words: string): TemplateResult {
  return html`<span class="nnw-bench-past">${words}</span>`;
}

function readout(
  id: string,
  name: string | TemplateResult,
  value: string,
  note = "",
): TemplateResult {
  return html`<span class="nnw-bench-readout" data-number=${id} title=${note}><span>${name}</span
    ><output aria-live="off">${value}</output></span>`;
}
