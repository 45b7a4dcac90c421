/** Who stands for Python where a view asks for what the page's bundles do not compute. */

import type { Clock } from "../state/clock.js";
import type { BufferLike } from "../wire.js";
import type { PageModel } from "./model.js";
import type { ViewEntry } from "./state.js";
import type { Watched } from "./types.js";

export interface FeederContext {
  /** The view's own model. */
  readonly model: PageModel;
  readonly network: Watched;
  /** What Python told the view when the page was made. */
  readonly fed: ViewEntry["fed"];
  readonly clock: Clock;
}

export interface Payload {
  readonly content: Readonly<Record<string, unknown>>;
  readonly buffers: readonly BufferLike[];
}

/** What differs between views. */
export interface Source {
  /** All there is, for a view that has nothing yet. */
  whole(): Payload | null;
  /** What is new since it was last asked; null for nothing. Called after the network changed. */
  news?(): Payload | null;
  /** A message of the view's own. Answers whether there may be news. */
  asked?(message: Readonly<Record<string, unknown>>): boolean;
}

/** Sends a view what it is fed, one message at a time. */
export class Feeder {
  #serial = 0;
  #waiting = false;
  #open = false;

  constructor(
    private readonly context: FeederContext,
    private readonly source: Source,
  ) {
    if (source.news) context.network.subscribe(() => this.#offer());
  }

  /** Answers a message of the view. */
  take(message: { readonly type?: string; readonly [key: string]: unknown }): void {
    const { type } = message;
    if (type === "hello" || type === "again") {
      this.#open = true;
      this.#send(this.source.whole());
    } else if (type === "got") {
      this.#waiting = false;
      this.#offer();
    } else if (this.source.asked?.(message)) this.#offer();
  }

  #offer(): void {
    if (this.#open && !this.#waiting) this.#send(this.source.news?.() ?? null);
  }

  #send(payload: Payload | null): void {
    if (payload === null) return;
    this.#waiting = true;
    this.#serial += 1;
    const message = { ...payload.content, type: "feed", serial: this.#serial };
    const { clock, model } = this.context;
    clock.setTimer(() => model.deliver(message, payload.buffers), 0);
  }
}
