/** Where the next layer's units are zero in input space, carried to where a layer puts it. */

import { contour, fieldInputs, type Size } from "../math/field.js";
import { forward } from "../math/forward.js";
import { Workspace } from "../math/workspace.js";
import type { DataSet, DenseLayer } from "../state/types.js";
import { around, pad } from "./extent.js";
import { unbroken } from "./paths.js";
import { type Placing, place, placedPath } from "./placing.js";
import { column } from "./samples.js";
import type { Extent, Position } from "./types.js";

/** Cells of the search in input space. */
const SEARCH: Size = [72, 72];
const CELLS = SEARCH[0] * SEARCH[1];

/** For networks of two inputs. */
export class Preimages {
  readonly #work = new Workspace();

  /** Paths of each of the next layer's units, of at most `most` of them. */
  paths(
    data: DataSet,
    layers: readonly DenseLayer[],
    placing: Placing,
    most: number,
  ): Position[][][] {
    const next = placing.layer + 1;
    const box = boxOf(data);
    const inputs = this.#work.floats("inputs", CELLS * 2);
    fieldInputs(box, SEARCH[0], SEARCH[1], [0, 1], [0, 0], 2, inputs);
    const z = forward(layers.slice(0, next + 1), inputs, CELLS, this.#work).z[next];
    const { units } = layers[next];
    const values = this.#work.floats("unit", CELLS);
    return Array.from({ length: Math.min(units, most) }, (_, unit) => {
      for (let cell = 0; cell < CELLS; cell++) values[cell] = z[cell * units + unit];
      return contour(values, SEARCH, box, 0).flatMap((path) => carried(path, layers, placing));
    });
  }
}

function carried(
  path: readonly Position[],
  layers: readonly DenseLayer[],
  placing: Placing,
): Position[][] {
  const [n, rows] = [path.length, Float64Array.from(path.flat())];
  const pass = forward(layers.slice(0, placing.layer + 1), rows, n);
  const [x, y] = [new Float64Array(n), new Float64Array(n)];
  place(placing, { values: rows, width: 2 }, pass, layers[placing.layer].units, x, y);
  return unbroken(placedPath(x, y, 0, n));
}

function boxOf(data: DataSet): Extent {
  return pad(around(column(data, 0), column(data, 1)) ?? [-1, 1, -1, 1], 0.25);
}
