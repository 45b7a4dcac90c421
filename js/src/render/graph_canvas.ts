/** A graph's edges, units and biases on a canvas, all at once: hundreds of curves in a frame. */

import { css, NEGATIVE, POSITIVE, type Rgb } from "../math/colour.js";
import type { BandMark, BiasMark, EdgeMark, GraphLayout, NodeMark } from "../scene/graph_layout.js";
import { BAND_HEIGHT } from "../scene/graph_layout.js";
import { clearCanvas } from "./canvas.js";

export interface GraphPicture {
  readonly layout: GraphLayout;
  /** Flat numbers that edges and biases show. */
  readonly values: Float64Array;
  /** Which of them each edge shows; null: none. */
  readonly places: readonly (number | null)[];
  /** What the widest edge stands for. */
  readonly scale: number;
  /** Ids of edges that stand out; null where all are equal. */
  readonly lit: ReadonlySet<string> | null;
  /** Ids of parts under the pointer, or chosen in this or another view. */
  readonly hot: ReadonlySet<string>;
  readonly thumbnails: ReadonlyMap<string, HTMLCanvasElement>;
  /** How strongly a sample colours each unit, −1 to 1. */
  readonly tints: ReadonlyMap<string, number>;
  /** Where the sample lies in each thumbnail, as shares from the left and from the top. */
  readonly spot: readonly [number, number] | null;
  /** The colour of a unit's frame; null for the soft one. */
  readonly frame: (node: NodeMark) => string | null;
}

export interface Inks {
  readonly dark: boolean;
  readonly foreground: string;
  readonly soft: string;
  readonly ground: string;
}

const LEVELS = 24;
const THINNEST = 0.7;
const FAINTEST = 0.22;

/** On a dark ground the same hues are lifted, as everywhere. */
const lifted = (ink: Rgb): Rgb => ink.map((part) => Math.round(part * 0.68 + 255 * 0.32)) as never;

export class GraphCanvas {
  readonly #context: CanvasRenderingContext2D;
  #inks: Inks = { dark: false, foreground: "#000", soft: "#666", ground: "#fff" };
  #strokes: { readonly plus: readonly string[]; readonly minus: readonly string[] } =
    strokes(false);

  constructor(readonly canvas: HTMLCanvasElement) {
    this.#context = canvas.getContext("2d") as CanvasRenderingContext2D;
  }

  set inks(inks: Inks) {
    if (inks.dark !== this.#inks.dark) this.#strokes = strokes(inks.dark);
    this.#inks = inks;
  }

  get inks(): Inks {
    return this.#inks;
  }

  paint(picture: GraphPicture): void {
    const { layout } = picture;
    clearCanvas(this.canvas, layout.width, layout.height);
    this.#edges(picture);
    for (const band of layout.bands) this.#band(band, picture.hot.has(band.id));
    for (const node of layout.nodes) this.#node(node, picture);
    for (const bias of layout.biases) this.#bias(bias, picture);
  }

  #edges(picture: GraphPicture): void {
    const { layout, lit, hot } = picture;
    const context = this.#context;
    const widest = widestEdge(layout);
    context.lineCap = "butt";
    const later: number[] = [];
    layout.edges.forEach((edge, i) => {
      if (hot.has(edge.id) || lit?.has(edge.id)) later.push(i);
      else this.#edge(picture, edge, i, widest, lit ? 0.3 : 1);
    });
    for (const i of later) {
      const edge = layout.edges[i];
      if (hot.has(edge.id)) this.#halo(edge, picture, i, widest);
      this.#edge(picture, edge, i, widest, 1);
    }
    context.globalAlpha = 1;
  }

