/** What is chosen on a playground: Python's traits, and what this page has asked for since. */

import type { ModelLike } from "../../state/host.js";

export interface DatasetRow {
  readonly name: string;
  readonly problem: "classification" | "regression";
  /** Whether the network that is kept can learn it. */
  readonly possible: boolean;
}

export interface About {
  readonly datasets: readonly DatasetRow[];
  readonly task: string;
  /** Of the inputs, for the network to be given. */
  readonly formulas: readonly { readonly name: string; readonly text: string }[];
  readonly losses: readonly string[];
  readonly optimizers: readonly string[];
  readonly activations: readonly string[];
  readonly regularizations: readonly string[];
  readonly inits: readonly string[];
  readonly editable: boolean;
  readonly missing: Readonly<Record<string, string>>;
}

/** Milliseconds after which Python's word stands, whatever was asked for here. */
const PATIENCE = 4000;

export class Choices {
  readonly #asked = new Map<string, { value: unknown; at: number }>();
  readonly #listeners = new Set<() => void>();
  readonly #model: ModelLike;
  #pending: Record<string, unknown> | null = null;
  #frame = 0;
  #gone = false;
  readonly #changed = () => {
    for (const listener of this.#listeners) listener();
  };
  readonly #receive = ((content: { type?: string }) => {
    if (content.type !== "refused") return;
    this.#asked.clear();
    this.#changed();
  }) as (...args: never[]) => void;

  constructor(model: ModelLike) {
    this.#model = model;
    model.on("change", this.#changed);
    model.on("msg:custom", this.#receive);
  }

  get about(): About {
    return this.#model.get("_about") as About;
  }

  /** Whether there is a Python to ask: an exported page has none, and a kernel may be gone. */
  get live(): boolean {
    return !this.#gone && typeof this.#model.send === "function";
  }

  /** Says whether the kernel of the network that is shown is gone. */
  set gone(gone: boolean) {
    if (gone === this.#gone) return;
    this.#gone = gone;
    this.#changed();
  }

  get<T>(name: string): T {
    const asked = this.#asked.get(name);
    const value = this.#model.get(name);
    if (!asked) return value as T;
    if (same(asked.value, value) || Date.now() - asked.at > PATIENCE) {
      this.#asked.delete(name);
      return value as T;
    }
    return asked.value as T;
  }

  /** Shows it here at once and asks Python for it, the latest once a frame. */
  choose(values: Readonly<Record<string, unknown>>): void {
    for (const [name, value] of Object.entries(values)) {
      this.#asked.set(name, { value, at: Date.now() });
    }
    this.#pending = { ...this.#pending, ...values };
    this.#frame ||= requestAnimationFrame(() => this.#send());
    this.#changed();
  }

  /** Another message of the playground's own. */
  tell(message: { readonly type: string; readonly [key: string]: unknown }): void {
    try {
      this.#model.send?.(message);
    } catch {
      // the kernel is gone
    }
  }

  subscribe(changed: () => void): () => void {
    this.#listeners.add(changed);
    return () => void this.#listeners.delete(changed);
  }

  dispose(): void {
    cancelAnimationFrame(this.#frame);
    this.#model.off("change", this.#changed as never);
    this.#model.off("msg:custom", this.#receive);
    this.#listeners.clear();
  }

  #send(): void {
    this.#frame = 0;
    const values = this.#pending;
    this.#pending = null;
    if (values) this.tell({ type: "choose", values });
  }
}

function same(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
