/** Augmentations: a picture before and after it is scaled and changed at random. */

import { html, nothing, render, svg, type TemplateResult } from "lit-html";
import { significant } from "../render/format.js";
import { Kept } from "../scene/kept.js";
import { type Answer, type Came, floats32, rangeOf, type Sampled } from "../scene/maps.js";
import { scaleFor, type TilePlace, type Tiles } from "../scene/tiles.js";
import type { NetState } from "../state/types.js";
import { t } from "../words.js";
import type { LibraryContext } from "./library.js";
import { amounts } from "./maps/amounts.js";
import { Column } from "./maps/column.js";
import { PictureFrame } from "./maps/frame.js";
import { Palettes } from "./maps/palettes.js";
import { answer, sampleBar } from "./maps/sample_bar.js";

const SIDE = 84;
const BINS = 20;

interface Change {
  readonly angle: number;
  readonly right: number;
  readonly down: number;
  readonly zoom: number;
  readonly mirrored: boolean;
  readonly noise: number;
}

interface Changed extends Sampled {
  readonly c: number;
  readonly h: number;
  readonly w: number;
  readonly at: number;
  readonly scaled: number;
  readonly scaling: { readonly kind: string; readonly centre: number; readonly scale: number };
  readonly range: readonly [number, number];
  readonly changes: readonly Change[];
  readonly answers: readonly (readonly Answer[])[];
  readonly numbers: Float32Array;
}

export function augmentations(context: LibraryContext): () => void {
  const view = new AugmentationsView(context);
  return () => view.dispose();
}

class AugmentationsView {
  readonly #context: LibraryContext;
  readonly #frame: PictureFrame;
  readonly #palettes = new Palettes();
  readonly #tiles = new Kept<readonly Tiles[]>();
  #columns: Column[] = [];
  #of: Changed | null = null;

  constructor(context: LibraryContext) {
    this.#context = context;
    this.#frame = new PictureFrame(context, {
      label: t("Augmented pictures"),
      parts: ["amounts", "pictures"],
      draw: (state) => this.#draw(state),
    });
  }

  dispose(): void {
    this.#frame.dispose();
  }

  #draw(state: NetState): void {
    const of = this.#frame.kept(changedOf);
    this.#of = of;
    if (!of) return;
    this.#frame.shown.follow(state.selection.sample);
    const regression = state.spec.task === "regression";
    render(sampleBar(this.#frame.shown, of, [], regression), this.#frame.part("sample"));
    render(amounts(this.#context.options), this.#frame.part("amounts"));
    const tiles = this.#tiles.get([of, this.#palettes.of(this.#frame.root)], () => this.#make(of));
    if (this.#columns.length !== tiles.length) {
      this.#columns = tiles.map((_, i) => this.#newColumn(i));
      const elements = this.#columns.map(({ element }) => element);
      this.#frame.part("pictures").replaceChildren(...elements);
    }
    const scaled = of.scaling.kind !== "none" ? 1 : 0;
    this.#columns.forEach((column, i) => {
      const change = i - 1 - scaled;
      const name =
        i === 0
          ? t("before")
          : change < 0
            ? t("scaled")
            : t("changed {change}", { change: change + 1 });
      column.draw(tiles[i], {
        ...{ name, kind: "", shape: "", title: name, more: 0, chosen: false },
        note: html`<div class="nnw-notes">${this.#notes(of, tiles[i], change)}</div>`,
      });
      column.grid.label = t("{name}: {h}×{w} pixels. Arrow keys move from pixel to pixel.", {
        name,
        h: of.h,
        w: of.w,
      });
    });
    this.#frame.root.dataset.sample = String(of.sample);
    this.#frame.root.dataset.epoch = String(of.epoch);
  }

  /** Before, scaled where it is, and each changed one. */
  #make(of: Changed): Tiles[] {
    const size = of.c * of.h * of.w;
    const { ink } = this.#palettes.of(this.#frame.root);
    const colour = of.c === 3;
    const one = (at: number, range: readonly [number, number]): Tiles => ({
      ...{ count: colour ? 1 : of.c, h: of.h, w: of.w, values: of.numbers, at, gap: 4 },
      ...{ ranges: [range], palette: colour ? null : ink, across: 1, scale: scaleFor(of.w, SIDE) },
    });
    const { kind, centre, scale } = of.scaling;
    const rescaled = of.range.map((value) => (value - centre) / scale) as [number, number];
    return [
      one(of.at, of.range),
      ...(kind === "none" ? [] : [one(of.scaled, rescaled)]),
      ...of.changes.map((_, i) => one(of.at + (i + 1) * size, of.range)),
    ];
  }

  #notes(of: Changed, tiles: Tiles, change: number): TemplateResult {
    if (change >= 0) {
      return html`${describe(of.changes[change]).map((line) => html`<span>${line}</span>`)}
      ${of.answers[change + 1].slice(0, 1).map(answer)}`;
    }
    const values = of.numbers.subarray(tiles.at, tiles.at + of.c * of.h * of.w);
    const [low, high] = rangeOf(values);
    const { kind, centre, scale } = of.scaling;
    const formula =
      tiles.at === of.at ? nothing : html`<span>${formulaOf(kind, centre, scale)}</span>`;
    const answers = tiles.at === of.at ? of.answers[0].slice(0, 1).map(answer) : nothing;
    return html`${histogram(values, tiles.ranges[0])}
      <span>${t("values {low} to {high}", { low: significant(low, 3), high: significant(high, 3) })}</span>${formula}${answers}`;
  }

  #newColumn(index: number): Column {
    const column: Column = new Column(
      {
        label: t("Picture"),
        describe: (place) => this.#about(index, place),
        point: (place) => {
          const at = place && column.placeInPage(place);
          this.#frame.tip(at && { at, title: this.#about(index, place as TilePlace) });
        },
        pick: () => {},
      },
      false,
    );
    return column;
  }

  #about(index: number, { tile, y, x }: TilePlace): string {
    const tiles = this.#columns[index]?.grid.tiles;
    if (!this.#of || !tiles) return "";
    const size = tiles.h * tiles.w;
    const value = (channel: number) =>
      significant(tiles.values[tiles.at + channel * size + y * tiles.w + x], 3);
    return `(${y}, ${x}): ${tiles.palette ? value(tile) : [0, 1, 2].map(value).join(", ")}`;
  }
}

