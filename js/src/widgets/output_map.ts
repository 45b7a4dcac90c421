/** A network's output seen from above, with zoom and the numbers of what is under the pointer. */

import { nothing, svg } from "lit-html";
import { significant } from "../render/format.js";
import { outline } from "../render/markers.js";
import { pathData } from "../render/path_data.js";
import { Plot } from "../render/plot.js";
import { radiusFor } from "../render/points.js";
import { OutputPlane } from "../scene/output_plane.js";
import type { OutputPicture } from "../scene/output_types.js";
import { markersOf } from "../scene/palette.js";
import type { Position } from "../scene/types.js";
import { t } from "../words.js";
import type { Rows } from "./about.js";
import { drawTip, type Tip } from "./tip.js";

export interface OutputMapDeps {
  /** Size, zoom or theme changed: `draw` is due. */
  changed(): void;
  /** The pointer is at a sample, the i-th of the picture's; null: at none. */
  pointed(i: number | null): void;
}

/** How near the pointer must be to a sample, in pixels. */
const REACH = 10;

export class OutputMap {
  readonly plot: Plot;
  readonly #deps: OutputMapDeps;
  readonly #plane = new OutputPlane();
  readonly #tipHost = document.createElement("div");
  readonly #listening = new AbortController();
  #at: Position | null = null;
  #picture: OutputPicture | null = null;

  constructor(host: HTMLElement, deps: OutputMapDeps) {
    this.#deps = deps;
    this.plot = new Plot({
      ...{ host, label: t("Output, seen from above"), changed: deps.changed, claims: () => false },
    });
    this.plot.el.append(this.#tipHost);
    const { signal } = this.#listening;
    this.plot.el.addEventListener("pointermove", (event) => this.#move(event), { signal });
    this.plot.el.addEventListener("pointerleave", () => this.#point(null), { signal });
  }

  draw(picture: OutputPicture): void {
    this.#picture = picture;
    if (this.plot.width === 0) return; // not laid out yet: the plot calls again when it is
    this.plot.home = picture.extent;
    const scene = this.#plane.build(picture);
    const { x, y } = this.plot;
    const curves = scene.curves.map(
      ({ style, paths, name }) =>
        svg`<path class=${`nnw-curve ${style}`} d=${pathData(paths, x, y)} style="--line: currentColor"><title>${name}</title></path>`,
    );
    const markers = markersOf({ task: picture.heights.shaded ? "regression" : "multiclass" });
    this.plot.paint(scene, markers, { under: svg``, over: svg`${curves}${this.#ring(picture)}` });
    this.#drawTip();
  }

  dispose(): void {
    this.#listening.abort();
    this.plot.dispose();
    this.#tipHost.remove();
  }

  /** Around the sample that is pointed at, here or in another view. */
  #ring({ chosen, targets }: OutputPicture) {
    const i = chosen === null ? -1 : targets.rows.indexOf(chosen);
    if (i < 0) return nothing;
    const [px, py] = [this.plot.x(targets.x[i]), this.plot.y(targets.y[i])];
    const d = outline("circle", radiusFor(targets.x.length) + 4);
    return svg`<path class="nnw-chosen" d=${d} transform="translate(${px} ${py})" fill="none" />`;
  }

  #move(event: PointerEvent): void {
    this.#point(event.buttons === 0 ? this.plot.toData(event) : null);
  }

  #point(at: Position | null): void {
    this.#at = at;
    this.#deps.pointed(at && this.#near(at));
    this.#drawTip();
  }

  /** The nearest sample within reach. */
  #near([px, py]: Position): number | null {
    const targets = this.#picture?.targets;
    let [best, least] = [-1, REACH];
    for (let i = 0; targets && i < targets.x.length; i++) {
      const dx = this.plot.x(targets.x[i]) - this.plot.x(px);
      const away = Math.hypot(dx, this.plot.y(targets.y[i]) - this.plot.y(py));
      if (away < least) [best, least] = [i, away];
    }
    return best < 0 ? null : best;
  }

  #drawTip(): void {
    drawTip(this.#tipHost, this.#tip(), this.plot);
  }

  #tip(): Tip | null {
    const [picture, at] = [this.#picture, this.#at];
    if (!picture || !at) return null;
    const near = this.#near(at);
    const place: Position = near === null ? at : [picture.targets.x[near], picture.targets.y[near]];
    const rows = near === null ? aboutPlace(picture, at) : aboutTarget(picture, near);
    if (!rows) return null;
    const title =
      near === null ? t("the output") : t("sample {row}", { row: picture.targets.rows[near] });
    return { at: [this.plot.x(place[0]), this.plot.y(place[1])], title, rows };
  }
}

export function aboutTarget({ names, heights, targets }: OutputPicture, i: number): Rows {
  const { x, y, target, output } = targets;
  return [
    [names[0], significant(x[i])],
    [names[1], significant(y[i])],
    [t("target"), significant(target[i])],
    [heights.name, significant(output[i])],
    [t("error"), significant(output[i] - target[i], 3)],
  ];
}

/** Between the four points around it; null outside of them. */
export function aboutPlace(picture: OutputPicture, [px, py]: Position): Rows | null {
  const { names, heights, values, side, extent } = picture;
  const [x0, x1, y0, y1] = extent;
  const [u, v] = [((px - x0) / (x1 - x0)) * (side - 1), ((py - y0) / (y1 - y0)) * (side - 1)];
  if (!(u >= 0 && v >= 0 && u <= side - 1 && v <= side - 1)) return null;
  const [i, j] = [Math.min(side - 2, Math.floor(u)), Math.min(side - 2, Math.floor(v))];
  const at = (row: number, column: number) => values[row * side + column];
  const along = (row: number) => at(row, i) + (at(row, i + 1) - at(row, i)) * (u - i);
  const value = along(j) + (along(j + 1) - along(j)) * (v - j);
  return [
    [names[0], significant(px)],
    [names[1], significant(py)],
    [heights.name, significant(value)],
  ];
}
