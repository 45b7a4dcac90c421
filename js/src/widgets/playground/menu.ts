/** What can be taken along from a playground: code, state, weights, data. */

import { html, nothing, render, type TemplateResult } from "lit-html";
import type { ModelLike } from "../../state/host.js";
import type { BufferLike } from "../../wire.js";
import { t } from "../../words.js";
import { saveText } from "../save.js";
import type { Choices } from "./choices.js";
import { more } from "./icons.js";

interface Given {
  readonly type: "given";
  readonly what: string;
  readonly name: string;
  readonly text?: string;
}

/** Milliseconds for which a word about what was done is shown. */
const WHILE = 2500;

export class Menu {
  readonly el = document.createElement("div");
  readonly #model: ModelLike;
  readonly #choices: Choices;
  #open = false;
  #said = "";
  /** What the page would not let us put on the clipboard, for the reader to take. */
  #text: string | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #receive = ((content: Given, buffers?: readonly BufferLike[]) => {
    if (content?.type === "given") void this.#take(content, buffers ?? []);
  }) as (...args: never[]) => void;
  readonly #elsewhere = (event: Event) => {
    if (!event.composedPath().includes(this.el)) this.#show(false);
  };

  constructor(model: ModelLike, choices: Choices) {
    this.#model = model;
    this.#choices = choices;
    this.el.className = "nnw-bench-menu";
    this.el.addEventListener("keydown", (event) => this.#key(event));
    document.addEventListener("pointerdown", this.#elsewhere);
    model.on("msg:custom", this.#receive);
    this.draw();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    document.removeEventListener("pointerdown", this.#elsewhere);
    this.#model.off("msg:custom", this.#receive);
    this.el.remove();
  }

  draw(): void {
    const items = [
      ["code", t("Copy code (plain PyTorch)")],
      ["state", t("Copy state (JSON)")],
      ["link", t("Copy state as a link")],
      ["weights", t("Save weights (safetensors)")],
      ["data", t("Save data (CSV)")],
    ] as const;
    render(
      html`<span class="nnw-bench-said" role="status">${this.#said}</span>
        <button type="button" class="nnw-button" data-action="menu" title=${t("Take it along")}
          aria-label=${t("Take it along")} aria-haspopup="menu" aria-expanded=${this.#open ? "true" : "false"}
          ?hidden=${!this.#choices.live} @click=${() => this.#show(!this.#open)}>${more}</button>
        ${
          this.#open
            ? html`<div class="nnw-bench-items" role="menu" aria-label=${t("Take it along")}>
              ${items.map(
                ([
                  what,
                  text,
                ]) => html`<button type="button" role="menuitem" tabindex="-1" data-give=${what}
                  @click=${() => this.#ask(what)}>${text}</button>`,
              )}
            </div>`
            : nothing
        }
        ${this.#text === null ? nothing : this.#byHand(this.#text)}`,
      this.el,
    );
  }

  #byHand(text: string): TemplateResult {
    return html`<div class="nnw-bench-items nnw-bench-text">
      <label>${t("Copy it from here: the page may not use the clipboard")}
        <textarea readonly rows="8" .value=${text}></textarea></label>
      <button type="button" class="nnw-button nnw-text" @click=${() => this.#close()}>${t("Close")}</button>
    </div>`;
  }

  #show(open: boolean): void {
    if (open === this.#open && this.#text === null) return;
    this.#open = open;
    this.#text = null;
    this.draw();
    if (open) this.el.querySelector<HTMLElement>("[role=menuitem]")?.focus();
  }

  #close(): void {
    this.#show(false);
    this.el.querySelector<HTMLElement>("[data-action=menu]")?.focus();
  }

  #key(event: KeyboardEvent): void {
    if (event.key === "Escape" && (this.#open || this.#text !== null)) this.#close();
    else if (this.#open && ["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) {
      const items = [...this.el.querySelectorAll<HTMLElement>("[role=menuitem]")];
      const now = items.indexOf(event.target as HTMLElement);
      const by = { ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: -1 }[event.key] as number;
      items.at(by % items.length)?.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #ask(what: string): void {
    this.#choices.tell({ type: "give", what });
    this.#close();
  }

  async #take({ name, text }: Given, [bytes]: readonly BufferLike[]): Promise<void> {
    if (bytes) saveText(name, bytes as BlobPart, "application/octet-stream");
    else if (name.endsWith(".csv")) saveText(name, text ?? "", "text/csv");
    else return this.#copy(text ?? "");
    this.#say(t("saved {name}", { name }));
  }

  async #copy(text: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      this.#say(t("copied"));
    } catch {
      this.#text = text;
      this.draw();
      this.el.querySelector("textarea")?.select();
    }
  }

  #say(text: string): void {
    this.#said = text;
    this.draw();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#said = "";
      this.draw();
    }, WHILE);
  }
}
