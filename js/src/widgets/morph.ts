/** The way from input space over z to a: a slider, and a button that walks it. */

import { html, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { icons } from "../render/icons.js";
import { t } from "../words.js";
import { iconButton } from "./icon_button.js";
import type { Options } from "./view.js";

/** From x to a, in milliseconds. */
const DURATION = 2600;

export class Morph {
  #playing: { from: number; start: number } | null = null;
  #frame = 0;
  #shown: number | null = null;

  constructor(
    readonly options: Options,
    readonly redraw: () => void,
  ) {}

  /** 0 input, 1 pre-activation, 2 activation. */
  get value(): number {
    return this.#shown ?? this.options.get<number>("morph");
  }

  controls(): TemplateResult {
    const input = (event: Event) => this.#set((event.target as HTMLInputElement).valueAsNumber);
    const change = () => this.#settle();
    return html`<span class="nnw-setting nnw-morph">
      ${iconButton(this.#playing ? t("Stop") : t("Show x become z become a"), this.#playing ? icons.pause : icons.play, () => this.#toggle())}
      <span class="nnw-morph-track">
        <input type="range" min="0" max="2" step="any" aria-label=${t("From input space to feature space")}
          aria-valuetext=${t("{value} of 2", { value: this.value.toFixed(2) })} .value=${live(String(this.value))}
          @input=${input} @change=${change} />
        <span aria-hidden="true"><i>x</i><i>z</i><i>a</i></span>
      </span>
    </span>`;
  }

  dispose(): void {
    cancelAnimationFrame(this.#frame);
  }

  #set(value: number): void {
    this.#playing = null;
    // The stages are what one wants to see: near to one is on it.
    const stage = Math.round(value);
    this.#shown = Math.abs(value - stage) < 0.04 ? stage : value;
    this.redraw();
  }

  /** Python hears of a morph at rest, not of every frame on the way. */
  #settle(): void {
    const value = this.value;
    this.#shown = null;
    this.options.set("morph", value);
  }

  #toggle(): void {
    if (this.#playing) {
      this.#playing = null;
      this.#settle();
      return;
    }
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
      this.options.set("morph", (Math.floor(this.value) + 1) % 3); // stage by stage, no motion
      return;
    }
    const from = this.value >= 2 ? 0 : this.value;
    this.#playing = { from, start: performance.now() };
    this.#walk();
  }

  #walk(): void {
    this.#frame = requestAnimationFrame((now) => {
      if (!this.#playing) return;
      const { from, start } = this.#playing;
      const done = Math.min(1, Math.max(0, now - start) / (DURATION * (1 - from / 2)));
      this.#shown = from + (2 - from) * eased(done);
      this.redraw();
      if (done < 1) this.#walk();
      else {
        this.#playing = null;
        this.#settle();
      }
    });
  }
}

/** Slow at both ends. */
const eased = (t: number) => t * t * (3 - 2 * t);
