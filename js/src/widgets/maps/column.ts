/** A layer's maps under its name, and what its colours stand for. */

import { html, nothing, render, type TemplateResult } from "lit-html";
import { significant } from "../../render/format.js";
import type { TilePlace, Tiles } from "../../scene/tiles.js";
import { t } from "../../words.js";
import { TileGrid, type TileHand } from "./tile_grid.js";

export interface ColumnText {
  readonly name: string;
  readonly kind: string;
  readonly shape: string;
  readonly title: string;
  /** Maps that are not drawn. */
  readonly more: number;
  readonly chosen: boolean;
  /** In the place of what the colours stand for. */
  readonly note?: unknown;
  /** Where the layer can be chosen. */
  choose?(): void;
}

export class Column {
  readonly element = document.createElement("section");
  readonly grid: TileGrid;
  readonly #head = document.createElement("div");
  readonly #foot = document.createElement("div");

  constructor(hand: TileHand, signed: boolean) {
    this.grid = new TileGrid(hand);
    this.element.className = "nnw-column";
    this.element.append(this.#head, this.grid.element, this.#foot);
    this.element.classList.toggle("nnw-signed", signed);
  }

  draw(tiles: Tiles, text: ColumnText): void {
    this.grid.draw(tiles);
    this.element.classList.toggle("nnw-chosen", text.chosen);
    render(head(text), this.#head);
    render(text.note ?? foot(tiles, text.more), this.#foot);
  }

  /** Where a pixel is in the page. */
  placeInPage({ tile, y, x }: TilePlace): readonly [number, number] {
    const box = this.grid.element.getBoundingClientRect();
    const tiles = this.grid.tiles;
    if (!tiles) return [box.left, box.top];
    const side = (n: number) => n * tiles.scale + tiles.gap;
    return [
      box.left + (tile % tiles.across) * side(tiles.w) + (x + 1) * tiles.scale,
      box.top + Math.floor(tile / tiles.across) * side(tiles.h) + (y + 1) * tiles.scale,
    ];
  }
}

function head({ name, kind, shape, title, chosen, choose }: ColumnText): TemplateResult {
  const label = html`<b>${name}</b><span>${kind}</span><span class="nnw-soft">${shape}</span>`;
  return choose
    ? html`<button type="button" class="nnw-column-head" title=${title} aria-pressed=${chosen} @click=${choose}>${label}</button>`
    : html`<div class="nnw-column-head" title=${title}>${label}</div>`;
}

function foot(tiles: Tiles, more: number): TemplateResult {
  const [low, high] = tiles.ranges[0];
  const legend =
    tiles.ranges.length > 1
      ? html`<span class="nnw-soft">${t("own scales")}</span>`
      : html`<span class="nnw-legend" aria-label=${t("Colours from {low} to {high}", { low: significant(low, 2), high: significant(high, 2) })}
          ><span>${significant(low, 2)}</span><span class="nnw-legend-colours"></span><span>${significant(high, 2)}</span></span
        >`;
  return html`${legend}${more > 0 ? html`<span class="nnw-soft">${t("… {more} more", { more })}</span>` : nothing}`;
}
