/** What TrainingCurves are fed in a page: the runs Python told of, and what the page trains on. */

import type { RunEntry } from "../scene/runs.js";
import { numbers } from "../wire.js";
import type { FeederContext, Payload, Source } from "./feeder.js";
import { COLUMNS, type Recording } from "./recording.js";

interface Run {
  readonly name: string;
  readonly slot: number;
  readonly live: boolean;
  /** By name, all of one length. */
  readonly columns: Map<string, number[]>;
  /** Rows that the view has. */
  sent: number;
}

export function curves(context: FeederContext): Source {
  return new Curves(context);
}

class Curves implements Source {
  /** The network's own first. */
  #runs: Run[];
  #recording: Recording | null = null;
  #serial = -1;
  #rows = 0;
  /** Runs came or went. */
  #changed = false;

  constructor(private readonly context: FeederContext) {
    this.#runs = runsOf(context.fed);
    const { recording } = context.network;
    this.#recording = recording;
    this.#serial = recording.serial;
    this.#rows = recording.rows;
  }

  whole(): Payload {
    for (const run of this.#runs) run.sent = 0;
    this.#follow();
    return this.#payload();
  }

  news(): Payload | null {
    if (!this.#follow() && !this.#changed) return null;
    return this.#payload();
  }

  asked({ type, name }: Readonly<Record<string, unknown>>): boolean {
    const [own, ...others] = this.#runs;
    if (type === "keep") this.#runs.push(this.#copy(own));
    else if (type === "remove") {
      this.#runs = [own, ...others.filter((run) => run.name !== name)];
    } else return false;
    this.#changed = true;
    return true;
  }

  #payload(): Payload {
    this.#changed = false;
    const parts: number[][] = [];
    const runs = this.#runs.map((run): RunEntry => {
      const { name, slot, live, columns, sent: from } = run;
      const to = lengthOf(run);
      for (const column of columns.values()) parts.push(column.slice(from));
      run.sent = to;
      return { name, slot, live, columns: [...columns.keys()], from, to };
    });
    return { content: { runs }, buffers: [Float64Array.from(parts.flat()).buffer] };
  }

  /** Brings the own run up to what the page has recorded; false where nothing is new. */
  #follow(): boolean {
    const { recording } = this.context.network;
    const other = recording !== this.#recording; // units or layers came or went
    if (!other && recording.serial === this.#serial) return false;
    const first = other ? 0 : recording.newSince(this.#serial, this.#rows);
    this.#recording = recording;
    this.#serial = recording.serial;
    this.#rows = recording.rows;
    const [own] = this.#runs;
    const count = recording.rows - first;
    const news = recording.numbers(first);
    cut(own, other ? Number.NEGATIVE_INFINITY : count > 0 ? news[0] : recording.last + 1);
    const rows = lengthOf(own);
    COLUMNS.forEach((name, i) => {
      const column = own.columns.get(name);
      column?.push(...news.subarray(i * count, (i + 1) * count));
    });
    for (const column of own.columns.values()) fill(column, rows + count);
    return true;
  }

  #copy(own: Run): Run {
    const slots = this.#runs.map(({ slot }) => slot);
    const slot = slots.map((_, i) => i + 1).find((each) => !slots.includes(each)) ?? slots.length;
    const names = this.#runs.map(({ name }) => name);
    const free = names.map((_, i) => `run ${i + 1}`).find((name) => !names.includes(name));
    const columns = new Map([...own.columns].map(([name, values]) => [name, [...values]]));
    return { name: free ?? "run", slot, live: false, columns, sent: 0 };
  }
}

function runsOf(fed: FeederContext["fed"]): Run[] {
  const entries = (fed?.content.runs ?? []) as readonly RunEntry[];
  const all = fed?.buffers[0] ? numbers(fed.buffers[0], "float64") : new Float64Array();
  let at = 0;
  return entries.map(({ name, slot, live, columns, to }) => {
    const own = columns.map((each): [string, number[]] => {
      at += to;
      return [each, [...all.subarray(at - to, at)]];
    });
    return { name, slot, live, columns: new Map(own), sent: 0 };
  });
}

const lengthOf = ({ columns }: Run) => columns.get("epoch")?.length ?? 0;

/** Drops the rows from an epoch on. */
function cut(run: Run, epoch: number): void {
  const epochs = run.columns.get("epoch") ?? [];
  const row = epochs.findIndex((each) => each >= epoch);
  if (row < 0) return;
  for (const column of run.columns.values()) column.length = row;
  run.sent = Math.min(run.sent, row);
}

/** A metric of Python's own is not a number where the page has trained. */
function fill(column: number[], length: number): void {
  while (column.length < length) column.push(Number.NaN);
}
