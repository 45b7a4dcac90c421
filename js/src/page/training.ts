/** Training in the page: batch after batch, epoch after epoch, each recorded. */

import { layersOf, outputs } from "../math/forward.js";
import { accuracy, loss } from "../math/loss.js";
import type { OptimizerName } from "../math/optimizers.js";
import { StackTrainer } from "../math/train.js";
import { Workspace } from "../math/workspace.js";
import type { DataSet } from "../state/types.js";
import type { Status } from "../wire.js";
import { t } from "../words.js";
import { type Course, Diverged, type Progress } from "./course.js";
import type { PageNetwork } from "./network.js";
import { Random } from "./random.js";
import type { Checkpoint, Recording, Scores } from "./recording.js";

export interface Settings {
  readonly optimizer: OptimizerName;
  readonly lr: number;
  /** Rows of a batch; null: all of them. */
  readonly batch: number | null;
  readonly l1: number;
  readonly l2: number;
  readonly seed: number;
}

/** Loss and accuracy over the data and the test data at any parameters; what there is of them. */
export function scoresOf(
  { spec, data }: PageNetwork,
  params: Float64Array,
  workspace = new Workspace(),
): Scores {
  const layers = layersOf(spec, params);
  const score = (over: DataSet) => {
    const out = outputs(layers, spec.head, over.X, over.n, workspace);
    return { loss: loss(spec, out, over), accuracy: accuracy(spec, out, over) };
  };
  const train = score(data);
  if (!data.test) return train;
  const test = score(data.test);
  return { ...train, test_loss: test.loss, test_accuracy: test.accuracy };
}

export class Training implements Course {
  trainer: StackTrainer;
  private random: Random;
  private order: ArrayLike<number> = [];
  /** The first row, in the epoch's order, that is not yet trained on; 0 between two epochs. */
  private place = 0;
  private readonly workspace = new Workspace();

  constructor(
    private readonly net: PageNetwork,
    private readonly recording: Recording,
    private readonly status: Status,
    private readonly settings: Settings,
  ) {
    this.trainer = new StackTrainer(net.spec, net.params, settings);
    this.random = new Random(settings.seed);
  }

  advance(): Progress {
    const { net, trainer } = this;
    const { n } = net.data;
    if (this.place === 0 || this.order.length !== n) this.shuffle();
    const end = Math.min(n, this.place + (this.settings.batch ?? n));
    trainer.pinned = net.pinned;
    if (!trainer.step(net.data, this.order, this.place, end)) {
      trainer.undo();
      throw new Diverged(t("a parameter is no longer finite"));
    }
    this.place = end < n ? end : 0;
    this.status.loss = this.status.accuracy = null;
    if (this.place > 0) return "batch";
    this.close();
    return "epoch";
  }

  restart(): void {
    this.trainer.restart();
    this.random = new Random(this.settings.seed);
    this.place = 0;
  }

  /** The network has other activations, but the same parameters. */
  refit(): void {
    const { lr, l1, l2, optimizer } = this.trainer;
    this.trainer = new StackTrainer(this.net.spec, this.net.params, {
      ...this.settings,
      l1,
      l2,
      lr,
    });
    this.trainer.optimizer = optimizer;
  }

  /** What it takes to train on from here, between two epochs. */
  checkpoint(): Checkpoint {
    const { lr, l1, l2 } = this.trainer;
    const rates = { lr, l1, l2 };
    return { memory: this.trainer.remember(), random: this.random.state, rates };
  }

  /** Trains on from an epoch; without its checkpoint with an optimizer that remembers nothing. */
  goOn(checkpoint: Checkpoint | null): void {
    this.restart();
    if (checkpoint === null) return;
    this.trainer.recall(checkpoint.memory);
    Object.assign(this.trainer, checkpoint.rates);
    Object.assign(this.status, checkpoint.rates);
    this.random.state = checkpoint.random;
  }

  private shuffle(): void {
    this.order = this.random.permutation(this.net.data.n);
    this.place = Math.min(this.place, this.order.length - 1); // points may have gone meanwhile
  }

  private close(): void {
    const { net, status } = this;
    const scores = scoresOf(net, net.params, this.workspace);
    if (!Number.isFinite(scores.loss)) {
      this.trainer.undo();
      throw new Diverged(t("the loss on the training data is not finite"));
    }
    status.epoch += 1;
    status.loss = scores.loss ?? null;
    status.accuracy = scores.accuracy ?? null;
    status.test_loss = scores.test_loss ?? null;
    status.test_accuracy = scores.test_accuracy ?? null;
    this.recording.add(status.epoch, scores, net.params, this.checkpoint());
  }
}
