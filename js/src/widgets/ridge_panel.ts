/** The distributions of all layers at one epoch, with the numbers of the one pointed at. */

import { html, nothing, render } from "lit-html";
import { Measured } from "../render/measured.js";
import { RIDGE_LEFT, type RidgesLook, ridgeAt, ridgesSvg } from "../render/ridges.js";
import { type Ridge, ridgeRows } from "../scene/gradient_flow.js";
import { t } from "../words.js";
import { drawTip } from "./tip.js";

export interface RidgeDeps {
  /** A layer is pointed at, or none. */
  point(layer: number | null): void;
  choose(name: string): void;
  changed(): void;
}

type Given = Pick<RidgesLook, "ridges" | "spread" | "decades" | "hot">;

export class RidgePanel {
  readonly #host: HTMLElement;
  readonly #el: HTMLElement;
  readonly #deps: RidgeDeps;
  readonly #size: Measured;
  #look: RidgesLook | null = null;
  #key: readonly unknown[] = [];
  #at: { readonly ridge: string; readonly y: number } | null = null;

  constructor(host: HTMLElement, deps: RidgeDeps) {
    this.#host = host;
    this.#deps = deps;
    render(frame(t("Distribution of each layer's gradient; arrow keys choose a layer")), host);
    this.#el = host.querySelector(".nnw-ridges") as HTMLElement;
    this.#size = new Measured(this.#el, () => deps.changed());
    this.#listen();
  }

  draw(given: Given, when: string): void {
    const { width, height } = this.#size;
    const key = [...Object.values(given), width, height, when, this.#at];
    if (this.#key.length > 0 && key.every((each, i) => each === this.#key[i])) return;
    this.#key = key;
    this.#look = { ...given, width, height };
    render(ridgesSvg(this.#look), this.#el.querySelector("svg") as SVGSVGElement);
    const ridge = given.ridges.find(({ name }) => name === this.#at?.ridge);
    const tip = ridge && {
      at: [RIDGE_LEFT + 20, this.#at?.y ?? 0] as const,
      title: `${ridge.name}, ${when}`,
      rows: ridgeRows(ridge, given.decades),
    };
    drawTip(this.#el.querySelector(".nnw-chart-tip") as HTMLElement, tip ?? null, {
      width,
      height,
    });
    this.#describe(ridge ?? given.ridges.find(({ layer }) => layer === given.hot), given, when);
  }

  dispose(): void {
    this.#size.dispose();
    render(nothing, this.#host);
  }

  #describe(ridge: Ridge | undefined, { ridges, decades }: Given, when: string): void {
    const text = ridge
      ? `${ridge.name}: ${ridgeRows(ridge, decades)
          .map((row) => row.join(" "))
          .join(", ")}`
      : t("{n} layers", { n: ridges.length });
    this.#el.setAttribute("aria-valuemax", String(Math.max(1, ridges.length)));
    this.#el.setAttribute("aria-valuenow", String(ridge ? ridges.indexOf(ridge) + 1 : 1));
    this.#el.setAttribute("aria-valuetext", `${when}, ${text}`);
  }

  #listen(): void {
    const el = this.#el;
    el.addEventListener("pointermove", (event) => {
      const y = event.clientY - el.getBoundingClientRect().top;
      this.#show((this.#look && ridgeAt(this.#look, y)) ?? null, y);
    });
    el.addEventListener("pointerleave", () => this.#show(null, 0));
    el.addEventListener("blur", () => this.#show(null, 0));
    el.addEventListener("click", () => this.#at && this.#deps.choose(this.#at.ridge));
    el.addEventListener("keydown", (event) => this.#pressed(event));
  }

  #show(ridge: Ridge | null, y: number): void {
    this.#at = ridge && { ridge: ridge.name, y };
    this.#deps.point(ridge?.layer ?? null);
    this.#deps.changed();
  }

  #pressed(event: KeyboardEvent): void {
    const ridges = this.#look?.ridges ?? [];
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const chooses = event.key === "Enter" && this.#at;
    if (event.ctrlKey || event.metaKey || event.altKey || !(by || chooses)) return;
    event.preventDefault();
    event.stopPropagation();
    delete (this.#el.closest(".nnw") as HTMLElement).dataset.by;
    if (chooses) this.#deps.choose(chooses.ridge);
    if (!by || ridges.length === 0) return;
    const now = ridges.findIndex(({ name }) => name === this.#at?.ridge);
    const next = now < 0 ? (by > 0 ? 0 : ridges.length - 1) : now + by;
    const place = Math.max(0, Math.min(ridges.length - 1, next));
    this.#show(ridges[place], (this.#el.clientHeight * (place + 0.5)) / ridges.length);
  }
}

const frame = (
  label: string,
) => html`<div class="nnw-chart nnw-ridges" tabindex="0" role="slider" aria-valuemin="1"
  aria-valuenow="1" aria-orientation="vertical" aria-label=${label}>
  <svg aria-hidden="true"></svg>
  <div class="nnw-chart-tip"></div>
</div>`;
