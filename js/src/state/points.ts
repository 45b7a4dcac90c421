/**
 * The sample points as the page has them: Python's, with the page's own edits done over again.
 *
 * Rows move when a point is deleted, so undo cannot go by them: each point has an id that stays.
 */

import type { Outgoing, PointEdit } from "../wire.js";
import type { Clock } from "./clock.js";
import { Lane } from "./lane.js";
import type { DataSet } from "./types.js";
import type { Uplink } from "./uplink.js";

type PointsMessage = Extract<Outgoing, { type: "points" }>;

interface Numbered {
  readonly data: DataSet;
  readonly ids: readonly number[];
}

interface Step {
  readonly edit: PointEdit;
  /** Id of the point: what an added one is called. */
  readonly id: number;
}

export class Points {
  readonly lane: Lane<PointsMessage>;
  private base: Numbered;
  private shown: Numbered;
  private flying: Step | null = null;
  private queue: Step[] = [];
  private lastId = 0;

  constructor(
    data: DataSet,
    clock: Clock,
    uplink: Uplink,
    private readonly nextSeq: () => number,
  ) {
    this.base = this.shown = this.number(data);
    this.lane = new Lane(clock, uplink, {
      next: () => this.next(),
      refused: () => this.refuse(),
    });
  }

  get data(): DataSet {
    return this.shown.data;
  }

  /** True while the page shows points that Python has not acknowledged. */
  get ahead(): boolean {
    return this.flying !== null || this.queue.length > 0;
  }

  idOf(row: number): number {
    return this.shown.ids[row];
  }

  /** Row of the point with this id, −1 where it is gone. */
  rowOf(id: number): number {
    return this.shown.ids.indexOf(id);
  }

  /** Why `edit` cannot be done; null where it can. */
  problem(edit: PointEdit): string | null {
    return problem(this.data, edit);
  }

  /** Does `edit`, which has no problem, and returns the id of its point. */
  edit(edit: PointEdit, id = this.idFor(edit)): number {
    const step = { edit, id };
    const merged = this.mergeable(edit);
    if (merged >= 0) this.queue[merged] = step;
    else this.queue.push(step);
    this.shown = apply(this.shown, step);
    return id;
  }

  /**
   * Takes Python's points, which include the edits up to number `ack`.
   *
   * @returns whether they are still the points the page knew, and not others.
   */
  adopt(data: DataSet, ack: number): boolean {
    const flight = this.lane.inFlight;
    const landed = flight !== null && flight.seq <= ack;
    const expected = landed && this.flying ? applied(this.base, this.flying) : this.base;
    if (landed) this.flying = null;
    const same = expected.data.n === data.n && expected.data.d === data.d;
    this.base = same ? { data, ids: expected.ids } : this.number(data);
    if (!same) this.queue = []; // they were about rows that are other points now
    this.replay();
    this.lane.land(() => landed);
    return same;
  }

  private next(): PointsMessage | null {
    this.flying = this.queue.shift() ?? null;
    if (this.flying === null) return null;
    return { type: "points", seq: this.nextSeq(), ...this.flying.edit };
  }

  private refuse(): void {
    this.flying = null;
    this.queue = this.queue.filter((step) => step.edit.op === "add"); // rows may be off by one now
    this.replay();
  }

  private replay(): void {
    this.shown = this.base;
    for (const step of this.flying ? [this.flying, ...this.queue] : this.queue) {
      this.shown = applied(this.shown, step);
    }
  }

  /** Place in the queue of a move or label of the same point that this one replaces, or −1. */
  private mergeable(next: PointEdit): number {
    if (next.op !== "move" && next.op !== "label") return -1;
    for (let i = this.queue.length - 1; i >= 0; i--) {
      const { edit } = this.queue[i];
      if (edit.op === "delete") return -1; // rows counted otherwise before it
      if (edit.op === next.op && edit.row === next.row) return i;
    }
    return -1;
  }

  private idFor(edit: PointEdit): number {
    if (edit.op !== "add") return this.idOf(edit.row);
    this.lastId += 1;
    return this.lastId;
  }

  private number(data: DataSet): Numbered {
    const ids = Array.from({ length: data.n }, (_, row) => this.lastId + 1 + row);
    this.lastId += data.n;
    return { data, ids };
  }
}

/** Why an edit cannot be made, or null. */
export function problem(data: DataSet, edit: PointEdit): string | null {
  if (edit.op !== "add" && !(Number.isInteger(edit.row) && edit.row >= 0 && edit.row < data.n)) {
    return `there is no point in row ${edit.row} of ${data.n}`;
  }
  if (edit.op === "delete") return data.n > 1 ? null : "the last point cannot be deleted";
  if (edit.op !== "label") {
    const wrong = wrongNumbers("x", edit.x, data.d);
    if (wrong !== null || edit.op === "move") return wrong;
  }
  return wrongNumbers("y", edit.y, data.k);
}

function wrongNumbers(name: string, given: readonly number[], length: number): string | null {
  if (given.length !== length)
    return `${name} has ${given.length} numbers and should have ${length}`;
  const bad = given.find((value) => !Number.isFinite(value));
  return bad === undefined ? null : `${name} should be finite and has ${bad}`;
}

/** `apply`, but for a step that does not fit points which Python has changed in the meantime. */
function applied(points: Numbered, step: Step): Numbered {
  return problem(points.data, step.edit) === null ? apply(points, step) : points;
}

/** The points after an edit that has no `problem`. */
export function apply({ data, ids }: Numbered, { edit, id }: Step): Numbered {
  const { d, k } = data;
  switch (edit.op) {
    case "move":
      return { data: { ...data, X: replaced(data.X, edit.row * d, edit.x) }, ids };
    case "label":
      return { data: { ...data, y: replaced(data.y, edit.row * k, edit.y) }, ids };
    case "add": {
      const X = appended(data.X, edit.x);
      return {
        data: { ...data, n: data.n + 1, X, y: appended(data.y, edit.y) },
        ids: [...ids, id],
      };
    }
    case "delete": {
      const X = without(data.X, edit.row * d, d);
      const y = without(data.y, edit.row * k, k);
      return { data: { ...data, n: data.n - 1, X, y }, ids: ids.filter((_, i) => i !== edit.row) };
    }
  }
}

function replaced(values: Float64Array, at: number, by: readonly number[]): Float64Array {
  const copy = values.slice();
  copy.set(by, at);
  return copy;
}

function appended(values: Float64Array, more: readonly number[]): Float64Array {
  const copy = new Float64Array(values.length + more.length);
  copy.set(values);
  copy.set(more, values.length);
  return copy;
}

function without(values: Float64Array, at: number, count: number): Float64Array {
  const copy = new Float64Array(values.length - count);
  copy.set(values.subarray(0, at));
  copy.set(values.subarray(at + count), at);
  return copy;
}
