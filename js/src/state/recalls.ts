/** Questions to Python for the parameters of an epoch, each answered or given up in time. */

import type { Clock } from "./clock.js";
import type { Uplink } from "./uplink.js";

export const RECALL_WITHIN = 3000;

interface Question {
  readonly epoch: number;
  resolve(params: Float64Array): void;
  reject(error: Error): void;
}

export class Recalls {
  private open: Question[] = [];

  constructor(
    private readonly clock: Clock,
    private readonly uplink: Uplink,
  ) {}

  ask(epoch: number, revision: number): Promise<Float64Array> {
    if (!this.uplink.open || !this.uplink.send({ type: "recall", epoch, revision })) {
      return Promise.reject(new Error(`epoch ${epoch} is not on this page, and Python not there`));
    }
    return new Promise((resolve, reject) => {
      const stop = this.clock.setTimer(() => {
        this.close(question);
        reject(new Error(`Python did not answer what the parameters were at epoch ${epoch}`));
      }, RECALL_WITHIN);
      const question: Question = {
        epoch,
        resolve: (params) => {
          stop();
          resolve(params);
        },
        reject: (error) => {
          stop();
          reject(error);
        },
      };
      this.open.push(question);
    });
  }

  /** Python answers in the order asked, with the nearest epoch where it has thinned its own. */
  answer(epoch: number, params: Float64Array | null): void {
    const question = this.open.find((asked) => asked.epoch === epoch) ?? this.open[0];
    if (question === undefined) return;
    this.close(question);
    if (params !== null) question.resolve(params);
    else question.reject(new Error(`epoch ${epoch} is of another network than this one`));
  }

  cancel(why: string): void {
    for (const question of this.open.splice(0)) question.reject(new Error(why));
  }

  private close(question: Question): void {
    this.open = this.open.filter((other) => other !== question);
  }
}
