/**
 * The other end of the wire for tests of the store: what Python does with each message, in as few
 * lines as can be, over a link that a test may slow down, make lossy or cut.
 */

import type { ModelLike } from "../state/host.js";
import type { Incoming, Outgoing, PointEdit, Spec, Status } from "../wire.js";
import type { FakeClock } from "./fake-clock.js";
import { IDLE, specOf } from "./fake-store.js";

/** What the uplink adds to every message. */
export interface FromPage {
  page: number;
}

type Listener = (...args: never[]) => void;

/** How messages fare. They never overtake each other. */
export interface FakeLink {
  latency(): number;
  loses(): boolean;
  /** Sending throws, as it does when the comm is gone. */
  broken: boolean;
}

/** A model as the page sees it, with a way to fire its events. */
export class FakeModel implements ModelLike {
  readonly traits = new Map<string, unknown>();
  private readonly listeners = new Map<string, Set<Listener>>();

  constructor(readonly send: (content: unknown) => void = () => {}) {}

  get(name: string): unknown {
    return this.traits.get(name);
  }

  on(event: string, listener: Listener): void {
    const listeners = this.listeners.get(event) ?? new Set();
    this.listeners.set(event, listeners.add(listener));
  }

  off(event?: string | null, listener?: Listener | null): void {
    if (event && listener) this.listeners.get(event)?.delete(listener);
  }

  emit(event: string, ...args: unknown[]): void {
    for (const listener of [...(this.listeners.get(event) ?? [])]) listener(...(args as never[]));
  }

  /** One update: every trait has its new value before the first event, as in Backbone. */
  update(traits: Record<string, unknown>): void {
    for (const [name, value] of Object.entries(traits)) this.traits.set(name, value);
    for (const name of Object.keys(traits)) this.emit(`change:${name}`);
  }

  get listening(): number {
    return [...this.listeners.values()].reduce((sum, set) => sum + set.size, 0);
  }
}

export class FakeKernel {
  spec: Spec = { ...specOf([2, 2, 1]), dtype: "float32" };
  params = Float32Array.from({ length: this.spec.size }, (_, i) => (i + 1) / 8);
  readonly points = [
    { x: [0, 0], y: [0] },
    { x: [0, 1], y: [1] },
    { x: [1, 0], y: [1] },
  ];
  frozen: number[] = [];
  held: number[] = [];
  status: Status = IDLE;
  /** Everything that arrived, in order. */
  readonly got: (Outgoing & FromPage)[] = [];
  /** Called when an edit is applied for the first time. */
  onEdit: (index: readonly number[]) => void = () => {};
  /** A kernel whose main thread is busy takes no message until it is not. */
  busy = false;
  /** What arrived while it was busy. */
  readonly unread: (Outgoing & FromPage)[] = [];

  readonly link: FakeLink = { latency: () => 5, loses: () => false, broken: false };
  readonly model = new FakeModel();
  readonly uplink = new FakeModel((content) => this.fromPage(content as Outgoing & FromPage));
  /** The network's model in each tab that is open: what is said reaches all of them. */
  private readonly models = [this.model];

  private readonly acks: Record<string, number> = {};
  private readonly dataAcks: Record<string, number> = {};
  serial = 0;
  private lastUp = 0;
  private lastDown = 0;

  constructor(private readonly clock: FakeClock) {
    this.model.update(this.traits());
  }

  /** Opens another tab: a model of the network as it is. */
  openTab(): FakeModel {
    const model = new FakeModel();
    model.update(this.traits());
    this.models.push(model);
    return model;
  }

  /** Messages of one type that arrived. */
  of<T extends Outgoing["type"]>(type: T): (Extract<Outgoing, { type: T }> & FromPage)[] {
    return this.got.filter((message) => message.type === type) as never;
  }

  /** What Python code writes. */
  write(index: number, value: number): void {
    this.params[index] = value;
    this.frame();
  }

  frame(): void {
    const params = this.params.slice();
    this.serial += 1;
    const { serial, status } = this;
    const acks = { ...this.acks };
    const { revision } = this.spec;
    this.toPage({ type: "frame", serial, acks, revision, status }, [params.buffer]);
  }

