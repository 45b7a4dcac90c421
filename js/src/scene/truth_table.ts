/** Data with few different rows as a table: what goes in, what is wanted, what comes out. */

import { layersOf, outputs } from "../math/forward.js";
import { Workspace } from "../math/workspace.js";
import type { DataSet, NetState } from "../state/types.js";
import { Kept } from "./kept.js";
import { heightsOf, targetsOf } from "./output_heights.js";
import type { Targets, TruthRow } from "./output_types.js";

/** A longer one is no longer read at a glance. */
export const MOST_ROWS = 16;

interface Alike {
  readonly row: number;
  readonly count: number;
}

/**
 * The different rows of the data, in their order; null where there are too many. Two samples in
 * one place with different targets are two rows.
 */
export function differentRows({ n, d, k, X, y }: DataSet): Alike[] | null {
  const found = new Map<string, { row: number; count: number }>();
  for (let row = 0; row < n; row++) {
    const own = [...X.subarray(row * d, row * d + d), ...y.subarray(row * k, row * k + k)];
    const key = own.join();
    const known = found.get(key);
    if (known) known.count++;
    else if (found.size === MOST_ROWS) return null;
    else found.set(key, { row, count: 1 });
  }
  return [...found.values()];
}

export class TruthScene {
  readonly #work = new Workspace();
  readonly #alike = new Kept<Alike[] | null>();
  readonly #alone = new Kept<DataSet>();
  readonly #rows = new Kept<TruthRow[]>();

  /** @param drawn where to read the outputs of a model that only Python computes */
  rows(state: NetState, output: number, drawn: Targets): TruthRow[] | null {
    const { spec, params, data } = state;
    const alike = this.#alike.get([data], () => differentRows(data));
    if (!alike) return null;
    const known = spec.kind === "stack" ? null : drawn;
    return this.#rows.get([alike, spec, params, output, known], () => {
      const alone = this.#alone.get([alike], () => takeRows(data, alike));
      const target = targetsOf(spec, alone, output);
      const said = known
        ? Float64Array.from(alike, ({ row }) => known.output[known.rows.indexOf(row)])
        : this.#outputs(state, alone, output);
      return alike.map(({ row, count }, i) => ({
        ...{ row, count, target: target[i], output: said[i], error: said[i] - target[i] },
        x: Array.from(alone.X.subarray(i * alone.d, (i + 1) * alone.d)),
      }));
    });
  }

  #outputs({ spec, params }: NetState, { X, n }: DataSet, output: number): Float64Array {
    const raw = outputs(layersOf(spec, params), spec.head, X, n, this.#work);
    return heightsOf(spec, raw, output, { workspace: this.#work });
  }
}

function takeRows({ d, k, X, y }: DataSet, alike: readonly Alike[]): DataSet {
  const take = (from: Float64Array, width: number) =>
    Float64Array.from(
      alike.flatMap(({ row }) => [...from.subarray(row * width, (row + 1) * width)]),
    );
  return { n: alike.length, d, k, X: take(X, d), y: take(y, k) };
}
