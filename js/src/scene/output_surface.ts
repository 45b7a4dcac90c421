/** The network's output over the plane of its two inputs, with the samples, as one picture. */

import { fieldInputs } from "../math/field.js";
import { layersOf, outputs } from "../math/forward.js";
import { Workspace } from "../math/workspace.js";
import type { DataSet, NetState } from "../state/types.js";
import type { Spec } from "../wire.js";
import { chooseRows } from "./chosen_rows.js";
import { around, pad, steady } from "./extent.js";
import { Kept } from "./kept.js";
import { describeHeights, heightsOf, targetsOf } from "./output_heights.js";
import type { Given, Heights, Interval, OutputPicture, Targets } from "./output_types.js";
import { column, kinds } from "./samples.js";
import type { Extent } from "./types.js";

export interface OutputOptions {
  /** Which of the model's outputs. */
  readonly output: number;
  /** Points along each side. */
  readonly side: number;
  /** null: around the data. */
  readonly extent: Extent | null;
}

/** So many samples are drawn at most: more would hide the surface. */
export const MOST_SAMPLES = 400;
/** Around the data, as a share of their spread. */
const ROOM = 0.25;
const UNIT_SQUARE: Extent = [0, 1, 0, 1];

/** Keeps what did not change from frame to frame, and the axes while all fits them. */
export class OutputScene {
  readonly #work = new Workspace();
  readonly #chosen = new Kept<ReturnType<typeof chooseRows>>();
  readonly #places = new Kept<Pick<Targets, "x" | "y" | "kind">>();
  readonly #wanted = new Kept<Float64Array>();
  readonly #values = new Kept<Float64Array>();
  readonly #outputs = new Kept<Float64Array>();
  readonly #heights = new Kept<Heights>();
  readonly #targets = new Kept<Targets>();
  readonly #extent = new Kept<Extent>();
  readonly #picture = new Kept<OutputPicture>();
  #home: Extent | null = null;
  #range: { of: readonly unknown[]; range: Interval } | null = null;

  /** @param given what Python computed, where the model is not a stack */
  build(state: NetState, options: OutputOptions, given: Given | null): OutputPicture {
    const { spec, params } = state;
    const { output, side } = options;
    const extent = this.extent(state.data, options.extent);
    const [field, answers] = [given?.field ?? null, given?.outputs ?? null];
    const values = this.#values.get([spec, params, output, side, extent, field], () =>
      field
        ? heightsOf(spec, field, output, { workspace: this.#work })
        : this.#compute(state, options, extent),
    );
    const targets = this.#samples(state, output, answers);
    const heights = this.#heights.get([spec, output, values, targets.target], () =>
      this.#describe(spec, output, values, targets.target),
    );
    const { sample } = state.selection;
    return this.#picture.get([extent, values, targets, heights, sample], () => ({
      ...{ names: [spec.features[0], spec.features[1]], extent, side, values, heights, targets },
      chosen: sample,
    }));
  }

  /** The samples that are drawn. */
  rows(data: DataSet) {
    return this.#chosen.get([data], () => chooseRows(data, MOST_SAMPLES));
  }

  extent(data: DataSet, given: Extent | null): Extent {
    if (given) return this.#extent.get([...given], () => given);
    return this.#extent.get([data], () => {
      const needed = around(column(data, 0), column(data, 1)) ?? UNIT_SQUARE;
      this.#home = steady(this.#home, pad(needed, ROOM), needed);
      return this.#home;
    });
  }

  #compute({ spec, params }: NetState, { output, side }: OutputOptions, extent: Extent) {
    if (spec.kind !== "stack") return new Float64Array(side * side).fill(Number.NaN);
    const rows = fieldInputs(extent, side, side, [0, 1], [0, 0], 2);
    const raw = outputs(layersOf(spec, params), spec.head, rows, side * side, this.#work);
    return heightsOf(spec, raw, output, { workspace: this.#work });
  }

  #samples(state: NetState, output: number, answers: Float64Array | null): Targets {
    const { spec, params } = state;
    const { rows, data, of } = this.rows(state.data);
    const places = this.#places.get([spec, data], () => ({
      ...{ x: column(data, 0), y: column(data, 1) },
      kind: spec.task === "regression" ? new Uint8Array(data.n) : kinds(spec, data),
    }));
    const target = this.#wanted.get([spec, data, output], () => targetsOf(spec, data, output));
    const said = this.#outputs.get([spec, params, data, output, answers], () => {
      const raw = answers ?? this.#answers(state, data);
      if (raw.length !== data.n * spec.outputs) return new Float64Array(data.n).fill(Number.NaN);
      return heightsOf(spec, raw, output, { workspace: this.#work });
    });
    return this.#targets.get([rows, places, target, said], () => ({
      ...{ rows, of, ...places, target, output: said },
    }));
  }

  #answers({ spec, params }: NetState, { X, n }: DataSet): Float64Array {
    if (spec.kind !== "stack") return new Float64Array();
    return outputs(layersOf(spec, params), spec.head, X, n, this.#work);
  }

  #describe(spec: Spec, output: number, values: Float64Array, targets: Float64Array): Heights {
    const of = [spec, output];
    const old = this.#range?.of.every((each, i) => each === of[i]) ? this.#range.range : null;
    const heights = describeHeights(spec, output, values, targets, old);
    this.#range = { of, range: heights.range };
    return heights;
  }
}
