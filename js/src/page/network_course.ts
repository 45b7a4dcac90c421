/** How the run of a network in the page goes: what is recorded, what plays, and where it stands. */

import { computable } from "../math/landscape.js";
import { isOptimizer, OPTIMIZERS } from "../math/optimizers.js";
import type { HistoryMessage, Outgoing, Status } from "../wire.js";
import { t } from "../words.js";
import { FormerRuns } from "./former.js";
import type { PageNetwork } from "./network.js";
import { Playback } from "./playback.js";
import { Recording } from "./recording.js";
import { Session } from "./session.js";
import { scoresOf, Training } from "./training.js";
import { type KernelOptions, Refused } from "./types.js";

type Of<T extends Outgoing["type"]> = Extract<Outgoing, { type: T }>;
type Train = Of<"train">;

const onlyPython = () => t("only Python can train this network: here its recorded epochs play");

/** As of a Trainer that Python makes when a page asks for training and there is none. */
const DEFAULTS = { optimizer: "adam", lr: 0.05, batch: 16 } as const;

export class NetworkCourse {
  private readonly status: Status;
  private readonly session: Session;
  recording: Recording;
  private training: Training | null = null;
  private playback: Playback | null = null;
  private readonly seed: number;
  private readonly former = new FormerRuns();

  constructor(
    { clock, state, stopwatch = () => performance.now() }: KernelOptions,
    private readonly net: PageNetwork,
    private readonly changed: () => void,
  ) {
    const status = state.traits._status as Status;
    const still = status.state === "diverged" || status.state === "failed";
    this.status = { ...status, state: still ? status.state : "idle" };
    this.seed = state.seed ?? 0;
    const holding = () => net.held.size > 0;
    this.session = new Session({ clock, stopwatch, status: this.status, holding, changed });
    this.recording = new Recording(net.spec.dtype);
    if (state.history === undefined) this.record();
    else this.recording.read(state.history.content, state.history.buffers, net.spec.size);
  }

  /** The status as a frame has it. */
  get told(): Status {
    return { ...this.status, recorded: this.recording.serial };
  }

  /** Every epoch whose parameters are here. */
  get path() {
    return this.recording.path;
  }

  get busy(): boolean {
    return this.session.busy;
  }

  /** @throws Refused for an optimizer, or a setting, that this page does not have. */
  train({ action, unit = "epoch", n, ...settings }: Train): void {
    this.set(settings);
    if (action === "play") this.session.play(this.course, n ?? null);
    else if (action === "step") this.session.step(this.course, unit, n ?? 1);
    else if (action === "pause") this.session.pause();
    else if (action === "reset") this.reset();
    this.changed();
  }

  /**
   * Goes back to an epoch, or the nearest whose parameters are here, and trains on from there.
   *
   * @throws Refused for an epoch that was not recorded, or what is not trained here
   */
  branch(epoch: number, play: boolean): void {
    const { net, recording, status } = this;
    if (!computable(net.spec)) throw new Refused(onlyPython());
    if (!(epoch >= 0 && epoch <= recording.last)) {
      throw new Refused(t("epoch {epoch} was not recorded", { epoch }));
    }
    const training = this.trained();
    this.session.pause();
    const at = recording.nearest(epoch);
    this.former.keep(recording, at);
    recording.cutAfter(at);
    const { params, checkpoint } = recording.at(at);
    net.params.set(params);
    training.goOn(checkpoint);
    const scores = ["loss", "accuracy", "test_loss", "test_accuracy"] as const;
    for (const name of scores) status[name] = recording.score(name, at);
    const lacking = [
      at === epoch
        ? ""
        : t("branched at epoch {at}, the nearest to {epoch} that is kept", { at, epoch }),
      checkpoint || at === 0
        ? ""
        : t("the optimizer starts anew: nothing is known of its state then"),
    ];
    const message = lacking.filter((text) => text !== "").join("; ");
    Object.assign(status, { epoch: at, state: "idle", message, traceback: "" });
    if (play) this.session.play(training, null);
    this.changed();
  }

