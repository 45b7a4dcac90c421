/** A view's synced options over an anywidget model. */

import type { ModelLike } from "../state/host.js";
import type { Options } from "./view.js";

export interface ModelOptions extends Options {
  /** Why Python did not take the last option that was set; null where it did. */
  refusal(): string | null;
  /** The reader has read it. */
  dismiss(): void;
  dispose(): void;
}

export function modelOptions(model: ModelLike): ModelOptions {
  const listeners = new Set<() => void>();
  const changed = () => {
    for (const listener of listeners) listener();
  };
  model.on("change", changed);
  let refusal: string | null = null;
  const refuse = (text: string | null) => {
    refusal = text;
    changed();
  };
  const receive = ((content: { type?: string; message?: string }) => {
    if (content.type === "refused") refuse(content.message ?? "");
  }) as (...args: never[]) => void;
  model.on("msg:custom", receive);
  return {
    get: <T>(name: string) => model.get(name) as T,
    refusal: () => refusal,
    dismiss: () => refuse(null),
    set(name, value) {
      refusal = null; // not with the old value's return, which may come after the refusal
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
      model.off("msg:custom", receive);
      listeners.clear();
    },
  };
}
