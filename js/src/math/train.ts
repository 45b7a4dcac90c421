/**
 * Training in the page: the steps that torch makes of the same batches, on typed arrays.
 *
 * Everything a step needs is laid out before the first one; a step allocates nothing.
 */

import type { DataSet, DenseLayer } from "../state/types.js";
import type { Spec } from "../wire.js";
import { BatchPass } from "./batch_pass.js";
import { layersOf } from "./forward.js";
import { computable } from "./landscape.js";
import { makeOptimizer, type Optimizer, type OptimizerName } from "./optimizers.js";

export interface TrainSettings {
  readonly optimizer: OptimizerName;
  /** Regularisation: l1 · Σ|w| + l2/2 · Σw² over parameters of two or more dimensions. */
  readonly l1?: number;
  readonly l2?: number;
}

/** What an optimizer remembers, as torch names it; never changed. */
export interface Memory {
  readonly steps: number;
  readonly vectors: Readonly<Record<string, Float64Array>>;
}

/** Batches of other sizes than these have to be laid out again: the last one of an epoch differs. */
const SIZES = 8;

/** The trainer of one structure of a network, and of one kind of optimizer. */
export class StackTrainer {
  /** Flat, changed in place by every step. */
  readonly params: Float64Array;
  lr: number;
  l1: number;
  l2: number;
  optimizer: Optimizer;
  /** Entries that keep their value, by flat index; null where all may move. */
  pinned: ReadonlySet<number> | null = null;

  private readonly layers: DenseLayer[];
  private readonly gradient: Float64Array;
  /** The parameters before the newest step. */
  private readonly before: Float64Array;
  private last: BatchPass | null = null;
  private readonly passes = new Map<number, BatchPass>();
  private readonly float32: boolean;

  /**
   * @param params flat, as spec.layers have their offsets into it; it is the trainer's from now on
   * @throws Error where only Python can train it: an opaque network, or a callable as a loss
   */
  constructor(
    private readonly spec: Spec,
    params: Float64Array,
    private readonly settings: TrainSettings & { readonly lr: number },
  ) {
    if (!computable(spec)) throw new Error("only Python can train this network");
    this.params = params;
    this.lr = settings.lr;
    this.l1 = settings.l1 ?? 0;
    this.l2 = settings.l2 ?? 0;
    this.layers = layersOf(spec, params);
    this.gradient = new Float64Array(params.length);
    this.before = params.slice();
    this.float32 = spec.dtype === "float32";
    this.optimizer = makeOptimizer(settings.optimizer, params.length);
  }

  /** Forgets what the optimizer remembers. */
  restart(): void {
    this.optimizer = makeOptimizer(this.settings.optimizer, this.params.length);
  }

  /** A copy of what the optimizer remembers. */
  remember(): Memory {
    const { steps, memory } = this.optimizer;
    const copies = Object.entries(memory).map(([name, values]) => [name, values.slice()]);
    return { steps, vectors: Object.fromEntries(copies) };
  }

  /** Goes on from what another of this kind, or this one earlier, remembered. */
  recall({ steps, vectors }: Memory): void {
    this.restart();
    this.optimizer.steps = steps;
    for (const [name, values] of Object.entries(this.optimizer.memory)) values.set(vectors[name]);
  }

  /**
   * One step on the rows `order[start]` to `order[end - 1]` of the data: that of their mean loss.
   *
   * @returns false where a parameter is no longer finite; `undo` then puts the last ones back
   */
  step(data: DataSet, order: ArrayLike<number>, start: number, end: number): boolean {
    const { params, gradient, before } = this;
    this.pass(end - start).gradient(data, order, start, gradient);
    this.penalise();
    for (let i = 0; i < params.length; i++) before[i] = params[i];
    this.optimizer.step(params, gradient, this.lr);
    if (this.float32) for (let i = 0; i < params.length; i++) params[i] = Math.fround(params[i]);
    if (this.pinned !== null) for (const i of this.pinned) params[i] = before[i];
    return finite(params);
  }

  /** Takes the newest step back; the optimizer's memory may hold what made it fail. */
  undo(): void {
    this.params.set(this.before);
    this.restart();
  }

  /** The gradient of the penalty is added: torch's weight_decay for l2, as of its SGD and Adam. */
  private penalise(): void {
    const { l1, l2, params, gradient } = this;
    if (l1 === 0 && l2 === 0) return;
    for (const { shape, offset, size } of this.spec.params) {
      if (shape.length < 2) continue;
      for (let i = offset; i < offset + size; i++) {
        gradient[i] += l1 * Math.sign(params[i]) + l2 * params[i];
      }
    }
  }

  private pass(rows: number): BatchPass {
    if (this.last?.rows === rows) return this.last;
    const known = this.passes.get(rows);
    if (this.passes.size >= SIZES) this.passes.clear();
    this.last = known ?? new BatchPass(this.spec, this.layers, rows);
    this.passes.set(rows, this.last);
    return this.last;
  }
}

function finite(values: Float64Array): boolean {
  // One sum tells nearly always; only a sum that overflows needs the exact look.
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return Number.isFinite(sum) || values.every(Number.isFinite);
}
