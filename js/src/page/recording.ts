/** Every epoch of the run in the page: its scores, its parameters, and how to train on from it. */

import type { Memory } from "../math/train.js";
import { type BufferLike, type HistoryMessage, numbers, type Spec } from "../wire.js";

export const COLUMNS = ["epoch", "loss", "accuracy", "test_loss", "test_accuracy"] as const;
type Column = (typeof COLUMNS)[number];
export type Scores = Readonly<Partial<Record<Column, number | null>>>;

/** Most memory for remembered parameters; then every second is dropped, and so on. */
export const MOST_BYTES = 16 * 2 ** 20;
/** And most epochs whose parameters are remembered: each is some objects, however short they are. */
export const MOST_KEPT = 10_000;

/** What it takes to train on from an epoch as if nothing had come between. */
export interface Checkpoint {
  readonly memory: Memory;
  /** Of the orders of the data to come. */
  readonly random: number;
  readonly rates: { readonly lr: number; readonly l1: number; readonly l2: number };
}

interface Kept {
  readonly params: Float32Array | Float64Array;
  readonly checkpoint: Checkpoint | null;
}

export interface PathPoint {
  readonly epoch: number;
  readonly loss: number;
  readonly params: Float32Array | Float64Array;
}

/** The message `history` of Python's, as far as it says what was recorded. */
export interface Recorded {
  readonly columns: readonly string[];
  readonly stride: number;
}

type Part = Pick<HistoryMessage, "serial" | "from" | "rows" | "columns" | "stride">;

export class Recording {
  /** Grows with every change. */
  serial = 0;
  /** Rows that it does not divide have no parameters, but for the last. */
  stride = 1;
  private readonly columns = Object.fromEntries(
    COLUMNS.map((name) => [name, [] as number[]]),
  ) as Record<Column, number[]>;
  private readonly kept = new Map<number, Kept>();
  private bytes = 0;
  /** Of the newest change to rows that there were already. */
  private rewound = 0;

  constructor(
    private readonly dtype: Spec["dtype"],
    private readonly limit = MOST_BYTES,
  ) {}

  get rows(): number {
    return this.columns.epoch.length;
  }

  get last(): number {
    return this.columns.epoch.at(-1) ?? 0;
  }

  /** The epochs whose parameters are here, growing. */
  get epochs(): number[] {
    return [...this.kept.keys()].map((row) => this.columns.epoch[row]);
  }

  /** A number of an epoch; null where there is none. */
  score(name: Column, epoch: number): number | null {
    const value = this.columns[name][this.columns.epoch.indexOf(epoch)];
    return value === undefined || Number.isNaN(value) ? null : value;
  }

  /** Every epoch whose parameters are here; these are not to be changed. */
  get path(): readonly PathPoint[] {
    return [...this.kept].map(([row, { params }]) => ({
      ...{ epoch: this.columns.epoch[row], loss: this.columns.loss[row], params },
    }));
  }

  /** Adds an epoch; what was recorded from that epoch on is dropped first. */
  add(
    epoch: number,
    scores: Scores,
    params: Float64Array,
    checkpoint: Checkpoint | null = null,
  ): void {
    this.serial += 1;
    this.cutFrom(epoch);
    const row = this.rows;
    for (const name of COLUMNS) {
      this.columns[name].push(name === "epoch" ? epoch : (scores[name] ?? Number.NaN));
    }
    // The last one before this was kept though it may be off the stride.
    if (row > 0 && (row - 1) % this.stride !== 0) this.drop(row - 1);
    const stored = this.dtype === "float32" ? Float32Array.from(params) : params.slice();
    this.kept.set(row, { params: stored, checkpoint });
    this.bytes += bytesOf(this.kept.get(row));
    while ((this.bytes > this.limit || this.kept.size > MOST_KEPT) && this.kept.size > 2) {
      this.thin();
    }
  }

  /** As it is now; what is kept is shared, and never changed. */
  copy(): Recording {
    const copy = new Recording(this.dtype, this.limit);
    for (const name of COLUMNS) copy.columns[name] = this.columns[name].slice();
    for (const [row, kept] of this.kept) copy.kept.set(row, kept);
    return Object.assign(copy, { stride: this.stride, bytes: this.bytes });
  }

  /** Forgets every epoch after this one. */
  cutAfter(epoch: number): void {
    this.serial += 1;
    this.cutFrom(epoch + 1);
  }

  clear(): void {
    this.serial += 1;
    this.cutFrom(Number.NEGATIVE_INFINITY);
    this.stride = 1;
  }

