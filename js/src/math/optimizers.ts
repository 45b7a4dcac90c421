/** The optimizers of nnwidgets.Trainer on one flat vector, with torch's arithmetic and defaults. */

export const OPTIMIZERS = ["sgd", "momentum", "adam", "adamw", "rmsprop"] as const;
export type OptimizerName = (typeof OPTIMIZERS)[number];

export interface Optimizer {
  /** Steps made so far. */
  steps: number;
  /** What it remembers from step to step, as torch names it; each as long as the parameters. */
  readonly memory: Readonly<Record<string, Float64Array>>;
  /** One step down the gradient, in place. */
  step(params: Float64Array, gradient: Float64Array, lr: number): void;
}

export function isOptimizer(name: string): name is OptimizerName {
  return (OPTIMIZERS as readonly string[]).includes(name);
}

/** A new one, for `size` parameters. */
export function makeOptimizer(name: OptimizerName, size: number): Optimizer {
  if (name === "adam") return new Adam(size, 0);
  if (name === "adamw") return new Adam(size, 0.01);
  if (name === "rmsprop") return new RMSprop(size);
  return new SGD(size, name === "momentum" ? 0.9 : 0);
}

/** v ← µ v + g, p ← p − lr v: torch's convention, in which lr is no part of v. */
class SGD implements Optimizer {
  steps = 0;
  readonly memory: Record<string, Float64Array>;

  constructor(
    size: number,
    private readonly momentum: number,
  ) {
    this.memory = momentum > 0 ? { momentum_buffer: new Float64Array(size) } : {};
  }

  step(params: Float64Array, gradient: Float64Array, lr: number): void {
    this.steps += 1;
    const { momentum } = this;
    if (momentum === 0) {
      for (let i = 0; i < params.length; i++) params[i] -= lr * gradient[i];
      return;
    }
    const velocity = this.memory.momentum_buffer;
    for (let i = 0; i < params.length; i++) {
      velocity[i] = momentum * velocity[i] + gradient[i];
      params[i] -= lr * velocity[i];
    }
  }
}

/**
 * Kingma and Ba 2015, algorithm 1; ε is added to √v after its bias is corrected, as torch does.
 * With a decay it is AdamW (Loshchilov and Hutter 2019).
 */
class Adam implements Optimizer {
  steps = 0;
  readonly memory: Record<string, Float64Array>;

  constructor(
    size: number,
    private readonly decay: number,
  ) {
    this.memory = { exp_avg: new Float64Array(size), exp_avg_sq: new Float64Array(size) };
  }

  step(params: Float64Array, gradient: Float64Array, lr: number): void {
    this.steps += 1;
    const { exp_avg: mean, exp_avg_sq: square } = this.memory;
    const kept = 1 - lr * this.decay;
    const rate = lr / (1 - 0.9 ** this.steps);
    const spread = 1 / Math.sqrt(1 - 0.999 ** this.steps);
    for (let i = 0; i < params.length; i++) {
      const slope = gradient[i];
      mean[i] += (slope - mean[i]) * (1 - 0.9);
      square[i] = 0.999 * square[i] + (1 - 0.999) * slope * slope;
      params[i] = kept * params[i] - (rate * mean[i]) / (Math.sqrt(square[i]) * spread + 1e-8);
    }
  }
}

/** Tieleman and Hinton 2012, lecture 6.5, with α = 0.99 and ε beside the root. */
class RMSprop implements Optimizer {
  steps = 0;
  readonly memory: Record<string, Float64Array>;

  constructor(size: number) {
    this.memory = { square_avg: new Float64Array(size) };
  }

  step(params: Float64Array, gradient: Float64Array, lr: number): void {
    this.steps += 1;
    const square = this.memory.square_avg;
    for (let i = 0; i < params.length; i++) {
      const slope = gradient[i];
      square[i] = 0.99 * square[i] + (1 - 0.99) * slope * slope;
      params[i] -= (lr * slope) / (Math.sqrt(square[i]) + 1e-8);
    }
  }
}
