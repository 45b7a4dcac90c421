/** What the store asks of the page it is on, and what it offers to whoever made it. */

import type { BufferLike } from "../wire.js";
import type { Clock } from "./clock.js";
import type { NetState, Store } from "./types.js";

/**
 * A widget model. Less than anywidget's AnyModel, because some hosts leave
 * out what is optional here, and tests bring their own.
 */
export interface ModelLike {
  get(name: string): unknown;
  set?(name: string, value: unknown): void;
  on(event: string, callback: (...args: never[]) => void): void;
  off(event?: string | null, callback?: ((...args: never[]) => void) | null): void;
  send?(content: unknown, callbacks?: unknown, buffers?: (ArrayBuffer | ArrayBufferView)[]): void;
  save_changes?(): void;
}

export interface NetworkStore extends Store {
  /** Brings the model whose comm carries what the page says to Python. */
  connect(uplink: ModelLike): void;
  /** A message from Python, where the host does not deliver it by the model's "msg:custom". */
  receive(message: unknown, buffers?: readonly BufferLike[]): void;
  /** Calls `look` after each frame that views were painted in; by itself it keeps nothing going. */
  attend(look: (state: NetState) => void): () => void;
  /** Stops every timer and listener. */
  dispose(): void;
}

export interface StoreOptions {
  /** The Network's own model. */
  readonly model: ModelLike;
  readonly clock: Clock;
}
