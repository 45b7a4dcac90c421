/** What a view shows as the state of training, where Python's own word is not the last. */

import type { Status } from "../wire.js";
import type { Link } from "./types.js";

/**
 * Python's status, except that nothing is running as far as a page knows that has lost the kernel,
 * and that parameters which are not finite are called what they are.
 */
export function shownStatus(status: Status, params: Float64Array, link: Link): Status {
  if (!params.every(Number.isFinite) && status.state !== "failed" && status.state !== "diverged") {
    const message = status.message || "Some parameters are not finite numbers";
    return { ...status, state: "diverged", message };
  }
  const running = status.state === "playing" || status.state === "fitting";
  return running && link === "disconnected" ? { ...status, state: "idle" } : status;
}
