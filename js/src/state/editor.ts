/**
 * The network as the page has it: Python's word with the page's own changes over it, each of which
 * can be taken back, and all of which go to Python in their own time.
 */

import type { PointEdit } from "../wire.js";
import type { Clock } from "./clock.js";
import { Edits } from "./edits.js";
import { Freezes } from "./freezes.js";
import type { Known, Settled } from "./mirror.js";
import { Points } from "./points.js";
import type { DataSet } from "./types.js";
import { type ParamChange, UndoStack } from "./undo.js";
import type { Uplink } from "./uplink.js";

export class Editor {
  private readonly edits: Edits;
  private readonly points: Points;
  private readonly freezes: Freezes;
  private readonly history = new UndoStack();
  /** The newest number given to an edit. */
  private seq = 0;
  /** Parameters with the edits over them, until either changes. */
  private shown: Float64Array | null = null;
  frozen: ReadonlySet<number>;
  private last: Float64Array = new Float64Array(0);
  private open = false;
  /** A gesture goes on that began on a network of other units: it moves nothing in this one. */
  private void = false;

  constructor(
    private known: Known,
    private readonly clock: Clock,
    private readonly uplink: Uplink,
  ) {
    const nextSeq = () => {
      this.seq += 1;
      return this.seq;
    };
    const revision = () => this.known.spec.revision;
    this.edits = new Edits(clock, uplink, nextSeq, revision);
    this.points = new Points(known.data, clock, uplink, nextSeq);
    this.freezes = new Freezes(known.frozen, clock, uplink, revision);
    this.frozen = known.frozen;
  }

  /** The same array while the numbers are: a frame that brings back a drag has nothing to paint. */
  get params(): Float64Array {
    if (this.shown === null) {
      const now = this.edits.over(this.known.params);
      this.last = equal(now, this.last) ? this.last : now;
      this.shown = this.last;
    }
    return this.shown;
  }

  get data(): DataSet {
    return this.points.data;
  }

  /** True while a handle is under the pointer: edits follow each other. */
  get holding(): boolean {
    return this.edits.holding;
  }

  get ahead(): boolean {
    return this.edits.ahead || this.points.ahead;
  }

  get canUndo(): boolean {
    return this.history.canUndo;
  }

  get canRedo(): boolean {
    return this.history.canRedo;
  }

  begin(label: string, held: Iterable<number>): void {
    this.end();
    this.history.begin(label);
    this.open = true;
    const { frozen, params } = this;
    this.edits.hold(
      [...held].filter((i) => !frozen.has(i) && i in params),
      params,
    );
    this.shown = null;
  }

  end(): void {
    this.open = this.void = false;
    this.history.end();
    this.edits.release();
    this.shown = null;
  }

  /** @returns why nothing was changed, or null. */
  edit(index: ArrayLike<number>, value: ArrayLike<number>): string | null {
    if (this.void) return null;
    const wrong = this.wrongEdit(index, value);
    if (wrong !== null) return wrong;
    const changes = new Map<number, ParamChange>();
    const { params, frozen } = this;
    for (let k = 0; k < index.length; k++) {
      if (frozen.has(index[k])) continue;
      changes.set(index[k], { before: params[index[k]], after: this.round(value[k]) });
    }
    if (changes.size === 0) return null;
    for (const [i, { after }] of changes) this.put(i, after);
    this.history.changedParams(changes, this.clock.now());
    return null;
  }

  /** @returns why nothing was changed, or null. */
  editPoint(edit: PointEdit): string | null {
    const rounded = "x" in edit ? { ...edit, x: edit.x.map((value) => this.round(value)) } : edit;
    const wrong = this.points.problem(rounded);
    if (wrong !== null) return wrong;
    const back = inverse(this.data, rounded);
    const id = this.points.edit(rounded);
    this.history.changedPoint({ id, forth: rounded, back }, this.clock.now());
    return null;
  }

  undo(): void {
    this.end();
    const command = this.history.undo();
    if (command === null) return;
    for (const [i, { before }] of command.params) this.put(i, before);
    for (const { id, back } of [...command.points].reverse()) this.redoPoint(id, back);
  }

