/** Curves over a growing abscissa: smoothing, thinning for pixels, finding a place. */

/**
 * The exponential moving average without the bias of its start: m ← s m + (1 − s) y, divided by
 * 1 − sᵗ (Kingma and Ba 2015, algorithm 1; TensorBoard's smoothing). What is not finite is passed
 * over: it stays as it is, and the average goes on after it.
 *
 * @param share of the past, 0 (none) to below 1
 */
export function smooth(y: Float64Array, share: number): Float64Array {
  if (share <= 0) return y;
  const out = new Float64Array(y.length);
  let [mean, past] = [0, 1];
  for (let i = 0; i < y.length; i++) {
    if (!Number.isFinite(y[i])) {
      out[i] = y[i];
      continue;
    }
    mean = share * mean + (1 - share) * y[i];
    past *= share;
    out[i] = mean / (1 - past);
  }
  return out;
}

/** The first place whose abscissa is not below `value`; x grows. */
export function lowerBound(x: Float64Array, value: number): number {
  let [low, high] = [0, x.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (x[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The place whose abscissa is nearest to `value`, the earlier of two; −1 where there is none. */
export function nearestIndex(x: Float64Array, value: number): number {
  const after = lowerBound(x, value);
  if (after === 0) return x.length === 0 ? -1 : 0;
  if (after === x.length) return x.length - 1;
  return x[after] - value < value - x[after - 1] ? after : after - 1;
}

/**
 * Which rows a curve needs so that it looks as if all were drawn: of each pixel's rows the first,
 * the lowest, the highest and the last (M4: Jugel, Jerzak, Hackenbroich and Markl 2014). A spike
 * of one epoch among a million is drawn; a row that is not finite is kept where it ends a piece.
 *
 * @param from,to the abscissas at the left and right edge; one row beyond either is included
 */
export function thin(
  x: Float64Array,
  y: Float64Array,
  from: number,
  to: number,
  pixels: number,
): Int32Array {
  const first = Math.max(0, lowerBound(x, from) - 1);
  const last = Math.min(x.length, lowerBound(x, to) + 1);
  if (last - first <= 4 * pixels) {
    return Int32Array.from({ length: Math.max(0, last - first) }, (_, i) => first + i);
  }
  const rows = new Int32Array(5 * (pixels + 3));
  const scale = pixels / (to - from);
  let count = 0;
  for (let i = first; i < last; ) {
    const pixel = Math.floor((x[i] - from) * scale);
    let [low, high, broken, j] = [-1, -1, -1, i];
    for (; j < last && Math.floor((x[j] - from) * scale) === pixel; j++) {
      if (!Number.isFinite(y[j])) broken = j;
      else {
        if (low < 0 || y[j] < y[low]) low = j;
        if (high < 0 || y[j] > y[high]) high = j;
      }
    }
    count = put(rows, count, [i, low, high, broken, j - 1]);
    i = j;
  }
  return rows.slice(0, count);
}

/** Adds rows in order, each once. */
function put(rows: Int32Array, count: number, wanted: number[]): number {
  let at = count;
  for (const row of wanted.sort((a, b) => a - b)) {
    if (row >= 0 && (at === count || rows[at - 1] !== row)) rows[at++] = row;
  }
  return at;
}

/** Lowest and highest of the finite numbers (above zero, where `log`), or null. */
export function rangeOf(
  y: Float64Array,
  from: number,
  to: number,
  log: boolean,
): [number, number] | null {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = from; i < to; i++) {
    const value = y[i];
    if (!Number.isFinite(value) || (log && value <= 0)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : null;
}
