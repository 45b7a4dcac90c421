/** Lines of constant x₁ and x₂ over the data, carried to where a layer puts them. */

import { forward } from "../math/forward.js";
import { Workspace } from "../math/workspace.js";
import type { DataSet, DenseLayer } from "../state/types.js";
import { t } from "../words.js";
import { around, pad } from "./extent.js";
import { Kept } from "./kept.js";
import { unbroken } from "./paths.js";
import { type Placing, place, placedPath } from "./placing.js";
import { costOf } from "./plane_field.js";
import { column } from "./samples.js";
import type { CurveMark, Extent } from "./types.js";

/** Grid lines each way, and points along each of them. */
const LINES = 13;
const POINTS = 41;
/** As few as this of a large network that moves: where lines cross; and the products of a frame. */
const FEWEST = 13;
const MOST_WORK = 6_000_000;
const COLOUR = "var(--nnw-fg-soft)";

/** For networks of one input or two. */
export class WarpedGrid {
  readonly #work = new Workspace();
  readonly #rows = new Kept<Float64Array>();

  /** @param moving whether the next frame brings another one */
  curve(
    data: DataSet,
    layers: readonly DenseLayer[],
    placing: Placing,
    moving: boolean,
  ): CurveMark {
    const used = layers.slice(0, placing.layer + 1);
    const along = moving ? affordable(used, data.d) : POINTS;
    const rows = this.#rows.get([data, along], () => gridRows(boxOf(data), data.d, along));
    const n = rows.length / data.d;
    const pass = forward(used, rows, n, this.#work);
    const [x, y] = [this.#work.floats("x", n), this.#work.floats("y", n)];
    const inputs = { values: rows, width: data.d };
    place(placing, inputs, pass, layers[placing.layer].units, x, y);
    const paths = Array.from({ length: n / along }, (_, line) =>
      unbroken(placedPath(x, y, line * along, along)),
    ).flat();
    return { id: "grid", colour: COLOUR, paths, style: "grid", name: t("grid of input space") };
  }
}

/** Points along a line that a frame has time for. */
function affordable(layers: readonly DenseLayer[], d: number): number {
  const lines = d === 1 ? 1 : 2 * LINES;
  const points = Math.floor(MOST_WORK / (lines * costOf(layers)));
  return Math.max(FEWEST, Math.min(POINTS, points));
}

function boxOf(data: DataSet): Extent {
  const x = column(data, 0);
  return pad(around(x, data.d === 1 ? x : column(data, 1)) ?? [-1, 1, -1, 1], 0.12);
}

/** Rows of input space along each grid line, one line after another. */
function gridRows([x0, x1, y0, y1]: Extent, d: number, points: number): Float64Array {
  const at = (low: number, high: number, i: number, n: number) =>
    low + ((high - low) * i) / (n - 1);
  const along = Array.from({ length: points }, (_, i) => i);
  if (d === 1) return Float64Array.from(along, (i) => at(x0, x1, i, points));
  const lines = Array.from({ length: LINES }, (_, line) => line);
  return Float64Array.from([
    ...lines.flatMap((line) =>
      along.flatMap((i) => [at(x0, x1, i, points), at(y0, y1, line, LINES)]),
    ),
    ...lines.flatMap((line) =>
      along.flatMap((i) => [at(x0, x1, line, LINES), at(y0, y1, i, points)]),
    ),
  ]);
}
