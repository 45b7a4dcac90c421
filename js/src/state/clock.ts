/** Time as the store sees it, so that tests can hold the clock. */

export interface Clock {
  /** Calls `fn` once, when the page next paints. */
  requestFrame(fn: () => void): void;
  /** Milliseconds since some fixed moment. */
  now(): number;
  /** Calls `fn` once after `ms`, unless the function returned is called first. */
  setTimer(fn: () => void, ms: number): () => void;
}

export const browserClock: Clock = {
  requestFrame: (fn) => void requestAnimationFrame(fn),
  now: () => Date.now(),
  setTimer: (fn, ms) => {
    const timer = setTimeout(fn, ms);
    return () => clearTimeout(timer);
  },
};

/** One timer for many deadlines: rings no later than the earliest that was asked for. */
export class Alarm {
  private at = Number.POSITIVE_INFINITY;
  private stop: () => void = () => {};

  constructor(
    private readonly clock: Clock,
    private readonly ring: () => void,
  ) {}

  /** Asks to be rung at `at`. A ring that is set for earlier stays: whoever hears it asks again. */
  set(at: number): void {
    if (at >= this.at) return;
    this.stop();
    this.at = at;
    this.stop = this.clock.setTimer(
      () => {
        this.at = Number.POSITIVE_INFINITY;
        this.ring();
      },
      Math.max(0, at - this.clock.now()),
    );
  }

  cancel(): void {
    this.stop();
    this.at = Number.POSITIVE_INFINITY;
  }
}
