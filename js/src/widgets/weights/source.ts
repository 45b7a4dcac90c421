/** From a state and a view's options to what the matrices and histograms are drawn from. */

import { type Column, ValueHistograms } from "../../math/value_histograms.js";
import { derivedOf } from "../../scene/derived.js";
import { Kept } from "../../scene/kept.js";
import { type Matrix, matricesOf } from "../../scene/weight_matrices.js";
import { WeightTrail } from "../../scene/weight_trail.js";
import { largestOf, type Quantity, steadyLimit, WeightValues } from "../../scene/weight_values.js";
import type { NetState, Store } from "../../state/types.js";
import { type BufferLike, numbers } from "../../wire.js";
import type { Fed } from "../feed.js";
import type { Options } from "../view.js";
import type { MatrixFrame } from "./matrices.js";
import { SHORT } from "./toolbar.js";

const NONE: readonly Matrix[] = [];

/** What Python says of the epochs before the page was there. */
interface Past {
  readonly epochs: readonly number[];
  readonly range: readonly number[];
  readonly bins: number;
  /** The last buffer is one, flat as the parameters are. */
  readonly gradient: { readonly n: number; readonly of: number };
}

export class WeightSource {
  readonly values: WeightValues;
  readonly trail = new WeightTrail();
  readonly #store: Store;
  readonly #options: Options;
  readonly #all = new Kept<readonly Matrix[]>();
  readonly #shown = new Kept<readonly Matrix[]>();
  readonly #histograms = new Map<number, ValueHistograms>();
  readonly #limits = new Map<string, number>();
  #params: readonly unknown[] = [];
  #recordedEpoch = -1;
  #layout: readonly Matrix[] | null = null;
  #asked = -1;

  constructor(store: Store, options: Options) {
    this.#store = store;
    this.#options = options;
    this.values = new WeightValues(derivedOf(store), this.trail);
  }

  all({ spec }: NetState): readonly Matrix[] {
    return this.#all.get([spec.params, spec.layers], () => matricesOf(spec));
  }

  layer(state: NetState): number | null {
    const given = this.#options.get<number | null>("layer");
    return given === null || given >= this.all(state).length ? null : given;
  }

  shown(state: NetState): readonly Matrix[] {
    const [all, layer] = [this.all(state), this.layer(state)];
    return this.#shown.get([all, layer], () => (layer === null ? all : [all[layer]])) ?? NONE;
  }

  frame(state: NetState): MatrixFrame {
    const quantity = this.#options.get<Quantity>("quantity");
    const matrices = this.shown(state);
    const { values, caption } = this.values.of(quantity, state);
    const key = `${quantity} ${this.layer(state)}`;
    const most = values ? largestOf(values, matrices) : 0;
    const limit = steadyLimit(this.#limits.get(key) ?? null, most);
    this.#limits.set(key, limit);
    return { state, matrices, values, limit, name: SHORT[quantity], caption };
  }

  histograms(state: NetState): ValueHistograms[] {
    return this.shown(state).map((matrix) => this.#of(matrix));
  }

  /** Takes note of this epoch's weights; call it in every frame, however little is drawn. */
  see(state: NetState): boolean {
    this.trail.see(state);
    const layout = this.all(state);
    if (this.#layout !== null && !alike(this.#layout, layout)) this.#histograms.clear();
    this.#layout = layout;
    const { epoch } = state.status;
    const same = this.#params[0] === state.params && this.#params[1] === epoch;
    if (same) return false;
    if (epoch < this.#recordedEpoch) {
      for (const histograms of this.#histograms.values()) histograms.cut(epoch);
    }
    // A hand that moves one weight changes no histogram anybody could see; it waits for the end.
    if (state.held) return false;
    this.#params = [state.params, epoch];
    this.#recordedEpoch = epoch;
    for (const matrix of this.all(state)) {
      this.#of(matrix).add(epoch, state.params, matrix.weight, matrix.rows * matrix.columns);
    }
    return true;
  }

  /** Epochs that Python counted, before this page looked. */
  learn({ content, buffers }: Fed, state: NetState): void {
    const past = content as unknown as Partial<Past>;
    const { epochs, range, bins, gradient } = past;
    const last = buffers.at(-1);
    if (gradient && last) {
      this.values.fed = { ...gradient, gradient: numbers(last, "float32") };
    }
    if (!epochs || !range || !bins || epochs.length === 0) return;
    const all = this.all(state);
    all.forEach((matrix, m) => {
      const buffer = buffers[m];
      if (buffer === undefined || range[m] === undefined) return;
      this.#of(matrix).merge(columnsOf(epochs, buffer, bins), range[m]);
    });
  }

  /** At rest, asks for the epoch right before this one where the page has not seen it. */
  recall(state: NetState, done: () => void): void {
    const { epoch, state: training } = state.status;
    if (epoch < 1 || this.trail.whole || this.#asked === epoch || training !== "idle") return;
    this.#asked = epoch;
    this.#store.recall(epoch - 1).then(
      (params) => {
        this.trail.offer({ params, epoch: epoch - 1 });
        done();
      },
      () => {}, // then the page's own record has to do
    );
  }

  #of(matrix: Matrix): ValueHistograms {
    const known = this.#histograms.get(matrix.weight) ?? new ValueHistograms();
    this.#histograms.set(matrix.weight, known);
    return known;
  }
}

/** False after units or layers were added or taken away: what was counted is of others. */
function alike(a: readonly Matrix[], b: readonly Matrix[]): boolean {
  const key = (matrices: readonly Matrix[]) =>
    matrices.map(({ weight, rows, columns }) => `${weight} ${rows} ${columns}`).join();
  return a === b || key(a) === key(b);
}

function columnsOf(epochs: readonly number[], buffer: BufferLike, bins: number): Column[] {
  const all = numbers(buffer, "float32");
  return epochs.map((epoch, i) => ({
    epoch,
    counts: Uint32Array.from(all.subarray(i * bins, (i + 1) * bins)),
  }));
}
