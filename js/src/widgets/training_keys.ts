/** The keys that every view understands: training and undo. */

import { isTraining } from "../state/moving.js";
import type { Store } from "../state/types.js";

/** Epochs a second the control bar offers; null: as fast as it goes. */
export const SPEEDS: readonly (number | null)[] = [1, 5, 20, 60, null];

/** Elements that have their own use for Space and arrows. */
const TAKES_KEYS =
  "input, select, textarea, summary, a[href], [contenteditable=''], [contenteditable=true], " +
  "[role=slider], [role=spinbutton], [role=textbox], [role=menuitem]";
/** Elements that have their own undo. */
const TAKES_TEXT = "input:not([type=range]), select, textarea, [contenteditable=true]";

export function playing(store: Store): boolean {
  return isTraining(store.state.status);
}

export function togglePlay(store: Store): void {
  store.train({ action: playing(store) ? "pause" : "play" });
}

/** One step, unless training is running anyway. */
export function step(store: Store, unit: "epoch" | "batch"): void {
  if (!playing(store)) store.train({ action: "step", unit, n: 1 });
}

/** The next faster (or, for −1, slower) of the speeds on offer. */
export function changeSpeed(store: Store, direction: 1 | -1): void {
  const now = store.state.status.speed ?? Number.POSITIVE_INFINITY;
  const faster = SPEEDS.filter((speed) => (speed ?? Number.POSITIVE_INFINITY) > now);
  const slower = SPEEDS.filter((speed) => (speed ?? Number.POSITIVE_INFINITY) < now);
  const next = direction > 0 ? faster[0] : slower.at(-1);
  if (next !== undefined) store.train({ action: "set", speed: next });
}

/**
 * Space plays or pauses, → steps an epoch, Shift+→ a batch, ↑ and ↓ change the speed, Shift+R
 * resets, Ctrl+Z and Ctrl+Shift+Z or Ctrl+Y undo and redo (Cmd on a Mac). Returns whether the key
 * was one of these; it then goes no further, so that the notebook does not act on it, too.
 */
export function trainingKeys(event: KeyboardEvent, store: Store): boolean {
  if (event.defaultPrevented || event.isComposing) return false;
  const act = event.ctrlKey || event.metaKey ? undoKey(event, store) : trainKey(event, store);
  if (!act) return false;
  event.preventDefault();
  event.stopPropagation();
  act();
  return true;
}

function undoKey(event: KeyboardEvent, store: Store): (() => void) | null {
  if (event.altKey || targetIs(event, TAKES_TEXT)) return null;
  const key = event.key.toLowerCase();
  if (key === "z") return () => (event.shiftKey ? store.redo() : store.undo());
  if (key === "y" && !event.shiftKey) return () => store.redo();
  return null;
}

function trainKey(event: KeyboardEvent, store: Store): (() => void) | null {
  if (event.altKey || targetIs(event, TAKES_KEYS)) return null;
  if (targetIs(event, ".nnw-hide-training *")) return null;
  if (event.key === " ") {
    // On a button Space presses the button; a held key must not flicker between play and pause.
    if (event.shiftKey || targetIs(event, "button, [role=button]")) return null;
    return () => !event.repeat && togglePlay(store);
  }
  if (event.key === "ArrowRight") return () => step(store, event.shiftKey ? "batch" : "epoch");
  if (event.key === "R" && event.shiftKey) return () => store.train({ action: "reset" });
  if (event.shiftKey) return null;
  if (event.key === "ArrowUp") return () => changeSpeed(store, 1);
  if (event.key === "ArrowDown") return () => changeSpeed(store, -1);
  return null;
}

function targetIs(event: KeyboardEvent, selector: string): boolean {
  const target = event.composedPath()[0] ?? event.target;
  return target instanceof Element && target.closest(selector) !== null;
}
