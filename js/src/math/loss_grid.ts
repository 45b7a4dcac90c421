/** The loss over a plane of parameter space, cell by cell, as nnw.loss_surface computes it. */

import type { DataSet, DenseLayer } from "../state/types.js";
import type { Spec } from "../wire.js";
import { activate } from "./activations.js";
import { dense } from "./dense.js";
import { headApply, layersOf } from "./forward.js";
import { computable } from "./landscape.js";
import { lifted } from "./lift.js";
import { loss } from "./loss.js";
import { Workspace } from "./workspace.js";

/** All parameter vectors origin + x · directions[0] + y · directions[1]. */
export interface ParameterPlane {
  readonly origin: Float64Array;
  readonly directions: readonly [Float64Array, Float64Array];
}

/**
 * The mean loss over the data at any place of a plane.
 *
 * What lies before the first layer that moves is computed once: of two places one after the other
 * that differ along `inner` only, the second costs the layers from there on.
 */
export class LossOnPlane {
  /** The axis to go along in the inner loop. */
  readonly inner: 0 | 1;
  private readonly params: Float64Array;
  private readonly layers: readonly DenseLayer[];
  private readonly x: Float64Array;
  private readonly a: readonly Float64Array[];
  private readonly outputs: Float64Array;
  /** Flat indices that the plane moves. */
  private readonly moved: readonly number[];
  /** The first layer that each axis moves. */
  private readonly first: readonly [number, number];
  private outer = Number.NaN;

  /** @throws Error where only Python can compute it */
  constructor(
    private readonly spec: Spec,
    private readonly data: DataSet,
    private readonly plane: ParameterPlane,
  ) {
    if (!computable(spec)) throw new Error("only Python can compute this network's loss");
    const [a, b] = plane.directions;
    this.params = plane.origin.slice();
    this.layers = layersOf(spec, this.params);
    this.x = lifted(this.layers[0], data.X, 0, data.n, new Workspace()) ?? data.X;
    this.a = this.layers.map(({ units }) => new Float64Array(data.n * units));
    const last = this.a[this.a.length - 1];
    this.outputs = spec.head === "linear" ? last : new Float64Array(last.length);
    this.moved = [...a.keys()].filter((i) => a[i] !== 0 || b[i] !== 0);
    this.first = [firstMoved(spec, a), firstMoved(spec, b)];
    this.inner = this.first[1] >= this.first[0] ? 1 : 0;
  }

  /** NaN or ±∞ where the numbers end. */
  at(x: number, y: number): number {
    const { origin, directions } = this.plane;
    const [a, b] = directions;
    for (const i of this.moved) this.params[i] = origin[i] + x * a[i] + y * b[i];
    const outer = this.inner === 1 ? x : y;
    this.forward(outer === this.outer ? this.first[this.inner] : 0);
    this.outer = outer;
    return loss(this.spec, this.outputs, this.data) as number;
  }

  private forward(from: number): void {
    const { layers, a, data, outputs, spec } = this;
    for (let l = from; l < layers.length; l++) {
      dense(layers[l], l === 0 ? this.x : a[l - 1], 0, a[l], 0, data.n);
      activate(layers[l].activation, a[l], a[l]);
    }
    if (spec.head === "linear") return;
    outputs.set(a[layers.length - 1]);
    headApply(spec.head, outputs, spec.outputs);
  }
}

function firstMoved({ layers }: Spec, direction: Float64Array): number {
  const moves = (start: number | null, count: number) =>
    start !== null && direction.subarray(start, start + count).some((value) => value !== 0);
  const first = layers.findIndex(
    ({ weight, bias, inputs, units }) => moves(weight, inputs * units) || moves(bias, units),
  );
  return first < 0 ? layers.length : first;
}
