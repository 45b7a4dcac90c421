/** Sums of rows, the other hot loop: what a backward pass is made of. */

/**
 * `out[i] += Σⱼ c[i, j] · rows[j]` for rows of `width` numbers.
 *
 * c[i, j] is `c[i * alongI + j * alongJ]`, so that a matrix serves as its transpose too:
 * dL/da of the layer before is Σ over units, dL/dW is Σ over samples.
 * Two sums by four rows at a time: each number that is loaded serves several products (see dense.ts).
 * Rows that nothing is added of, as those of units a relu has switched off, cost nothing.
 */
export function addRows(
  c: Float64Array,
  alongI: number,
  alongJ: number,
  sums: number,
  rows: Float64Array,
  count: number,
  width: number,
  out: Float64Array,
  outStart = 0,
): void {
  const pairs = sums - (sums % 2);
  const quads = count - (count % 4);
  for (let i = 0; i < pairs; i += 2) {
    const o = outStart + i * width;
    for (let j = 0; j < quads; j += 4) {
      addFour(c, i * alongI + j * alongJ, alongI, alongJ, rows, j * width, width, out, o);
    }
  }
  for (let i = 0; i < sums; i++) {
    for (let j = i < pairs ? quads : 0; j < count; j++) {
      addOne(c[i * alongI + j * alongJ], rows, j * width, width, out, outStart + i * width);
    }
  }
}

function addFour(
  c: Float64Array,
  at: number,
  alongI: number,
  alongJ: number,
  rows: Float64Array,
  r0: number,
  width: number,
  out: Float64Array,
  o: number,
): void {
  const a0 = c[at];
  const a1 = c[at + alongJ];
  const a2 = c[at + 2 * alongJ];
  const a3 = c[at + 3 * alongJ];
  const b0 = c[at + alongI];
  const b1 = c[at + alongI + alongJ];
  const b2 = c[at + alongI + 2 * alongJ];
  const b3 = c[at + alongI + 3 * alongJ];
  if (a0 === 0 && a1 === 0 && a2 === 0 && a3 === 0 && b0 === 0 && b1 === 0 && b2 === 0 && b3 === 0)
    return;
  const r1 = r0 + width;
  const r2 = r1 + width;
  const r3 = r2 + width;
  const p = o + width;
  for (let d = 0; d < width; d++) {
    const w = rows[r0 + d];
    const x = rows[r1 + d];
    const y = rows[r2 + d];
    const z = rows[r3 + d];
    out[o + d] += a0 * w + a1 * x + a2 * y + a3 * z;
    out[p + d] += b0 * w + b1 * x + b2 * y + b3 * z;
  }
}

function addOne(
  factor: number,
  rows: Float64Array,
  r: number,
  width: number,
  out: Float64Array,
  o: number,
): void {
  if (factor === 0) return;
  for (let d = 0; d < width; d++) out[o + d] += factor * rows[r + d];
}
