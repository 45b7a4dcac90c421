/** What a page with no Python behind it keeps of a Network, and who answers for it. */

import type { Clock } from "../state/clock.js";
import type { BufferLike, Incoming } from "../wire.js";
import type { Recorded } from "./recording.js";

export interface KernelState {
  /**
   * The Network's synced state by its traits' names: `_spec`, `_values`, `_initial`, `_data`,
   * `_frozen` and `_status`, as nnwidgets/widgets/_wire.py tells. It is read, never written.
   */
  readonly traits: Readonly<Record<string, unknown>>;
  /** What was recorded so far: the message `history` of Python's, with its two buffers. */
  readonly history?: { readonly content: Recorded; readonly buffers: readonly BufferLike[] };
  /** Of the order of the samples; 0 if it is not given. */
  readonly seed?: number;
}

export interface KernelOptions {
  readonly state: KernelState;
  readonly clock: Clock;
  /** Delivers a custom message to the Network's model. It is never called from within `receive`. */
  send(message: Incoming, buffers: ArrayBuffer[]): void;
  /** Gives traits of the Network's model new values, all of them before the first is announced. */
  update(traits: Readonly<Record<string, unknown>>): void;
  /** Milliseconds that go on within a frame; performance.now if it is not given. */
  readonly stopwatch?: () => number;
}

/** The other end of a Network's wire. */
export interface Kernel {
  /** A message that the page sent on its uplink; see `Outgoing` in wire.ts. */
  receive(message: unknown): void;
  /** Stops every timer; nothing is sent from then on. */
  dispose(): void;
}

/** Why something was not done, for the reader of the page. */
export class Refused extends Error {}
