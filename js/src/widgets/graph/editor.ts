/** A small field over the graph, in which a weight or bias is typed. */

import { html, render } from "lit-html";
import { editable } from "../../render/format.js";
import { t } from "../../words.js";
import { hintIn, NumberField } from "../number_field.js";

export interface EditorRequest {
  readonly name: string;
  readonly index: number;
  /** Of the network whose weight it is. */
  readonly revision: number;
  readonly at: readonly [number, number];
  readonly room: { readonly width: number; readonly height: number };
}

export interface EditorActions {
  /** Of the network as it is now. */
  revision(): number;
  value(index: number): number;
  commit(index: number, value: number): void;
  /** Closed; `back` where the focus should go back to the part. */
  closed(back: boolean): void;
}

const WIDTH = 150;
const HEIGHT = 44;

export class WeightEditor {
  #open: EditorRequest | null = null;
  #field: NumberField | null = null;

  constructor(
    readonly host: HTMLElement,
    readonly actions: EditorActions,
  ) {}

  get index(): number | null {
    return this.#open?.index ?? null;
  }

  open(request: EditorRequest): void {
    this.#open = request;
    const { name, at, room } = request;
    render(null, this.host);
    render(
      html`<div class="nnw-graph-field" @focusout=${this.#left}>
        <label><span>${name} =</span>
          <span class="nnw-field">
            <input class="nnw-number" type="text" inputmode="decimal" autocomplete="off"
              spellcheck="false" aria-label=${t("{name}, value", { name })} />
            <span class="nnw-hint" role="alert" hidden></span>
          </span>
        </label>
      </div>`,
      this.host,
    );
    const box = this.host.firstElementChild as HTMLElement;
    box.style.left = `${Math.max(0, Math.min(room.width - WIDTH, at[0] - WIDTH / 2))}px`;
    box.style.top = `${Math.max(0, Math.min(room.height - HEIGHT, at[1] + 10))}px`;
    this.#mount(box, request);
  }

  /** Shows the value of now, unless somebody is typing another; of a network that is, only. */
  update(): void {
    if (this.#open && this.#open.revision !== this.actions.revision()) this.close();
    if (this.#open) this.#field?.show(this.actions.value(this.#open.index));
  }

  close(back = false): void {
    if (!this.#open) return;
    this.#open = null;
    this.#field = null;
    this.actions.closed(back); // the focus goes first: it would be lost with the field
    render(null, this.host);
  }

  #mount(box: HTMLElement, { index, revision }: EditorRequest): void {
    const input = box.querySelector("input") as HTMLInputElement;
    box.addEventListener("keydown", this.#key, true);
    const hint = box.querySelector(".nnw-hint") as HTMLElement;
    this.#field = new NumberField(input, {
      shown: editable,
      edited: editable,
      commit: (value) => {
        if (revision === this.actions.revision()) this.actions.commit(index, value);
      },
      hint: hintIn(hint),
    });
    this.#field.show(this.actions.value(index));
    input.focus({ preventScroll: true });
  }

  /** The field keeps these keys to itself, so they are heard before it, and acted on after it. */
  readonly #key = (event: KeyboardEvent) => {
    const input = event.target as HTMLInputElement;
    if (event.key !== "Enter" && event.key !== "Escape") return;
    setTimeout(() => {
      if (event.key === "Escape" || !input.hasAttribute("aria-invalid")) this.close(true);
    });
  };

  readonly #left = (event: FocusEvent) => {
    const box = event.currentTarget as HTMLElement;
    // The field commits on its own blur; then nobody is here any more.
    if (!box.contains(event.relatedTarget as Node | null)) queueMicrotask(() => this.close());
  };
}
