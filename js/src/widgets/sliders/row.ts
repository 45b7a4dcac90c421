/**
 * One parameter entry: name, slider, number field, buttons. The template is rendered once; after
 * that only what changed is written, because a training frame may touch every row: `draw` moves
 * what one sees, and `settle` brings the form controls under it up to date, which is dearer.
 */

import { html, render, type TemplateResult } from "lit-html";
import { editable, parameter, parameterField } from "../../render/format.js";
import { icons } from "../../render/icons.js";
import { t } from "../../words.js";
import { hintIn, NumberField } from "../number_field.js";
import type { Entry, Name } from "./entries.js";
import { sliderKey } from "./keys.js";
import type { Range } from "./ranges.js";
import { Track, trackTemplate } from "./track.js";

export interface RowActions {
  /** Take hold for a drag or a run of keys, change, let go at once or after a pause. */
  hold(entry: Entry): void;
  edit(entry: Entry, value: number): void;
  release(): void;
  releaseSoon(): void;
  reset(entry: Entry): void;
  freeze(entry: Entry, frozen: boolean): void;
  /** Open or close the fields of the slider's range below the row. */
  editRange(entry: Entry, below: HTMLElement): void;
}

/** What the user chose for all rows. */
export interface RowStyle {
  /** Digits after the point. */
  readonly decimals: number;
  /** What an arrow key moves; null goes by the range. */
  readonly step: number | null;
}

export interface RowState {
  readonly value: number;
  readonly initial: number;
  readonly frozen: boolean;
  readonly range: Range;
}

export class Row {
  readonly entry: Entry;
  readonly element: HTMLElement;
  readonly #actions: RowActions;
  readonly #style: RowStyle;
  readonly #slider: HTMLInputElement;
  readonly #field: NumberField;
  readonly #input: HTMLInputElement;
  readonly #reset: HTMLButtonElement;
  readonly #freeze: HTMLButtonElement;
  readonly #track: Track;
  readonly #digits: Text;
  #drawn: RowState | null = null;
  /** The range that the slider itself has. */
  #settled: Range | null = null;
  /** Somebody is at this row, so that its controls cannot wait. */
  #active = false;

  constructor(entry: Entry, actions: RowActions, style: RowStyle) {
    this.entry = entry;
    this.#actions = actions;
    this.#style = style;
    this.element = document.createElement("div");
    this.element.className = "nnw-row";
    this.element.dataset.ref = entry.reference;
    render(this.#template(), this.element);
    this.#slider = this.#find(".nnw-slider");
    this.#input = this.#find(".nnw-number");
    this.#reset = this.#find(".nnw-reset");
    this.#freeze = this.#find(".nnw-freeze");
    this.#track = new Track(this.#find(".nnw-track"));
    this.#digits = document.createTextNode("");
    this.#find(".nnw-digits").append(this.#digits);
    this.#field = new NumberField(this.#input, {
      shown: (value) => parameterField(value, style.decimals),
      edited: editable,
      commit: (value) => this.#commit(value),
      hint: hintIn(this.#find(".nnw-hint")),
    });
    this.#listen();
  }

