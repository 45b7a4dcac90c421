/**
 * The page's one copy of a network. It is made in `initialize`, where no other model can be
 * reached: until `connect` brings the channel to Python, and whenever that is lost, everything
 * works on the page alone.
 *
 * What Python said is in `mirror`, what the page changed in `editor`, whether the two can talk in
 * `uplink`; here is what passes between them, and the one state that views see.
 */

import type {
  BufferLike,
  Incoming,
  Outgoing,
  PointEdit,
  ProbeRequest,
  Restructure,
} from "../wire.js";
import { t } from "../words.js";
import { Alarm, type Clock } from "./clock.js";
import { Editor } from "./editor.js";
import type { ModelLike, NetworkStore, StoreOptions } from "./host.js";
import { Mirror } from "./mirror.js";
import { Painter } from "./painter.js";
import { Past } from "./past.js";
import { Probes } from "./probes.js";
import { NOTHING } from "./selection.js";
import { shownState } from "./shown.js";
import type { Listener, Look, NetState, Selection } from "./types.js";
import { Uplink } from "./uplink.js";

export type { ModelLike, NetworkStore, StoreOptions };

/** @throws Error where the model's traits do not fit each other. */
export function createStore({ model, clock }: StoreOptions): NetworkStore {
  return new LiveStore(model, clock);
}

class LiveStore implements NetworkStore {
  private readonly mirror: Mirror;
  private readonly uplink: Uplink;
  private readonly editor: Editor;
  private readonly past: Past;
  private readonly probes: Probes;
  private readonly painter: Painter;
  private readonly alarm: Alarm;
  private readonly unlisten: () => void;

  private shown: NetState | null = null;
  private version = 0;
  private error: NetState["error"] = null;
  private selection = NOTHING;
  /** Number of the newest edit that Python's parameters contain. */
  private ack = 0;
  /** The change that Python's newest frame was. */
  private framed = 0;
  private readonly attending = new Set<(state: NetState) => void>();
  private look: Look | null = null;
  private readonly listeners = new Set<Listener>();
  private stopSettling: (() => void) | null = null;

  constructor(
    private readonly model: ModelLike,
    private readonly clock: Clock,
  ) {
    this.mirror = new Mirror(model);
    this.uplink = new Uplink(clock, { changed: () => this.changed(), live: () => this.resume() });
    this.editor = new Editor(this.mirror.known, clock, this.uplink);
    this.past = new Past(clock, this.uplink);
    this.probes = new Probes(clock, this.uplink);
    this.painter = new Painter(clock, {
      state: () => {
        this.settle();
        return this.state;
      },
      painted: (change) => {
        if (change >= this.framed && !this.editor.holding) {
          this.uplink.shown();
          this.arm(); // an answer that waits for another frame is due sooner
        }
        for (const look of this.attending) look(this.state);
      },
      failed: (error) => this.fail(t("A view could not be drawn"), String(error)),
    });
    this.alarm = new Alarm(clock, () => this.beat());
    this.unlisten = this.listen();
    this.past.see(this.mirror.known);
  }

  get state(): NetState {
    this.shown ??= this.build();
    return this.shown;
  }

  get frame(): number {
    return this.painter.frame;
  }

  subscribe(draw: (state: NetState) => void): () => void {
    const remove = this.painter.add(draw);
    this.arm();
    return remove;
  }

  attend(look: (state: NetState) => void): () => void {
    this.attending.add(look);
    return () => void this.attending.delete(look);
  }

  begin(label: string, held: Iterable<number>): void {
    if (this.look) return;
    this.editor.begin(label, held);
    this.edited(null);
  }

  end(): void {
    this.editor.end();
    this.edited(null);
  }

  edit(index: ArrayLike<number>, value: ArrayLike<number>): void {
    this.edited(this.refusal ?? this.editor.edit(index, value));
  }

  editPoint(edit: PointEdit): void {
    this.edited(this.editor.editPoint(edit));
  }

  undo(): void {
    if (!this.look) this.editor.undo();
    this.edited(this.refusal);
  }

  redo(): void {
    if (!this.look) this.editor.redo();
    this.edited(this.refusal);
  }

  freeze(index: number[], frozen: boolean): void {
    this.editor.freeze(index, frozen);
    this.edited(null);
  }

  setActivation(value: string | string[]): void {
    this.tell({ type: "activation", value, revision: this.revision });
  }

  restructure(change: Restructure): void {
    this.tell({ type: "structure", ...change, revision: this.revision });
  }

  train(command: Omit<Extract<Outgoing, { type: "train" }>, "type">): void {
    if (!/set|pause/.test(command.action)) this.show(null);
    this.tell({ type: "train", ...command });
  }

  show(look: Look | null): void {
    if (look === this.look) return;
    this.look = look;
    this.changed();
  }

