/** What the page has frozen or thawed, shown at once and said again until Python agrees. */

import type { Outgoing } from "../wire.js";
import type { Clock } from "./clock.js";
import { Lane } from "./lane.js";
import type { Uplink } from "./uplink.js";

type FreezeMessage = Extract<Outgoing, { type: "freeze" }>;

interface Wish {
  readonly frozen: boolean;
  sent: boolean;
}

export class Freezes {
  readonly lane: Lane<FreezeMessage>;
  private readonly wishes = new Map<number, Wish>();

  /** `frozen` is Python's set. */
  constructor(
    private frozen: ReadonlySet<number>,
    clock: Clock,
    uplink: Uplink,
    private readonly revision: () => number,
  ) {
    this.lane = new Lane(clock, uplink, {
      next: () => this.next(),
      refused: ({ index }) => {
        for (const i of index) if (this.wishes.get(i)?.sent) this.wishes.delete(i);
      },
    });
  }

  wish(index: Iterable<number>, frozen: boolean): void {
    for (const i of index) this.wishes.set(i, { frozen, sent: false });
  }

  /** Python's set with the page's wishes over it. */
  get shown(): ReadonlySet<number> {
    if (this.wishes.size === 0) return this.frozen;
    const shown = new Set(this.frozen);
    for (const [index, wish] of this.wishes) {
      if (wish.frozen) shown.add(index);
      else shown.delete(index);
    }
    return shown;
  }

  /** Python's set is `frozen` now: wishes that came true are none. */
  adopt(frozen: ReadonlySet<number>): void {
    this.frozen = frozen;
    for (const [index, wish] of this.wishes) {
      if (wish.sent && frozen.has(index) === wish.frozen) this.wishes.delete(index);
    }
    this.lane.land((message) => message.index.every((i) => frozen.has(i) === message.frozen));
  }

  clear(): void {
    this.wishes.clear();
    this.lane.clear();
  }

  private next(): FreezeMessage | null {
    const unsent = [...this.wishes].filter(([, wish]) => !wish.sent);
    for (const [i, wish] of unsent) {
      // Python would have nothing to change, and so nothing to answer.
      if (this.frozen.has(i) === wish.frozen) this.wishes.delete(i);
    }
    return this.message(unsent.filter(([i]) => this.wishes.has(i)));
  }

  private message(unsent: [number, Wish][]): FreezeMessage | null {
    if (unsent.length === 0) return null;
    const frozen = unsent[0][1].frozen;
    const index: number[] = [];
    for (const [i, wish] of unsent) {
      if (wish.frozen !== frozen) continue; // the others go with the next message
      wish.sent = true;
      index.push(i);
    }
    return { type: "freeze", revision: this.revision(), index, frozen };
  }
}