  /** The epoch whose parameters are here that is nearest; of two, the earlier one. */
  nearest(epoch: number): number {
    return this.epochs.reduce((best, each) =>
      Math.abs(each - epoch) < Math.abs(best - epoch) ? each : best,
    );
  }

  /** @throws RangeError for an epoch that is not among `epochs`. */
  at(epoch: number): { readonly params: Float64Array; readonly checkpoint: Checkpoint | null } {
    const kept = this.kept.get(this.columns.epoch.indexOf(epoch));
    if (kept === undefined) throw new RangeError(`the parameters of epoch ${epoch} are not here`);
    return { params: Float64Array.from(kept.params), checkpoint: kept.checkpoint };
  }

  /** The first row that is new to a page which has `rows` of them as of `serial`. */
  newSince(serial: number, rows: number): number {
    return serial >= this.rewound && serial <= this.serial ? Math.min(rows, this.rows) : 0;
  }

  /** What is new to a page, as the message `history` says it, but for whose it is. */
  part(serial: number, rows: number): readonly [Part, ArrayBuffer[]] {
    const from = this.newSince(serial, rows);
    const columns = [...COLUMNS, "kept"];
    const part = { serial: this.serial, from, rows: this.rows, columns, stride: this.stride };
    return [
      part,
      [this.numbers(from), this.vectors(from)].map(({ buffer }) => buffer as ArrayBuffer),
    ];
  }

  /** The numbers of all rows from one on, column by column, and then which have parameters. */
  numbers(from: number): Float64Array {
    const count = this.rows - from;
    const all = new Float64Array((COLUMNS.length + 1) * count);
    COLUMNS.forEach((name, i) => {
      all.set(this.columns[name].slice(from), i * count);
    });
    for (const row of this.kept.keys()) {
      if (row >= from) all[COLUMNS.length * count + row - from] = 1;
    }
    return all;
  }

  /** The parameters of those rows, one after the other, in the spec's dtype. */
  vectors(from: number): Float32Array | Float64Array {
    const found = [...this.kept].filter(([row]) => row >= from).map(([, { params }]) => params);
    const size = found[0]?.length ?? 0;
    const length = found.length * size;
    const all = this.dtype === "float32" ? new Float32Array(length) : new Float64Array(length);
    found.forEach((params, i) => {
      all.set(params, i * size);
    });
    return all;
  }

  /**
   * Takes what Python recorded.
   *
   * @throws Error where the buffers are not of this many parameters
   */
  read({ columns, stride }: Recorded, buffers: readonly BufferLike[], size: number): void {
    const all = numbers(buffers[0], "float64");
    const vectors = numbers(buffers[1], this.dtype);
    const count = all.length / columns.length;
    const column = (name: string) => {
      const i = columns.indexOf(name);
      return i < 0 ? null : all.subarray(i * count, (i + 1) * count);
    };
    const kept = column("kept");
    const places = kept === null ? [] : [...kept.keys()].filter((row) => kept[row] === 1);
    if (!Number.isInteger(count) || vectors.length !== places.length * size) {
      throw new Error(`the recorded epochs do not fit ${size} parameters`);
    }
    this.clear();
    this.stride = stride;
    for (const name of COLUMNS) {
      const values = column(name) ?? new Float64Array(count).fill(Number.NaN);
      for (const value of values) this.columns[name].push(value);
    }
    places.forEach((row, i) => {
      const params = vectors.slice(i * size, (i + 1) * size);
      const stored = this.dtype === "float32" ? Float32Array.from(params) : params;
      this.kept.set(row, { params: stored, checkpoint: null });
      this.bytes += stored.byteLength;
    });
  }

  private cutFrom(epoch: number): void {
    const { epoch: epochs } = this.columns;
    if (epochs.length === 0 || epochs[epochs.length - 1] < epoch) return;
    this.rewound = this.serial;
    const first = epochs.findIndex((each) => each >= epoch);
    for (const name of COLUMNS) this.columns[name].length = first;
    for (const row of [...this.kept.keys()]) if (row >= first) this.drop(row);
  }

  private thin(): void {
    this.stride *= 2;
    for (const row of [...this.kept.keys()]) {
      if (row % this.stride !== 0 && row !== this.rows - 1) this.drop(row);
    }
  }

  private drop(row: number): void {
    this.bytes -= bytesOf(this.kept.get(row));
    this.kept.delete(row);
  }
}

function bytesOf(kept: Kept | undefined): number {
  if (kept === undefined) return 0;
  const memory = Object.values(kept.checkpoint?.memory.vectors ?? {});
  return kept.params.byteLength + memory.reduce((sum, values) => sum + values.byteLength, 0);
}
