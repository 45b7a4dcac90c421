/** A widget's model in a page that has no Python: traits, events, and somebody who answers. */

import type { ModelLike } from "../state/host.js";
import type { BufferLike } from "../wire.js";
import type { Traits } from "./state.js";

type Listener = (...args: never[]) => void;

/** Takes what a view sends; throws where nobody can answer it. */
export type Answer = (content: unknown) => void;

export class PageModel implements ModelLike {
  readonly #traits: Map<string, unknown>;
  readonly #listeners = new Map<string, Set<Listener>>();
  /** Who answers messages; to be set before the first is sent. */
  answer: Answer = () => {};

  constructor(traits: Traits) {
    this.#traits = new Map(Object.entries(traits));
  }

  get(name: string): unknown {
    return this.#traits.get(name);
  }

  set(name: string, value: unknown): void {
    this.update({ [name]: value });
  }

  /** Every trait has its new value before the first is announced, as in a notebook. */
  update(traits: Traits): void {
    const changed = Object.entries(traits).filter(([name, value]) => this.get(name) !== value);
    for (const [name, value] of changed) this.#traits.set(name, value);
    for (const [name, value] of changed) this.emit(`change:${name}`, this, value);
    if (changed.length > 0) this.emit("change", this);
  }

  on(event: string, listener: Listener): void {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners.add(listener));
  }

  off(event?: string | null, listener?: Listener | null): void {
    for (const [name, listeners] of this.#listeners) {
      if (event && event !== name) continue;
      if (listener) listeners.delete(listener);
      else listeners.clear();
    }
  }

  send(content: unknown): void {
    this.answer(content);
  }

  /** There is nobody to save them for: what was set is here. */
  save_changes(): void {}

  /** A message from whoever stands for Python. */
  deliver(message: unknown, buffers: readonly BufferLike[] = []): void {
    this.emit("msg:custom", message, buffers);
  }

  private emit(event: string, ...args: unknown[]): void {
    for (const listener of [...(this.#listeners.get(event) ?? [])]) listener(...(args as never[]));
  }
}
