/** Tiles that can be pointed at, pixel by pixel, with the mouse or with keys. */

import { drawTiles, resize } from "../../render/tiles.js";
import { cornerOf, placeAt, sizeOf, type TilePlace, type Tiles } from "../../scene/tiles.js";

/** A box around pixels of one tile, or of all. */
export interface TileMark {
  readonly tile: number | "all";
  /** First and last, inclusive; outside of the tile they are cut off. */
  readonly rows: readonly [number, number];
  readonly columns: readonly [number, number];
  readonly look: "pixel" | "area" | "pinned" | "blocked";
}

export interface TileHand {
  readonly label: string;
  /** What is said of a pixel: for the tip and for screen readers. */
  describe(place: TilePlace): string;
  /** The pointer or the focus is there; null: nowhere any more. */
  point(place: TilePlace | null): void;
  pick(place: TilePlace): void;
  /** Keys move from tile to tile and not from pixel to pixel. */
  readonly whole?: boolean;
}

const LOOKS = {
  pixel: { name: "--nnw-mark", width: 2 },
  area: { name: "--nnw-mark", width: 1.5 },
  pinned: { name: "--nnw-fg", width: 2 },
  blocked: { name: "--nnw-hatch", width: 1 },
} as const;

export class TileGrid {
  readonly element = document.createElement("div");
  readonly #canvas = document.createElement("canvas");
  readonly #over = document.createElement("canvas");
  readonly #scratch = document.createElement("canvas");
  readonly #said = document.createElement("span");
  #tiles: Tiles | null = null;
  #drawn: Tiles | null = null;
  #ratio = 0;
  #marks = "";
  #wanted: readonly TileMark[] = [];
  /** Where the keys are. */
  #at: TilePlace = { tile: 0, y: 0, x: 0 };

