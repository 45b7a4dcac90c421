/** One animation frame for every subscriber, however many changes and views there are. */

import type { Clock } from "./clock.js";
import type { NetState } from "./types.js";

type Draw = (state: NetState) => void;

interface Subscriber {
  readonly draw: Draw;
  /** Failed when it last drew: what is broken is told once, not sixty times a second. */
  broken: boolean;
}

export interface PainterHooks {
  /** The state to paint, called once a frame. */
  state(): NetState;
  /** A subscriber threw. */
  failed(error: unknown): void;
}

export class Painter {
  /** Number of the frame that is being painted, or was painted last. */
  frame = 0;
  private readonly subscribers = new Set<Subscriber>();
  private scheduled = false;

  constructor(
    private readonly clock: Clock,
    private readonly hooks: PainterHooks,
  ) {}

  get watched(): boolean {
    return this.subscribers.size > 0;
  }

  /** Adds a subscriber, which is painted for the first time in the next frame. */
  add(draw: Draw): () => void {
    const subscriber: Subscriber = { draw, broken: false };
    this.subscribers.add(subscriber);
    this.schedule();
    return () => void this.subscribers.delete(subscriber);
  }

  schedule(): void {
    if (this.scheduled || !this.watched) return;
    this.scheduled = true;
    this.clock.requestFrame(() => this.paint());
  }

  clear(): void {
    this.subscribers.clear();
  }

  private paint(): void {
    this.scheduled = false;
    if (!this.watched) return;
    const state = this.hooks.state();
    this.frame += 1; // before drawing: two views can tell that they were painted together
    for (const subscriber of [...this.subscribers]) {
      if (this.subscribers.has(subscriber)) this.draw(subscriber, state);
    }
  }

  private draw(subscriber: Subscriber, state: NetState): void {
    try {
      subscriber.draw(state);
      subscriber.broken = false;
    } catch (error) {
      const known = subscriber.broken;
      subscriber.broken = true;
      if (!known) this.hooks.failed(error);
    }
  }
}