  ask(message: Outgoing): boolean {
    return this.uplink.open && this.uplink.send(message);
  }

  hear(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  select(selection: Partial<Selection>): void {
    const next = { ...this.selection, ...selection };
    if (JSON.stringify(next) === JSON.stringify(this.selection)) return;
    this.selection = next;
    this.changed();
  }

  dismissError(): void {
    if (this.error === null) return;
    this.error = null;
    this.changed();
  }

  recall(epoch: number): Promise<Float64Array> {
    return this.past.at(epoch, this.revision);
  }

  probe(request: ProbeRequest) {
    return this.probes.get(request);
  }

  unprobe(key: string): void {
    this.probes.forget(key);
  }

  connect(uplink: ModelLike): void {
    if (this.uplink.connect(uplink)) this.resume();
    this.arm();
  }

  readonly receive = (message: unknown, buffers: readonly BufferLike[] = []): void => {
    const incoming = message as Incoming;
    this.uplink.heard(incoming.type === "frame");
    if (this.uplink.concerns(incoming)) {
      this.take(incoming, buffers[0]);
      for (const listener of this.listeners) listener(incoming, buffers);
    }
    this.editor.heard();
    this.arm();
  };

  dispose(): void {
    this.unlisten();
    this.alarm.cancel();
    this.stopSettling?.();
    this.painter.clear();
    this.probes.clear();
    this.past.close();
  }

  private take(message: Incoming, buffer: BufferLike | undefined): void {
    if (message.type === "frame") {
      this.takeFrame(message, buffer);
    } else if (message.type === "error") {
      this.editor.complained("seq" in message ? Number(message.seq) : undefined);
      this.fail(message.message, message.detail);
    } else if (message.type === "recalled" && buffer) {
      this.past.answer(message.epoch, this.mirror.parameters(buffer));
    } else if (message.type === "probe" && buffer) {
      const { key, serial, shape } = message;
      if (this.probes.receive(key, serial, shape, buffer)) this.changed();
    }
  }

  private takeFrame(frame: Extract<Incoming, { type: "frame" }>, buffer?: BufferLike): void {
    this.uplink.owe(frame.serial, this.editor.holding);
    this.mirror.frame(buffer, frame.revision, frame.status);
    this.ack = this.uplink.acknowledged(frame.acks);
    this.settle();
    this.framed = this.painter.change;
    this.editor.landed(this.ack);
  }

  /** Listens to the model; returns how to stop. */
  private listen(): () => void {
    this.model.on("msg:custom", this.receive);
    const unlisten = this.mirror.listen(() => {
      // The rest of the update comes before any timer; a hidden page has no animation frames.
      this.stopSettling ??= this.clock.setTimer(() => this.settle(), 0);
    });
    return () => {
      unlisten();
      this.model.off("msg:custom", this.receive);
    };
  }

  /** Takes Python's word, where it is complete, into the state. */
  private settle(): void {
    this.stopSettling?.();
    this.stopSettling = null;
    const settled = this.mirror.settle();
    if (settled === null) return;
    if (settled.relaid) {
      this.past.forget();
      this.selection = NOTHING;
      this.look = null;
    }
    this.editor.adopt(this.mirror.known, settled, this.ack);
    this.past.see(this.mirror.known);
    this.changed();
    this.arm();
  }

  /** Python can be reached: says what has waited. */
  private resume(): void {
    this.editor.pump();
    this.probes.retell();
  }

  /** The page changed something, or could not, for the reason given. */
  private edited(problem: string | null): void {
    if (problem !== null) {
      this.fail(t("Not changed"), problem);
      return;
    }
    this.changed();
    this.editor.pump();
    this.arm();
  }

  private get refusal(): string | null {
    return this.state.past?.refusal ?? null;
  }

  private get revision(): number {
    return this.mirror.known.spec.revision;
  }

  private changed(): void {
    this.version += 1;
    this.shown = null;
    this.painter.schedule();
  }

  private build(): NetState {
    const { error, selection, version } = this;
    const own = { error, selection, version };
    const state = shownState(this.mirror.known, this.editor, this.uplink.link, own);
    return this.look?.(state) ?? state;
  }

  private beat(): void {
    const now = this.clock.now();
    this.editor.beat(now);
    this.uplink.beat(now, this.wanted());
    this.arm();
  }

  private arm(): void {
    this.alarm.set(Math.min(this.editor.due(), this.uplink.due(this.wanted())));
  }

  /** Somebody looks, or waits for an answer. */
  private wanted(): boolean {
    return this.painter.watched || this.editor.waiting;
  }

  private tell(message: Outgoing): void {
    if (this.ask(message)) return;
    this.fail(
      t("Python cannot be reached"),
      t("“{type}” needs the kernel that made this page", { type: message.type }),
    );
  }

  private fail(message: string, detail: string): void {
    this.error = { message, detail };
    this.changed();
  }
}
