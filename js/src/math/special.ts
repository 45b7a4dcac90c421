/**
 * Fast versions of the functions that activations are made of, each within 1e-12 of the real one.
 *
 * Each looks up its value at the nearest node of a table and goes on from there by an addition
 * theorem or a short Taylor series, whose coefficients follow from the function's own differential
 * equation. The nodes are a power of two apart, so the distance to a node is exact. Clamping before
 * the look-up keeps the loops free of branches and lets ±∞ and NaN through as they should come out.
 */

const NODES = 64; // a unit of the argument; 1/128 is then the greatest distance from a node
const STEP = 1 / NODES;

function table(nodes: number, value: (node: number) => number): Float64Array {
  return Float64Array.from({ length: nodes + 1 }, (_, node) => value(node));
}

const TANH_END = 20; // 1 − tanh 20 is below half a unit in the last place
const TANH_ZERO = TANH_END * NODES;
const TANH = table(2 * TANH_ZERO, (node) => Math.tanh((node - TANH_ZERO) * STEP));

/** tanh x, by tanh(c + d) = (tanh c + tanh d) / (1 + tanh c · tanh d). */
export function fastTanh(x: number): number {
  const clamped = x < -TANH_END ? -TANH_END : x > TANH_END ? TANH_END : x;
  const node = (clamped * NODES + (TANH_ZERO + 0.5)) | 0;
  const d = clamped - (node - TANH_ZERO) * STEP;
  const square = d * d;
  const step = d - d * square * (1 / 3 - square * (2 / 15));
  const base = TANH[node];
  return (base + step) / (1 + base * step);
}

/** 1 / (1 + exp(−x)); the error is absolute, so far left of zero use `logistic`. */
export function fastLogistic(x: number): number {
  return 0.5 + 0.5 * fastTanh(0.5 * x);
}

/** 1 / (1 + exp(−x)) to full relative accuracy. */
export function logistic(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const e = Math.exp(x);
  return e / (1 + e);
}

/** exp(x) − 1 for x ≤ 0. */
export function fastExpm1Negative(x: number): number {
  const t = fastTanh(0.5 * x);
  return (2 * t) / (1 - t);
}

const SOFTPLUS_END = 40;
const SOFTPLUS = table(SOFTPLUS_END * NODES, (node) => Math.log1p(Math.exp(-node * STEP)));
const SOFTPLUS_SLOPE = table(SOFTPLUS_END * NODES, (node) => logistic(-node * STEP));

/** log(1 + exp(−x)) for x ≥ 0, by Taylor: with p = 1 / (1 + exp x), p′ = −p(1 − p). */
export function fastLog1pExpNegative(x: number): number {
  const clamped = x > SOFTPLUS_END ? SOFTPLUS_END : x;
  const node = (clamped * NODES + 0.5) | 0;
  const d = clamped - node * STEP;
  const p = SOFTPLUS_SLOPE[node];
  const pq = p * (1 - p);
  const third = (1 - 2 * p) / 6 - (d / 24) * (1 - 6 * pq);
  return SOFTPLUS[node] - d * (p - d * pq * (0.5 - d * third));
}

const ERF_END = 6; // 1 − erf 6 is 2e-17
const ERF_STEP = 1 / (2 * NODES);
const ERF_ZERO = 2 * ERF_END * NODES;
const ERF = table(2 * ERF_ZERO, (node) => erf((node - ERF_ZERO) * ERF_STEP));
const ERF_SLOPE = table(
  2 * ERF_ZERO,
  (node) => (2 / Math.sqrt(Math.PI)) * Math.exp(-(((node - ERF_ZERO) * ERF_STEP) ** 2)),
);

/** erf x by 2/√π · exp(−x²) · Σ 2ⁿ x²ⁿ⁺¹ / (2n+1)!!, whose terms all have one sign. */
export function erf(x: number): number {
  if (!(Math.abs(x) < ERF_END)) return Number.isNaN(x) ? x : Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** erf x by Taylor: its derivatives are Hermite polynomials times the Gaussian. */
export function fastErf(x: number): number {
  const clamped = x < -ERF_END ? -ERF_END : x > ERF_END ? ERF_END : x;
  const node = (clamped * (2 * NODES) + (ERF_ZERO + 0.5)) | 0;
  const c = (node - ERF_ZERO) * ERF_STEP;
  const d = clamped - c;
  const cc = 2 * c * c;
  const rest = (cc - 1) / 3 - (d * c * (cc - 3)) / 6;
  return ERF[node] + ERF_SLOPE[node] * d * (1 - d * (c - d * rest));
}

const TURN = 512; // nodes a full turn
const SINE = table(TURN + TURN / 4, (node) => Math.sin((node * 2 * Math.PI) / TURN));
// 2π/512 in two parts (Cody and Waite): the first has so few bits that node · SINE_STEP is exact.
const SINE_STEP = Math.round(((2 * Math.PI) / TURN) * 2 ** 36) / 2 ** 36;
const SINE_STEP_REST = 2 * Math.PI * (1 / TURN) - SINE_STEP;
const SINE_END = 1e5; // beyond it the nodes' numbers would need more bits than are spared

/** sin x, by sin(c + d) = sin c · cos d + cos c · sin d. */
export function fastSine(x: number): number {
  if (!(x < SINE_END && x > -SINE_END)) return Math.sin(x);
  const node = Math.floor(x * (TURN / (2 * Math.PI)) + 0.5);
  const d = x - node * SINE_STEP - node * SINE_STEP_REST;
  const square = d * d;
  const sine = d - d * square * (1 / 6 - square * (1 / 120));
  const versine = square * (0.5 - square * (1 / 24)); // 1 − cos d
  const base = SINE[node & (TURN - 1)];
  return base + SINE[(node & (TURN - 1)) + TURN / 4] * sine - base * versine;
}
