/**
 * What Python last said, put together.
 *
 * Its word comes in pieces: traits that change one event at a time, and frames. A piece is set
 * aside until `settle`, and the whole is taken only where the pieces fit each other, so that no
 * view ever sees the structure of one model with the parameters of another.
 */

import {
  type Acks,
  type BufferLike,
  counted,
  type DataMessage,
  numbers,
  type Spec,
  type Status,
} from "../wire.js";
import type { ModelLike } from "./host.js";
import type { DataSet } from "./types.js";

export const TRAITS = ["_spec", "_values", "_initial", "_data", "_frozen", "_status"] as const;
export type Trait = (typeof TRAITS)[number];

export interface Known {
  readonly spec: Spec;
  readonly params: Float64Array;
  readonly initial: Float64Array;
  readonly data: DataSet;
  /** The newest edit of points that `data` includes, of each page. */
  readonly dataAcks: Acks;
  /** Of the structure whose parameters these are, where that was said: a trait does not say. */
  readonly revision: number | null;
  readonly frozen: ReadonlySet<number>;
  readonly status: Status;
}

/** What a settling changed. */
export interface Settled {
  readonly changed: ReadonlySet<Trait>;
  /** The parameters are other ones than before: an index means something else now. */
  readonly relaid: boolean;
}

export class Mirror {
  known: Known;
  private readonly raw = new Map<Trait, unknown>();
  private readonly fresh = new Set<Trait>(TRAITS);
  private revision: number | null = null;

  /** @throws Error where the model's traits do not fit each other. */
  constructor(private readonly model: ModelLike) {
    for (const trait of TRAITS) this.raw.set(trait, model.get(trait));
    const known = this.decode(null);
    const misfit = misfitOf(known);
    if (misfit !== null) throw new Error(`The network's state does not fit together: ${misfit}`);
    this.known = known;
    this.fresh.clear();
  }

  /** Calls `changed` after any trait has changed and was set aside; returns how to stop. */
  listen(changed: () => void): () => void {
    const listeners = TRAITS.map((trait) => {
      const listener = () => {
        if (trait === "_values") this.revision = null;
        this.put(trait, this.model.get(trait));
        changed();
      };
      this.model.on(`change:${trait}`, listener);
      return () => this.model.off(`change:${trait}`, listener);
    });
    return () => {
      for (const stop of listeners) stop();
    };
  }

  /** A frame came; where it carries no parameters, they have not changed. */
  frame(values: BufferLike | undefined, revision: number, status: Status): void {
    if (values !== undefined) {
      this.revision = revision;
      this.put("_values", values);
    }
    this.put("_status", status);
  }

  /** Takes what was set aside; null where there is nothing, or where it does not fit yet. */
  settle(): Settled | null {
    if (this.fresh.size === 0) return null;
    const before = this.known;
    const known = this.decode(before);
    if (misfitOf(known) !== null) return null;
    const changed = new Set(this.fresh);
    this.known = known;
    this.fresh.clear();
    return { changed, relaid: known.spec !== before.spec && relaid(before.spec, known.spec) };
  }

  /** Parameters that came in a message; null where they are not of this network. */
  parameters(buffer: BufferLike): Float64Array | null {
    const { dtype, size } = this.known.spec;
    const params = decoded(buffer, dtype);
    return params.length === size ? params : null;
  }

  private put(trait: Trait, value: unknown): void {
    this.raw.set(trait, value);
    this.fresh.add(trait);
  }

  /** Decodes what is fresh, and everything where the numbers' type may have changed. */
  private decode(before: Known | null): Known {
    const spec = before && !this.fresh.has("_spec") ? before.spec : (this.raw.get("_spec") as Spec);
    const retyped = spec.dtype !== before?.spec.dtype;
    const stale = (trait: Trait) => before === null || retyped || this.fresh.has(trait);
    const vector = (trait: Trait) => decoded(this.raw.get(trait) as BufferLike, spec.dtype);
    const data = this.raw.get("_data") as DataMessage;
    return {
      spec,
      params: before && !stale("_values") ? before.params : vector("_values"),
      initial: before && !stale("_initial") ? before.initial : vector("_initial"),
      data: before && !stale("_data") ? before.data : dataSet(data, spec.dtype),
      dataAcks: data.acks,
      revision: this.revision,
      frozen:
        before && !stale("_frozen")
          ? before.frozen
          : new Set(this.raw.get("_frozen") as Iterable<number>),
      status: this.raw.get("_status") as Status,
    };
  }
}

/** As numbers; none where the bytes are of another type, which then do not fit the rest. */
function decoded(buffer: BufferLike, dtype: Spec["dtype"]): Float64Array {
  const whole = buffer.byteLength % (dtype === "float64" ? 8 : 4) === 0;
  return whole ? numbers(buffer, dtype) : new Float64Array(0);
}

function dataSet(message: DataMessage, dtype: Spec["dtype"]): DataSet {
  const { n, d, k, steps } = message;
  const X = steps ? counted(message.X, steps, dtype) : decoded(message.X, dtype);
  const [y, { test }] = [decoded(message.y, dtype), message];
  const scored = test && {
    ...{ n: test.n, d, k, X: decoded(test.X, dtype), y: decoded(test.y, dtype) },
  };
  return { n, d, k, X, y, test: scored ?? null };
}

/** Why the pieces cannot be of one network; null where they can. */
function misfitOf({ spec, params, initial, data, frozen, revision }: Known): string | null {
  if (revision !== null && revision !== spec.revision) {
    return `values of structure ${revision} for structure ${spec.revision}`;
  }
  if (params.length !== spec.size) return `${params.length} values for ${spec.size} parameters`;
  if (initial.length !== spec.size) {
    return `${initial.length} initial values for ${spec.size} parameters`;
  }
  if (data.d !== spec.inputs) return `data of ${data.d} columns for ${spec.inputs} inputs`;
  if (data.X.length !== data.n * data.d) return `X has ${data.X.length} numbers, not n × d`;
  if (data.y.length !== data.n * data.k) return `y has ${data.y.length} numbers, not n × k`;
  for (const index of frozen) {
    if (index >= spec.size) return `parameter ${index} is frozen, of ${spec.size}`;
  }
  return null;
}

function relaid(before: Spec, after: Spec): boolean {
  return (
    before.revision !== after.revision ||
    JSON.stringify(before.params) !== JSON.stringify(after.params)
  );
}
