/** The one hot loop: y = W x + b for many rows. */

import type { DenseLayer } from "../state/types.js";

/**
 * Rows `x[xStart…]`, each of layer.inputs numbers, into `rows` rows of `out` from `outStart` on.
 *
 * Four rows by two units at a time: eight sums stay in registers, and each weight and each input
 * that is loaded serves several of them. That measured three times as fast as a plain triple loop
 * (0.6 against 2.0 ns a product in V8), and faster than looping over contiguous columns.
 */
export function dense(
  layer: DenseLayer,
  x: Float64Array,
  xStart: number,
  out: Float64Array,
  outStart: number,
  rows: number,
): void {
  const { inputs, units } = layer;
  const quads = rows - (rows % 4);
  for (let row = 0; row < quads; row += 4) {
    fourRows(layer, x, xStart + row * inputs, out, outStart + row * units);
  }
  for (let row = quads; row < rows; row++) {
    oneRow(layer, x, xStart + row * inputs, out, outStart + row * units);
  }
}

function fourRows(
  layer: DenseLayer,
  x: Float64Array,
  x0: number,
  out: Float64Array,
  outStart: number,
): void {
  const { inputs, units, weight, bias } = layer;
  const x1 = x0 + inputs;
  const x2 = x1 + inputs;
  const x3 = x2 + inputs;
  const pairs = units - (units % 2);
  for (let unit = 0; unit < pairs; unit += 2) {
    const w = unit * inputs;
    const v = w + inputs;
    let a0 = bias === null ? 0 : bias[unit];
    let b0 = bias === null ? 0 : bias[unit + 1];
    let a1 = a0;
    let a2 = a0;
    let a3 = a0;
    let b1 = b0;
    let b2 = b0;
    let b3 = b0;
    for (let i = 0; i < inputs; i++) {
      const wi = weight[w + i];
      const vi = weight[v + i];
      const p = x[x0 + i];
      const q = x[x1 + i];
      const r = x[x2 + i];
      const s = x[x3 + i];
      a0 += wi * p;
      b0 += vi * p;
      a1 += wi * q;
      b1 += vi * q;
      a2 += wi * r;
      b2 += vi * r;
      a3 += wi * s;
      b3 += vi * s;
    }
    const o = outStart + unit;
    out[o] = a0;
    out[o + 1] = b0;
    out[o + units] = a1;
    out[o + units + 1] = b1;
    out[o + 2 * units] = a2;
    out[o + 2 * units + 1] = b2;
    out[o + 3 * units] = a3;
    out[o + 3 * units + 1] = b3;
  }
  if (pairs < units) lastUnit(layer, x, x0, out, outStart);
}

/** The unit that is left over where their number is odd, for four rows. */
function lastUnit(
  layer: DenseLayer,
  x: Float64Array,
  x0: number,
  out: Float64Array,
  outStart: number,
): void {
  const { inputs, units, weight, bias } = layer;
  const w = (units - 1) * inputs;
  let a0 = bias === null ? 0 : bias[units - 1];
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  for (let i = 0; i < inputs; i++) {
    const wi = weight[w + i];
    a0 += wi * x[x0 + i];
    a1 += wi * x[x0 + inputs + i];
    a2 += wi * x[x0 + 2 * inputs + i];
    a3 += wi * x[x0 + 3 * inputs + i];
  }
  const o = outStart + units - 1;
  out[o] = a0;
  out[o + units] = a1;
  out[o + 2 * units] = a2;
  out[o + 3 * units] = a3;
}

function oneRow(
  layer: DenseLayer,
  x: Float64Array,
  xStart: number,
  out: Float64Array,
  outStart: number,
): void {
  const { inputs, units, weight, bias } = layer;
  for (let unit = 0; unit < units; unit++) {
    let sum = bias === null ? 0 : bias[unit];
    for (let i = 0; i < inputs; i++) sum += weight[unit * inputs + i] * x[xStart + i];
    out[outStart + unit] = sum;
  }
}
