/** The gradient that views show: of all rows that there is time for, or of one sample. */

import { backward } from "../math/backward.js";
import { Workspace } from "../math/workspace.js";
import type { DataSet, NetState } from "../state/types.js";
import { affordable, type RowCache, rowOf } from "./chosen_rows.js";
import { Kept } from "./kept.js";

/** Products forward, which backward costs about twice again: while the network moves, and at rest. */
const MOVING_WORK = 3_000_000;
const RESTING_WORK = 30_000_000;

export interface Gradient {
  /** dL/dparam of the mean over the rows, flat as params. */
  readonly gradient: Float64Array;
  /** How many rows it is the mean of, and how many there are. */
  readonly n: number;
  readonly of: number;
}

/** A gradient of which the page knows the loss, too. */
export interface LossGradient extends Gradient {
  readonly loss: number;
}

/** Views that ask for different rows must not take each other's arrays away. */
export class Gradients {
  readonly #rows: RowCache;
  readonly #moving = new KeptGradient();
  readonly #resting = new KeptGradient();
  readonly #sample = new KeptGradient();
  readonly #alone = new Kept<DataSet>();

  constructor(rows: RowCache) {
    this.#rows = rows;
  }

  /**
   * Null where the page cannot compute it: another model than a stack, a loss of the user's own.
   * The array is reused for the next state: a view copies what it keeps.
   *
   * @param sample the one whose gradient it is; null: the data's
   * @param moving whether the numbers change with every frame: then fewer rows are looked at
   */
  of(state: NetState, sample: number | null, moving: boolean): LossGradient | null {
    const { spec, data } = state;
    if (spec.kind !== "stack" || spec.loss === "custom") return null;
    if (sample !== null) {
      const alone = this.#alone.get([data, sample], () => rowOf(data, sample));
      return this.#sample.of(state, alone);
    }
    const rows = this.#rows.of(data, affordable(spec, moving ? MOVING_WORK : RESTING_WORK));
    return (moving ? this.#moving : this.#resting).of(state, rows.data);
  }
}

class KeptGradient {
  readonly #work = new Workspace();
  readonly #kept = new Kept<LossGradient | null>();

  of({ spec, params, data }: NetState, { X, y, n }: DataSet): LossGradient | null {
    return this.#kept.get([spec, params, X, y, n], () => {
      const pass = backward(spec, params, X, y, n, this.#work);
      return pass && { gradient: pass.gradient, loss: pass.loss, n, of: data.n };
    });
  }
}
