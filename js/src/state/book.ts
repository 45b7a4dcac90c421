/**
 * One run as the page has it: the scores of every epoch, and the parameters of as many as Python
 * sends. nnwidgets/widgets/_wire.py tells the message that it grows by.
 */

import { nearestIndex } from "../math/curves.js";
import { Growing } from "../scene/growing.js";
import { type BufferLike, type HistoryMessage, numbers, type Spec } from "../wire.js";
import { Vectors } from "./vectors.js";

const EPOCH = "epoch";
const KEPT = "kept";

export class Book {
  /** Of the history that these rows are of; −1 before there are any. */
  serial = -1;
  /** Grows with every change. */
  version = 0;
  readonly #columns = new Map<string, Growing>();
  #vectors: Vectors | null = null;
  /** Epochs of the kept rows, growing. */
  #kept: Float64Array | null = null;

  /** Rows of scores that are here. */
  get rows(): number {
    return this.#columns.get(EPOCH)?.length ?? 0;
  }

  get epochs(): Float64Array {
    return this.column(EPOCH);
  }

  /** The numbers of one column; none where there is no such. The same array until one changes. */
  column(name: string): Float64Array {
    return this.#columns.get(name)?.values ?? NONE;
  }

  /** The epochs whose parameters are here, growing. */
  get kept(): Float64Array {
    const { epochs } = this;
    this.#kept ??= Float64Array.from(this.#vectors?.rows ?? [], (row) => epochs[row]);
    return this.#kept;
  }

  /**
   * Takes a message.
   *
   * @returns whether there is more to ask for, or null where it is of other rows than those here
   */
  apply(
    message: HistoryMessage,
    buffers: readonly BufferLike[],
    { dtype, size }: Spec,
  ): boolean | null {
    const { columns, from, rows, stride, serial } = message;
    if (from > this.rows || buffers.length < 2) return null;
    const all = numbers(buffers[0], "float64");
    const count = columns.length > 0 ? all.length / columns.length : 0;
    const params = numbers(buffers[1], dtype);
    const part = (i: number) => all.subarray(i * count, (i + 1) * count);
    const kept = part(columns.indexOf(KEPT));
    const places = [...kept.keys()].filter((row) => kept[row] === 1);
    if (!Number.isInteger(count) || params.length !== places.length * size) return null;
    columns.forEach((name, i) => {
      if (name !== KEPT) this.#grow(name, from, part(i));
    });
    this.#vectors ??= new Vectors(size, dtype);
    this.#vectors.cut(from);
    this.#vectors.thin(stride, rows - 1);
    this.#vectors.add(
      places.map((row) => from + row),
      params,
    );
    this.#kept = null;
    this.serial = serial;
    this.version += 1;
    return this.rows < rows;
  }

  /** The parameters at the `place`th of the kept epochs. */
  params(place: number): Float64Array {
    return (this.#vectors as Vectors).at(place);
  }

  /** A number of the row that is an epoch's, or nearest; null where there is none. */
  score(name: string, epoch: number): number | null {
    const value = this.column(name)[nearestIndex(this.epochs, epoch)];
    return value === undefined || !Number.isFinite(value) ? null : value;
  }

  #grow(name: string, from: number, values: Float64Array): void {
    let column = this.#columns.get(name);
    if (!column) {
      column = new Growing();
      this.#columns.set(name, column);
    }
    column.cut(from);
    column.add(new Float64Array(from - column.length).fill(Number.NaN));
    column.add(values);
  }
}

const NONE = new Float64Array();
