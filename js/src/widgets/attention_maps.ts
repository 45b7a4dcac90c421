/** AttentionMaps: the weights of every head of every layer, and one row of one of them. */

import { html, nothing, render, type TemplateResult } from "lit-html";
import { tintPalette } from "../math/palette.js";
import { significant } from "../render/format.js";
import {
  type Attention,
  type AttentionCall,
  attentionOf,
  entropyOf,
  namesFor,
  sharesOf,
} from "../scene/attention.js";
import { Kept } from "../scene/kept.js";
import { beginning } from "../scene/names.js";
import { scaleFor, type TilePlace, type Tiles } from "../scene/tiles.js";
import type { NetState } from "../state/types.js";
import { t } from "../words.js";
import type { LibraryContext } from "./library.js";
import { breakable, links, type Row, sharesTable } from "./maps/attention_links.js";
import { Column } from "./maps/column.js";
import { PictureFrame } from "./maps/frame.js";
import { sampleBar } from "./maps/sample_bar.js";
import { TileGrid, type TileMark } from "./maps/tile_grid.js";

const SMALL = 60;
const LARGE = 300;

interface Head {
  readonly layer: number;
  readonly head: number;
}

export function attentionMaps(context: LibraryContext): () => void {
  const view = new AttentionMapsView(context);
  return () => view.dispose();
}

class AttentionMapsView {
  readonly #context: LibraryContext;
  readonly #frame: PictureFrame;
  readonly #palette = tintPalette();
  readonly #tiles = new Kept<readonly (readonly Tiles[])[]>();
  readonly #largeTiles = new Kept<Tiles>();
  readonly #large: TileGrid;
  #heads: Column[][] = [];
  #headsOf = "";
  #of: Attention | null = null;
  /** The row and column that are pointed at, and the row that was kept. */
  #at: TilePlace | null = null;
  #row = 0;

