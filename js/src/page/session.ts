/** Playing, pausing and stepping in the page, in slices of a frame that leave it time to draw. */

import type { Clock } from "../state/clock.js";
import type { Status } from "../wire.js";
import { t } from "../words.js";
import { type Course, Diverged } from "./course.js";

/** Milliseconds of a frame's sixteen that training takes; less where a hand waits for pictures. */
export const SLICE = 6;
export const SLICE_UNDER_A_HAND = 3;

type Unit = "epoch" | "batch";

export interface Surroundings {
  readonly clock: Clock;
  /** Milliseconds that go on within a slice, as performance.now does. */
  readonly stopwatch: () => number;
  /** Changed in place. */
  readonly status: Status;
  /** Whether somebody has a parameter in hand. */
  holding(): boolean;
  /** There is something new to show. */
  changed(): void;
}

export class Session {
  private course: Course | null = null;
  private unit: Unit = "epoch";
  /** How many are still to come. */
  private left = 0;
  /** When the next epoch is due at this speed. */
  private due = 0;
  private scheduled = false;
  private stopResting: (() => void) | null = null;

  constructor(private readonly around: Surroundings) {}

  /** Whether anything is under way, be it only a step. */
  get busy(): boolean {
    return this.course !== null;
  }

  get playing(): boolean {
    return this.around.status.state === "playing";
  }

  /** @param n how many epochs; null: until it is paused */
  play(course: Course, n: number | null): void {
    const left = n ?? Number.POSITIVE_INFINITY;
    if (this.playing) this.left = left;
    else this.begin(course, "playing", "epoch", left);
  }

  /** Steps that are asked for while others are made are left out: a key may be held down. */
  step(course: Course, unit: Unit, n: number): void {
    if (this.playing) this.stop();
    if (!this.busy) this.begin(course, "idle", unit, n);
  }

  pause(): void {
    if (this.busy) this.stop();
    this.around.changed();
  }

  /** At most so many epochs a second from now on. */
  setSpeed(speed: number | null): void {
    this.around.status.speed = speed;
    this.due = this.around.clock.now();
    if (this.stopResting === null) return;
    this.stopResting();
    this.stopResting = null;
    this.schedule();
  }

  dispose(): void {
    this.course = null;
    this.stopResting?.();
  }

  private begin(course: Course, state: "playing" | "idle", unit: Unit, left: number): void {
    Object.assign(this.around.status, { state, message: "", traceback: "" });
    this.course = course;
    this.unit = unit;
    this.left = left;
    this.due = this.around.clock.now();
    this.schedule();
    this.around.changed();
  }

  private stop(state: Status["state"] = "idle", message = ""): void {
    Object.assign(this.around.status, { state, message });
    this.course = null;
    this.stopResting?.();
    this.stopResting = null;
  }

  /** One slice in the next frame; a page that is hidden has none, and its training rests. */
  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    this.around.clock.requestFrame(() => {
      this.scheduled = false;
      if (this.course !== null && this.stopResting === null) this.slice(this.course);
    });
  }

  private slice(course: Course): void {
    const { stopwatch, holding, changed } = this.around;
    const end = stopwatch() + (holding() ? SLICE_UNDER_A_HAND : SLICE);
    try {
      while (this.piece(course) && stopwatch() < end);
    } catch (error) {
      this.fail(error as Error);
    }
    if (this.course !== null && this.stopResting === null) this.schedule();
    changed();
  }

  /** @returns whether the next may follow in this slice */
  private piece(course: Course): boolean {
    const progress = course.advance();
    if (progress === "over") this.left = 0;
    else if (progress === "epoch" || this.unit === "batch") this.left -= 1;
    if (this.left <= 0) {
      this.stop();
      return false;
    }
    return progress === "batch" || !this.playing || !this.rests();
  }

  /** Sleeps until the next epoch is due, if it is not. */
  private rests(): boolean {
    const { clock, status } = this.around;
    if (status.speed === null) return false;
    const now = clock.now();
    const each = 1000 / status.speed;
    // Keep to the beat, but do not hurry to make up for an epoch that took too long.
    this.due = Math.max(this.due + each, now - each);
    if (now >= this.due) return false;
    this.stopResting = clock.setTimer(() => {
      this.stopResting = null;
      this.schedule();
    }, this.due - now);
    return true;
  }

  private fail(error: Error): void {
    if (!(error instanceof Diverged)) {
      this.stop("failed", error.message);
      this.around.status.traceback = error.stack ?? "";
      return;
    }
    const values = { epoch: this.around.status.epoch, why: error.message };
    const said = t("training diverged after epoch {epoch}: {why}.", values);
    const advice = t("The last finite weights are kept; a lower learning rate may help.");
    this.stop("diverged", `${said} ${advice}`);
  }
}
