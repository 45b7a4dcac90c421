/** Histories as Python sends them, for tests. */

import type { HistoryMessage } from "../wire.js";

export const COLUMNS = ["epoch", "loss", "accuracy", "test_loss", "test_accuracy", "kept"];

export interface Row {
  readonly epoch: number;
  readonly loss: number;
  /** Of the test data, where there are some. */
  readonly test_loss?: number;
  /** Those of the row, where they are sent. */
  readonly params?: readonly number[] | undefined;
}

/** A message with these rows, from row `from` on. */
export function historyOf(
  rows: readonly Row[],
  more: Partial<HistoryMessage> = {},
  dtype: "float32" | "float64" = "float64",
): [HistoryMessage, ArrayBuffer[]] {
  const columns = [
    rows.map(({ epoch }) => epoch),
    rows.map(({ loss }) => loss),
    rows.map(({ epoch }) => epoch / 100),
    rows.map(({ test_loss = Number.NaN }) => test_loss),
    rows.map(() => Number.NaN),
    rows.map(({ params }) => (params ? 1 : 0)),
  ];
  const params = rows.flatMap((row) => row.params ?? []);
  const vectors = dtype === "float32" ? Float32Array.from(params) : Float64Array.from(params);
  const message: HistoryMessage = {
    ...{ type: "history", revision: 0, run: "", serial: 1, from: 0, rows: rows.length },
    ...{ columns: COLUMNS, stride: 1, former: [] },
    ...more,
  };
  return [message, [Float64Array.from(columns.flat()).buffer, vectors.buffer]];
}

/** Rows of epochs from `first` on, whose parameters are all the epoch's number. */
export function epochs(first: number, last: number, size: number): Row[] {
  return Array.from({ length: last - first + 1 }, (_, i) => {
    const epoch = first + i;
    return { epoch, loss: 1 / (1 + epoch), params: Array<number>(size).fill(epoch) };
  });
}