  constructor(context: LibraryContext) {
    this.#context = context;
    this.#large = new TileGrid({
      label: t("Attention weights"),
      describe: (place) => this.#about(place),
      point: (place) => this.#point(place),
      pick: (place) => {
        this.#row = place.y;
        this.#frame.redraw();
      },
    });
    this.#frame = new PictureFrame(context, {
      label: t("Attention maps"),
      parts: ["heads", "work"],
      draw: (state) => this.#draw(state),
    });
  }

  dispose(): void {
    this.#frame.dispose();
  }

  #draw(state: NetState): void {
    const of = this.#frame.kept(attentionOf);
    this.#of = of;
    if (!of) return;
    if (of.own) this.#frame.shown.follow(state.selection.sample);
    const regression = state.spec.task === "regression";
    const bar = sampleBar(this.#frame.shown, of, of.answers, regression);
    render(bar, this.#frame.part("sample"));
    this.#drawHeads(of);
    this.#drawLarge(of);
    this.#frame.root.dataset.sample = String(of.sample);
    this.#frame.root.dataset.epoch = String(of.epoch);
  }

  /** The head that is large; a model that has changed may have fewer. */
  #chosen(of: Attention): Head {
    const wrap = (value: number, n: number) => Math.min(n - 1, value < 0 ? n + value : value);
    const layer = wrap(this.#context.options.get<number>("layer"), of.calls.length);
    const head = wrap(this.#context.options.get<number>("head"), of.calls[layer].shown[0]);
    return { layer, head };
  }

  #drawHeads(of: Attention): void {
    const key = of.calls.map(({ name, shown }) => `${name} ${shown}`).join();
    if (key !== this.#headsOf) {
      this.#headsOf = key;
      this.#heads = of.calls.map((call, layer) =>
        Array.from({ length: call.shown[0] }, (_, head) => this.#newHead({ layer, head })),
      );
    }
    const chosen = this.#chosen(of);
    const tiles = this.#tiles.get([of], () =>
      of.calls.map((call) =>
        Array.from({ length: call.shown[0] }, (_, head) => this.#tilesOf(of, call, head, SMALL)),
      ),
    );
    of.calls.forEach((call, layer) => {
      this.#heads[layer].forEach((column, head) => {
        const bits = call.entropy[head];
        const isChosen = layer === chosen.layer && head === chosen.head;
        column.draw(tiles[layer][head], {
          ...{ name: t("head {head}", { head }), kind: "", shape: "", more: 0, chosen: isChosen },
          title: t("{name}, head {head}: mean entropy {bits} bits", {
            name: call.name,
            head,
            bits: significant(bits, 3),
          }),
          note: html`<span class="nnw-soft">${t("{bits} bits", { bits: significant(bits, 3) })}</span>`,
          choose: () => this.#choose({ layer, head }),
        });
        column.grid.label = t("{name}, head {head}: press Enter to enlarge", {
          name: call.name,
          head,
        });
        column.grid.mark(isChosen ? [this.#rowMark(call, "pinned")] : []);
      });
    });
    render(
      of.calls.map(
        (
          call,
          layer,
        ) => html`<div class="nnw-layer-name"><b>${breakable(call.name)}</b><br /><span class="nnw-soft"
            >${call.heads > call.shown[0] ? t("{shown} of {heads} heads", { shown: call.shown[0], heads: call.heads }) : ""}${call.blocked === null ? "" : t("masked")}</span
          ></div>
          <div class="nnw-heads nnw-tinted">${this.#heads[layer].map(({ element }) => element)}</div>`,
      ),
      this.#frame.part("heads"),
    );
  }

  #newHead(which: Head): Column {
    return new Column(
      {
        label: t("Head"),
        whole: true,
        describe: () => t("layer {layer}, head {head}", { layer: which.layer, head: which.head }),
        point: () => {},
        pick: () => this.#choose(which),
      },
      false,
    );
  }

  #tilesOf({ numbers }: Attention, call: AttentionCall, head: number, wanted: number): Tiles {
    const [, h, w] = call.shown;
    return {
      ...{ count: 1, h, w, values: numbers, at: call.at + head * h * w, ranges: [[0, 1]] },
      ...{ palette: this.#palette, across: 1, scale: scaleFor(Math.max(h, w), wanted, 28), gap: 0 },
    };
  }

  #drawLarge(of: Attention): void {
    const { layer, head } = this.#chosen(of);
    const call = of.calls[layer];
    const tiles = this.#largeTiles.get([of, layer, head], () =>
      this.#tilesOf(of, call, head, LARGE),
    );
    const targets = namesFor(of.tokens, call.targets, call.shown[1]);
    const sources = namesFor(of.tokens, call.sources, call.shown[2]);
    const row = Math.min(this.#at?.y ?? this.#row, call.shown[1] - 1);
    const [bits, most] = entropyOf(of, layer, head, row);
    const shown: Row = {
      targets,
      sources,
      row,
      bits,
      most,
      shares: sharesOf(of, layer, head, row),
    };
    this.#large.label = t(
      "{name}, head {head}: rows look at columns. Arrow keys move, Enter keeps a row.",
      { name: call.name, head },
    );
    this.#large.draw(tiles);
    this.#large.mark([
      this.#rowMark(call, this.#at ? "area" : "pinned"),
      ...this.#cellMark(),
      ...blockedMarks(of, call),
    ]);
    render(this.#work(call, head, shown, tiles), this.#frame.part("work"));
    this.#drawTip();
  }

  #work(call: AttentionCall, head: number, shown: Row, tiles: Tiles): TemplateResult {
    const cut = call.targets > call.shown[1] || call.sources > call.shown[2];
    return html`<div class="nnw-attention">
        <div class="nnw-heading"><b>${call.name}</b>${t(", head {head}: each row sums to 1", { head })}</div>
        <div class="nnw-large">
          <span></span>${across(shown.sources, tiles, this.#at?.x ?? -1)}
          ${down(shown.targets, tiles, shown.row)}${this.#large.element}
        </div>
        <div class="nnw-legend nnw-tinted-legend"><span>0</span><span class="nnw-legend-colours"></span><span>1</span></div>
        ${cut ? html`<div class="nnw-soft">${t("the first {shown} of {targets} tokens", { shown: call.shown[1], targets: call.targets })}</div>` : nothing}
        ${call.blocked === null ? nothing : html`<div class="nnw-soft">${t("hatched: what the mask hides")}</div>`}
      </div>
      ${links(shown)}
      <div class="nnw-side">${sharesTable(shown)}</div>`;
  }

  #rowMark({ shown: [, targets, sources] }: AttentionCall, look: TileMark["look"]): TileMark {
    const row = Math.min(this.#at?.y ?? this.#row, targets - 1);
    return { tile: 0, rows: [row, row], columns: [0, sources - 1], look };
  }

  #cellMark(): TileMark[] {
    const at = this.#at;
    return at ? [{ tile: 0, rows: [at.y, at.y], columns: [at.x, at.x], look: "pixel" }] : [];
  }

  #choose({ layer, head }: Head): void {
    this.#context.options.set("layer", layer);
    this.#context.options.set("head", head);
    this.#frame.redraw();
  }

  #point(place: TilePlace | null): void {
    this.#at = place;
    this.#frame.redraw();
  }

  #drawTip(): void {
    const at = this.#at;
    const box = this.#large.element.getBoundingClientRect();
    const scale = this.#large.tiles?.scale ?? 1;
    const place = at && ([box.left + (at.x + 1) * scale, box.top + (at.y + 1) * scale] as const);
    this.#frame.tip(at && place && { at: place, title: this.#about(at) });
  }

  #about({ y, x }: TilePlace): string {
    const of = this.#of;
    if (!of) return "";
    const { layer, head } = this.#chosen(of);
    const call = of.calls[layer];
    const share = sharesOf(of, layer, head, y)[x];
    const target = namesFor(of.tokens, call.targets, call.shown[1])[y];
    const source = namesFor(of.tokens, call.sources, call.shown[2])[x];
    return `${target} (${y}) → ${source} (${x}): ${share?.blocked ? t("masked") : significant(share?.weight ?? 0)}`;
  }
}

