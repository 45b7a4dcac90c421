/** A field over a cell, to type its value: Enter takes it, Escape and leaving do not. */

import { editable, parseNumber } from "../../render/format.js";
import { t } from "../../words.js";

export class CellEditor {
  readonly #host: HTMLElement;
  readonly #commit: (index: number, value: number) => void;
  #input: HTMLInputElement | null = null;

  constructor(host: HTMLElement, commit: (index: number, value: number) => void) {
    this.#host = host;
    this.#commit = commit;
  }

  get open(): boolean {
    return this.#input !== null;
  }

  /** @param typed what was typed already, in place of the value */
  edit(
    index: number,
    name: string,
    value: number,
    [x, y, width, height]: readonly [number, number, number, number],
    typed: string | null,
  ): void {
    this.close();
    const input = document.createElement("input");
    input.className = "nnw-number nnw-cell-editor";
    input.type = "text";
    input.inputMode = "decimal";
    input.autocomplete = "off";
    input.setAttribute("aria-label", name);
    input.value = typed ?? editable(value);
    const room = this.#host.clientWidth - 84;
    input.style.left = `${Math.max(0, Math.min(room, x + width / 2 - 40))}px`;
    input.style.top = `${y + height / 2 - 13}px`;
    input.addEventListener("keydown", (event) => this.#key(event, index));
    input.addEventListener("blur", () => this.close());
    this.#input = input;
    this.#host.append(input);
    input.focus();
    if (typed === null) input.select();
  }

  close(): void {
    const input = this.#input;
    this.#input = null; // first: removing it makes it lose the focus
    input?.remove();
  }

  #key(event: KeyboardEvent, index: number): void {
    event.stopPropagation();
    if (event.key === "Escape") this.#leave();
    if (event.key !== "Enter" || !this.#input) return;
    event.preventDefault();
    const value = parseNumber(this.#input.value);
    if (value === null) {
      this.#input.setAttribute("aria-invalid", "true");
      this.#input.title = t("a number, such as -0.25");
      return;
    }
    this.#leave();
    this.#commit(index, value);
  }

  #leave(): void {
    this.close();
    this.#host.focus();
  }
}