  /** What is new in a run to a page that has so many rows of it. */
  history({ run, serial, rows }: Of<"history">): readonly [HistoryMessage, ArrayBuffer[]] {
    const recording = run === "" ? this.recording : this.former.find(run);
    if (recording === null) throw new Refused(t("there is no run “{run}”", { run }));
    const [part, buffers] = recording.part(serial, rows);
    const { revision } = this.net.spec;
    return [{ type: "history", revision, run, ...part, former: this.former.list }, buffers];
  }

  /** Parameters or points were changed by hand: the scores are those of now no longer. */
  touch(): void {
    this.status.loss = this.status.accuracy = null;
    this.changed();
  }

  /** The network has other activations. */
  refit(): void {
    this.training?.refit();
    this.touch();
  }

  /** The network has other units or layers: another run begins. */
  startOver(): void {
    this.training = null;
    Object.assign(this.status, { epoch: 0, state: "idle", message: "", traceback: "" });
    this.former.clear();
    this.recording = new Recording(this.net.spec.dtype);
    this.record();
  }

  /** The parameters of an epoch, or of the nearest that are here. */
  at(epoch: number): Float64Array {
    return this.recording.at(this.recording.nearest(epoch)).params;
  }

  dispose(): void {
    this.session.dispose();
  }

  private get course(): Training | Playback {
    const { net, recording, status } = this;
    if (computable(net.spec)) return this.trained();
    this.playback ??= new Playback(net, recording, status);
    return this.playback;
  }

  private trained(): Training {
    if (this.training !== null) return this.training;
    const { net, recording, status, seed } = this;
    const optimizer = status.optimizer || DEFAULTS.optimizer;
    if (!isOptimizer(optimizer)) {
      const known = OPTIMIZERS.join(", ");
      throw new Refused(
        t("this page trains with {known}; not with {optimizer}", { known, optimizer }),
      );
    }
    const lr = status.lr ?? DEFAULTS.lr;
    const batch = status.optimizer === "" ? DEFAULTS.batch : status.batch;
    const { l1 = 0, l2 = 0 } = status;
    this.training = new Training(net, recording, status, { optimizer, lr, batch, l1, l2, seed });
    Object.assign(status, { optimizer, lr, batch });
    return this.training;
  }

  private set({ lr, speed, l1, l2 }: Omit<Train, "action" | "type">): void {
    if (speed !== undefined) this.session.setSpeed(speed);
    const rates = Object.entries({ lr, l1, l2 }).filter(([, rate]) => rate !== undefined);
    if (rates.length === 0) return;
    if (!computable(this.net.spec)) {
      throw new Refused(onlyPython());
    }
    const changed = Object.fromEntries(rates);
    if (!Object.values(changed).every((rate) => Number.isFinite(rate) && Number(rate) >= 0)) {
      throw new Refused(t("a rate is a number that is not negative"));
    }
    Object.assign(this.trained().trainer, changed);
    Object.assign(this.status, changed);
  }

  private reset(): void {
    this.session.pause();
    Object.assign(this.status, { state: "idle", message: "", traceback: "" });
    if (!computable(this.net.spec)) {
      this.course.restart();
      return;
    }
    this.net.params.set(this.net.initial);
    this.status.epoch = 0;
    this.training?.restart();
    this.former.clear();
    this.recording.clear();
    this.record();
  }

  /** The beginning of the run, and where it stands. */
  private record(): void {
    const { net, status, recording } = this;
    // Of a network that only Python can compute, what it said of now is all that is known.
    const scores = (params: Float64Array) =>
      net.spec.kind === "stack" ? scoresOf(net, params) : {};
    recording.add(0, scores(net.initial), net.initial);
    const { loss, accuracy, test_loss, test_accuracy } = { ...status, ...scores(net.params) };
    Object.assign(status, { loss, accuracy, test_loss, test_accuracy });
    if (status.epoch > 0) recording.add(status.epoch, { ...status }, net.params);
  }
}
