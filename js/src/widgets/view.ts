/** What every view is: a function that mounts itself on a store and says how to unmount. */

import type { Store } from "../state/types.js";

/** A view's own synced options, such as which layer it shows. */
export interface Options {
  get<T>(name: string): T;
  /** Changes the option here at once and tells Python, which may refuse and send the old one back. */
  set(name: string, value: unknown): void;
  /** Calls `changed` after any option changed, from here or from Python. */
  subscribe(changed: () => void): () => void;
}

export interface ViewContext {
  readonly store: Store;
  readonly options: Options;
  readonly el: HTMLElement;
}

export type View = (context: ViewContext) => () => void;

/** Mounts one of the views of the network's own bundle, by name. */
export type MountView = (name: string, context: ViewContext) => () => void;
