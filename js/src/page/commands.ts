/** What each message of a page does to its network. */

import { activationSpec, isActivation } from "../math/activations.js";
import type { Clock } from "../state/clock.js";
import { apply, problem } from "../state/points.js";
import type { Incoming, Outgoing, Status } from "../wire.js";
import { t } from "../words.js";
import { PageNetwork } from "./network.js";
import { NetworkCourse } from "./network_course.js";
import { restructure } from "./restructure.js";
import { type KernelOptions, Refused } from "./types.js";

/** What is held is let go when nothing was heard of it for so many milliseconds. */
const HOLD = 3000;

type Of<T extends Outgoing["type"]> = Extract<Outgoing, { type: T }>;

/** How the page is told. */
export interface Voice {
  /** A frame is due. */
  changed(): void;
  reply(message: Incoming, buffers: ArrayBuffer[]): void;
  update(traits: Readonly<Record<string, unknown>>): void;
}

export class Commands {
  /** Number of the newest edit that the parameters contain, or leave out for good. */
  ack = 0;
  private readonly clock: Clock;
  readonly net: PageNetwork;
  readonly course: NetworkCourse;
  private letGo: (() => void) | null = null;

  constructor(
    options: KernelOptions,
    private readonly voice: Voice,
  ) {
    this.clock = options.clock;
    this.net = new PageNetwork(options.state.traits);
    this.course = new NetworkCourse(options, this.net, () => voice.changed());
  }

  get status(): Status {
    return this.course.told;
  }

  get revision(): number {
    return this.net.spec.revision;
  }

  /** The parameters of now, as the wire has them. */
  get values(): ArrayBuffer {
    return this.net.bytes(this.net.params);
  }

  /** @throws Refused for what cannot be done, and nothing is. */
  take(message: Outgoing): void {
    if ("revision" in message) this.net.check(message.revision);
    const { type } = message;
    if (type === "edit") this.edit(message);
    else if (type === "freeze") this.freeze(message);
    else if (type === "points") this.editPoints(message);
    else if (type === "activation") this.setActivation(message);
    else if (type === "structure") this.restructure(message);
    else if (type === "train") this.course.train(message);
    else if (type === "recall") this.recall(message);
    else if (type === "history") this.voice.reply(...this.course.history(message));
    else if (type === "branch") this.course.branch(message.epoch, message.play);
    else if (type !== "watch") {
      throw new Refused(t("this page has no Python to ask for “{what}”", { what: type }));
    }
  }

  /** The message was done, or is left out for good. */
  acknowledge({ type, seq }: Of<"edit"> | Of<"points">, page: number): void {
    if (type === "edit") {
      this.ack = Math.max(this.ack, seq);
      this.voice.changed();
    } else {
      this.net.dataAck = Math.max(this.net.dataAck, seq);
      this.voice.update({ _data: this.net.dataMessage(page) });
      this.voice.changed();
    }
  }

  dispose(): void {
    this.course.dispose();
    this.letGo?.();
  }

  private edit({ seq, index, value, held }: Of<"edit">): void {
    this.hold(held);
    if (seq <= this.ack || index.length === 0) return; // it was repeated, or only lets go
    this.editable();
    this.net.write(index, value);
    this.course.touch();
  }

  private hold(held: readonly number[]): void {
    this.letGo?.();
    this.letGo = null;
    this.net.hold(held);
    if (held.length > 0) this.letGo = this.clock.setTimer(() => this.net.held.clear(), HOLD);
  }

  private freeze({ index, frozen }: Of<"freeze">): void {
    this.editable();
    this.net.freeze(index, frozen);
    this.voice.update({ _frozen: [...this.net.frozen] });
  }

  private editPoints({ seq, type: _, ...edit }: Of<"points">): void {
    if (seq <= this.net.dataAck) return;
    this.editable();
    const { data, spec } = this.net;
    const wrong = problem(data, edit) ?? ("y" in edit ? wrongTarget(spec, edit.y) : null);
    if (wrong !== null) throw new Refused(wrong);
    const rounded = "x" in edit ? { ...edit, x: edit.x.map((x) => this.net.round(x)) } : edit;
    this.net.data = apply({ data, ids: [] }, { edit: rounded, id: 0 }).data;
    this.course.touch();
  }

  private setActivation({ value }: Of<"activation">): void {
    this.editable();
    const { spec } = this.net;
    const hidden = spec.layers.length - 1;
    const names = typeof value === "string" ? Array<string>(hidden).fill(value) : value;
    if (hidden === 0 || names.length !== hidden) {
      throw new Refused(t("there are {hidden} hidden layers", { hidden }));
    }
    const layers = spec.layers.map((layer, l) => {
      const name = names[l];
      if (l === hidden || name === layer.activation?.name) return layer; // keeps its slope
      if (!isActivation(name)) throw new Refused(t("there is no activation “{name}”", { name }));
      return { ...layer, activation: activationSpec(name) };
    });
    this.net.spec = { ...spec, layers };
    this.course.refit();
    this.voice.update({ _spec: this.net.spec });
  }

  private restructure({ type: _, revision: __, ...change }: Of<"structure">): void {
    this.editable();
    if (this.course.busy) throw new Refused(t("pause the training first"));
    restructure(this.net, change);
    this.course.startOver();
    const { spec, params, initial, frozen } = this.net;
    const [_values, _initial] = [this.net.bytes(params), this.net.bytes(initial)];
    const _status = { ...this.status };
    this.voice.update({ _spec: spec, _values, _initial, _frozen: [...frozen], _status });
    this.voice.changed();
  }

  private recall({ epoch }: Of<"recall">): void {
    this.voice.reply({ type: "recalled", epoch }, [this.net.bytes(this.course.at(epoch))]);
  }

  /** @throws Refused where nothing can be computed here of what would be another network. */
  private editable(): void {
    if (this.net.spec.kind === "stack") return;
    throw new Refused(t("only Python can compute this network: here its recorded epochs play"));
  }
}

function wrongTarget({ loss, outputs }: PageNetwork["spec"], y: readonly number[]): string | null {
  if (loss === "cross_entropy") {
    const most = outputs - 1;
    const known = y.every((label) => Number.isInteger(label) && label >= 0 && label <= most);
    return known ? null : t("a class is a whole number from 0 to {most}", { most });
  }
  const probable = loss !== "bce" || y.every((p) => p >= 0 && p <= 1);
  return probable ? null : t("a label lies between 0 and 1");
}
