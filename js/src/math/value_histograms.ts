/**
 * Histograms of many numbers, epoch after epoch, over a range that doubles when they leave it: two
 * bins then become one, and what was counted before stays exact.
 */

/** Over [−range, range]; the twin of `BINS` in nnwidgets/widgets/weight_updates.py. */
export const BINS = 64;

/** Of the range: what is beyond it, in the outermost bins. Twice as much must be a number, too. */
const MOST_BITS = 1000;

/** More epochs than these are thinned: every second one goes. */
const MOST = 240;

export interface Column {
  readonly epoch: number;
  readonly counts: Uint32Array;
}

export class ValueHistograms {
  /** A power of two that no number so far has exceeded. */
  range = 2 ** -10;
  #columns: Column[] = [];

  get columns(): readonly Column[] {
    return this.#columns;
  }

  /** Counts `size` numbers from `start` on; a later epoch's numbers, or this epoch's anew. */
  add(epoch: number, values: Float64Array, start: number, size: number): void {
    this.cut(epoch);
    this.#widen(largest(values, start, size));
    this.#columns.push({ epoch, counts: countsOf(values, start, size, this.range) });
    if (this.#columns.length > MOST) this.#thin();
  }

  /** Epochs that were counted elsewhere, over [−range, range]; what is known here stays. */
  merge(columns: readonly Column[], range: number): void {
    this.#widen(range);
    const known = new Set(this.#columns.map(({ epoch }) => epoch));
    const first = this.#columns[0]?.epoch ?? Number.POSITIVE_INFINITY;
    const last = this.#columns.at(-1)?.epoch ?? Number.POSITIVE_INFINITY;
    const fresh = columns
      .filter(({ epoch }) => !known.has(epoch) && (epoch < first || epoch < last))
      .map(({ epoch, counts }) => ({ epoch, counts: widened(counts, this.range / range) }));
    this.#columns = [...this.#columns, ...fresh].sort((a, b) => a.epoch - b.epoch);
    while (this.#columns.length > MOST) this.#thin();
  }

  /** Forgets `epoch` and those after it. */
  cut(epoch: number): void {
    while ((this.#columns.at(-1)?.epoch ?? -1) >= epoch) this.#columns.pop();
  }

  clear(): void {
    this.#columns = [];
    this.range = 2 ** -10;
  }

  #widen(size: number): void {
    if (!(size > this.range) || size === Number.POSITIVE_INFINITY) return;
    const wanted = 2 ** Math.min(MOST_BITS, Math.ceil(Math.log2(size)));
    if (wanted <= this.range) return;
    const by = wanted / this.range;
    this.range = wanted;
    this.#columns = this.#columns.map(({ epoch, counts }) => ({
      epoch,
      counts: widened(counts, by),
    }));
  }

  /** The first and the last stay. */
  #thin(): void {
    const last = this.#columns.length - 1;
    this.#columns = this.#columns.filter((_, i) => i % 2 === 0 || i === last);
  }
}

function largest(values: Float64Array, start: number, size: number): number {
  let most = 0;
  for (let i = start; i < start + size; i++) {
    const magnitude = Math.abs(values[i]);
    if (magnitude > most && magnitude < Number.POSITIVE_INFINITY) most = magnitude;
  }
  return most;
}

export function countsOf(
  values: Float64Array,
  start: number,
  size: number,
  range: number,
): Uint32Array {
  const counts = new Uint32Array(BINS);
  const scale = BINS / (2 * range);
  for (let i = start; i < start + size; i++) {
    const at = (values[i] + range) * scale;
    if (!Number.isNaN(at)) counts[at < 0 ? 0 : at >= BINS ? BINS - 1 : at | 0]++;
  }
  return counts;
}

/** The same counts over a range `by` times as wide; `by` is a power of two, at least one. */
export function widened(counts: Uint32Array, by: number): Uint32Array {
  if (by <= 1) return counts;
  const out = new Uint32Array(BINS);
  const middle = BINS / 2;
  counts.forEach((count, bin) => {
    out[Math.floor((bin - middle) / by) + middle] += count;
  });
  return out;
}