  /** Show the entry as it is now. Returns whether the controls are behind, for `settle`. */
  draw(now: RowState): boolean {
    const before = this.#drawn;
    this.#drawn = now;
    const moved = before?.range !== now.range || before.value !== now.value;
    if (before?.range !== now.range) this.#track.drawRange(now.range);
    if (moved) this.#drawValue(now);
    if (before?.frozen !== now.frozen) this.#drawFrozen(now.frozen);
    const changed = now.value !== now.initial && !now.frozen;
    if (this.#reset.disabled === changed) this.#reset.disabled = !changed;
    const urgent = this.#active || before === null;
    if (moved && urgent) this.settle();
    return moved && !urgent;
  }

  /** Bring the slider and the field, which one does not see, to what `draw` has shown. */
  settle(): void {
    if (!this.#drawn) return;
    const { value, range } = this.#drawn;
    this.#field.show(value);
    if (this.#settled !== range) [this.#slider.min, this.#slider.max] = range.map(String);
    this.#settled = range;
    if (Number.isFinite(value) && Number(this.#slider.value) !== value) {
      this.#slider.value = String(value);
    }
    this.#slider.setAttribute("aria-valuetext", parameterField(value, this.#style.decimals));
  }

  #drawValue({ value, range }: RowState): void {
    this.#digits.data = parameter(value, this.#style.decimals);
    const finite = Number.isFinite(value);
    this.element.classList.toggle("nnw-not-finite", !finite);
    if (finite) this.#track.drawValue(value, range); // else it stays at the last finite value
  }

  #drawFrozen(frozen: boolean): void {
    this.element.classList.toggle("nnw-frozen", frozen);
    this.#slider.disabled = frozen;
    this.#input.disabled = frozen;
    this.#freeze.setAttribute("aria-pressed", String(frozen));
    const does = frozen ? t("Unfreeze") : t("Freeze");
    this.#freeze.title = t(
      "{does} {reference}: a frozen parameter is neither trained nor dragged",
      { does, reference: this.entry.reference },
    );
  }

  #listen(): void {
    const { entry } = this;
    const actions = this.#actions;
    const slider = this.#slider;
    this.element.addEventListener("focusin", () => this.#attend(true));
    this.element.addEventListener("focusout", () => this.#attend(false));
    slider.addEventListener("pointerenter", () => this.settle());
    slider.addEventListener("pointerdown", () => this.#drag());
    slider.addEventListener("input", () => {
      actions.hold(entry);
      actions.edit(entry, Number(slider.value));
    });
    slider.addEventListener("change", () => actions.releaseSoon());
    slider.addEventListener("blur", () => actions.release());
    slider.addEventListener("dblclick", () => actions.reset(entry));
    slider.addEventListener("keydown", (event) => this.#key(event));
    this.#reset.addEventListener("click", () => actions.reset(entry));
    this.#freeze.addEventListener("click", () => actions.freeze(entry, !this.#drawn?.frozen));
    this.#find(".nnw-range").addEventListener("click", () =>
      actions.editRange(entry, this.#find(".nnw-below")),
    );
  }

  #attend(active: boolean): void {
    this.#active = active;
    this.settle();
  }

  /** The pointer may go up anywhere, also outside of the slider. */
  #drag(): void {
    if (this.#slider.disabled) return;
    this.#actions.hold(this.entry);
    const over = new AbortController();
    const done = () => {
      over.abort();
      this.#actions.release();
    };
    for (const type of ["pointerup", "pointercancel", "blur"]) {
      window.addEventListener(type, done, { signal: over.signal });
    }
  }

  #key(event: KeyboardEvent): void {
    if (!this.#drawn) return;
    const value = sliderKey(event, this.#drawn.value, this.#drawn.range, this.#style.step);
    if (value === null) return;
    event.preventDefault();
    event.stopPropagation();
    this.#actions.hold(this.entry);
    this.#actions.edit(this.entry, value);
    this.#actions.releaseSoon();
  }

  #commit(value: number): void {
    this.#actions.hold(this.entry);
    this.#actions.edit(this.entry, value);
    this.#actions.release();
  }

  #find<E extends HTMLElement>(selector: string): E {
    return this.element.querySelector(selector) as E;
  }

  #template(): TemplateResult {
    const { reference, symbol } = this.entry;
    return html`
      <span class="nnw-symbol" title=${reference}>${typeset(symbol)}</span>
      <span class="nnw-slide">
        <input class="nnw-slider" type="range" step="any" aria-label=${reference} title=${reference} />
        ${trackTemplate}
      </span>
      <span class="nnw-field">
        <input
          class="nnw-number"
          type="text"
          inputmode="decimal"
          autocomplete="off"
          spellcheck="false"
          aria-label=${t("{reference}, value", { reference })}
        />
        <span class="nnw-digits" aria-hidden="true"></span>
        <span class="nnw-hint" role="alert" hidden></span>
      </span>
      <span class="nnw-row-buttons">
        <button
          type="button"
          class="nnw-button nnw-reset"
          title=${t("Set {reference} back to its initial value (double-click on the slider)", { reference })}
          aria-label=${t("Reset {reference}", { reference })}
        >
          ${icons.restore}
        </button>
        <button
          type="button"
          class="nnw-button nnw-freeze"
          aria-label=${t("Freeze {reference}", { reference })}
          aria-pressed="false"
        >
          ${icons.freeze}
        </button>
        <button
          type="button"
          class="nnw-button nnw-range"
          title=${t("Range of the slider of {reference}", { reference })}
          aria-label=${t("Range of {reference}", { reference })}
        >
          ${icons.range}
        </button>
      </span>
      <div class="nnw-below"></div>
    `;
  }
}

function typeset({ letter, layer, subscript }: Name): TemplateResult {
  return html`<i>${letter}</i
    ><span class="nnw-scripts"
      ><sup>${layer && `(${layer})`}</sup><sub>${subscript}</sub></span
    >`;
}
