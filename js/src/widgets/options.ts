/** A view's synced options over an anywidget model. */

import type { ModelLike } from "../state/host.js";
import type { Options } from "./view.js";

/** Traits that are not the view's own to draw from. */
export function modelOptions(model: ModelLike): Options & { dispose(): void } {
  const listeners = new Set<() => void>();
  const changed = () => {
    for (const listener of listeners) listener();
  };
  model.on("change", changed);
  return {
    get: <T>(name: string) => model.get(name) as T,
    set(name, value) {
      // Here at once; Python hears of it by a message, because save_changes waits for an idle
      // kernel. A host without Python just keeps it.
      model.set?.(name, value);
      try {
        model.send?.({ type: "option", name, value });
      } catch {
        // the kernel is gone: the option holds in this page
      }
      changed();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    dispose() {
      model.off("change", changed);
      listeners.clear();
    },
  };
}
