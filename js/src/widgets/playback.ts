/** Plays the recorded epochs of one network back, or of several with one playhead. */

import { advance, type Speed, stepFrom } from "../scene/timeline.js";
import { OWN, type Replay } from "../state/replay.js";

export interface PlaybackOptions {
  readonly speed: Speed;
  readonly loop: boolean;
}

/** Milliseconds between two pictures where the reader wants little motion. */
export const CALM = 250;
/** The longest time that counts as passed between two frames: a page that was hidden starts again. */
const LONGEST = 500;

export class Playback {
  replays: readonly Replay[];
  /** Which run of the first network is shown. */
  run = OWN;
  #at = 0;
  #then = 0;
  #frame = 0;

  constructor(
    own: Replay,
    private readonly options: () => PlaybackOptions,
    /** It ended by itself. */
    private readonly ended: () => void,
  ) {
    this.replays = [own];
  }

  get own(): Replay {
    return this.replays[0];
  }

  get playing(): boolean {
    return this.#frame !== 0;
  }

  /** The last epoch of any network, or of the former run that is shown. */
  get last(): number {
    if (this.run !== OWN) return this.own.book(this.run).epochs.at(-1) ?? 0;
    return Math.max(...this.replays.map(({ last }) => last));
  }

  /** The epoch that is shown by the first network that shows one; null: all show what there is. */
  get shown(): number | null {
    const shown = this.replays.map((replay) => replay.shown).filter((epoch) => epoch !== null);
    return shown.length === 0 ? null : Math.max(...shown);
  }

  get live(): boolean {
    return this.shown === null;
  }

  /** Where the playhead is. */
  get epoch(): number {
    return this.shown ?? this.last;
  }

  go(epoch: number, moving = false): void {
    for (const [i, replay] of this.replays.entries()) {
      if (i === 0) replay.show(epoch, moving, this.run);
      else replay.show(epoch, moving);
    }
    if (!this.playing) this.#at = epoch;
  }

  /** Draws as well as it can be done: nothing moves any more. */
  settle(): void {
    if (!this.live) this.go(this.epoch);
  }

  follow(): void {
    this.stop();
    this.run = OWN;
    for (const replay of this.replays) replay.live();
  }

  /** Shows another run of the first network, at the same epoch. */
  choose(run: string): void {
    const { epoch } = this;
    this.run = run;
    this.go(epoch);
  }

  step(by: number): void {
    this.go(stepFrom(this.#kept, this.epoch, by));
  }

  start(): void {
    if (this.playing || this.last === 0) return;
    if (this.own.driver !== null && this.own.driver !== this) return;
    this.own.driver = this;
    const { epoch } = this;
    this.#at = this.live || epoch >= this.last ? 0 : epoch;
    this.#then = performance.now();
    this.#frame = requestAnimationFrame((now) => this.#tick(now));
    this.go(this.#at, true);
  }

  stop(): void {
    if (this.own.driver === this) this.own.driver = null;
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
  }

  get #kept(): Float64Array {
    const longest = this.replays.reduce((a, b) => (b.last > a.last ? b : a));
    return (this.run === OWN ? longest.book() : this.own.book(this.run)).kept;
  }

  #tick(now: number): void {
    this.#frame = requestAnimationFrame((next) => this.#tick(next));
    const passed = now - this.#then;
    if (passed < (calm() ? CALM : 1)) return;
    this.#then = now;
    const next = advance(this.#at, Math.min(passed, LONGEST), {
      ...this.options(),
      last: this.last,
    });
    if (next === null) {
      this.stop();
      if (this.run === OWN) this.follow();
      else this.go(this.last);
      this.ended();
    } else {
      this.#at = next;
      this.go(Math.floor(next), true);
    }
  }
}

function calm(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
