/**
 * Python's part of a page that has no Python: it answers every message of a Network as
 * nnwidgets/widgets/_commands.py does, with a trainer in the page and the history it was given.
 */

import type { Clock } from "../state/clock.js";
import type { Incoming, Outgoing, Status } from "../wire.js";
import { Frames } from "./frames.js";
import { PageNetwork } from "./network.js";
import { type Kernel, type KernelOptions, Refused } from "./types.js";

export { type Kernel, type KernelOptions, type KernelState, Refused } from "./types.js";

/** What is held is let go when nothing was heard of it for so many milliseconds. */
const HOLD = 3000;

type Of<T extends Outgoing["type"]> = Extract<Outgoing, { type: T }>;

/** @throws Error where the state's traits do not fit each other. */
export function createKernel(options: KernelOptions): Kernel {
  return new PageKernel(options);
}

class PageKernel implements Kernel {
  private readonly clock: Clock;
  private readonly net: PageNetwork;
  private readonly frames: Frames;
  private readonly status: Status;
  /** Number of the newest edit that the parameters contain, or leave out for good. */
  private ack = 0;
  private letGo: (() => void) | null = null;
  private readonly replies: (readonly [Incoming, ArrayBuffer[]])[] = [];
  private stopReplying: (() => void) | null = null;

  constructor(private readonly options: KernelOptions) {
    this.clock = options.clock;
    this.net = new PageNetwork(options.state.traits);
    this.status = { ...(options.state.traits._status as Status) };
    this.frames = new Frames(this.clock, (serial) => this.sendFrame(serial));
  }

  receive(message: unknown): void {
    const said = message as Outgoing;
    if (said.type === "edit" && said.got !== undefined) this.frames.got(said.got);
    try {
      this.take(said);
    } catch (error) {
      const { message: text, stack = "" } = error as Error;
      const about = "seq" in said ? { seq: said.seq } : {};
      const detail = error instanceof Refused ? "" : stack;
      this.reply({ type: "error", message: text, detail, ...about });
    }
    if (said.type === "edit") {
      this.ack = Math.max(this.ack, said.seq);
      this.frames.offer();
    }
  }

  dispose(): void {
    this.frames.cancel();
    this.letGo?.();
    this.stopReplying?.();
  }

  private take(message: Outgoing): void {
    const { type } = message;
    if (type === "hello") this.frames.offer();
    else if (type === "got") this.frames.got(message.serial);
    else if (type === "ping") this.reply({ type: "pong", n: message.n });
    else if (type === "edit") this.edit(message);
    else if (type === "freeze") this.freeze(message);
    else if (type === "recall") this.recall(message);
    // Of a dense stack the page computes all that it shows: there is nothing to watch.
    else if (type !== "watch") {
      throw new Refused(`"${type}" needs Python, which is not behind this page`);
    }
  }

  private edit({ seq, revision, index, value, held }: Of<"edit">): void {
    this.net.check(revision);
    this.hold(held);
    if (seq > this.ack) this.net.write(index, value);
  }

  private hold(held: readonly number[]): void {
    this.letGo?.();
    this.letGo = null;
    this.net.hold(held);
    if (held.length > 0) this.letGo = this.clock.setTimer(() => this.net.held.clear(), HOLD);
  }

  private freeze({ revision, index, frozen }: Of<"freeze">): void {
    this.net.check(revision);
    this.net.freeze(index, frozen);
    this.update({ _frozen: [...this.net.frozen] });
  }

  private recall({ revision, epoch }: Of<"recall">): void {
    this.net.check(revision);
    if (epoch !== 0) throw new Refused(`epoch ${epoch} was not recorded`);
    this.reply({ type: "recalled", epoch }, [this.net.bytes(this.net.initial)]);
  }

  private sendFrame(serial: number): void {
    const { net, ack, status } = this;
    const { revision } = net.spec;
    const frame: Incoming = { type: "frame", serial, ack, revision, status: { ...status } };
    this.options.send(frame, [net.bytes(net.params)]);
  }

  /** Traits change when the page is done with what it is doing. */
  private update(traits: Readonly<Record<string, unknown>>): void {
    this.clock.setTimer(() => this.options.update(traits), 0);
  }

  /** Answers when the page is done with what it is doing, in the order of the questions. */
  private reply(message: Incoming, buffers: ArrayBuffer[] = []): void {
    this.replies.push([message, buffers]);
    this.stopReplying ??= this.clock.setTimer(() => {
      this.stopReplying = null;
      for (const [answer, bytes] of this.replies.splice(0)) this.options.send(answer, bytes);
    }, 0);
  }
}
