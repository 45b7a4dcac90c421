/** A text field for a number: Enter commits, Escape reverts, what is no number gets a hint. */

import { editable, parseNumber } from "../render/format.js";
import { t } from "../words.js";

export interface NumberFieldOptions {
  /** How a value is shown while nobody edits it, and once somebody starts to. */
  readonly shown: (value: number) => string;
  readonly edited: (value: number) => string;
  /** Why a number cannot be taken, or null where it can. */
  readonly refuse?: (value: number) => string | null;
  readonly commit: (value: number) => void;
  /** Show why a text was not taken; null takes the hint away. */
  readonly hint: (text: string | null) => void;
}

/** Shows it in an element that is hidden where there is nothing to say. */
export function hintIn(element: HTMLElement): NumberFieldOptions["hint"] {
  return (text) => {
    element.hidden = text === null;
    element.textContent = text ?? "";
  };
}

/** The field of a learning rate; its hint stands after it. */
export function rateField(input: HTMLInputElement, commit: (rate: number) => void): NumberField {
  return new NumberField(input, {
    ...{ shown: editable, edited: editable, commit },
    refuse: (value) => (value > 0 ? null : t("a number above 0")),
    hint: hintIn(input.nextElementSibling as HTMLElement),
  });
}

export class NumberField {
  readonly #input: HTMLInputElement;
  readonly #options: NumberFieldOptions;
  #value: number | null = null;
  /** The text as the field last set it: differs from the input's once somebody typed. */
  #text = "";
  /** Somebody is at it: a value that changes meanwhile must not take the text from under them. */
  #editing = false;

  constructor(input: HTMLInputElement, options: NumberFieldOptions) {
    this.#input = input;
    this.#options = options;
    input.addEventListener("focus", () => this.#start());
    input.addEventListener("blur", () => this.#leave());
    input.addEventListener("input", () => this.#type());
    input.addEventListener("keydown", (event) => this.#key(event));
  }

  /** Show a value, unless somebody is typing another. */
  show(value: number | null): void {
    this.#value = value;
    if (!this.#editing) this.#write(this.#options.shown);
  }

  #write(format: (value: number) => string): void {
    this.#text = this.#value === null ? "" : format(this.#value);
    if (this.#input.value !== this.#text) this.#input.value = this.#text;
  }

  #start(): void {
    this.#editing = true;
    this.#write(this.#options.edited);
    this.#input.select();
  }

  #type(): void {
    this.#editing = true;
    this.#tell(null);
  }

  #leave(): void {
    this.#commit();
    this.#revert();
  }

  #key(event: KeyboardEvent): void {
    if (event.isComposing) return;
    if (event.key === "Enter") this.#commit();
    else if (event.key === "Escape") this.#revert();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #commit(): void {
    if (this.#input.value === this.#text) return;
    const value = parseNumber(this.#input.value);
    const wrong =
      value === null ? t("a number such as 0.5 or -1e-3") : (this.#options.refuse?.(value) ?? null);
    this.#tell(wrong);
    if (value === null || wrong !== null) return;
    this.#text = this.#input.value;
    this.#editing = false;
    this.#options.commit(value);
  }

  #revert(): void {
    this.#editing = false;
    this.#write(this.#options.shown);
    this.#tell(null);
  }

  #tell(text: string | null): void {
    if (text === null) this.#input.removeAttribute("aria-invalid");
    else this.#input.setAttribute("aria-invalid", "true");
    this.#options.hint(text);
  }
}
