/** α, of all hidden layers at once or of each: sliders, and a button that walks to the other end. */

import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { type Alpha, alphaAt, hiddenLayers } from "../../math/blend.js";
import { icons } from "../../render/icons.js";
import { subscript } from "../../scene/names.js";
import type { Spec } from "../../wire.js";
import { t } from "../../words.js";
import { iconButton } from "../icon_button.js";
import type { Options } from "../view.js";

/** From one end to the other, in milliseconds. */
const DURATION = 1800;
/** What an arrow key moves; Shift: ten times as far, Alt: a tenth. */
const NUDGE = 0.01;
/** So near to an end is on it: linear is what one wants to see, not nearly linear. */
const CATCH = 0.012;

export class AlphaSlider {
  #moving: Alpha | null = null;
  #walk: { readonly from: number; readonly to: number; readonly start: number } | null = null;
  #frame = 0;

  /** @param changed α is another now */
  constructor(
    private readonly options: Options,
    private readonly changed: () => void,
  ) {}

  get value(): Alpha {
    return this.#moving ?? this.options.get<Alpha | undefined>("alpha") ?? 0;
  }

  /** Whether α is on its way, and may be another in the next frame. */
  get moves(): boolean {
    return this.#moving !== null;
  }

  dispose(): void {
    cancelAnimationFrame(this.#frame);
  }

  template(spec: Spec): TemplateResult {
    const hidden = hiddenLayers(spec);
    const each = typeof this.value !== "number" && hidden > 1;
    const rows = each ? Array.from({ length: hidden }, (_, l) => l) : [null];
    const off = hidden === 0;
    return html`<div class="nnw-alpha" role="group" aria-label=${t("How linear the network is")}>
      ${iconButton(
        this.#walk
          ? t("Stop")
          : this.#end === 1
            ? t("Make it linear, slowly")
            : t("Bend it again, slowly"),
        this.#walk ? icons.pause : icons.play,
        () => this.#toggle(spec),
        { action: "walk", disabled: off },
      )}
      <div class="nnw-alpha-rows">${rows.map((layer) => this.#row(spec, layer, off))}</div>
      ${
        hidden > 1
          ? html`<button type="button" class="nnw-button nnw-text" aria-pressed=${each}
              title=${t("A slider for each hidden layer")} @click=${() => this.#split(spec, !each)}>${t("each layer")}</button>`
          : nothing
      }
    </div>`;
  }

  #row(spec: Spec, layer: number | null, off: boolean): TemplateResult {
    const value = this.#at(layer);
    const name = layer === null ? "α" : `α${subscript(layer + 1)}`;
    const own = functionName(spec, layer);
    const label =
      layer === null
        ? t("α: how linear all hidden layers are")
        : t("α of hidden layer {layer}", { layer: layer + 1 });
    const input = (event: Event) =>
      this.#move(spec, layer, caught((event.target as HTMLInputElement).valueAsNumber));
    return html`<label class="nnw-alpha-row">
      <span class="nnw-alpha-name">${name}</span>
      <span class="nnw-alpha-end">${own}</span>
      <input type="range" min="0" max="1" step="any" aria-label=${label} data-layer=${layer ?? "all"}
        aria-valuetext=${`${value.toFixed(2)}: ${wordsOf(value, own)}`}
        ?disabled=${off} .value=${live(String(value))}
        @input=${input} @change=${() => this.#settle()}
        @keydown=${(event: KeyboardEvent) => this.#key(event, spec, layer)} />
      <span class="nnw-alpha-end">${t("linear")}</span>
      <output aria-live="off">${value.toFixed(value === Number(value.toFixed(2)) ? 2 : 3)}</output>
    </label>`;
  }

  #at(layer: number | null): number {
    return alphaAt(this.value, layer ?? 0);
  }

  /** The end that the button walks to. */
  get #end(): 0 | 1 {
    return this.#whole < 1 ? 1 : 0;
  }

  /** Of all layers the least. */
  get #whole(): number {
    const { value } = this;
    return typeof value === "number"
      ? value
      : value.reduce((least, each) => Math.min(least, each), 1);
  }

  #move(spec: Spec, layer: number | null, value: number): void {
    this.#walk = null;
    this.#moving =
      layer === null
        ? value
        : Array.from({ length: hiddenLayers(spec) }, (_, l) =>
            l === layer ? value : alphaAt(this.value, l),
          );
    this.changed();
  }

  /** Python hears of α at rest, not of every frame on the way. */
  #settle(): void {
    if (this.#moving === null) return;
    const value = this.#moving;
    this.#moving = null;
    this.options.set("alpha", value);
  }

  #split(spec: Spec, each: boolean): void {
    const { value } = this;
    const all = Array.from({ length: hiddenLayers(spec) }, (_, l) => alphaAt(value, l));
    this.#walk = null;
    this.#moving = null;
    this.options.set("alpha", each ? all : Math.min(...all));
  }

  #key(event: KeyboardEvent, spec: Spec, layer: number | null): void {
    if (event.ctrlKey || event.metaKey) return;
    const by = NUDGE * (event.shiftKey ? 10 : event.altKey ? 0.1 : 1);
    const now = this.#at(layer);
    const to: Record<string, number> = {
      ...{ ArrowRight: now + by, ArrowUp: now + by, ArrowLeft: now - by, ArrowDown: now - by },
      ...{ PageUp: now + 0.1, PageDown: now - 0.1, Home: 0, End: 1 },
    };
    const next = to[event.key];
    if (next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.#move(spec, layer, Math.min(1, Math.max(0, Number(next.toFixed(6)))));
    this.#settle();
  }

  #toggle(spec: Spec): void {
    if (this.#walk) {
      this.#walk = null;
      this.#settle();
      this.changed();
      return;
    }
    const to = this.#end;
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
      this.#all(spec, to);
      this.#settle();
      return;
    }
    this.#walk = { from: this.#whole, to, start: performance.now() };
    this.#step(spec);
    this.changed();
  }

  #all(spec: Spec, value: number): void {
    const each = typeof this.value !== "number";
    this.#moving = each ? new Array(hiddenLayers(spec)).fill(value) : value;
    this.changed();
  }

  #step(spec: Spec): void {
    this.#frame = requestAnimationFrame((now) => {
      if (!this.#walk) return;
      const { from, to, start } = this.#walk;
      const length = DURATION * Math.max(0.05, Math.abs(to - from));
      const done = Math.min(1, Math.max(0, now - start) / length);
      if (done >= 1) this.#walk = null;
      this.#all(spec, done >= 1 ? to : from + (to - from) * eased(done));
      if (done < 1) this.#step(spec);
      else this.#settle();
    });
  }
}

function caught(value: number): number {
  if (value < CATCH) return 0;
  return value > 1 - CATCH ? 1 : Number(value.toFixed(3)); // what is shown is what Python gets
}

/** Slow at both ends. */
const eased = (t: number) => t * t * (3 - 2 * t);

function wordsOf(value: number, own: string): string {
  if (value === 0) return t("{own}, as the network is", { own });
  return value === 1 ? t("linear") : t("between {own} and linear", { own });
}

/** What the hidden layers bend by: "tanh". */
export function functionName(spec: Spec, layer: number | null): string {
  const hidden = spec.layers.slice(0, hiddenLayers(spec));
  const own = layer === null ? hidden : hidden.slice(layer, layer + 1);
  const names = [...new Set(own.map(({ activation }) => activation?.name ?? "linear"))];
  return names.map((name) => name.replaceAll("_", " ")).join(", ") || "none";
}
