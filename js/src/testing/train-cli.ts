/**
 * The page's trainer for tests in Python: one question a line in, one answer a line out.
 * tests/test_js_train.py bundles it, gives it the batches that it gives torch.optim, and compares.
 */

import { createInterface } from "node:readline";
import type { OptimizerName } from "../math/optimizers.js";
import { StackTrainer } from "../math/train.js";
import type { Spec } from "../wire.js";

interface Question {
  readonly spec: Spec;
  readonly params: number[];
  readonly X: number[];
  readonly y: number[];
  readonly n: number;
  readonly k: number;
  readonly settings: { optimizer: OptimizerName; lr: number; l1: number; l2: number };
  readonly pinned: number[];
  /** Rows of every batch, epoch after epoch. */
  readonly batches: number[][];
  /** The learning rate from a batch on, where it changes. */
  readonly rates: Record<string, number>;
}

function answer(question: Question): object {
  const { spec, n, k, pinned, settings } = question;
  const trainer = new StackTrainer(spec, Float64Array.from(question.params), settings);
  if (pinned.length > 0) trainer.pinned = new Set(pinned);
  const [X, y] = [Float64Array.from(question.X), Float64Array.from(question.y)];
  const data = { n, d: spec.inputs, k, X, y };
  let finite = true;
  question.batches.forEach((rows, i) => {
    trainer.lr = question.rates[i] ?? trainer.lr;
    finite &&= trainer.step(data, rows, 0, rows.length);
  });
  const { optimizer } = trainer;
  const memory = Object.entries(optimizer.memory).map(([name, values]) => [name, [...values]]);
  return { params: [...trainer.params], finite, memory: Object.fromEntries(memory) };
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(answer(JSON.parse(line) as Question))}\n`);
}
