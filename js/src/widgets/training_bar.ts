/** The control bar as a view of its own. */

import { mountControlBar } from "./control_bar.js";
import { trainingKeys } from "./training_keys.js";
import type { View } from "./view.js";

export { trainingKeys } from "./training_keys.js";

export const trainingBar: View = ({ store, options, el }) => {
  const root = document.createElement("div");
  root.className = "nnw nnw-training-bar";
  root.dataset.lmSuppressShortcuts = "true"; // JupyterLab leaves our keys to us
  root.tabIndex = -1; // so that a click beside the buttons makes the keys work, too
  root.addEventListener("keydown", (event) => {
    if (options.get<boolean | undefined>("shortcuts") !== false) trainingKeys(event, store);
  });
  el.append(root);
  const bar = mountControlBar(root, store);
  const unsubscribe = store.subscribe((state) => {
    bar.update(state);
    root.dataset.frame = String(store.frame);
  });
  return () => {
    unsubscribe();
    bar.dispose();
    root.remove();
  };
};
