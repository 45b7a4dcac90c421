/** Steps of undo: what a gesture changed, before and after. Knows nothing of how it is changed. */

import type { PointEdit } from "../wire.js";

/** Edits outside a gesture that follow each other this closely are one step. */
export const MERGE_WITHIN = 600;
export const LIMIT = 200;

export interface ParamChange {
  readonly before: number;
  readonly after: number;
}

/** One edit of a point with the edit that takes it back; rows are filled in when it is done. */
export interface PointChange {
  readonly id: number;
  readonly forth: PointEdit;
  readonly back: PointEdit;
}

export interface Command {
  readonly label: string;
  readonly params: ReadonlyMap<number, ParamChange>;
  readonly points: readonly PointChange[];
}

interface OpenCommand extends Command {
  readonly params: Map<number, ParamChange>;
  readonly points: PointChange[];
  /** When it was last added to; null for a gesture, which nothing joins after its end. */
  at: number | null;
}

export class UndoStack {
  private done: OpenCommand[] = [];
  private undone: OpenCommand[] = [];
  private gesture: OpenCommand | null = null;

  get canUndo(): boolean {
    return this.done.length > 0 || (this.gesture !== null && changes(this.gesture));
  }

  get canRedo(): boolean {
    return this.undone.length > 0;
  }

  begin(label: string): void {
    this.end();
    this.gesture = { label, params: new Map(), points: [], at: null };
  }

  end(): void {
    const gesture = this.gesture;
    this.gesture = null;
    if (gesture && changes(gesture)) this.push(gesture);
  }

  /** Parameters were changed. */
  changedParams(changed: ReadonlyMap<number, ParamChange>, now: number): void {
    const joins = (last: OpenCommand) => last.points.length === 0 && sameKeys(last.params, changed);
    const command = this.gesture ?? this.latest(now, joins);
    for (const [index, { before, after }] of changed) {
      command.params.set(index, { before: command.params.get(index)?.before ?? before, after });
    }
  }

  /** A point was changed. */
  changedPoint(change: PointChange, now: number): void {
    const joins = (last: OpenCommand) =>
      last.params.size === 0 && last.points.length === 1 && continues(last.points[0], change);
    const command = this.gesture ?? this.latest(now, joins);
    const earlier = continued(command.points, change);
    if (earlier < 0) command.points.push(change);
    else command.points[earlier] = { ...change, back: command.points[earlier].back };
  }

  /** The command to take back, which is now one that can be redone. */
  undo(): Command | null {
    this.end();
    return move(this.done, this.undone);
  }

  redo(): Command | null {
    this.end();
    return move(this.undone, this.done);
  }

  clear(): void {
    this.gesture = null;
    this.done = [];
    this.undone = [];
  }

  /** The points are other ones now: no step can be about those before. */
  forgetPoints(): void {
    for (const command of [...this.done, ...this.undone, this.gesture]) {
      command?.points.splice(0);
    }
    this.done = this.done.filter(changes);
    this.undone = this.undone.filter(changes);
  }

  /** The last step, where an edit without a gesture still joins it, or a new one. */
  private latest(now: number, joins: (last: OpenCommand) => boolean): OpenCommand {
    const last = this.done.at(-1);
    const recent = last && last.at !== null && now - last.at <= MERGE_WITHIN;
    if (last && recent && this.undone.length === 0 && joins(last)) {
      last.at = now;
      return last;
    }
    const command: OpenCommand = { label: "", params: new Map(), points: [], at: now };
    this.push(command);
    return command;
  }

  private push(command: OpenCommand): void {
    this.done.push(command);
    if (this.done.length > LIMIT) this.done.shift();
    this.undone = [];
  }
}

function changes(command: Command): boolean {
  if (command.points.length > 0) return true;
  for (const { before, after } of command.params.values()) if (before !== after) return true;
  return false;
}

function move(from: OpenCommand[], to: OpenCommand[]): OpenCommand | null {
  const command = from.pop();
  if (command === undefined) return null;
  command.at = null; // what comes after an undo is a step of its own
  to.push(command);
  return command;
}

function sameKeys(a: ReadonlyMap<number, unknown>, b: ReadonlyMap<number, unknown>): boolean {
  return a.size === b.size && [...a.keys()].every((key) => b.has(key));
}

/**
 * The change that this one goes on from, or −1. A drag may move a point and its label by turns:
 * neither changes what the other does, so one of each is all that has to be taken back.
 */
function continued(points: readonly PointChange[], change: PointChange): number {
  for (let i = points.length - 1; i >= 0; i--) {
    if (continues(points[i], change)) return i;
    const { op } = points[i].forth;
    if (points[i].id !== change.id || op === "add" || op === "delete") return -1;
  }
  return -1;
}

/** Moves of one point are one move; so are changes of its label. */
function continues(last: PointChange, next: PointChange): boolean {
  const op = next.forth.op;
  return last.id === next.id && last.forth.op === op && (op === "move" || op === "label");
}
