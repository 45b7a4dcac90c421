/** The gradient that edges show: of all rows that there is time for, or of one sample. */

import { backward } from "../math/backward.js";
import { Workspace } from "../math/workspace.js";
import type { DataSet, NetState } from "../state/types.js";
import { affordable, chooseRows } from "./chosen_rows.js";
import { Kept } from "./kept.js";

/** Products forward, which backward costs about twice again: while the network moves, and at rest. */
const MOVING_WORK = 2_000_000;
const RESTING_WORK = 30_000_000;

export interface Gradient {
  /** dL/dparam of the mean over the rows, flat as params. */
  readonly flat: Float64Array;
  readonly loss: number;
  /** How many rows it is the mean of, and how many there are. */
  readonly n: number;
  readonly of: number;
}

export class Gradients {
  readonly #work = new Workspace();
  readonly #rows = new Kept<DataSet>();
  readonly #kept = new Kept<Gradient | null>();

  /**
   * Null where the page cannot compute it: another model than a stack, a loss of the user's own.
   *
   * @param sample the one whose gradient it is; null: the data's
   */
  of(state: NetState, sample: number | null, moving: boolean): Gradient | null {
    const { spec, params, data } = state;
    if (spec.kind !== "stack" || spec.loss === "custom") return null;
    const most = affordable(spec, moving ? MOVING_WORK : RESTING_WORK);
    const rows = this.#rows.get([data, sample, sample === null ? most : 1], () =>
      sample === null ? chooseRows(data, most).data : rowOf(data, sample),
    );
    return this.#kept.get([spec, params, rows], () => {
      const pass = backward(spec, params, rows.X, rows.y, rows.n, this.#work);
      return pass && { flat: pass.gradient, loss: pass.loss, n: rows.n, of: data.n };
    });
  }
}

function rowOf({ X, y, d, k }: DataSet, row: number): DataSet {
  return { n: 1, d, k, X: X.slice(row * d, row * d + d), y: y.slice(row * k, row * k + k) };
}