function changedOf(fed: Came | null): Changed | null {
  if (!fed || fed.content.error || !fed.content.changes) return null;
  return { ...(fed.content as unknown as Changed), numbers: floats32(fed.buffers[0]) };
}

export function describe({ angle, right, down, zoom, mirrored, noise }: Change): string[] {
  const signed = (value: number, digits: number) =>
    `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(digits)}`;
  const lines: string[] = [];
  if (mirrored) lines.push(t("mirrored"));
  if (zoom !== 1) lines.push(t("zoom × {zoom}", { zoom: zoom.toFixed(2) }));
  if (angle !== 0) lines.push(t("turned {angle}°", { angle: signed(angle, 1) }));
  if (right !== 0) lines.push(t("{right} px right", { right: signed(right, 2) }));
  if (down !== 0) lines.push(t("{down} px down", { down: signed(down, 2) }));
  if (noise > 0) lines.push(t("noise σ {noise}", { noise: significant(noise, 2) }));
  return lines.length > 0 ? lines : [t("unchanged")];
}

export function formulaOf(kind: string, centre: number, scale: number): string {
  const [a, b] = kind === "minmax" ? [t("min"), t("max − min")] : [t("mean"), t("deviation")];
  return t("x′ = (x − {centre}) / {scale} ({a}, {b} of all pixels)", {
    centre: significant(centre, 3),
    scale: significant(scale, 3),
    a,
    b,
  });
}

/** How often each value occurs in the picture. */
function histogram(values: Float32Array, [low, high]: readonly [number, number]): TemplateResult {
  const counts = new Array<number>(BINS).fill(0);
  for (const value of values) {
    const bin = Math.floor((BINS * (value - low)) / (high - low || 1));
    counts[Math.max(0, Math.min(BINS - 1, bin))]++;
  }
  const most = Math.max(...counts);
  return html`<svg
    class="nnw-histogram"
    width=${BINS * 4}
    height="22"
    role="img"
    aria-label=${t("How often each value occurs in the picture")}
  >
    ${counts.map((n, i) => svg`<rect x=${4 * i} y=${22 - (20 * n) / most} width="3" height=${(20 * n) / most}></rect>`)}
  </svg>`;
}
