/** The recorded epochs of a network that only Python can train, one after another. */

import type { Status } from "../wire.js";
import type { Course, Progress } from "./course.js";
import type { PageNetwork } from "./network.js";
import type { Recording } from "./recording.js";

export class Playback implements Course {
  constructor(
    private readonly net: PageNetwork,
    private readonly recording: Recording,
    private readonly status: Status,
  ) {}

  advance(): Progress {
    const next = this.recording.epochs.find((epoch) => epoch > this.status.epoch);
    if (next === undefined) return "over";
    this.show(next);
    return "epoch";
  }

  restart(): void {
    const [first] = this.recording.epochs;
    if (first !== undefined) this.show(first);
  }

  /** @throws RangeError for an epoch that is not among those whose parameters were recorded. */
  show(epoch: number): void {
    this.net.params.set(this.recording.at(epoch).params);
    this.status.epoch = epoch;
    this.status.loss = this.recording.score("loss", epoch);
    this.status.accuracy = this.recording.score("accuracy", epoch);
  }
}
