/** A clock that stands still until a test advances it. */

import type { Clock } from "../state/clock.js";

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly fn: () => void;
}

const FRAME = 16;

export class FakeClock implements Clock {
  /** A hidden page gets no animation frames. */
  hidden = false;
  private timers: Timer[] = [];
  private frames: (() => void)[] = [];
  private order = 0;

  constructor(private time = 1_800_000_000_000) {}

  now(): number {
    return this.time;
  }

  setTimer(fn: () => void, ms: number): () => void {
    this.order += 1;
    const timer = { at: this.time + ms, order: this.order, fn };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((other) => other !== timer);
    };
  }

  requestFrame(fn: () => void): void {
    this.frames.push(fn);
  }

  /** How many animation frames are asked for. */
  get pendingFrames(): number {
    return this.frames.length;
  }

  get pendingTimers(): number {
    return this.timers.length;
  }

  /** Lets `ms` pass: timers ring when due, and the page paints every 16 ms. */
  advance(ms: number): void {
    const end = this.time + ms;
    for (;;) {
      const paint = (Math.floor(this.time / FRAME) + 1) * FRAME;
      const timer = this.next();
      if (Math.min(paint, timer?.at ?? paint) > end) break;
      if (timer && timer.at <= paint) this.fire(timer);
      else this.paint(paint);
    }
    this.time = end;
  }

  private next(): Timer | undefined {
    return this.timers.toSorted((a, b) => a.at - b.at || a.order - b.order)[0];
  }

  private fire(timer: Timer): void {
    this.timers = this.timers.filter((other) => other !== timer);
    this.time = Math.max(this.time, timer.at);
    timer.fn();
  }

  private paint(at: number): void {
    this.time = at;
    if (!this.hidden) for (const fn of this.frames.splice(0)) fn();
  }
}
