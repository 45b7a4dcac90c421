/**
 * Which units are on (z > 0), sample by sample: a network of piecewise linear activations is one
 * affine map wherever this pattern stays the same (Montúfar, Pascanu, Cho and Bengio 2014).
 */

export interface Patterns {
  /** (n): which pattern each row has, numbered in the order of their first rows. */
  readonly ids: Int32Array;
  /** The number that stands for each pattern, wherever it is met: its bits, or a hash of them. */
  readonly keys: readonly number[];
  /** A row that has it, and how many do. */
  readonly first: readonly number[];
  readonly sizes: readonly number[];
}

/** So many bits are a number without rounding; of more a hash of 53 bits stands for them. */
const EXACT = 52;

export interface Layered {
  /** (n, units), row-major. */
  readonly z: Float64Array;
  readonly units: number;
}

/** The key of every row's pattern over all layers together; 0 where every unit is off. */
export function patternKeys(layers: readonly Layered[], n: number, out: Float64Array): void {
  const bits = layers.reduce((sum, { units }) => sum + units, 0);
  if (bits <= EXACT) exactKeys(layers, n, out);
  else hashedKeys(layers, n, out);
}

function exactKeys(layers: readonly Layered[], n: number, out: Float64Array): void {
  for (let row = 0; row < n; row++) {
    let key = 0;
    for (const { z, units } of layers) {
      const start = row * units;
      for (let unit = 0; unit < units; unit++) key = 2 * key + (z[start + unit] > 0 ? 1 : 0);
    }
    out[row] = key;
  }
}

function hashedKeys(layers: readonly Layered[], n: number, out: Float64Array): void {
  for (let row = 0; row < n; row++) {
    // Two multiplicative hashes over words of sixteen bits (after Fowler, Noll and Vo 1991).
    let [high, low, word, filled, any] = [0x811c9dc5, 0x9e3779b9, 0, 0, 0];
    for (const { z, units } of layers) {
      const start = row * units;
      for (let unit = 0; unit < units; unit++) {
        word = (word << 1) | (z[start + unit] > 0 ? 1 : 0);
        if (++filled < 16) continue;
        any |= word;
        high = Math.imul(high ^ word, 0x01000193);
        low = Math.imul(low ^ word, 0x85ebca6b) ^ (low >>> 13);
        word = 0;
        filled = 0;
      }
    }
    any |= word;
    high = Math.imul(high ^ word, 0x01000193);
    low = Math.imul(low ^ word, 0x85ebca6b);
    low ^= low >>> 15;
    out[row] = any === 0 ? 0 : (high >>> 0) * 2 ** 21 + (low >>> 11) + 1;
  }
}

export function patternsOf(keys: Float64Array, n = keys.length): Patterns {
  const known = new Map<number, number>();
  const ids = new Int32Array(n);
  const found: number[] = [];
  const first: number[] = [];
  const sizes: number[] = [];
  for (let row = 0; row < n; row++) {
    const key = keys[row];
    let id = known.get(key);
    if (id === undefined) {
      id = found.length;
      known.set(key, id);
      found.push(key);
      first.push(row);
      sizes.push(0);
    }
    ids[row] = id;
    sizes[id]++;
  }
  return { ids, keys: found, first, sizes };
}

/** The bits of one row, layer after layer: 1 where the unit is on. */
export function bitsOf(layers: readonly Layered[], row: number): Uint8Array[] {
  return layers.map(({ z, units }) =>
    Uint8Array.from({ length: units }, (_, unit) => (z[row * units + unit] > 0 ? 1 : 0)),
  );
}

/** A hue from 0 to 1 for a pattern, the same wherever and whenever it is met. */
export function hueOf(key: number): number {
  const [high, low] = [Math.floor(key / 2 ** 26), key % 2 ** 26];
  let mixed = Math.imul(high ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(low, 0xc2b2ae35);
  mixed ^= mixed >>> 15;
  mixed = Math.imul(mixed, 0x2c1b3c6d);
  mixed ^= mixed >>> 12;
  return (mixed >>> 0) / 2 ** 32;
}

/** Activations that are straight on both sides of 0: inside a pattern's region the map is affine. */
export const PIECEWISE_LINEAR: readonly string[] = ["relu", "leaky_relu"];
