/** The directions in which vectors spread most, seen from the last of them (Li et al. 2018, § 7). */

export interface Principal {
  /** Of length one and at right angles, each with its largest entry positive. */
  readonly directions: readonly [Float64Array, Float64Array];
  /** The share of the sum of squares along each. */
  readonly explained: readonly [number, number];
}

/** Rounds of rotations; eight are enough for any matrix that was ever seen. */
const SWEEPS = 60;
/** Singular values below this share of the largest are none. */
const NONE = 1e-9;

/** @returns null where the vectors span no plane */
export function principal(flats: readonly ArrayLike<number>[]): Principal | null {
  const last = flats[flats.length - 1];
  const size = last?.length ?? 0;
  const away = flats.map((flat) =>
    Float64Array.from({ length: size }, (_, i) => flat[i] - last[i]),
  );
  const small = size <= away.length;
  // A Aᵀ has the values of Aᵀ A, and its vectors are taken back by Aᵀ.
  const count = small ? size : away.length;
  const gram = Array.from({ length: count }, () => new Float64Array(count));
  for (let i = 0; i < count; i++) {
    for (let j = i; j < count; j++) {
      let sum = 0;
      if (small) for (const row of away) sum += row[i] * row[j];
      else for (let k = 0; k < size; k++) sum += away[i][k] * away[j][k];
      gram[i][j] = gram[j][i] = sum;
    }
  }
  const { values, vectors } = eigen(gram);
  const order = [...values.keys()].sort((i, j) => values[j] - values[i]);
  const [one, two] = order;
  if (order.length < 2 || !(Math.sqrt(Math.max(0, values[two])) > NONE * Math.sqrt(values[one]))) {
    return null;
  }
  const total = values.reduce((sum, value) => sum + Math.max(0, value), 0);
  const back = (vector: Float64Array) => (small ? vector : combined(away, vector));
  return {
    directions: [turned(back(vectors[one])), turned(back(vectors[two]))],
    explained: [values[one] / total, values[two] / total],
  };
}

function combined(rows: readonly Float64Array[], weights: Float64Array): Float64Array {
  const sum = new Float64Array(rows[0].length);
  rows.forEach((row, r) => {
    for (let i = 0; i < sum.length; i++) sum[i] += weights[r] * row[i];
  });
  return sum;
}

function turned(vector: Float64Array): Float64Array {
  let [norm, largest] = [0, 0];
  for (const value of vector) {
    norm += value * value;
    if (Math.abs(value) > Math.abs(largest)) largest = value;
  }
  const scale = Math.sign(largest) / Math.sqrt(norm);
  return vector.map((value) => value * scale);
}

/** Eigenvalues and vectors of a symmetric matrix, which is used up, by Jacobi's rotations (1846). */
function eigen(a: Float64Array[]): { values: number[]; vectors: Float64Array[] } {
  const n = a.length;
  const vectors = a.map((_, i) => Float64Array.from({ length: n }, (_, j) => (i === j ? 1 : 0)));
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    let off = 0;
    let on = 0;
    for (let p = 0; p < n; p++) {
      on += a[p][p] ** 2;
      for (let q = p + 1; q < n; q++) off += a[p][q] ** 2;
    }
    if (off <= 1e-30 * on) break;
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) rotate(a, vectors, p, q);
  }
  return { values: a.map((row, i) => row[i]), vectors };
}

/** Makes a[p][q] zero; `vectors` are rows. */
function rotate(a: Float64Array[], vectors: Float64Array[], p: number, q: number): void {
  if (a[p][q] === 0) return;
  const ratio = (a[q][q] - a[p][p]) / (2 * a[p][q]);
  const t = (ratio < 0 ? -1 : 1) / (Math.abs(ratio) + Math.hypot(ratio, 1));
  const c = 1 / Math.hypot(t, 1);
  const s = t * c;
  for (let k = 0; k < a.length; k++) {
    const [x, y] = [a[k][p], a[k][q]];
    a[k][p] = c * x - s * y;
    a[k][q] = s * x + c * y;
  }
  for (const rows of [a, vectors]) {
    const [one, two] = [rows[p], rows[q]];
    for (let k = 0; k < one.length; k++) {
      const [x, y] = [one[k], two[k]];
      one[k] = c * x - s * y;
      two[k] = s * x + c * y;
    }
  }
}
