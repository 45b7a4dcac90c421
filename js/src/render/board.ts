/**
 * Two canvases, one over the other, with a size and colours that follow their host: below what is
 * costly to draw and seldom changes, above what follows the pointer. It draws nothing itself.
 */

import { html, render } from "lit-html";
import { clearCanvas } from "./canvas.js";
import { isDark } from "./points.js";
import { whileSeen } from "./sight.js";
import { watchTheme } from "./theme.js";

/** The theme's colours, for a canvas cannot read them by itself. */
export interface Ink {
  readonly fg: string;
  readonly soft: string;
  readonly border: string;
  readonly ground: string;
  readonly accent: string;
  readonly warn: string;
  readonly error: string;
  readonly font: string;
  readonly dark: boolean;
}

export interface BoardOptions {
  readonly host: HTMLElement;
  readonly label: string;
  /** Size, theme, or whether it can be seen at all, changed: a drawing is due. */
  readonly changed: () => void;
}

const VARIABLES = ["fg", "fg-soft", "border", "bg", "accent", "warn", "error", "font"] as const;

export class Board {
  readonly el: HTMLElement;
  readonly tipHost: HTMLElement;
  width = 0;
  height = 0;
  /** False while it is scrolled out of sight: nobody would see a drawing. */
  visible = true;
  ink: Ink;
  /** Grows with every change of size or theme: part of what a drawing depends on. */
  version = 0;
  readonly #canvases: HTMLCanvasElement[];
  readonly #changed: () => void;
  readonly #stop: readonly (() => void)[];

  constructor({ host, label, changed }: BoardOptions) {
    render(
      html`<div class="nnw-board" tabindex="0" role="application" aria-label=${label}>
        <canvas aria-hidden="true"></canvas><canvas aria-hidden="true"></canvas><div></div>
      </div>`,
      host,
    );
    this.el = host.querySelector(".nnw-board") as HTMLElement;
    this.tipHost = this.el.lastElementChild as HTMLElement;
    this.#canvases = [...this.el.querySelectorAll("canvas")];
    this.#changed = changed;
    this.ink = this.#readInk();
    this.#stop = this.#observe();
    this.#measure();
  }

  /** What is drawn seldom: cleared, and in CSS pixels. */
  base(): CanvasRenderingContext2D {
    return clearCanvas(this.#canvases[0], this.width, this.height);
  }

  /** What follows the pointer: cleared, and in CSS pixels. */
  over(): CanvasRenderingContext2D {
    return clearCanvas(this.#canvases[1], this.width, this.height);
  }

  /** Asks for another height, in CSS pixels; the drawing of now already has it. */
  resize(height: number): void {
    const rounded = Math.round(height);
    if (rounded === this.height) return;
    this.el.style.height = `${rounded}px`;
    this.height = rounded;
    this.version++;
  }

  /** Where the pointer is, in CSS pixels of the board. */
  at(event: { readonly clientX: number; readonly clientY: number }): [x: number, y: number] {
    const box = this.#canvases[0].getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  dispose(): void {
    for (const stop of this.#stop) stop();
  }

  /** Returns what ends it. */
  #observe(): (() => void)[] {
    const size = new ResizeObserver(() => this.#measure() && this.#changed());
    size.observe(this.el);
    const seen = (visible: boolean) => {
      if (visible === this.visible) return;
      this.visible = visible;
      if (visible) this.#changed();
    };
    return [() => size.disconnect(), watchTheme(() => this.#retheme()), whileSeen(this.el, seen)];
  }

  #measure(): boolean {
    const { clientWidth, clientHeight } = this.el;
    if (clientWidth === this.width && clientHeight === this.height) return false;
    this.width = clientWidth;
    this.height = clientHeight;
    this.version++;
    this.#retheme(false); // a board that was not in the page had no theme to read
    return true;
  }

  #retheme(tell = true): void {
    const ink = this.#readInk();
    if (JSON.stringify(ink) === JSON.stringify(this.ink)) return;
    this.ink = ink;
    this.version++;
    if (tell) this.#changed();
  }

  #readInk(): Ink {
    const style = getComputedStyle(this.el);
    // light-dark() is resolved in real properties only, hence by a probe for each variable.
    const probe = document.createElement("span");
    this.el.append(probe);
    const [fg, soft, border, ground, accent, warn, error] = VARIABLES.slice(0, -1).map((name) => {
      probe.style.color = `var(--nnw-${name})`;
      return getComputedStyle(probe).color || "#808080";
    });
    probe.remove();
    const font = style.fontFamily || "sans-serif";
    const dark = isDark(ground);
    return { fg, soft, border, ground, accent, warn, error, font, dark };
  }
}
