/** Which sample a view of single samples shows: the option's, or the one that is pointed at. */

import type { Store } from "../../state/types.js";
import type { Feed } from "../feed.js";
import type { Options } from "../view.js";

export class ShownSample {
  #asked: number | null = null;

  constructor(
    readonly store: Store,
    readonly options: Options,
    readonly feed: Feed,
  ) {}

  get chosen(): number {
    return this.options.get<number>("sample");
  }

  /** Choose a row for good, in this view; others show it until another is pointed at. */
  choose(row: number, n: number): void {
    const bounded = Math.max(0, Math.min(n - 1, Math.round(row)));
    if (bounded !== this.chosen) this.options.set("sample", bounded);
    this.store.select({ sample: bounded });
  }

  /** Ask Python for the sample that any view points at; once for each. */
  follow(sample: number | null): void {
    if (sample === this.#asked) return;
    if (this.feed.ask({ type: "show", row: sample })) this.#asked = sample;
  }
}
