/**
 * Python's part of a page that has no Python: it answers every message of a Network as
 * nnwidgets/widgets/_commands.py does, with a trainer in the page and the history it was given.
 *
 * A dense stack with one of our losses is trained here. Of any other network the epochs that were
 * recorded are played, and what would need Python to compute is refused.
 */

import type { Clock } from "../state/clock.js";
import type { Acks, Incoming, Outgoing, Status } from "../wire.js";
import { checked } from "./checked.js";
import { Commands } from "./commands.js";
import { Frames } from "./frames.js";
import { type Kernel, type KernelOptions, Refused, type Watched } from "./types.js";

export {
  type Kernel,
  type KernelOptions,
  type KernelState,
  Refused,
  type Watched,
} from "./types.js";

/** @throws Error where the state's traits do not fit each other. */
export function createKernel(options: KernelOptions): Kernel {
  return new PageKernel(options);
}

const isNumber = (value: unknown): value is number => Number.isSafeInteger(value);

class PageKernel implements Kernel {
  private readonly clock: Clock;
  private readonly frames: Frames;
  private readonly commands: Commands;
  private readonly replies: (readonly [Incoming, ArrayBuffer[]])[] = [];
  private traits: Record<string, unknown> = {};
  private stopTelling: (() => void) | null = null;
  private readonly watchers = new Set<() => void>();
  private closed = false;
  /** The number of the page that speaks: there is one. */
  private page = 0;

  constructor(private readonly options: KernelOptions) {
    this.clock = options.clock;
    this.frames = new Frames(this.clock, (serial) => this.sendFrame(serial));
    this.commands = new Commands(options, {
      changed: () => {
        this.frames.offer();
        for (const changed of this.watchers) changed();
      },
      reply: (message, buffers) => this.reply(message, buffers),
      update: (traits) => this.update(traits),
    });
  }

  get watched(): Watched {
    const { commands, watchers } = this;
    return {
      get spec() {
        return commands.net.spec;
      },
      get params() {
        return commands.net.params;
      },
      get data() {
        return commands.net.data;
      },
      get status() {
        return commands.status;
      },
      get holding() {
        return commands.net.held.size > 0;
      },
      get path() {
        return commands.course.path;
      },
      get recording() {
        return commands.course.recording;
      },
      subscribe(changed) {
        watchers.add(changed);
        return () => watchers.delete(changed);
      },
    };
  }

  receive(message: unknown): void {
    if (this.closed) return;
    const said = (message ?? {}) as Outgoing & { page?: number };
    if (isNumber(said.page)) this.page = said.page;
    if (said.type === "edit" && isNumber(said.got)) this.frames.got(said.got);
    const numbered = (said.type === "edit" || said.type === "points") && isNumber(said.seq);
    try {
      this.take(checked(message));
    } catch (error) {
      const { message: text, stack = "" } = error as Error;
      const about = numbered ? { seq: said.seq } : {};
      const detail = error instanceof Refused ? "" : stack;
      this.reply({ type: "error", message: text, detail, ...about }, []);
    }
    if (numbered) this.commands.acknowledge(said, this.page);
  }

  dispose(): void {
    this.closed = true;
    this.frames.cancel();
    this.commands.dispose();
    this.stopTelling?.();
  }

  private take(message: Outgoing): void {
    if (message.type === "hello") this.frames.offer();
    else if (message.type === "got") this.frames.got(message.serial);
    else if (message.type === "ping") this.reply({ type: "pong", n: message.n }, []);
    else this.commands.take(message);
  }

  private sendFrame(serial: number): void {
    const { ack, revision, status, values } = this.commands;
    const [told, acks]: [Status, Acks] = [{ ...status }, { [this.page]: ack }];
    this.options.send({ type: "frame", serial, acks, revision, status: told }, [values]);
  }

  private update(traits: Readonly<Record<string, unknown>>): void {
    Object.assign(this.traits, traits);
    this.tell();
  }

  private reply(message: Incoming, buffers: ArrayBuffer[]): void {
    this.replies.push([message, buffers]);
    this.tell();
  }

  /** Speaks when the page is done with what it is doing, and answers in the order of questions. */
  private tell(): void {
    this.stopTelling ??= this.clock.setTimer(() => {
      this.stopTelling = null;
      const { traits } = this;
      this.traits = {};
      if (Object.keys(traits).length > 0) this.options.update(traits);
      for (const [answer, bytes] of this.replies.splice(0)) this.options.send(answer, bytes);
    }, 0);
  }
}
