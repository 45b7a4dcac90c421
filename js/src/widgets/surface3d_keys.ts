/** The ball of the 3-D view, moved by the keyboard. */

import type { SurfacePicture } from "../scene/surface_types.js";
import type { Position } from "../scene/types.js";

/** An arrow key moves the ball by so much of the range that is shown. */
const STEP = 0.01;

const ARROWS: Record<string, Position> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowDown: [0, -1],
  ArrowUp: [0, 1],
};

/** Where a key puts the ball; null where it is none of ours. Shift: ten times as far, Alt: a tenth. */
export function ballMoved(
  { ball, grid }: Pick<SurfacePicture, "ball" | "grid">,
  { key, shiftKey, altKey }: Pick<KeyboardEvent, "key" | "shiftKey" | "altKey">,
): Position | null {
  const towards = ARROWS[key];
  if (!towards) return null;
  const [x0, x1, y0, y1] = grid.extent;
  const factor = STEP * (shiftKey ? 10 : 1) * (altKey ? 0.1 : 1);
  return [ball.x + towards[0] * factor * (x1 - x0), ball.y + towards[1] * factor * (y1 - y0)];
}

export function ballKeys(
  element: HTMLElement,
  picture: () => SurfacePicture | null,
  pick: (at: Position) => void,
  signal: AbortSignal,
): void {
  element.tabIndex = 0;
  element.setAttribute("role", "application");
  element.setAttribute("aria-label", "Loss surface in 3-D: arrow keys move the ball");
  element.addEventListener(
    "keydown",
    (event) => {
      const shown = picture();
      if (!shown || event.ctrlKey || event.metaKey) return;
      const at = ballMoved(shown, event);
      if (!at) return;
      event.preventDefault();
      event.stopPropagation(); // the page's keys train the network, Lab's leave the cell
      pick(at);
    },
    { signal },
  );
}