/** Runs of blocked pairs in a row, as one frame each. */
function blockedMarks(of: Attention, call: AttentionCall): TileMark[] {
  if (call.blocked === null) return [];
  const [, targets, sources] = call.shown;
  const marks: TileMark[] = [];
  for (let y = 0; y < targets; y++) {
    for (let x = 0; x < sources; x++) {
      const stops = (column: number) =>
        of.numbers[(call.blocked as number) + y * sources + column] > 0;
      if (!stops(x) || (x > 0 && stops(x - 1))) continue;
      let last = x;
      while (last + 1 < sources && stops(last + 1)) last++;
      marks.push({ tile: 0, rows: [y, y], columns: [x, last], look: "blocked" });
    }
  }
  return marks;
}

/** Labels that have room: each, or every second, third, … */
function everyOf(scale: number): number {
  return Math.max(1, Math.ceil(11 / scale));
}

function down(names: readonly string[], { h, scale }: Tiles, chosen: number): TemplateResult {
  const longest = Math.min(12, Math.max(1, ...names.map((name) => name.length)));
  return html`<div class="nnw-tokens nnw-tokens-down" style="height: ${h * scale}px; width: ${longest + 1}ch">
    ${names.map((name, i) =>
      i % everyOf(scale) === 0 || i === chosen
        ? html`<span style="top: ${(i + 0.5) * scale}px" data-chosen=${i === chosen || nothing}>${beginning(name, 12)}</span>`
        : nothing,
    )}
  </div>`;
}

function across(names: readonly string[], { w, scale }: Tiles, chosen: number): TemplateResult {
  const longest = Math.min(12, Math.max(1, ...names.map((name) => name.length)));
  const slanted = longest * 7 > scale;
  const height = slanted ? 10 + longest * 5.5 : 14;
  return html`<div
    class="nnw-tokens nnw-tokens-across ${slanted ? "nnw-slanted" : ""}"
    style="width: ${w * scale}px; height: ${height}px"
  >
    ${names.map((name, i) =>
      i % everyOf(scale) === 0 || i === chosen
        ? html`<span style="left: ${(i + 0.5) * scale}px" data-chosen=${i === chosen || nothing}>${beginning(name, 12)}</span>`
        : nothing,
    )}
  </div>`;
}
