/** The options of a view inside another: some are the outer view's own, the others its alone. */

import type { Options } from "../view.js";

export class NestedOptions implements Options {
  readonly #own: Map<string, unknown>;
  readonly #listeners = new Set<() => void>();
  readonly #unsubscribe: () => void;

  /**
   * @param outer options of the view around
   * @param shared names here, and what the outer view calls the same
   * @param own what the others are at first
   */
  constructor(
    private readonly outer: Options,
    private readonly shared: Readonly<Record<string, string>>,
    own: Readonly<Record<string, unknown>>,
  ) {
    this.#own = new Map(Object.entries(own));
    this.#unsubscribe = outer.subscribe(() => this.#changed());
  }

  get<T>(name: string): T {
    const theirs = this.shared[name];
    return (theirs ? this.outer.get(theirs) : this.#own.get(name)) as T;
  }

  set(name: string, value: unknown): void {
    const theirs = this.shared[name];
    if (theirs) {
      this.outer.set(theirs, value);
      return;
    }
    if (Object.is(this.#own.get(name), value)) return;
    this.#own.set(name, value);
    this.#changed();
  }

  subscribe(changed: () => void): () => void {
    this.#listeners.add(changed);
    return () => void this.#listeners.delete(changed);
  }

  /** What the inner view draws by a function has changed. */
  touch(): void {
    this.#changed();
  }

  dispose(): void {
    this.#unsubscribe();
    this.#listeners.clear();
  }

  #changed(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
