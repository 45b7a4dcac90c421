/**
 * One animation frame for every subscriber, however many changes and views there are; but where
 * views take longer than a page may stand still, and nobody has a parameter in hand, they share
 * several frames.
 */

import type { Clock } from "./clock.js";
import { isTraining } from "./moving.js";
import type { NetState } from "./types.js";

type Draw = (state: NetState) => void;

/** Milliseconds up to which all views together are drawn in one frame. */
export const WHOLE = 6;
/** Where they took longer: what is spent in a frame before the rest has to wait for the next. */
export const SHARE = 3;
/** A frame that took longer, layout and all, is followed by a rest as long. */
export const SMOOTH = 20;
/** The longest that counts: after a page was hidden it is not minutes. */
const LONGEST = 100;
/** What the newest drawing of a view counts for in the mean of its cost. */
const NEWEST = 0.3;

interface Subscriber {
  readonly draw: Draw;
  /** The change it has seen. */
  seen: number;
  /** Milliseconds that a drawing of it takes, about: the clock counts whole ones. */
  cost: number;
  /** Failed when it last drew: what is broken is told once, not sixty times a second. */
  broken: boolean;
}

export interface PainterHooks {
  /** The state to paint, called once a frame. */
  state(): NetState;
  /** Every subscriber has seen this change, and all before it. */
  painted(change: number): void;
  /** A subscriber threw. */
  failed(error: unknown): void;
}

export class Painter {
  /** Number of the frame that is being painted, or was painted last. */
  frame = 0;
  /** Number of the newest change. */
  change = 0;
  /** Who was painted last is the last. */
  private readonly subscribers = new Set<Subscriber>();
  private scheduled = false;
  /** When the shared frame began whose cost is not known yet. */
  private began: number | null = null;
  private restUntil = 0;

  constructor(
    private readonly clock: Clock,
    private readonly hooks: PainterHooks,
  ) {}

  get watched(): boolean {
    return this.subscribers.size > 0;
  }

  /** Adds a subscriber, which is painted for the first time in the next frame. */
  add(draw: Draw): () => void {
    const subscriber: Subscriber = { draw, seen: -1, cost: 0, broken: false };
    this.subscribers.add(subscriber);
    this.schedule();
    return () => void this.subscribers.delete(subscriber);
  }

  /** Something has changed. */
  schedule(): void {
    this.change += 1;
    this.request();
  }

  clear(): void {
    this.subscribers.clear();
  }

  private request(): void {
    if (this.scheduled || !this.watched) return;
    this.scheduled = true;
    this.clock.requestFrame(() => this.paint());
  }

  private paint(): void {
    this.scheduled = false;
    if (!this.watched) return;
    const state = this.hooks.state();
    if (this.rests() && mayWait(state)) this.request();
    else if (this.oldest !== this.change) this.drawStale(state);
  }

  private drawStale(state: NetState): void {
    const { change } = this; // a subscriber may make another, which the next frame shows
    this.frame += 1; // before drawing: two views can tell that they were painted together
    const shared = mayWait(state) && this.whole > WHOLE;
    this.began = shared ? this.clock.now() : null;
    const end = this.began === null ? Number.POSITIVE_INFINITY : this.began + SHARE;
    for (const subscriber of [...this.subscribers]) {
      if (subscriber.seen === change || !this.subscribers.delete(subscriber)) continue;
      this.subscribers.add(subscriber);
      subscriber.seen = change;
      this.draw(subscriber, state);
      if (this.clock.now() >= end) break;
    }
    const { oldest } = this;
    if (shared || oldest !== this.change) this.request();
    this.hooks.painted(oldest);
  }

  /** The change that everybody has seen. */
  private get oldest(): number {
    return Math.min(...[...this.subscribers].map(({ seen }) => seen));
  }

  /**
   * Whether the page is to have this frame for itself: for as long as the last shared one took
   * until the browser was done with it, where that was long.
   */
  private rests(): boolean {
    const now = this.clock.now();
    if (this.began !== null) {
      const cost = Math.min(LONGEST, now - this.began);
      this.restUntil = cost > SMOOTH ? now + cost : now;
      this.began = null;
    }
    return now < this.restUntil;
  }

  /** Milliseconds that it takes to draw all views. */
  private get whole(): number {
    return [...this.subscribers].reduce((sum, { cost }) => sum + cost, 0);
  }

  private draw(subscriber: Subscriber, state: NetState): void {
    const began = this.clock.now();
    try {
      subscriber.draw(state);
      subscriber.broken = false;
    } catch (error) {
      const known = subscriber.broken;
      subscriber.broken = true;
      if (!known) this.hooks.failed(error);
    }
    subscriber.cost += (this.clock.now() - began - subscriber.cost) * NEWEST;
  }
}

/** While training goes on by itself, views may be an epoch apart for a few frames. */
function mayWait({ status, held }: NetState): boolean {
  return !held && isTraining(status);
}
