/**
 * The parameters the page has set and Python has not yet acknowledged, laid over Python's own.
 *
 * What is held (a handle under the pointer) stays as the user has it, whatever frames say, and
 * Python is told so often enough to keep its hands off it while training goes on.
 */

import type { Outgoing } from "../wire.js";
import type { Clock } from "./clock.js";
import { Lane } from "./lane.js";
import type { Uplink } from "./uplink.js";

type EditMessage = Extract<Outgoing, { type: "edit" }>;

/** Python lets go of what it has not heard of for three seconds. */
export const HOLD_EACH = 400;

const UNSENT = Number.POSITIVE_INFINITY;
/** Acknowledged, but held: Python has the value and the page goes on insisting. */
const SETTLED = 0;

interface Entry {
  value: number;
  /** Number of the message it went with. */
  seq: number;
}

export class Edits {
  readonly lane: Lane<EditMessage>;
  private readonly entries = new Map<number, Entry>();
  private readonly held = new Set<number>();
  /** What is held differs from what Python was told. */
  private holdNews = false;
  private toldAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly clock: Clock,
    private readonly uplink: Uplink,
    private readonly nextSeq: () => number,
    private readonly revision: () => number,
  ) {
    this.lane = new Lane(clock, uplink, {
      next: () => this.next(),
      refused: (message) => this.refuse(message),
    });
  }

  /** True while the page shows values that Python has not acknowledged. */
  get ahead(): boolean {
    for (const entry of this.entries.values()) if (entry.seq !== SETTLED) return true;
    return false;
  }

  get holding(): boolean {
    return this.held.size > 0;
  }

  set(index: number, value: number): void {
    this.entries.set(index, { value, seq: UNSENT });
  }

  /** Holds `indices` where `shown` has them. */
  hold(indices: Iterable<number>, shown: Float64Array): void {
    for (const index of indices) {
      this.held.add(index);
      this.holdNews = true;
      if (!this.entries.has(index)) this.set(index, shown[index]);
    }
  }

  release(): void {
    if (this.held.size === 0) return;
    for (const index of this.held) {
      if (this.entries.get(index)?.seq === SETTLED) this.entries.delete(index);
    }
    this.held.clear();
    this.holdNews = true;
  }

  /** Python's parameters with the page's laid over them: a fresh array. */
  over(params: Float64Array): Float64Array {
    const shown = params.slice();
    for (const [index, entry] of this.entries) shown[index] = entry.value;
    return shown;
  }

  /** Python has applied every message up to `ack`, and the page has its values. */
  acknowledge(ack: number): void {
    for (const [index, entry] of this.entries) {
      if (entry.seq > ack) continue;
      if (this.held.has(index)) entry.seq = SETTLED;
      else this.entries.delete(index);
    }
  }

  /** Leaves `frozen` parameters alone from now on. */
  thaw(frozen: ReadonlySet<number>): void {
    for (const index of frozen) {
      if (this.held.delete(index)) this.holdNews = true;
      const seq = this.entries.get(index)?.seq;
      if (seq === UNSENT || seq === SETTLED) this.entries.delete(index);
    }
  }

  clear(): void {
    this.entries.clear();
    this.held.clear();
    this.holdNews = false;
    this.lane.clear();
  }

  beat(now: number): void {
    if (now >= this.holdDue()) {
      if (this.lane.inFlight === null) this.lane.pump();
      else this.lane.repeat();
      this.toldAt = now;
    }
    this.lane.beat(now);
  }

  due(): number {
    return Math.min(this.lane.due(), this.holdDue());
  }

  private holdDue(): number {
    const holding = this.held.size > 0 && this.uplink.link === "live";
    return holding ? this.toldAt + HOLD_EACH : Number.POSITIVE_INFINITY;
  }

  private next(): EditMessage | null {
    const now = this.clock.now();
    const unsent = [...this.entries].filter(([, entry]) => entry.seq === UNSENT);
    if (unsent.length === 0 && !this.holdNews && now < this.holdDue()) return null;
    const seq = this.nextSeq();
    const index: number[] = [];
    const value: number[] = [];
    for (const [i, entry] of this.entries) {
      if (entry.seq !== UNSENT && !this.held.has(i)) continue;
      index.push(i);
      value.push(entry.value);
      if (entry.seq === UNSENT) entry.seq = seq;
    }
    this.holdNews = false;
    this.toldAt = now;
    return { type: "edit", seq, revision: this.revision(), index, value, held: [...this.held] };
  }

  private refuse(message: EditMessage): void {
    for (const [index, entry] of this.entries) {
      if (entry.seq === message.seq) this.entries.delete(index);
    }
  }
}
