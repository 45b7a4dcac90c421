/** The network of a page that has no Python: the one copy that edits and training change. */

import { Mirror } from "../state/mirror.js";
import type { DataSet } from "../state/types.js";
import type { DataMessage, Spec } from "../wire.js";
import { nameOf } from "./entries.js";
import { Refused } from "./types.js";

export class PageNetwork {
  spec: Spec;
  /** Flat, each a number of the spec's dtype. */
  params: Float64Array;
  initial: Float64Array;
  data: DataSet;
  /** Number of the newest edit of points that `data` includes. */
  dataAck = 0;
  readonly frozen = new Set<number>();
  /** What is under the reader's finger: training leaves it alone, too. */
  readonly held = new Set<number>();

  /** @throws Error where the traits do not fit each other. */
  constructor(traits: Readonly<Record<string, unknown>>) {
    const { known } = new Mirror({ get: (name) => traits[name], on() {}, off() {} });
    this.spec = known.spec;
    this.params = known.params.slice();
    this.initial = known.initial;
    this.data = known.data;
    for (const index of known.frozen) this.frozen.add(index);
  }

  /** Entries that training leaves alone; null where there are none. */
  get pinned(): ReadonlySet<number> | null {
    if (this.held.size === 0) return this.frozen.size === 0 ? null : this.frozen;
    return this.frozen.size === 0 ? this.held : new Set([...this.frozen, ...this.held]);
  }

  /** @throws Refused where the message is about a structure that is no longer. */
  check(revision: number): void {
    if (revision === this.spec.revision) return;
    throw new Refused("nothing was changed: the network has other units or layers by now");
  }

  /** @throws Refused for an index that is none, a number that is not finite, a frozen entry. */
  write(index: readonly number[], value: readonly number[]): void {
    this.checkIndex(index);
    const rounded = value.map((number) => this.round(number));
    const moved: string[] = [];
    index.forEach((i, k) => {
      if (!Number.isFinite(rounded[k])) throw new Refused(`parameter ${i} cannot be ${value[k]}`);
      if (this.frozen.has(i) && rounded[k] !== this.params[i]) moved.push(nameOf(this.spec, i));
    });
    if (moved.length > 0) {
      const names = moved.slice(0, 5).join(", ");
      throw new Refused(`frozen parameters cannot be set: ${names}; thaw them first`);
    }
    index.forEach((i, k) => {
      this.params[i] = rounded[k];
    });
  }

  /** @throws Refused for an index that is none. */
  hold(index: readonly number[]): void {
    this.checkIndex(index);
    this.held.clear();
    for (const i of index) this.held.add(i);
  }

  /** @throws Refused for an index that is none. */
  freeze(index: readonly number[], frozen: boolean): void {
    this.checkIndex(index);
    for (const i of index) frozen ? this.frozen.add(i) : this.frozen.delete(i);
  }

  /** A number as the model's own dtype holds it. */
  round(value: number): number {
    return this.spec.dtype === "float32" ? Math.fround(value) : value;
  }

  /** Parameters as the wire has them. */
  bytes(params: Float64Array): ArrayBuffer {
    return bytesOf(params, this.spec.dtype);
  }

  /** The trait `_data`, for the page of this number. */
  dataMessage(page: number): DataMessage {
    const { n, d, k, test } = this.data;
    const packed = ({ X, y }: DataSet) => ({
      X: bytesOf(X, this.spec.dtype),
      y: bytesOf(y, this.spec.dtype),
    });
    const scored = test ? { n: test.n, ...packed(test) } : null;
    const acks = { [page]: this.dataAck };
    return { ...{ n, d, k, steps: null }, ...packed(this.data), test: scored, acks };
  }

  private checkIndex(index: readonly number[]): void {
    const { size } = this.spec;
    for (const i of index) {
      if (!(Number.isInteger(i) && i >= 0 && i < size)) {
        throw new Refused(`there is no parameter ${i}: there are ${size}`);
      }
    }
  }
}

function bytesOf(values: Float64Array, dtype: Spec["dtype"]): ArrayBuffer {
  return (dtype === "float32" ? Float32Array.from(values) : values.slice()).buffer as ArrayBuffer;
}
