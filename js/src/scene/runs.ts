/** Histories of runs as the page has them: Python sends rows that are new, and what they replace. */

import { type BufferLike, numbers } from "../wire.js";
import { Growing } from "./growing.js";

export interface Run {
  readonly name: string;
  /** Which colour is its own; 0 is the network's own run. */
  readonly slot: number;
  readonly live: boolean;
  readonly columns: ReadonlyMap<string, Float64Array>;
}

/** What a message says of a run: its rows `from` to `to` come in the buffer, column by column. */
export interface RunEntry {
  readonly name: string;
  readonly slot: number;
  readonly live: boolean;
  readonly columns: readonly string[];
  readonly from: number;
  readonly to: number;
}

export class RunBook {
  /** Grows with every change. */
  version = 0;
  runs: readonly Run[] = [];
  #stores = new Map<string, Map<string, Growing>>();

  /** Takes a message; false where rows are missing before those that came. */
  apply(content: Readonly<Record<string, unknown>>, buffers: readonly BufferLike[]): boolean {
    const entries = content.runs as readonly RunEntry[] | undefined;
    if (!entries) return true;
    const all = buffers[0] ? numbers(buffers[0], "float64") : new Float64Array();
    let at = 0;
    let whole = true;
    const stores = new Map<string, Map<string, Growing>>();
    for (const entry of entries) {
      const own = this.#stores.get(entry.name) ?? new Map<string, Growing>();
      const size = entry.to - entry.from;
      const parts = entry.columns.map((_, i) => all.subarray(at + i * size, at + (i + 1) * size));
      at += size * entry.columns.length;
      whole = take(own, entry, parts) && whole;
      stores.set(entry.name, own);
    }
    this.#stores = stores;
    this.runs = entries.map(({ name, slot, live }) => {
      const own = [...(stores.get(name) ?? [])];
      return { name, slot, live, columns: new Map(own.map(([key, { values }]) => [key, values])) };
    });
    this.version++;
    return whole;
  }
}

function take(own: Map<string, Growing>, entry: RunEntry, parts: readonly Float64Array[]): boolean {
  const known = own.get("epoch")?.length ?? 0;
  if (known < entry.from) return false;
  for (const name of [...own.keys()]) if (!entry.columns.includes(name)) own.delete(name);
  for (const [i, name] of entry.columns.entries()) {
    let column = own.get(name);
    if (!column) {
      column = new Growing();
      own.set(name, column);
    }
    column.cut(entry.from);
    // A metric that came late is not a number before.
    column.add(new Float64Array(entry.from - column.length).fill(Number.NaN));
    column.add(parts[i]);
  }
  return true;
}

const FIRST = ["epoch", "loss", "accuracy", "test_loss", "test_accuracy"];

/** All runs as text: the same lines as `TrainingCurves.to_csv` in Python. */
export function csvOf(runs: readonly Run[]): string {
  const found = new Set(runs.flatMap(({ columns }) => [...columns.keys()]));
  const rest = [...found].filter((name) => !FIRST.includes(name));
  const names = [...FIRST.filter((name) => found.has(name)), ...rest];
  const lines = [["run", ...names].map(field).join(",")];
  for (const { name, columns } of runs) {
    const own = names.map((each) => columns.get(each));
    const rows = columns.get("epoch")?.length ?? 0;
    for (let row = 0; row < rows; row++) {
      const values = own.map((column) => number(column?.[row]));
      lines.push([field(name), ...values].join(","));
    }
  }
  return `${lines.join("\n")}\n`;
}

function number(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? "" : String(value).replace("Infinity", "inf");
}

function field(text: string): string {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
