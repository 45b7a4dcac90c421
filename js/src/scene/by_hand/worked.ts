/** Every number of a pass over one sample, or over a batch of which one sample is shown. */

import { type Backward, backward } from "../../math/backward.js";
import { headApply } from "../../math/forward.js";
import { Workspace } from "../../math/workspace.js";
import type { DataSet, NetState } from "../../state/types.js";
import type { Spec } from "../../wire.js";
import { outputFunction, type Step } from "./steps.js";

export interface Choice {
  /** Row of the data. */
  readonly sample: number;
  /** Over how many rows, from the first on, the loss is a mean; null: the sample alone. */
  readonly batch: number | null;
  /** The learning rate. */
  readonly rate: number;
}

export interface Worked {
  readonly spec: Spec;
  readonly params: Float64Array;
  readonly frozen: ReadonlySet<number>;
  readonly choice: Choice;
  /** Samples that were averaged, 1 for one alone, and which of them is shown. */
  readonly n: number;
  readonly at: number;
  /** (n, inputs) and (n, k), row-major. */
  readonly X: Float64Array;
  readonly y: Float64Array;
  readonly k: number;
  readonly pass: Backward;
  /** Predictions for the sample shown, after the output function. */
  readonly predicted: Float64Array;
}

/** Multiplications that a frame has time for. */
const AFFORDABLE = 4e6;

/** So many rows of the data can be averaged in a frame. */
export function largestBatch(spec: Spec, data: DataSet): number {
  return Math.max(1, Math.min(data.n, Math.floor(AFFORDABLE / (3 * spec.size))));
}

/** Works the pass through; null where the page cannot. The arrays are reused by the next one. */
export class Worker {
  readonly #workspace = new Workspace();

  work(state: NetState, choice: Choice): Worked | null {
    const { spec, params, data, frozen } = state;
    const n = choice.batch === null ? 1 : Math.min(choice.batch, largestBatch(spec, data));
    const sample = Math.min(choice.sample, data.n - 1);
    const first = choice.batch === null ? sample : 0;
    const at = choice.batch === null ? 0 : Math.min(sample, n - 1);
    const X = data.X.subarray(first * data.d, (first + n) * data.d);
    const y = data.y.subarray(first * data.k, (first + n) * data.k);
    const pass = backward(spec, params, X, y, n, this.#workspace);
    if (!pass) return null;
    const { a } = pass;
    const predicted = headApply(
      outputFunction(spec),
      row(a[a.length - 1], at, spec.outputs),
      spec.outputs,
    );
    return {
      ...{ spec, params, frozen, n, at, X, y, k: data.k, pass, predicted },
      choice: { ...choice, sample: first + at, batch: choice.batch === null ? null : n },
    };
  }
}

/** One row of a row-major array, as numbers of its own. */
function row(values: Float64Array, at: number, width: number): Float64Array {
  return values.slice(at * width, (at + 1) * width);
}

/** What layer l is given for a sample: the features, or the activations before. */
export function inputOf(worked: Worked, layer: number, at = worked.at): Float64Array {
  const { pass, spec } = worked;
  return row(layer === 0 ? pass.x : pass.a[layer - 1], at, spec.layers[layer].inputs);
}

/** z or a of a layer for the sample shown. */
export function valuesOf(worked: Worked, kind: "z" | "a", layer: number): Float64Array {
  return row(worked.pass[kind][layer], worked.at, worked.spec.layers[layer].units);
}

/** δ of a layer: how the loss of one sample of the batch changes with its z. */
export function deltaOf(worked: Worked, layer: number, at = worked.at): Float64Array {
  const delta = row(worked.pass.dz[layer], at, worked.spec.layers[layer].units);
  // The pass has gradients of the mean, of which each sample is an nth.
  return worked.n === 1 ? delta : delta.map((value) => value * worked.n);
}

export function targetOf({ y, k }: Worked, at: number): Float64Array {
  return row(y, at, k);
}

/** Index into the flat parameters where a layer's weights, or biases, start. */
export function startOf({ spec }: Pick<Worked, "spec">, step: Step): number {
  const { weight, bias } = spec.layers[step.layer];
  return (step.kind === "db" || step.kind === "b" ? bias : weight) ?? 0;
}

const found = new WeakMap<Worked, Map<string, Float64Array>>();

/** The result of a step, (rows, columns) row-major; worked once, and not to be written into. */
export function resultOf(worked: Worked, step: Step): Float64Array {
  const known = found.get(worked) ?? new Map<string, Float64Array>();
  found.set(worked, known);
  const result = known.get(step.id) ?? resultFor(worked, step);
  known.set(step.id, result);
  return result;
}

function resultFor(worked: Worked, step: Step): Float64Array {
  const { pass, params, frozen, choice } = worked;
  switch (step.kind) {
    case "z":
    case "a":
      return valuesOf(worked, step.kind, step.layer);
    case "y":
      return worked.predicted;
    case "loss":
      return Float64Array.of(pass.loss);
    case "delta":
      return deltaOf(worked, step.layer);
    default: {
      const start = startOf(worked, step);
      const gradient = pass.gradient.slice(start, start + step.rows * step.columns);
      if (step.kind === "dW" || step.kind === "db") return gradient;
      const moved = gradient.map((g, i) => params[start + i] - choice.rate * g);
      for (const index of frozen) {
        const i = index - start;
        if (i >= 0 && i < moved.length) moved[i] = params[index];
      }
      return moved;
    }
  }
}