  constructor(readonly hand: TileHand) {
    const { element } = this;
    element.className = "nnw-tiles";
    element.tabIndex = 0;
    element.setAttribute("role", "application");
    element.setAttribute("aria-label", hand.label);
    this.#over.className = "nnw-tiles-over";
    this.#said.className = "nnw-unseen";
    this.#said.setAttribute("aria-live", "polite");
    element.append(this.#canvas, this.#over, this.#said);
    element.addEventListener("pointermove", (event) => this.#moved(event));
    element.addEventListener("pointerleave", () => hand.point(null));
    element.addEventListener("click", (event) => {
      const place = this.#under(event);
      if (place) hand.pick(place);
    });
    element.addEventListener("keydown", (event) => this.#key(event));
    element.addEventListener("focus", () => {
      if (element.matches(":focus-visible")) this.#go(this.#at);
    });
    element.addEventListener("blur", () => hand.point(null));
  }

  set label(text: string) {
    if (this.element.getAttribute("aria-label") !== text)
      this.element.setAttribute("aria-label", text);
  }

  get tiles(): Tiles | null {
    return this.#tiles;
  }

  /** Draws where the tiles are others than before; equal ones are known by identity. */
  draw(tiles: Tiles): void {
    const ratio = globalThis.devicePixelRatio || 1;
    this.#tiles = tiles;
    if (this.#drawn === tiles && this.#ratio === ratio) return;
    this.#drawn = tiles;
    this.#ratio = ratio;
    drawTiles(this.#canvas, this.#scratch, tiles);
    this.#marks = "";
  }

  /** Draws frames over the tiles, where they or the theme changed. */
  mark(marks: readonly TileMark[]): void {
    this.#wanted = marks;
    if (!this.element.isConnected) {
      // Off the page there are no colours to read; what is drawn now is put there at its end.
      queueMicrotask(() => this.element.isConnected && this.mark(this.#wanted));
      return;
    }
    const tiles = this.#tiles;
    const key = `${getComputedStyle(this.element).color} ${JSON.stringify(marks)}`;
    if (!tiles || key === this.#marks) return;
    this.#marks = key;
    const ratio = globalThis.devicePixelRatio || 1;
    const { width, height } = sizeOf(tiles);
    resize(this.#over, width + 4, height + 4, ratio); // room for a line around the outermost pixels
    const context = this.#over.getContext("2d");
    if (!context) return;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width + 4, height + 4);
    const inks = new Map<string, string>();
    for (const mark of marks) {
      const { name, width: line } = LOOKS[mark.look];
      if (!inks.has(name)) inks.set(name, this.#ink(name));
      context.strokeStyle = inks.get(name) as string;
      context.lineWidth = line;
      const every = mark.tile === "all" ? [...Array(tiles.count).keys()] : [mark.tile];
      for (const tile of every) this.#box(context, tiles, tile, mark);
    }
  }

  /** A theme's light-dark() is resolved in real properties only, which a canvas cannot read. */
  #ink(name: string): string {
    this.#over.style.color = `var(${name})`;
    return getComputedStyle(this.#over).color;
  }

  #box(context: CanvasRenderingContext2D, tiles: Tiles, tile: number, mark: TileMark): void {
    if (tile >= tiles.count) return;
    const [x, y] = cornerOf(tiles, tile);
    const [top, bottom] = [Math.max(0, mark.rows[0]), Math.min(tiles.h - 1, mark.rows[1])];
    const [left, right] = [Math.max(0, mark.columns[0]), Math.min(tiles.w - 1, mark.columns[1])];
    if (top > bottom || left > right) return;
    const { scale } = tiles;
    if (mark.look === "blocked") {
      this.#hatch(context, x + left * scale, y + top * scale, (right - left + 1) * scale, scale);
      return;
    }
    context.strokeRect(
      2 + x + left * scale - 0.5,
      2 + y + top * scale - 0.5,
      (right - left + 1) * scale + 1,
      (bottom - top + 1) * scale + 1,
    );
  }

  /** Slanted lines, evenly spaced over all boxes. */
  #hatch(
    context: CanvasRenderingContext2D,
    x: number,
    y: number,
    width: number,
    height: number,
  ): void {
    context.save();
    context.beginPath();
    context.rect(2 + x, 2 + y, width, height);
    context.clip();
    context.beginPath();
    for (let at = Math.floor((x - y - height) / 5) * 5; at < x - y + width; at += 5) {
      context.moveTo(2 + y + at, 2 + y);
      context.lineTo(2 + y + height + at, 2 + y + height);
    }
    context.stroke();
    context.restore();
  }

  #under(event: MouseEvent): TilePlace | null {
    const box = this.#canvas.getBoundingClientRect();
    const tiles = this.#tiles;
    return tiles && placeAt(tiles, event.clientX - box.left, event.clientY - box.top);
  }

  #moved(event: PointerEvent): void {
    const place = this.#under(event);
    if (place) this.#at = place;
    this.hand.point(place);
  }

  #key(event: KeyboardEvent): void {
    const tiles = this.#tiles;
    if (!tiles || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter") {
      this.hand.pick(this.#at);
    } else if (event.key === "Escape") {
      this.hand.point(null);
    } else {
      const next = this.hand.whole
        ? nextTile(tiles, this.#at, event.key)
        : nextPixel(tiles, this.#at, event.key);
      if (!next) return;
      this.#go(next);
    }
    event.preventDefault();
    event.stopPropagation();
  }

  #go({ tile, y, x }: TilePlace): void {
    const tiles = this.#tiles;
    if (!tiles) return;
    const bounded = (value: number, n: number) => Math.max(0, Math.min(n - 1, value));
    this.#at = { tile: bounded(tile, tiles.count), y: bounded(y, tiles.h), x: bounded(x, tiles.w) };
    this.hand.point(this.#at);
    this.#said.textContent = this.hand.describe(this.#at);
  }
}

/** Arrows move by a pixel, and over the edge of a tile into the next one; Page keys by a tile. */
export function nextPixel(tiles: Tiles, at: TilePlace, key: string): TilePlace | null {
  const { count, across, h, w } = tiles;
  const { tile, y, x } = at;
  if (key === "PageDown" || key === "PageUp")
    return nextTile(tiles, at, key === "PageDown" ? "ArrowRight" : "ArrowLeft");
  if (key === "ArrowRight") {
    if (x + 1 < w) return { tile, y, x: x + 1 };
    return (tile + 1) % across && tile + 1 < count ? { tile: tile + 1, y, x: 0 } : at;
  }
  if (key === "ArrowLeft") {
    if (x > 0) return { tile, y, x: x - 1 };
    return tile % across ? { tile: tile - 1, y, x: w - 1 } : at;
  }
  if (key === "ArrowDown") {
    if (y + 1 < h) return { tile, y: y + 1, x };
    return tile + across < count ? { tile: tile + across, y: 0, x } : at;
  }
  if (key === "ArrowUp") {
    if (y > 0) return { tile, y: y - 1, x };
    return tile >= across ? { tile: tile - across, y: h - 1, x } : at;
  }
  if (key === "Home") return { tile, y: 0, x: 0 };
  if (key === "End") return { tile, y: h - 1, x: w - 1 };
  return null;
}

export function nextTile({ count, across }: Tiles, at: TilePlace, key: string): TilePlace | null {
  const steps: Record<string, number> = {
    ...{ ArrowRight: 1, ArrowLeft: -1, ArrowDown: across, ArrowUp: -across },
    ...{ PageDown: across, PageUp: -across, Home: -at.tile, End: count - 1 - at.tile },
  };
  const step = steps[key];
  if (step === undefined) return null;
  const tile = at.tile + step;
  return tile >= 0 && tile < count ? { ...at, tile } : at;
}
