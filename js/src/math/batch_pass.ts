/** Forward and backward through a stack for batches of one size, in buffers laid out once. */

import type { DataSet, DenseLayer } from "../state/types.js";
import type { Spec } from "../wire.js";
import { activate } from "./activations.js";
import { dense } from "./dense.js";
import { throughActivation } from "./derivatives.js";
import { headApply } from "./forward.js";
import { lifted, rowWidth } from "./lift.js";
import { lossGradient, throughHead } from "./loss_gradient.js";
import { addRows } from "./matmul.js";
import { Workspace } from "./workspace.js";

/** Rows that four at a time are not worth it for. */
const FEW = 4;

export class BatchPass {
  /** The batch's rows of X, and what the first layer is given of them: the same but for a lift. */
  private readonly rowsOfX: Float64Array;
  private x: Float64Array;
  private readonly y: Float64Array;
  private readonly z: Float64Array[] = [];
  /** The same array as z where the activation is linear. */
  private readonly a: Float64Array[] = [];
  /** dL/da, and then in its place dL/dz. */
  private readonly slopes: Float64Array[] = [];
  private readonly workspace = new Workspace();
  /** After the head; the last layer's own where that is linear. */
  private readonly outputs: Float64Array;

  constructor(
    private readonly spec: Spec,
    private readonly layers: readonly DenseLayer[],
    readonly rows: number,
  ) {
    this.x = this.rowsOfX = new Float64Array(rows * rowWidth(layers[0]));
    this.y = new Float64Array(rows * (spec.loss === "cross_entropy" ? 1 : spec.outputs));
    for (const { units, activation } of layers) {
      const z = new Float64Array(rows * units);
      this.z.push(z);
      this.a.push(activation.name === "linear" ? z : new Float64Array(rows * units));
      this.slopes.push(new Float64Array(rows * units));
    }
    const last = this.a[layers.length - 1];
    this.outputs = spec.head === "linear" ? last : new Float64Array(last.length);
  }

  /** dL/d(parameter) of the mean loss of rows `order[start]` and on, flat, as autograd says. */
  gradient(data: DataSet, order: ArrayLike<number>, start: number, out: Float64Array): void {
    this.take(data.X, data.d, this.rowsOfX, order, start);
    this.take(data.y, data.k, this.y, order, start);
    this.forward();
    this.backward(out);
  }

  /** Copies rows of `width` numbers. */
  private take(
    from: Float64Array,
    width: number,
    to: Float64Array,
    order: ArrayLike<number>,
    start: number,
  ): void {
    for (let row = 0, at = 0; row < this.rows; row++) {
      const first = order[start + row] * width;
      for (let i = first; i < first + width; i++) to[at++] = from[i];
    }
  }

  private forward(): void {
    const { layers, z, a, rows, rowsOfX } = this;
    let x = lifted(layers[0], rowsOfX, 0, rows, this.workspace) ?? rowsOfX;
    this.x = x;
    for (let l = 0; l < layers.length; l++) {
      dense(layers[l], x, 0, z[l], 0, rows);
      if (a[l] !== z[l]) activate(layers[l].activation, z[l], a[l]);
      x = a[l];
    }
    if (this.outputs === x) return;
    this.outputs.set(x);
    headApply(this.spec.head, this.outputs, this.spec.outputs);
  }

  private backward(out: Float64Array): void {
    const { spec, layers, z, a, slopes, outputs, rows } = this;
    const last = layers.length - 1;
    for (let i = 0; i < out.length; i++) out[i] = 0; // of a small vector sooner than by fill
    lossGradient(spec, outputs, this.y, rows, slopes[last]);
    throughHead(spec, outputs, slopes[last]);
    for (let l = last; l >= 0; l--) {
      const { units, inputs, activation } = layers[l];
      const dz = slopes[l];
      if (a[l] !== z[l]) throughActivation(activation, z[l], a[l], dz, dz);
      const { weight, bias } = spec.layers[l];
      const x = l === 0 ? this.x : a[l - 1];
      if (rows < FEW) {
        fewRows(dz, rows, units, x, inputs, out, weight as number, bias);
        if (l > 0) fewBack(dz, rows, units, layers[l].weight, inputs, slopes[l - 1]);
        continue;
      }
      addRows(dz, 1, units, units, x, rows, inputs, out, weight as number);
      if (bias !== null) addColumns(dz, units, out, bias);
      if (l === 0) break;
      slopes[l - 1].fill(0);
      addRows(dz, units, 1, rows, layers[l].weight, units, inputs, slopes[l - 1]);
    }
  }
}

/** dL/dW and dL/db of a few rows, added to the flat gradient: blocks would cost more than they save. */
function fewRows(
  dz: Float64Array,
  rows: number,
  units: number,
  x: Float64Array,
  inputs: number,
  out: Float64Array,
  weight: number,
  bias: number | null,
): void {
  for (let row = 0; row < rows; row++) {
    for (let unit = 0; unit < units; unit++) {
      const slope = dz[row * units + unit];
      const at = weight + unit * inputs;
      for (let i = 0; i < inputs; i++) out[at + i] += slope * x[row * inputs + i];
      if (bias !== null) out[bias + unit] += slope;
    }
  }
}

/** dL/da of the layer before, for a few rows. */
function fewBack(
  dz: Float64Array,
  rows: number,
  units: number,
  weight: Float64Array,
  inputs: number,
  out: Float64Array,
): void {
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < inputs; i++) {
      let sum = 0;
      for (let unit = 0; unit < units; unit++) {
        sum += dz[row * units + unit] * weight[unit * inputs + i];
      }
      out[row * inputs + i] = sum;
    }
  }
}

/** The sum of each column, added to `out` from `start` on. */
function addColumns(dz: Float64Array, units: number, out: Float64Array, start: number): void {
  for (let row = 0; row < dz.length; row += units) {
    for (let unit = 0; unit < units; unit++) out[start + unit] += dz[row + unit];
  }
}
