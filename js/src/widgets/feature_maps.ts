/**
 * FeatureMaps: a picture, what each layer of a convolutional model makes of it, and one pixel
 * worked out. Python computes the maps; the arithmetic is done here.
 */

import { html, nothing, render } from "lit-html";
import { bounds, type Marks, PICTURE, reach } from "../math/receptive.js";
import { Kept } from "../scene/kept.js";
import { channelsRead, kernelTiles, pictureTiles, stepTiles } from "../scene/map_tiles.js";
import { type MapPicture, mapsOf, type Place, worked } from "../scene/maps.js";
import type { TilePlace, Tiles } from "../scene/tiles.js";
import type { NetState } from "../state/types.js";
import { t } from "../words.js";
import type { LibraryContext } from "./library.js";
import { Column } from "./maps/column.js";
import { fieldTable } from "./maps/field_table.js";
import { PictureFrame } from "./maps/frame.js";
import { Palettes } from "./maps/palettes.js";
import { type PixelText, pixelText, weightText } from "./maps/pixel_text.js";
import { sampleBar } from "./maps/sample_bar.js";
import type { TileMark } from "./maps/tile_grid.js";
import { described, workedTemplate } from "./maps/worked.js";

export function featureMaps(context: LibraryContext): () => void {
  const view = new FeatureMapsView(context);
  return () => view.dispose();
}

class FeatureMapsView {
  readonly #context: LibraryContext;
  readonly #frame: PictureFrame;
  readonly #palettes = new Palettes();
  readonly #tiles = new Kept<readonly Tiles[]>();
  readonly #kernelTiles = new Kept<Tiles | null>();
  #maps: MapPicture | null = null;
  #columns: Column[] = [];
  #columnsOf = "";
  #kernels: Column;
  #hover: Place | null = null;
  #pinned: Place | null = null;
  #pixel: TilePlace | null = null;
  #input: number | null = null;

