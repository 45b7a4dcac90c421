/** Frames to the page: the newest state only, no faster than the page shows them. */

import type { Clock } from "../state/clock.js";

/** Milliseconds between two frames, at least: one of a screen's. */
export const FRAME_EACH = 16;
/** Frames that may be unanswered at once: two are answered together, and one is on its way. */
const CREDIT = 3;
/** Milliseconds after which an unanswered frame no longer counts. */
const PATIENCE = 1000;

export class Frames {
  private serial = 0;
  private sentAt = Number.NEGATIVE_INFINITY;
  private answered = 0;
  private wanted = false;
  private stop: (() => void) | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly fire: (serial: number) => void,
  ) {}

  /** There is something new to show. */
  offer(): void {
    this.wanted = true;
    if (this.stop !== null) return;
    const now = this.clock.now();
    const due = Math.max(now, this.sentAt + (this.free ? FRAME_EACH : PATIENCE));
    this.stop = this.clock.setTimer(() => this.send(), due - now);
  }

  /** The page has the frame of this number, and so every earlier one. */
  got(serial: number): void {
    this.answered = Math.max(this.answered, serial);
    if (!this.wanted) return;
    this.cancel(); // it may have waited for this answer
    this.offer();
  }

  cancel(): void {
    this.stop?.();
    this.stop = null;
  }

  private get free(): boolean {
    return this.serial - this.answered < CREDIT;
  }

  private send(): void {
    this.stop = null;
    this.wanted = false;
    if (!this.free) this.answered = this.serial;
    this.serial += 1;
    this.sentAt = this.clock.now();
    this.fire(this.serial);
  }
}