  #edge(picture: GraphPicture, edge: EdgeMark, i: number, widest: number, alpha: number): void {
    const context = this.#context;
    const value = numberAt(picture, i);
    const share = shareOf(value, picture.scale);
    const several = edge.index === null;
    context.globalAlpha = several ? alpha * 0.45 : alpha; // dashes would take twice the time
    context.strokeStyle = this.#stroke(value, share);
    context.lineWidth = widthOf(share, widest);
    context.beginPath();
    trace(context, edge);
    context.stroke();
  }

  #halo(edge: EdgeMark, picture: GraphPicture, i: number, widest: number): void {
    const context = this.#context;
    context.globalAlpha = 0.25;
    context.strokeStyle = this.#inks.foreground;
    context.lineWidth = widthOf(shareOf(numberAt(picture, i), picture.scale), widest) + 7;
    context.beginPath();
    trace(context, edge);
    context.stroke();
  }

  #stroke(value: number, share: number): string {
    if (Number.isNaN(value)) return this.#inks.soft;
    const level = Math.round(share * (LEVELS - 1));
    return (value < 0 ? this.#strokes.minus : this.#strokes.plus)[level];
  }

  #node(node: NodeMark, picture: GraphPicture): void {
    const context = this.#context;
    const { size } = node;
    const [left, top] = [node.x - size / 2, node.y - size / 2];
    const hot = picture.hot.has(node.id);
    context.beginPath();
    context.roundRect(left, top, size, size, Math.min(8, size / 5));
    context.fillStyle = this.#inks.ground;
    context.fill();
    this.#inside(node, left, top, picture);
    const frame = picture.frame(node);
    context.strokeStyle = hot ? (frame ?? this.#inks.foreground) : (frame ?? this.#inks.soft);
    context.lineWidth = hot ? 3.4 : size < 20 ? 1.2 : 1.8;
    context.stroke();
  }

  /** The path of the unit is set: it cuts off its picture. */
  #inside(node: NodeMark, left: number, top: number, picture: GraphPicture): void {
    const context = this.#context;
    const { size } = node;
    const thumbnail = picture.thumbnails.get(node.id);
    if (thumbnail) {
      context.save();
      context.clip();
      context.drawImage(thumbnail, left, top, size, size);
      if (picture.spot) this.#spot(left, top, size, picture.spot);
      context.restore();
      context.beginPath();
      context.roundRect(left, top, size, size, Math.min(8, size / 5));
      return;
    }
    const tint = picture.tints.get(node.id) ?? 0;
    context.fillStyle = Number.isFinite(tint)
      ? css(tint < 0 ? NEGATIVE : POSITIVE, 0.85 * Math.min(1, Math.abs(tint)))
      : "transparent";
    context.fill();
  }

  #spot(left: number, top: number, size: number, [x, y]: readonly [number, number]): void {
    const context = this.#context;
    const radius = Math.max(1.6, size / 18);
    context.moveTo(0, 0);
    context.beginPath();
    context.arc(left + x * size, top + y * size, radius, 0, 2 * Math.PI);
    context.fillStyle = this.#inks.foreground;
    context.strokeStyle = this.#inks.ground;
    context.lineWidth = 1.2;
    context.fill();
    context.stroke();
  }

  #bias({ id, index, x, y }: BiasMark, { values, scale, hot }: GraphPicture): void {
    const context = this.#context;
    const share = shareOf(values[index], scale);
    context.beginPath();
    context.arc(x, y, 3 + 2.6 * share + (hot.has(id) ? 1.5 : 0), 0, 2 * Math.PI);
    context.fillStyle = this.#inks.ground;
    context.fill();
    context.fillStyle = this.#stroke(values[index], Math.max(0.3, share));
    context.fill();
    context.strokeStyle = hot.has(id) ? this.#inks.foreground : this.#inks.ground;
    context.lineWidth = 1.2;
    context.stroke();
  }

  #band({ x, y, width }: BandMark, hot: boolean): void {
    const context = this.#context;
    context.beginPath();
    context.roundRect(x - width / 2, y - BAND_HEIGHT / 2, width, BAND_HEIGHT, BAND_HEIGHT / 2);
    context.fillStyle = this.#inks.ground;
    context.fill();
    context.strokeStyle = hot ? this.#inks.foreground : this.#inks.soft;
    context.lineWidth = hot ? 1.6 : 1;
    context.setLineDash([3, 3]);
    context.stroke();
    context.setLineDash([]);
  }
}

/** So wide that the edges at one unit do not become one. */
export function widestEdge({ nodes }: GraphLayout): number {
  const least = nodes.reduce((size, node) => Math.min(size, node.size), 54);
  return Math.max(3, Math.min(7.5, least / 5.5));
}

export const shareOf = (value: number, scale: number): number =>
  Math.min(1, Math.abs(value) / scale) || 0;

export const widthOf = (share: number, widest: number): number =>
  THINNEST + (widest - THINNEST) * share;

const numberAt = ({ values, places }: GraphPicture, i: number): number => {
  const place = places[i];
  return place === null ? Number.NaN : values[place];
};

function trace(context: CanvasRenderingContext2D, { curve: [x0, y0, x1, y1] }: EdgeMark): void {
  const bend = (x1 - x0) / 2;
  context.moveTo(x0, y0);
  context.bezierCurveTo(x0 + bend, y0, x1 - bend, y1, x1, y1);
}

function strokes(dark: boolean) {
  const scale = (ink: Rgb) =>
    Array.from({ length: LEVELS }, (_, i) =>
      css(dark ? lifted(ink) : ink, FAINTEST + (0.95 - FAINTEST) * (i / (LEVELS - 1)) ** 0.7),
    );
  return { plus: scale(POSITIVE), minus: scale(NEGATIVE) };
}
