/**
 * One kind of message that Python acknowledges: one in flight at a time, and while it is, whatever
 * else there is to say is merged by the source and waits.
 *
 * A message without an acknowledgement is sent again word for word, with the number it had: so
 * Python can tell a repetition from news, and a value that Python wrote in between is not undone.
 */

import type { Outgoing } from "../wire.js";
import type { Clock } from "./clock.js";
import type { Uplink } from "./uplink.js";

/** An acknowledgement later than this is asked for again. */
export const ACK_WITHIN = 2000;
/** A message after which Python complained this often, still without an acknowledgement, is bad. */
export const COMPLAINTS = 2;

export interface LaneSource<M> {
  /** What there is to say now, or null; called only when nothing is in flight. */
  next(): M | null;
  /** Python does not take `message`: drop the page's own copy. */
  refused(message: M): void;
}

interface Flight<M> {
  readonly message: M;
  sentAt: number;
  /** The time-out passed in silence: send again as soon as anything is heard. */
  overdue: boolean;
  complaints: number;
}

export class Lane<M extends Outgoing> {
  private flight: Flight<M> | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly uplink: Uplink,
    private readonly source: LaneSource<M>,
  ) {}

  get inFlight(): M | null {
    return this.flight?.message ?? null;
  }

  /** Sends what there is to say, unless something is in flight. */
  pump(): void {
    if (this.flight !== null || !this.uplink.open) return;
    const message = this.source.next();
    if (message === null) return;
    this.flight = { message, sentAt: this.clock.now(), overdue: false, complaints: 0 };
    this.flight.overdue = !this.uplink.send(message);
  }

  /** Ends the flight if `arrived` says so, and sends what waited. */
  land(arrived: (message: M) => boolean): void {
    if (this.flight === null || !arrived(this.flight.message)) return;
    this.flight = null;
    this.pump();
  }

  repeat(): void {
    if (this.flight === null) return;
    this.flight.sentAt = this.clock.now();
    this.flight.overdue = !this.uplink.send(this.flight.message);
  }

  /** Something came from Python that did not end the flight. */
  heard(): void {
    if (this.flight?.overdue && this.uplink.link === "live") this.repeat();
  }

  /** Python sent an error, about the message with number `seq` if it says so. */
  complained(seq: number | undefined): void {
    const flight = this.flight;
    if (flight === null) return;
    if (seq === undefined) flight.complaints += 1;
    const named = "seq" in flight.message && flight.message.seq === seq;
    if (!named && flight.complaints < COMPLAINTS) return;
    this.flight = null;
    this.source.refused(flight.message);
    this.pump();
  }

  /** Forgets what is in flight, because it means nothing any more. */
  clear(): void {
    this.flight = null;
  }

  beat(now: number): void {
    const flight = this.flight;
    if (flight === null || now < this.due()) return;
    if (this.uplink.link === "live" && this.uplink.lastHeard > flight.sentAt) {
      this.repeat();
    } else {
      // A busy kernel would find a heap of repetitions: ask whether it is there instead.
      flight.overdue = true;
      this.uplink.ping();
    }
  }

  due(): number {
    const flight = this.flight;
    return flight === null || flight.overdue
      ? Number.POSITIVE_INFINITY
      : flight.sentAt + ACK_WITHIN;
  }
}
