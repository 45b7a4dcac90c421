/** Whether the parameters change with every frame, and of what. */

import type { Status } from "../wire.js";
import type { NetState } from "./types.js";

/** Python trains the network. */
export function isTraining({ state }: Pick<Status, "state">): boolean {
  return state === "playing" || state === "fitting";
}

/** Training goes on, or somebody has a parameter in hand. */
export function isMoving({ status, held }: Pick<NetState, "status" | "held">): boolean {
  return held || isTraining(status);
}
