/** Outputs of a model that only Python can compute: asked for, drawn when they come. */

import { Kept } from "../scene/kept.js";
import type { Given } from "../scene/output_types.js";
import type { Extent } from "../scene/types.js";
import type { NetState, Store } from "../state/types.js";
import { numbers } from "../wire.js";
import type { Fed, Feed } from "./feed.js";

let views = 0;

export class OpaqueOutputs {
  readonly #key = `output-${++views}`;
  readonly #field = new Kept<Float64Array | null>();
  readonly #said = new Kept<Float64Array | null>();
  readonly #given = new Kept<Given>();
  #listening: (() => void) | null = null;

  constructor(
    private readonly store: Store,
    private readonly feed: Feed,
    private readonly changed: () => void,
  ) {}

  /** @param rows of the data, whose outputs are wanted as well; null where the page computes */
  outputs({ spec, data }: NetState, extent: Extent, side: number, rows: Int32Array): Given | null {
    if (spec.kind !== "opaque") return null;
    this.#listening ??= this.feed.subscribe(this.changed);
    const answer = this.store.probe({
      ...{ key: this.#key, kind: "field", axes: [0, 1], fixed: [0, 0] },
      ...{ extent: [...extent], size: [side, side] },
    });
    const field = this.#field.get([answer?.data, side], () =>
      answer?.shape[1] === side ? cellsFirst(answer.data, answer.shape[0]) : null,
    );
    const { latest } = this.feed;
    const outputs = this.#said.get(
      [latest, rows],
      () => latest && ofRows(latest, spec.outputs, data.n, rows),
    );
    return this.#given.get([field, outputs], () => ({ field, outputs }));
  }

  dispose(): void {
    this.#listening?.();
    this.store.unprobe(this.#key);
  }
}

/** (outputs, cells) as it crosses the wire → (cells, outputs) as the forward pass has it. */
function cellsFirst(data: Float32Array, k: number): Float64Array {
  const cells = data.length / k;
  return Float64Array.from(
    { length: data.length },
    (_, i) => data[(i % k) * cells + Math.floor(i / k)],
  );
}

/** Of all outputs (n, k), those of some rows; null where they are of other data. */
function ofRows({ buffers }: Fed, k: number, n: number, rows: Int32Array): Float64Array | null {
  if (!buffers[0]) return null;
  const all = numbers(buffers[0], "float64");
  if (all.length !== n * k) return null;
  return Float64Array.from(
    { length: rows.length * k },
    (_, i) => all[rows[Math.floor(i / k)] * k + (i % k)],
  );
}
