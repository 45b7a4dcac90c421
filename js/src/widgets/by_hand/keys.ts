/** The keys of a pass by hand; those of training are trainingKeys'. */

import type { Stepper } from "./stepper.js";

/** Elements that have their own use for arrows and letters. */
const TAKES_KEYS = "input, select, textarea, .nnw-control-bar";

/**
 * ← and → go a step, Home and End to the first and the last, P plays; ↑ and ↓ turn to another unit.
 * Returns whether the key was one of these; it then goes no further.
 */
export function stepKeys(
  event: KeyboardEvent,
  stepper: Stepper,
  turn: (by: number) => void,
): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return false;
  if (event.defaultPrevented || (event.target as HTMLElement).closest(TAKES_KEYS)) return false;
  const actions: Record<string, () => void> = {
    ArrowLeft: () => stepper.go(stepper.at - 1),
    ArrowRight: () => stepper.go(stepper.at + 1),
    Home: () => stepper.go(0),
    End: () => stepper.go(Number.POSITIVE_INFINITY),
    ArrowUp: () => turn(-1),
    ArrowDown: () => turn(1),
    p: () => stepper.togglePlay(),
  };
  const act = actions[event.key];
  if (!act) return false;
  event.preventDefault();
  event.stopPropagation();
  act();
  return true;
}
