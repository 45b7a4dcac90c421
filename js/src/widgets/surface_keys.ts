/** The keys of a loss surface: on the ball, of the zoom, and those of every view. */

import type { Store } from "../state/types.js";
import type { ContourMap } from "./contour_map.js";
import { trainingKeys } from "./training_bar.js";

export interface Keyed {
  readonly root: HTMLElement;
  readonly store: Store;
  map(): ContourMap | null;
  showAll(): void;
}

/** Listens; returns how to stop. */
export function surfaceKeys({ root, store, map, showAll }: Keyed): () => void {
  const press = (event: KeyboardEvent) => {
    root.dataset.by = "keys";
    const target = event.target as Element;
    const typing = target.closest("input, select, textarea");
    const used =
      (!typing && !!target.closest(".nnw-ball") && (map()?.hand.key(event) ?? false)) ||
      (!typing && zoomKey(event, map(), showAll)) ||
      trainingKeys(event, store);
    if (!used) return;
    event.preventDefault();
    event.stopPropagation();
  };
  const point = () => {
    root.dataset.by = "pointer"; // rings of focus are for those who use keys
  };
  root.addEventListener("keydown", press);
  root.addEventListener("pointerdown", point, true);
  return () => {
    root.removeEventListener("keydown", press);
    root.removeEventListener("pointerdown", point, true);
  };
}

function zoomKey(event: KeyboardEvent, map: ContourMap | null, showAll: () => void): boolean {
  if (!map || event.ctrlKey || event.metaKey) return false;
  if (event.key === "+" || event.key === "=") map.plot.zoomBy(1.3);
  else if (event.key === "-") map.plot.zoomBy(1 / 1.3);
  else if (event.key === "0") showAll();
  else return false;
  return true;
}
