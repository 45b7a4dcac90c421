/** What a network loses as it is made linear, in numbers. */

import { areas, bend } from "../../math/bend.js";
import { straight } from "../../math/blend.js";
import { fieldInputs } from "../../math/field.js";
import { layersOf, outputs } from "../../math/forward.js";
import { accuracy, loss } from "../../math/loss.js";
import { linearRegions, type Regions, type Search } from "../../math/regions.js";
import { Workspace } from "../../math/workspace.js";
import type { DataSet, DenseLayer, NetState } from "../../state/types.js";
import type { Spec } from "../../wire.js";
import { Kept } from "../kept.js";
import { fieldSize } from "../plane_field.js";
import { keyOf, type Shown, searchOf } from "./window.js";

export interface Measure {
  /** Pieces of the shown part in each of which the network is one affine map; null: it is curved. */
  readonly pieces: { readonly count: number; readonly complete: boolean } | null;
  /** The share of the variance of z, over the shown part, that no plane explains. */
  readonly bend: number | null;
  /** Connected areas of one decision in the shown part; null where nothing is decided. */
  readonly areas: number | null;
  /** Over the data; null where only Python can compute it, or there is none. */
  readonly loss: number | null;
  readonly accuracy: number | null;
}

/** What somebody knows already of a network that is to be measured. */
export interface Known {
  /** Fewer layers that do the same. */
  readonly layers?: readonly DenseLayer[];
  readonly regions?: Regions | null;
  /** What it returns for the rows, (n, outputs). */
  readonly outputs?: Float64Array;
}

/** Of one α: measured again only where something that it depends on changed. */
export class Measuring {
  /** What was measured last. */
  last: Measure | null = null;
  readonly #work = new Workspace();
  readonly #over = new Kept<Pick<Measure, "pieces" | "bend" | "areas">>();
  readonly #score = new Kept<Pick<Measure, "loss" | "accuracy">>();

  /**
   * @param state of the network as it is measured
   * @param shown where; null where nothing is laid out yet
   * @param rows of the data that are scored
   */
  measure(state: NetState, shown: Shown | null, rows: DataSet, known: Known = {}): Measure {
    const { spec, params } = state;
    const search = searchOf(state);
    const layers = known.layers ?? layersOf(spec, params);
    const over = shown
      ? this.#over.get([spec, params, known.regions, search, ...keyOf(shown)], () => ({
          pieces: pieces(layers, shown, search, known.regions),
          ...this.#field(spec, layers, shown),
        }))
      : { pieces: null, bend: null, areas: null };
    const score = this.#score.get([spec, params, rows], () => {
      const out = known.outputs ?? outputs(layers, spec.head, rows.X, rows.n, this.#work);
      return { loss: loss(spec, out, rows), accuracy: accuracy(spec, out, rows) };
    });
    this.last = { ...over, ...score };
    return this.last;
  }

  #field(spec: Spec, layers: readonly DenseLayer[], shown: Shown) {
    const { axes, fixed, extent } = shown;
    const flat = axes.length === 1;
    const [nx, ny] = flat ? [512, 1] : fieldSize({ width: 480, height: 480 }, layers);
    const room = this.#work.floats("inputs", nx * ny * spec.inputs);
    const inputs = fieldInputs(extent, nx, ny, axes, fixed, spec.inputs, room);
    const sums = [...layers.slice(0, -1), { ...layers[layers.length - 1], activation: LINEAR }];
    const z = outputs(sums, "linear", inputs, nx * ny, this.#work);
    const labels = spec.task === "regression" ? null : decisions(spec, z);
    return {
      bend: layers.slice(0, -1).every((layer) => straight(layer.activation))
        ? 0
        : bend(z, [nx, ny], spec.outputs),
      areas: labels && areas(labels, [nx, ny]),
    };
  }
}

const LINEAR = { name: "linear" } as const;

function pieces(
  layers: readonly DenseLayer[],
  shown: Shown,
  search: Search,
  known?: Regions | null,
) {
  const { axes, fixed, extent } = shown;
  const found = known === undefined ? linearRegions(layers, axes, fixed, extent, search) : known;
  return found && { count: found.regions.length, complete: found.complete };
}

/** The class of every row of z: activations of the output, and its head, rise with it. */
function decisions({ task, outputs: k }: Spec, z: Float64Array): Uint8Array {
  const labels = new Uint8Array(z.length / k);
  for (let row = 0; row < labels.length; row++) {
    if (task === "binary") labels[row] = z[row * k] > 0 ? 1 : 0;
    else for (let i = 1; i < k; i++) if (z[row * k + i] > z[row * k + labels[row]]) labels[row] = i;
  }
  return labels;
}
