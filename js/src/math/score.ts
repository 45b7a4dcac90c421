/** What a picture shows of the model's outputs. */

import type { Spec, Task } from "../wire.js";
import { softmaxRow } from "./forward.js";
import { fastLogistic } from "./special.js";
import { Workspace } from "./workspace.js";

export interface Score {
  readonly task: Task;
  /** Numbers in a cell: the classes' number where the task is multi-class, else 1. */
  readonly k: number;
  /** (cells, k): probabilities; where the task is a regression, the value itself. */
  readonly values: Float64Array;
  /** What the two ends of the colour scale stand for; its middle is neutral. */
  readonly range: readonly [number, number];
}

export interface ScoreOptions {
  /** Which output is shown, where they are not classes of one target. */
  output?: number;
  /** Of a regression; else symmetric about 0 and as wide as the values. */
  range?: readonly [number, number];
  workspace?: Workspace;
}

/**
 * Outputs, (cells, spec.outputs) after the head, as what is to be drawn.
 *
 * @returns values that live in the workspace until its next `drawScore`
 */
export function drawScore(spec: Spec, outputs: Float64Array, options: ScoreOptions = {}): Score {
  const workspace = options.workspace ?? new Workspace();
  const { task } = spec;
  if (task === "multiclass") {
    return { task, k: spec.outputs, values: classes(spec, outputs, workspace), range: [0, 1] };
  }
  const values = column(outputs, spec.outputs, options.output ?? 0, workspace);
  if (task === "regression") {
    return { task, k: 1, values, range: options.range ?? symmetricRange(values) };
  }
  if (spec.head !== "sigmoid") {
    for (let i = 0; i < values.length; i++) values[i] = fastLogistic(values[i]);
  }
  return { task, k: 1, values, range: [0, 1] };
}

/** Bands of a regression's values. */
const BANDS = 8;

/** In place: what is decided in place of how surely, or a regression's values in bands. */
export function flatten({ task, k, values, range: [low, high] }: Score): void {
  if (task === "multiclass") {
    for (let row = 0; row < values.length; row += k) {
      let best = row;
      for (let i = row; i < row + k; i++) if (values[i] > values[best]) best = i;
      for (let i = row; i < row + k; i++) values[i] = Number(i === best);
    }
    return;
  }
  const bands = task === "binary" ? 2 : BANDS;
  const band = (high - low) / bands;
  for (let i = 0; i < values.length; i++) {
    const step = Math.max(0, Math.min(bands - 1, Math.floor((values[i] - low) / band)));
    // The first and the last are as strong as the ends of the scale.
    values[i] = low + ((high - low) * step) / (bands - 1);
  }
}

function classes(spec: Spec, outputs: Float64Array, workspace: Workspace): Float64Array {
  const values = workspace.floats("score", outputs.length);
  values.set(outputs);
  const k = spec.outputs;
  if (spec.head === "log_softmax") {
    for (let i = 0; i < values.length; i++) values[i] = Math.exp(values[i]);
  } else if (spec.head !== "softmax") {
    for (let row = 0; row < values.length; row += k) softmaxRow(values, row, k);
  }
  return values;
}

function column(
  outputs: Float64Array,
  k: number,
  output: number,
  workspace: Workspace,
): Float64Array {
  const values = workspace.floats("score", outputs.length / k);
  for (let row = 0; row < values.length; row++) values[row] = outputs[row * k + output];
  return values;
}

/** −m to m, where m is the largest finite magnitude among the values; 1 where all are 0. */
export function symmetricRange(values: ArrayLike<number>): [number, number] {
  let largest = 0;
  for (let i = 0; i < values.length; i++) {
    const magnitude = Math.abs(values[i]);
    if (magnitude > largest && magnitude < Number.POSITIVE_INFINITY) largest = magnitude;
  }
  return largest > 0 ? [-largest, largest] : [-1, 1];
}
