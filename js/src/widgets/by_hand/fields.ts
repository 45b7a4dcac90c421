/** The weights that a step uses as numbers to type, one unit a row: an edit moves every view. */

import { html, nothing, render, type TemplateResult } from "lit-html";
import { editable, significant } from "../../render/format.js";
import { plainTex } from "../../render/plain_tex.js";
import type { Symbols } from "../../scene/by_hand/symbols.js";
import type { NetState, Store } from "../../state/types.js";
import { t } from "../../words.js";
import { hintIn, NumberField } from "../number_field.js";

/** Which weights are to be typed. */
export interface FieldsOf {
  readonly layer: number;
  readonly units: readonly number[];
}

/** So many inputs of a unit have a field. */
const MOST = 5;
/** What an arrow key moves; Shift: ten times as far, Alt: a tenth. */
const NUDGE = 0.1;
/** Presses that follow one another this closely (ms) are undone together. */
const RUN = 600;

/** So many characters have room in a field. */
const ROOM = 8;

/** With as many digits as there is room for, and no zeros at the end. */
export function fitting(value: number): string {
  for (let digits = 4; ; digits--) {
    const text = significant(value, digits)
      .replace(/(\.\d*?)0+$/, "$1")
      .replace(/\.$/, "");
    if (text.length <= ROOM || digits === 1) return text;
  }
}

export class WeightFields {
  readonly #fields = new Map<number, NumberField>();
  #held: number | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #shape = "";

  constructor(
    private readonly host: HTMLElement,
    private readonly store: Store,
  ) {}

  draw(state: NetState, { layer, units }: FieldsOf, symbols: Symbols): void {
    const { inputs, weight, bias } = state.spec.layers[layer];
    const columns = Array.from({ length: Math.min(inputs, MOST) }, (_, i) => i);
    const start = weight ?? 0;
    const cells = units.map((unit) => ({
      unit,
      weights: columns.map((i) => start + unit * inputs + i),
      bias: bias === null ? null : bias + unit,
    }));
    this.#render(layer, cells, columns, inputs - columns.length, symbols, state);
    for (const [index, field] of this.#fields) field.show(state.params[index]);
  }

  /** Puts the cursor into a weight's field, where it has one. */
  focus(index: number): void {
    this.host.querySelector<HTMLInputElement>(`input[data-index="${index}"]`)?.focus();
  }

  dispose(): void {
    this.#release();
  }

  #render(
    layer: number,
    cells: readonly { unit: number; weights: number[]; bias: number | null }[],
    columns: readonly number[],
    more: number,
    symbols: Symbols,
    { frozen, spec: { revision } }: NetState,
  ): void {
    const header = columns.map(
      (i) => html`<th scope="col">${plainTex(symbols.inputOf(layer, i))}</th>`,
    );
    const shape = `${revision} ${layer} ${cells.map(({ unit }) => unit)} ${columns.length}`;
    const fresh = shape !== this.#shape;
    if (fresh) {
      // Fields keep what is typed into them; other weights get other fields.
      this.#release();
      this.#fields.clear();
      render(nothing, this.host);
    }
    this.#shape = shape;
    render(
      html`<div class="nnw-weights-about">
        ${t("Weights to type (Enter), or to nudge with ↑ ↓")}${more > 0 ? t("; {more} more inputs are not listed", { more }) : ""}
      </div>
      <table class="nnw-weights" aria-label=${t("Weights")}>
        <thead>
          <tr>
            <td></td>
            ${header} ${cells[0]?.bias === null ? nothing : html`<th scope="col">${t("bias")}</th>`}
          </tr>
        </thead>
        <tbody>
          ${cells.map(
            ({ unit, weights, bias }) => html`<tr>
              <th scope="row">${plainTex(symbols.one("z", layer, unit))}</th>
              ${[...weights, ...(bias === null ? [] : [bias])].map((index, i) => {
                const symbol =
                  i < weights.length
                    ? symbols.weight(layer, unit, i)
                    : symbols.one("b", layer, unit);
                return this.#cell(index, plainTex(symbol), frozen.has(index));
              })}
            </tr>`,
          )}
        </tbody>
      </table>`,
      this.host,
    );
    if (!fresh) return;
    for (const input of this.host.querySelectorAll<HTMLInputElement>("input[data-index]")) {
      this.#fields.set(Number(input.dataset.index), this.#field(input));
    }
  }

  #cell(index: number, name: string, frozen: boolean): TemplateResult {
    const choose = () => this.store.select({ weight: index });
    const leave = () => this.store.select({ weight: null });
    return html`<td>
      <span class="nnw-field">
        <input
          class="nnw-number"
          type="text"
          inputmode="decimal"
          autocomplete="off"
          data-index=${index}
          aria-label=${name}
          title=${frozen ? t("{name} is frozen", { name }) : name}
          ?disabled=${frozen}
          @keydown=${(event: KeyboardEvent) => this.#key(event, index)}
          @focus=${choose}
          @blur=${() => {
            this.#release();
            leave();
          }}
          @pointerenter=${choose}
          @pointerleave=${leave}
        />
        <span class="nnw-hint" role="alert" hidden></span>
      </span>
    </td>`;
  }

  #field(input: HTMLInputElement): NumberField {
    const index = Number(input.dataset.index);
    const { revision } = this.store.state.spec;
    const hint = input.nextElementSibling as HTMLElement;
    return new NumberField(input, {
      shown: fitting,
      edited: editable,
      commit: (value) => {
        const { params, spec } = this.store.state;
        if (spec.revision !== revision) return; // it leaves with what it was a weight of
        if (value === params[index]) return; // as after a nudge
        this.#hold(index);
        this.store.edit([index], [value]);
        this.#release();
      },
      hint: hintIn(hint),
    });
  }

  #key(event: KeyboardEvent, index: number): void {
    const direction = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (direction === undefined || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    const step = NUDGE * (event.shiftKey ? 10 : event.altKey ? 0.1 : 1);
    const value = Number((this.store.state.params[index] + direction * step).toPrecision(12));
    this.#hold(index);
    this.store.edit([index], [value]);
    const input = event.target as HTMLInputElement;
    input.value = editable(value);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#release(), RUN);
  }

  #hold(index: number): void {
    if (this.#held === index) return;
    this.#release();
    this.#held = index;
    this.store.begin("a weight, by hand", [index]);
  }

  #release(): void {
    clearTimeout(this.#timer);
    if (this.#held === null) return;
    this.#held = null;
    this.store.end();
  }
}
