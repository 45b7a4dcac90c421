/** The parameters of earlier epochs: those the page has seen, and others by asking Python. */

import { t } from "../words.js";
import type { Clock } from "./clock.js";
import type { Known } from "./mirror.js";
import { Recalls } from "./recalls.js";
import { EpochRecord } from "./record.js";
import type { Uplink } from "./uplink.js";

export class Past {
  private readonly record = new EpochRecord();
  private readonly recalls: Recalls;

  constructor(clock: Clock, uplink: Uplink) {
    this.recalls = new Recalls(clock, uplink);
  }

  see({ status, params, spec }: Known): void {
    this.record.add(status.epoch, params, spec.dtype);
  }

  at(epoch: number, revision: number): Promise<Float64Array> {
    const known = this.record.at(epoch);
    return known === null ? this.recalls.ask(epoch, revision) : Promise.resolve(known);
  }

  answer(epoch: number, params: Float64Array | null): void {
    this.recalls.answer(epoch, params);
  }

  /** What was is of another network. */
  forget(): void {
    this.record.clear();
    this.recalls.cancel(t("the network has other units or layers by now"));
  }

  close(): void {
    this.recalls.cancel(t("the page has closed"));
  }
}
