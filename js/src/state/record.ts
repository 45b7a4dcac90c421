/** The parameters of every epoch the page has seen, thinned when they become many. */

import type { Spec } from "../wire.js";

export const RECORD_BYTES = 16 * 2 ** 20;

type Stored = Float32Array | Float64Array;

export class EpochRecord {
  private readonly kept = new Map<number, Stored>();
  private bytes = 0;
  private stride = 1;
  private last = Number.NEGATIVE_INFINITY;

  constructor(private readonly limit = RECORD_BYTES) {}

  /** Remembers `params` as those of `epoch`, unless they are known: the first are the epoch's own,
   * later ones have been edited or are on their way to the next. */
  add(epoch: number, params: Float64Array, dtype: Spec["dtype"]): void {
    if (epoch < this.last) this.forgetFrom(epoch); // training was reset: another run begins
    this.last = epoch;
    if (this.kept.has(epoch) || epoch % this.stride !== 0) return;
    const stored = dtype === "float32" ? Float32Array.from(params) : params;
    this.kept.set(epoch, stored);
    this.bytes += stored.byteLength;
    while (this.bytes > this.limit && this.kept.size > 1) this.thin();
  }

  /** The parameters at exactly this epoch, or null. */
  at(epoch: number): Float64Array | null {
    const stored = this.kept.get(epoch);
    return stored === undefined ? null : Float64Array.from(stored);
  }

  clear(): void {
    this.kept.clear();
    this.bytes = 0;
    this.stride = 1;
    this.last = Number.NEGATIVE_INFINITY;
  }

  private forgetFrom(epoch: number): void {
    for (const seen of [...this.kept.keys()]) if (seen >= epoch) this.remove(seen);
  }

  private thin(): void {
    this.stride *= 2;
    for (const epoch of [...this.kept.keys()]) {
      if (epoch % this.stride !== 0) this.remove(epoch);
    }
  }

  private remove(epoch: number): void {
    this.bytes -= this.kept.get(epoch)?.byteLength ?? 0;
    this.kept.delete(epoch);
  }
}
