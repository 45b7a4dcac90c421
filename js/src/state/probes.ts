/** What views want computed by Python, for models whose forward pass the browser does not know. */

import { type BufferLike, numbers, type ProbeRequest } from "../wire.js";
import type { Clock } from "./clock.js";
import type { Uplink } from "./uplink.js";

/** While a view is panned its request changes with every frame: Python is told no oftener. */
export const WATCH_EACH = 50;
/** Python forgets what was watched by a page that it has not heard of it for long. */
export const WATCH_AGAIN = 20_000;

export interface ProbeAnswer {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

interface Watched {
  readonly request: ProbeRequest;
  /** The request as text, to see whether another is the same. */
  readonly text: string;
}

export class Probes {
  private readonly watched = new Map<string, Watched>();
  private readonly answers = new Map<string, { serial: number; answer: ProbeAnswer }>();
  private telling: (() => void) | null = null;
  private stopRetelling: () => void = () => {};

  constructor(
    private readonly clock: Clock,
    private readonly uplink: Uplink,
  ) {}

  /** The last answer for the request's key, perhaps to a request before this one; null before. */
  get(request: ProbeRequest): ProbeAnswer | null {
    const text = JSON.stringify(request);
    if (this.watched.get(request.key)?.text !== text) {
      this.watched.set(request.key, { request, text });
      this.tellSoon();
    }
    return this.answers.get(request.key)?.answer ?? null;
  }

  forget(key: string): void {
    this.answers.delete(key);
    if (this.watched.delete(key)) this.tellSoon();
  }

  /** Takes an answer; false where nobody wants it any more. */
  receive(key: string, serial: number, shape: readonly number[], buffer: BufferLike): boolean {
    const before = this.answers.get(key);
    if (!this.watched.has(key) || (before && serial < before.serial)) return false;
    const data = Float32Array.from(numbers(buffer, "float32"));
    if (data.length !== shape.reduce((product, side) => product * side, 1)) return false;
    this.answers.set(key, { serial, answer: { data, shape } });
    return true;
  }

  /** Python is there again, and may have forgotten what was asked. */
  retell(): void {
    if (this.watched.size > 0) this.tellSoon();
  }

  clear(): void {
    this.telling?.();
    this.telling = null;
    this.stopRetelling();
  }

  private tellSoon(): void {
    this.telling ??= this.clock.setTimer(() => {
      this.telling = null;
      const probes = [...this.watched.values()].map(({ request }) => request);
      if (this.uplink.open) this.uplink.send({ type: "watch", probes });
      this.stopRetelling();
      this.stopRetelling = this.clock.setTimer(() => this.retell(), WATCH_AGAIN);
    }, WATCH_EACH);
  }
}