  redo(): void {
    this.end();
    const command = this.history.redo();
    if (command === null) return;
    for (const [i, { after }] of command.params) this.put(i, after);
    for (const { id, forth } of command.points) this.redoPoint(id, forth);
  }

  freeze(index: readonly number[], frozen: boolean): void {
    this.freezes.wish(
      index.filter((i) => i in this.known.params),
      frozen,
    );
    this.freezes.lane.pump(); // before the release of what was held and is frozen now
    this.refreeze();
  }

  /** Takes Python's word, which contains the edits up to number `ack`. */
  adopt(known: Known, { changed, relaid }: Settled, ack: number): void {
    this.known = known;
    this.shown = null;
    if (relaid) this.forget();
    this.edits.acknowledge(ack);
    if (changed.has("_frozen") || relaid) {
      this.freezes.adopt(known.frozen);
      this.refreeze();
    }
    if (changed.has("_data") || relaid) {
      if (!this.points.adopt(known.data, this.uplink.acknowledged(known.dataAcks)))
        this.history.forgetPoints();
    }
  }

  /** Python has every edit up to number `ack`: the next may go. */
  landed(ack: number): void {
    this.edits.lane.land(({ seq }) => seq <= ack);
  }

  /** Something came from Python. */
  heard(): void {
    for (const lane of this.lanes()) lane.heard();
  }

  /** Python sent an error, about the message with number `seq` if it says so. */
  complained(seq: number | undefined): void {
    for (const lane of this.lanes()) lane.complained(seq);
    this.refreeze();
  }

  /** Sends what waits, as far as it may go. */
  pump(): void {
    for (const lane of this.lanes()) lane.pump();
  }

  beat(now: number): void {
    this.edits.beat(now);
    this.points.lane.beat(now);
    this.freezes.lane.beat(now);
  }

  /** When `beat` next has something to do. */
  due(): number {
    return Math.min(this.edits.due(), this.points.lane.due(), this.freezes.lane.due());
  }

  /** True while an answer is awaited. */
  get waiting(): boolean {
    return this.lanes().some((lane) => lane.inFlight !== null);
  }

  private lanes() {
    return [this.edits.lane, this.points.lane, this.freezes.lane] as const;
  }

  /** The parameters are other ones: nothing that goes by their index means anything now. */
  private forget(): void {
    this.void = this.open;
    this.edits.clear();
    this.freezes.clear();
    this.history.clear();
  }

  private refreeze(): void {
    this.frozen = this.freezes.shown;
    this.edits.thaw(this.frozen);
    this.shown = null;
  }

  private put(index: number, value: number): void {
    if (this.frozen.has(index)) return;
    this.edits.set(index, value);
    this.shown = null;
  }

  private redoPoint(id: number, edit: PointEdit): void {
    const done = edit.op === "add" ? edit : { ...edit, row: this.points.rowOf(id) };
    if (this.points.problem(done) === null) this.points.edit(done, id);
  }

  /** As Python will have it, so that nothing jumps when the acknowledgement comes. */
  private round(value: number): number {
    return this.known.spec.dtype === "float32" ? Math.fround(value) : value;
  }

  private wrongEdit(index: ArrayLike<number>, value: ArrayLike<number>): string | null {
    if (index.length !== value.length) return `${index.length} indices, ${value.length} values`;
    const { size } = this.known.spec;
    for (let k = 0; k < index.length; k++) {
      const i = index[k];
      if (!(Number.isInteger(i) && i >= 0 && i < size)) return `no parameter ${i} of ${size}`;
      if (!Number.isFinite(this.round(value[k]))) return `parameter ${i} cannot be ${value[k]}`;
    }
    return null;
  }
}

/** The edit that takes `edit` back; the row of a point added or deleted is found by its id. */
function inverse(data: DataSet, edit: PointEdit): PointEdit {
  if (edit.op === "add") return { op: "delete", row: data.n };
  const { row } = edit;
  const x = [...data.X.subarray(row * data.d, (row + 1) * data.d)];
  const y = [...data.y.subarray(row * data.k, (row + 1) * data.k)];
  if (edit.op === "delete") return { op: "add", x, y };
  return edit.op === "move" ? { op: "move", row, x } : { op: "label", row, y };
}

function equal(a: Float64Array, b: Float64Array): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}
