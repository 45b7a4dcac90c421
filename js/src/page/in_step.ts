/** Networks trained in step, as nnwidgets/training/in_step.py does it: one leads, others follow. */

import type { Kernel } from "./types.js";

/** That a network follows another. */
export interface Led {
  /** Which network of the page it follows. */
  readonly by: number;
  /** A loss below which it has learned what there was to learn. */
  readonly goal: number;
  /** Epochs after which all training ends. */
  readonly most: number;
}

/** Epochs within which a loss has to fall by LEAST, or it has stalled. */
const PATIENCE = 200;
const LEAST = 1e-6;

/** Followers train the epochs of their leader until they are settled, and are reset with it. */
export function inStep(leader: Kernel, followers: readonly Kernel[], { goal, most }: Led): void {
  const all = [leader, ...followers].map((kernel) => settling(kernel, goal));
  let following = false;
  const follow = () => {
    if (following) return; // what is told to a follower is itself a change
    following = true;
    const { epoch, state } = leader.watched.status;
    const settled = all.map((each) => each());
    followers.forEach((follower, i) => {
      const behind = epoch - follower.watched.status.epoch;
      if (epoch === 0 && behind < 0) follower.receive({ type: "train", action: "reset" });
      else if (behind > 0 && !settled[i + 1]) {
        follower.receive({ type: "train", action: "step", unit: "epoch", n: behind });
      }
    });
    if (state === "playing" && (epoch >= most || settled.every(Boolean))) {
      leader.receive({ type: "train", action: "pause" });
    }
    following = false;
  };
  for (const { watched } of [leader, ...followers]) watched.subscribe(follow);
}

/** Tells whether a network has reached the goal, or goes nowhere any more. */
function settling({ watched }: Kernel, goal: number): () => boolean {
  let best = Number.POSITIVE_INFINITY;
  let since = 0;
  return () => {
    const { epoch, loss, state } = watched.status;
    if (epoch < since) best = Number.POSITIVE_INFINITY; // it was reset
    if (loss !== null && loss < best - LEAST) [best, since] = [loss, epoch];
    const ended = state === "diverged" || state === "failed";
    return ended || (loss !== null && loss < goal) || epoch - since > PATIENCE;
  };
}
