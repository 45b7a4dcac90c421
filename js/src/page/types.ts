/** What a page with no Python behind it keeps of a Network, and who answers for it. */

import type { Clock } from "../state/clock.js";
import type { DataSet } from "../state/types.js";
import type { BufferLike, Incoming, Spec, Status } from "../wire.js";
import type { PathPoint, Recorded, Recording } from "./recording.js";

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

/** A network in the page as what stands for Python beside a view may see it. */
export interface Watched {
  readonly spec: Spec;
  /** Flat; another moment, other numbers. */
  readonly params: Float64Array;
  readonly data: DataSet;
  readonly status: Status;
  /** Whether somebody has a parameter in hand. */
  readonly holding: boolean;
  /** The epochs that were recorded. */
  readonly path: readonly PathPoint[];
  /** All of them; another object once the network has other units or layers. */
  readonly recording: Recording;
  /** Calls `changed` after any change; returns how to stop. */
  subscribe(changed: () => void): () => void;
}

/** The other end of a Network's wire. */
export interface Kernel {
  readonly watched: Watched;
  /** A message that the page sent on its uplink; see `Outgoing` in wire.ts. */
  receive(message: unknown): void;
  /** Stops every timer; nothing is sent from then on. */
  dispose(): void;
}

/** Why something was not done, for the reader of the page. */
export class Refused extends Error {}