  constructor(context: LibraryContext) {
    this.#context = context;
    this.#kernels = new Column(
      {
        label: t("Kernels"),
        describe: (place) => this.#aboutWeight(place),
        point: (place) => this.#pointWeight(place),
        pick: () => {},
      },
      true,
    );
    this.#frame = new PictureFrame(context, {
      label: t("Feature maps"),
      parts: ["flow", "work"],
      draw: (state) => this.#draw(state),
    });
  }

  dispose(): void {
    this.#frame.dispose();
  }

  #draw(state: NetState): void {
    const { options } = this.#context;
    const before = this.#maps;
    this.#maps = this.#frame.kept(mapsOf);
    const maps = this.#maps;
    if (!maps) return;
    if (before?.steps.length !== maps.steps.length) this.#hover = this.#pinned = null;
    this.#frame.shown.follow(state.selection.sample);
    const bar = sampleBar(this.#frame.shown, maps, maps.answers, state.spec.task === "regression");
    render(bar, this.#frame.part("sample"));
    const palettes = this.#palettes.of(this.#frame.root);
    const [channels, scale] = [options.get<number>("channels"), options.get<string>("scale")];
    const tiles = this.#tiles.get([maps, palettes, channels, scale], () => [
      pictureTiles(maps, palettes),
      ...maps.steps.map((step) =>
        stepTiles(step, maps.numbers, palettes, channels, scale === "map"),
      ),
    ]);
    this.#drawColumns(maps, tiles);
    this.#drawWork(maps, state);
    this.#drawTip();
    this.#frame.root.dataset.sample = String(maps.sample);
    this.#frame.root.dataset.epoch = String(maps.epoch);
  }

  #drawColumns(maps: MapPicture, tiles: readonly Tiles[]): void {
    const key = maps.steps.map(({ name, c, h, w }) => `${name} ${c} ${h} ${w}`).join();
    if (key !== this.#columnsOf) {
      this.#columnsOf = key;
      this.#columns = tiles.map((_, i) => this.#newColumn(i - 1));
      this.#frame.part("flow").replaceChildren(...this.#columns.map(({ element }) => element));
    }
    const place = this.#place(maps);
    const layer = this.#context.options.get<number>("layer");
    this.#columns.forEach((column, i) => {
      const step = maps.steps[i - 1];
      const { c, h, w } = step ?? maps.picture;
      const shape = `${c} × ${h}×${w}`;
      const more = c === 3 && !step ? 0 : c - tiles[i].count;
      column.draw(tiles[i], {
        ...{ name: step?.name ?? t("picture"), kind: step?.function ?? "", shape, more },
        title: step ? described(step) : t("channels × height×width: {shape}", { shape }),
        chosen: i - 1 === layer,
        ...(step ? { choose: () => this.#choose(i - 1) } : {}),
      });
      column.grid.label = t("{name}: {shape}. Arrow keys move the pixel, Enter keeps it.", {
        name: step?.name ?? t("picture"),
        shape,
      });
      column.grid.mark(this.#marks(maps, place, i - 1));
    });
  }

  #newColumn(step: number): Column {
    return new Column(
      {
        label: t("Maps"),
        describe: (place) => this.#aboutPixel(step, place),
        point: (place) => this.#point(step, place),
        pick: (place) => this.#pick(step, place),
      },
      step >= 0,
    );
  }

  /** What is worked out: what is pointed at, else what was kept, else the middle of the layer. */
  #place(maps: MapPicture): Place {
    const kept = this.#hover ?? this.#pinned;
    if (kept && kept.step < maps.steps.length) return kept;
    const step = Math.min(this.#context.options.get<number>("layer"), maps.steps.length - 1);
    const { h, w } = maps.steps[step];
    return { step, channel: 0, y: h >> 1, x: w >> 1 };
  }

  readonly #reach = new Kept<Map<number, Marks> | null>();

  #reached(maps: MapPicture, { step, y, x }: Place): Map<number, Marks> | null {
    return this.#reach.get([maps, step, y, x], () => reach(maps.steps, maps.picture, step, y, x));
  }

  #marks(maps: MapPicture, place: Place, step: number): TileMark[] {
    if (step === place.step) {
      const [rows, columns] = [
        [place.y, place.y],
        [place.x, place.x],
      ] as const;
      return [{ tile: place.channel, rows, columns, look: this.#hover ? "pixel" : "pinned" }];
    }
    const pixel = this.#pixel;
    const own: TileMark[] = [];
    if (step === PICTURE && pixel) {
      own.push({
        tile: pixel.tile,
        rows: [pixel.y, pixel.y],
        columns: [pixel.x, pixel.x],
        look: "pixel",
      });
    }
    const marks = this.#reached(maps, place)?.get(step);
    const channel = channelsRead(maps, place).get(step);
    const [rows, columns] = [marks && bounds(marks.rows), marks && bounds(marks.columns)];
    if (!rows || !columns || channel === undefined) return own;
    return [...own, { tile: step === PICTURE ? "all" : channel, rows, columns, look: "area" }];
  }

  #drawWork(maps: MapPicture, state: NetState): void {
    const place = this.#place(maps);
    const step = maps.steps[place.step];
    const work = worked(maps, place);
    const strongest = work.patches.reduce(
      (best, patch) => (Math.abs(patch.sum) > Math.abs(best?.sum ?? 0) ? patch : best),
      work.patches[0],
    );
    const hand = {
      input: this.#input ?? strongest?.channel ?? 0,
      choose: (input: number) => {
        this.#input = input;
        this.#frame.redraw();
      },
      weight: (flat: number | null) => this.#context.store.select({ weight: flat }),
      selected: state.selection.weight,
    };
    const seen = this.#reached(maps, place)?.get(PICTURE);
    const palettes = this.#palettes.of(this.#frame.root);
    const kernels = this.#kernelTiles.get([maps, place.step, palettes], () =>
      kernelTiles(step, maps.numbers, palettes),
    );
    if (kernels) this.#drawKernels(maps, place, kernels, state);
    render(
      html`<div class="nnw-work">
          ${workedTemplate(maps, place, work, hand)} ${kernels ? this.#kernels.element : nothing}
        </div>
        ${fieldTable(maps, place, seen)}`,
      this.#frame.part("work"),
    );
  }

  #drawKernels(maps: MapPicture, place: Place, tiles: Tiles, state: NetState): void {
    const step = maps.steps[place.step];
    if (!step.weight) return;
    const [out, inside, h, w] = step.weight.shape;
    this.#kernels.draw(tiles, {
      ...{
        name: step.weight.name ?? t("Kernels"),
        kind: t("{n} kernels", { n: out }),
        chosen: false,
      },
      shape: t("{inside} × {h}×{w} each", { inside, h, w }),
      title: t("one row for each map that comes out, one kernel for each that goes in"),
      more: out * inside - tiles.count,
    });
    this.#kernels.grid.label = t("Kernels of {name}. Arrow keys move from weight to weight.", {
      name: step.name,
    });
    const whole = (tile: number): TileMark => ({
      ...{ tile, rows: [0, h - 1], columns: [0, w - 1], look: "pinned" },
    });
    const marks: TileMark[] = Array.from({ length: Math.min(inside, 64) }, (_, i) =>
      whole(place.channel * inside + i),
    );
    const { weight } = state.selection;
    const at = weight === null || step.weight.flat === null ? -1 : weight - step.weight.flat;
    if (at >= 0 && at < out * inside * h * w) {
      const [y, x] = [Math.floor((at % (h * w)) / w), at % w];
      marks.push({ tile: Math.floor(at / (h * w)), rows: [y, y], columns: [x, x], look: "pixel" });
    }
    this.#kernels.grid.mark(marks);
  }

  // ---- what the hand does

  #choose(step: number): void {
    this.#pinned = null;
    this.#context.options.set("layer", step);
    this.#frame.redraw();
  }

  #point(step: number, place: TilePlace | null): void {
    this.#pixel = step === PICTURE ? place : null;
    this.#hover =
      place && step !== PICTURE ? { step, channel: place.tile, y: place.y, x: place.x } : null;
    if (this.#hover) this.#input = null;
    this.#frame.redraw();
  }

  #pick(step: number, place: TilePlace): void {
    if (step === PICTURE) return;
    this.#pinned = { step, channel: place.tile, y: place.y, x: place.x };
    this.#context.options.set("layer", step);
    this.#frame.redraw();
  }

  #pointWeight(place: TilePlace | null): void {
    const tensor = this.#maps?.steps[this.#place(this.#maps).step]?.weight;
    if (!tensor || tensor.flat === null) return;
    const [, , h, w] = tensor.shape;
    const flat = place && tensor.flat + (place.tile * h + place.y) * w + place.x;
    this.#context.store.select({ weight: flat });
    this.#frame.tip(
      place && { at: this.#kernels.placeInPage(place), title: this.#aboutWeight(place) },
    );
  }

  // ---- what is said

  #drawTip(): void {
    const place = this.#hover;
    if (place) {
      const at = { tile: place.channel, y: place.y, x: place.x };
      this.#frame.tip({
        at: this.#columns[place.step + 1].placeInPage(at),
        ...this.#tipOf(place.step, at),
      });
    } else if (this.#pixel) {
      const at = this.#columns[0].placeInPage(this.#pixel);
      this.#frame.tip({ at, ...this.#tipOf(PICTURE, this.#pixel) });
    } else if (this.#context.store.state.selection.weight === null) this.#frame.tip(null);
  }

  #aboutPixel(step: number, place: TilePlace): string {
    const { title, rows } = this.#tipOf(step, place);
    return `${title}: ${rows.map(([name, value]) => `${name} ${value}`).join("; ")}`;
  }

  #tipOf(step: number, place: TilePlace): PixelText {
    const maps = this.#maps;
    if (!maps) return { title: "", rows: [] };
    const { tile: channel, y, x } = place;
    const reached = step === PICTURE ? null : this.#reached(maps, { step, channel, y, x });
    return pixelText(maps, step, place, reached?.get(PICTURE));
  }

  #aboutWeight(place: TilePlace): string {
    const maps = this.#maps;
    return maps ? weightText(maps, this.#place(maps).step, place) : "";
  }
}
