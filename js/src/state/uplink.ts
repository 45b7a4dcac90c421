/**
 * The channel from the page to Python, and whether anybody is at its other end.
 *
 * Sending can fail in two ways. After a kernel restart it throws: "disconnected". While the kernel
 * is busy, or the connection is down, it seems to work and nothing comes back: "waiting". A quiet
 * page therefore asks now and then, and anything it hears makes the link "live" again.
 */

import type { Acks, Incoming, Outgoing } from "../wire.js";
import type { Clock } from "./clock.js";
import type { ModelLike } from "./host.js";
import type { Link } from "./types.js";

/** Silence after which a page that is looked at asks. */
export const PING_AFTER = 2500;
/** An unanswered question this old means that the link is not live. */
export const WAITING_AFTER = 6000;
/** Each so many pings the page also asks for a frame: the last one may have been lost. */
export const HELLO_EACH = 4;

/** Frames that are answered together: a kernel that trains loses more time to an answer than to a frame. */
export const TOGETHER = 2;
/** So long may an answer wait for an edit to go with, or for another frame. */
export const ANSWER_WITHIN = 50;
/** And so long for views to show it: a hidden page never does. */
export const SHOW_WITHIN = 400;

export interface UplinkHooks {
  /** The link is no longer what it was. */
  changed(): void;
  /** Python is there, for the first time or again. */
  live(): void;
}

export class Uplink {
  /** Of this page among all that show the network. */
  readonly page = Math.floor(Math.random() * Number.MAX_SAFE_INTEGER);
  private model: ModelLike | null = null;
  private standing: Link = "waiting";
  private heardAt = Number.NEGATIVE_INFINITY;
  private pingedAt = Number.NEGATIVE_INFINITY;
  /** When the oldest unanswered ping was sent. */
  private askedAt: number | null = null;
  private pings = 0;
  /** The newest frame that was answered. */
  private answered = 0;
  /** The newest frame that is not answered yet, and when its answer has to go. */
  private owed: { readonly serial: number; readonly due: number } | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly hooks: UplinkHooks,
  ) {}

  get link(): Link {
    return this.standing;
  }

  /** True where a message has a chance to arrive. */
  get open(): boolean {
    return this.model !== null && this.standing !== "disconnected";
  }

  /** When anything last came from Python. */
  get lastHeard(): number {
    return this.heardAt;
  }

  /** Takes `model` as the channel, unless there is one that is not dead. */
  connect(model: ModelLike): boolean {
    if (this.open) return false;
    this.model = model;
    this.pingedAt = this.clock.now();
    this.askedAt = this.pingedAt; // hello is a question, too
    this.stand("waiting");
    return this.send({ type: "hello" });
  }

  /** Sends, and says whether that seemed to work. Never throws. */
  send(message: Outgoing): boolean {
    if (this.model === null) return false;
    try {
      if (this.model.send === undefined) throw new Error("this host cannot send");
      const whole = message.type === "edit" ? this.withAnswer(message) : message;
      this.model.send({ ...whole, page: this.page });
      return true;
    } catch {
      this.stand("disconnected");
      return false;
    }
  }

  /**
   * A frame has to be answered: with the next edit, where one is coming, else once it is shown.
   * Every message costs the kernel, the server and the notebook's own page a multiple of what is
   * in it, so Python is to send no more frames than views can draw.
   */
  owe(serial: number, editing: boolean): void {
    if (serial < this.answered) this.answered = 0; // of a kernel that began anew
    const due = this.clock.now() + (editing ? ANSWER_WITHIN : SHOW_WITHIN);
    this.owed = { serial, due: Math.min(due, this.owed?.due ?? due) };
  }

  /** All views have shown the frame that is owed an answer: it goes, or waits for the next one's. */
  shown(): void {
    if (this.owed === null) return;
    const soon = this.clock.now() + ANSWER_WITHIN;
    if (this.owed.serial - this.answered >= TOGETHER) this.answer();
    else if (soon < this.owed.due) this.owed = { ...this.owed, due: soon };
  }

  /** Answers the frame that is owed an answer, if one is. */
  answer(): void {
    const serial = this.settle();
    if (serial !== null) this.send({ type: "got", serial });
  }

  /** Whether a message is meant for this page; all that Python says reaches every page. */
  concerns(message: Incoming): boolean {
    return !("page" in message) || message.page === undefined || message.page === this.page;
  }

  /** The number of this page’s newest edit among those that Python has; 0 where there is none. */
  acknowledged(acks: Acks | undefined): number {
    return acks?.[this.page] ?? 0;
  }

  ping(): void {
    const now = this.clock.now();
    this.pingedAt = now;
    this.askedAt ??= now;
    this.pings += 1;
    const sent = this.send({ type: "ping", n: this.pings });
    if (sent && this.pings % HELLO_EACH === 0) this.send({ type: "hello" });
  }

  /** Something came from Python; `frame` tells whether it was a frame, and so the newest state. */
  heard(frame: boolean): void {
    this.heardAt = this.clock.now();
    this.askedAt = null;
    if (this.model === null || this.standing === "live") return;
    this.stand("live");
    // Whatever Python sent in between is gone; a frame makes up for it.
    if (frame || this.send({ type: "hello" })) this.hooks.live();
  }

  /** Asks, or draws conclusions from silence. `wanted`: somebody looks, or an answer is awaited. */
  beat(now: number, wanted: boolean): void {
    if (this.model === null) return;
    if (this.owed !== null && now >= this.owed.due) this.answer();
    const silent = this.askedAt !== null && now - this.askedAt >= WAITING_AFTER;
    if (silent && this.standing === "live") this.stand("waiting");
    if (wanted && now >= this.pingDue()) this.ping();
  }

  /** When `beat` next has something to do. */
  due(wanted: boolean): number {
    if (this.model === null) return Number.POSITIVE_INFINITY;
    const silence =
      this.askedAt !== null && this.standing === "live"
        ? this.askedAt + WAITING_AFTER
        : Number.POSITIVE_INFINITY;
    const answer = this.owed?.due ?? Number.POSITIVE_INFINITY;
    return Math.min(answer, silence, wanted ? this.pingDue() : Number.POSITIVE_INFINITY);
  }

  private withAnswer(edit: Extract<Outgoing, { type: "edit" }>): Outgoing {
    const serial = this.settle();
    return serial === null ? edit : { ...edit, got: serial };
  }

  /** The frame that is owed an answer, which is on its way now. */
  private settle(): number | null {
    if (this.owed === null) return null;
    this.answered = this.owed.serial;
    this.owed = null;
    return this.answered;
  }

  private pingDue(): number {
    return Math.max(this.heardAt, this.pingedAt) + PING_AFTER;
  }

  private stand(link: Link): void {
    if (link === this.standing) return;
    this.standing = link;
    this.hooks.changed();
  }
}
