/** The one state that views see: of what Python said and what the page has changed since. */

import type { Status } from "../wire.js";
import { t } from "../words.js";
import type { Editor } from "./editor.js";
import type { Known } from "./mirror.js";
import { isTraining } from "./moving.js";
import { within } from "./selection.js";
import type { Link, NetState } from "./types.js";

export function shownState(
  known: Known,
  editor: Editor,
  link: Link,
  own: Pick<NetState, "error" | "selection" | "version">,
): NetState {
  return {
    ...own,
    selection: within(own.selection, known.spec, editor.data),
    spec: known.spec,
    params: editor.params,
    initial: known.initial,
    data: editor.data,
    frozen: editor.frozen,
    status: shownStatus(known.status, known.params, link),
    ahead: editor.ahead,
    held: editor.holding,
    link,
    canUndo: editor.canUndo,
    canRedo: editor.canRedo,
  };
}

/**
 * Python's status, except that nothing is running as far as a page knows that has lost the kernel,
 * and that parameters which are not finite are called what they are.
 */
function shownStatus(status: Status, params: Float64Array, link: Link): Status {
  if (!params.every(Number.isFinite) && status.state !== "failed" && status.state !== "diverged") {
    const message = status.message || t("Some parameters are not finite numbers");
    return { ...status, state: "diverged", message };
  }
  return isTraining(status) && link === "disconnected" ? { ...status, state: "idle" } : status;
}