  /** Other layers, as Python code makes them; a frame may come before what the page needs for it. */
  restructure(sizes: readonly number[], { frameFirst = false } = {}): void {
    const revision = this.spec.revision + 1;
    this.spec = { ...specOf(sizes), dtype: "float32", revision };
    this.params = Float32Array.from({ length: this.spec.size }, (_, i) => -(i + 1) / 8 - revision);
    this.frozen = [];
    this.held = [];
    if (frameFirst) this.frame();
    const { _spec, _values, _initial, _frozen, _status } = this.traits();
    this.update({ _spec, _values, _initial, _frozen, _status });
    this.frame();
  }

  toPage(message: Incoming, buffers: ArrayBuffer[] = []): void {
    if (this.link.broken || this.link.loses()) return;
    this.down((model) => model.emit("msg:custom", message, buffers));
  }

  /** Traits are synced by Jupyter itself: late perhaps, but not lost. */
  sendData(): void {
    const { _data } = this.traits();
    this.update({ _data });
  }

  work(): void {
    this.busy = false;
    for (const message of this.unread.splice(0)) this.take(message);
  }

  traits(): Record<string, unknown> {
    const X = Float32Array.from(this.points.flatMap(({ x }) => x));
    const y = Float32Array.from(this.points.flatMap((point) => point.y));
    return {
      _spec: this.spec,
      _values: new DataView(this.params.slice().buffer),
      _initial: new DataView(this.params.slice().buffer),
      _data: { n: this.points.length, d: 2, k: 1, X, y, acks: { ...this.dataAcks } },
      _frozen: [...this.frozen],
      _status: this.status,
    };
  }

  private fromPage(message: Outgoing & FromPage): void {
    if (this.link.broken) throw new Error("the comm is closed");
    if (this.link.loses()) return;
    this.lastUp = Math.max(this.lastUp, this.clock.now() + this.link.latency());
    this.clock.setTimer(() => this.take(message), this.lastUp - this.clock.now());
  }

  private update(traits: Record<string, unknown>): void {
    this.down((model) => model.update(traits));
  }

  private down(deliver: (model: FakeModel) => void): void {
    this.lastDown = Math.max(this.lastDown, this.clock.now() + this.link.latency());
    this.clock.setTimer(() => this.models.forEach(deliver), this.lastDown - this.clock.now());
  }

  private take(message: Outgoing & FromPage): void {
    if (this.busy) {
      this.unread.push(message);
      return;
    }
    this.got.push(message);
    if (message.type === "hello") this.frame();
    if (message.type === "ping") this.toPage({ type: "pong", n: message.n });
    if (message.type === "edit") this.edit(message);
    if (message.type === "points") this.editPoints(message.seq, message.page, message);
    if (message.type === "freeze") this.freeze(message);
  }

  private edit({ seq, revision, page, ...edit }: Extract<Outgoing, { type: "edit" }> & FromPage) {
    const { index, value, held } = edit;
    const before = this.acks[page] ?? 0;
    this.acks[page] = Math.max(before, seq);
    if (revision !== this.spec.revision) {
      this.toPage({ type: "error", message: "outdated", detail: "", seq, page });
      this.frame();
      return;
    }
    this.held = held;
    if (seq > before) {
      index.forEach((i, k) => {
        if (!this.frozen.includes(i)) this.params[i] = value[k];
      });
      this.onEdit(index);
    }
    this.frame();
  }

  private editPoints(seq: number, page: number, edit: PointEdit): void {
    if (seq > (this.dataAcks[page] ?? 0)) {
      this.dataAcks[page] = seq;
      if (edit.op === "add") this.points.push({ x: edit.x, y: edit.y });
      if (edit.op === "delete") this.points.splice(edit.row, 1);
      if (edit.op === "move") this.points[edit.row] = { ...this.points[edit.row], x: edit.x };
      if (edit.op === "label") this.points[edit.row] = { ...this.points[edit.row], y: edit.y };
    }
    this.sendData();
  }

  private freeze({ revision, index, frozen }: Extract<Outgoing, { type: "freeze" }>): void {
    if (revision !== this.spec.revision) {
      this.toPage({ type: "error", message: "outdated", detail: "" });
      return;
    }
    const others = this.frozen.filter((i) => !index.includes(i));
    this.frozen = frozen ? [...others, ...index] : others;
    const _frozen = [...this.frozen];
    this.update({ _frozen });
  }
}
