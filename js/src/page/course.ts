/** What goes on while a network in the page plays: it is trained, or what was recorded is shown. */

/** How far one small piece of work got; "over": there is no more. */
export type Progress = "batch" | "epoch" | "over";

/** Training cannot go on: the parameters or the loss are no longer finite numbers. */
export class Diverged extends Error {}

export interface Course {
  /**
   * One batch, or one epoch that was recorded.
   *
   * @throws Diverged after the last finite parameters were put back
   */
  advance(): Progress;
  /** Back to the beginning: what follows is what followed the first time. */
  restart(): void;
}
