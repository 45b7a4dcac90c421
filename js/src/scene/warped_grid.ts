/** Lines of constant x₁ and x₂ over the data, carried to where a layer puts them. */

import { forward } from "../math/forward.js";
import { Workspace } from "../math/workspace.js";
import type { DataSet, DenseLayer } from "../state/types.js";
import { t } from "../words.js";
import { around, pad } from "./extent.js";
import { Kept } from "./kept.js";
import { unbroken } from "./paths.js";
import { type Placing, place, placedPath } from "./placing.js";
import { column } from "./samples.js";
import type { CurveMark, Extent } from "./types.js";

/** Grid lines each way, and points along each of them. */
const LINES = 13;
const POINTS = 41;
const COLOUR = "var(--nnw-fg-soft)";

/** For networks of one input or two. */
export class WarpedGrid {
  readonly #work = new Workspace();
  readonly #rows = new Kept<Float64Array>();

  curve(data: DataSet, layers: readonly DenseLayer[], placing: Placing): CurveMark {
    const rows = this.#rows.get([data], () => gridRows(boxOf(data), data.d));
    const n = rows.length / data.d;
    const pass = forward(layers.slice(0, placing.layer + 1), rows, n, this.#work);
    const [x, y] = [this.#work.floats("x", n), this.#work.floats("y", n)];
    const inputs = { values: rows, width: data.d };
    place(placing, inputs, pass, layers[placing.layer].units, x, y);
    const paths = Array.from({ length: n / POINTS }, (_, line) =>
      unbroken(placedPath(x, y, line * POINTS, POINTS)),
    ).flat();
    return { id: "grid", colour: COLOUR, paths, style: "grid", name: t("grid of input space") };
  }
}

function boxOf(data: DataSet): Extent {
  const x = column(data, 0);
  return pad(around(x, data.d === 1 ? x : column(data, 1)) ?? [-1, 1, -1, 1], 0.12);
}

/** Rows of input space along each grid line, one line after another. */
function gridRows([x0, x1, y0, y1]: Extent, d: number): Float64Array {
  const at = (low: number, high: number, i: number, n: number) =>
    low + ((high - low) * i) / (n - 1);
  const along = Array.from({ length: POINTS }, (_, i) => i);
  if (d === 1) return Float64Array.from(along, (i) => at(x0, x1, i, POINTS));
  const lines = Array.from({ length: LINES }, (_, line) => line);
  return Float64Array.from([
    ...lines.flatMap((line) =>
      along.flatMap((i) => [at(x0, x1, i, POINTS), at(y0, y1, line, LINES)]),
    ),
    ...lines.flatMap((line) =>
      along.flatMap((i) => [at(x0, x1, line, LINES), at(y0, y1, i, POINTS)]),
    ),
  ]);
}
