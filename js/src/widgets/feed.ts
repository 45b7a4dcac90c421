/** What only Python can compute for a view, as it comes, and what the view asks of Python. */

import type { ModelLike } from "../state/host.js";
import type { BufferLike } from "../wire.js";
import { type Chunks, modelChunks, tell } from "./chunks.js";

export interface Fed {
  /** Numbers and names; `error` (text) alone where Python could not compute it. */
  readonly content: Readonly<Record<string, unknown>>;
  readonly buffers: readonly BufferLike[];
}

export interface Feed extends Chunks {
  /** The newest that came, or null. */
  readonly latest: Fed | null;
  /** Calls `changed` whenever something came. The first subscriber asks Python to begin. */
  subscribe(changed: (fed: Fed) => void): () => void;
  /** A message of the view's own; false where Python cannot be reached. */
  ask(message: { readonly type: string; readonly [key: string]: unknown }): boolean;
}

export function modelFeed(model: ModelLike): Feed {
  const chunks = modelChunks(model);
  const listeners = new Set<(fed: Fed) => void>();
  let latest: Fed | null = null;
  const receive = (content: unknown, buffers: readonly BufferLike[] = []) => {
    const message = content as { type?: string; serial?: number };
    if (message.type !== "feed") return;
    latest = { content: message as Record<string, unknown>, buffers };
    for (const listener of listeners) listener(latest);
    tell(model, { type: "got", serial: message.serial });
  };
  model.on("msg:custom", receive as (...args: never[]) => void);

  return {
    get latest() {
      return latest;
    },
    subscribe(changed) {
      listeners.add(changed);
      if (listeners.size === 1) tell(model, { type: "hello" });
      return () => void listeners.delete(changed);
    },
    ask: (message) => tell(model, message),
    chunk: chunks.chunk,
    dispose() {
      chunks.dispose();
      model.off("msg:custom", receive as (...args: never[]) => void);
      listeners.clear();
    },
  };
}
