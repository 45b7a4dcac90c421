/**
 * Fast versions of the functions that activations are made of, each within 1e-12 of the real one.
 *
 * Each looks up its value at the nearest node of a table and goes on from there by an addition
 * theorem or a short Taylor series, whose coefficients follow from the function's own differential
 * equation. The nodes are a power of two apart, so the distance to a node is exact. Clamping before
 * the look-up keeps the loops free of branches and lets ±∞ and NaN through as they should come out.
 *
 * The numbers in them are literals on purpose: the bundler makes variables of a module's constants,
 * and V8 then takes 13 ns for a tanh that takes 4 with literals.
 */

function table(nodes: number, value: (node: number) => number): Float64Array {
  return Float64Array.from({ length: nodes + 1 }, (_, node) => value(node));
}

/** tanh at −20, −20 + 1/64, … 20, beyond which it is ±1 to the last place. */
const TANH = table(2560, (node) => Math.tanh((node - 1280) / 64));

/** tanh x, by tanh(c + d) = (tanh c + tanh d) / (1 + tanh c · tanh d). */
export function fastTanh(x: number): number {
  const clamped = x < -20 ? -20 : x > 20 ? 20 : x;
  const node = (clamped * 64 + 1280.5) | 0;
  const d = clamped - (node - 1280) * (1 / 64);
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

/** log(1 + exp(−x)) and −1 times its slope at 0, 1/64, … 40. */
const SOFTPLUS = table(2560, (node) => Math.log1p(Math.exp(-node / 64)));
const SOFTPLUS_SLOPE = table(2560, (node) => logistic(-node / 64));

/** log(1 + exp(−x)) for x ≥ 0, by Taylor: with p = 1 / (1 + exp x), p′ = −p(1 − p). */
export function fastLog1pExpNegative(x: number): number {
  const clamped = x > 40 ? 40 : x;
  const node = (clamped * 64 + 0.5) | 0;
  const d = clamped - node * (1 / 64);
  const p = SOFTPLUS_SLOPE[node];
  const pq = p * (1 - p);
  const third = (1 - 2 * p) * (1 / 6) - d * (1 - 6 * pq) * (1 / 24);
  return SOFTPLUS[node] - d * (p - d * pq * (0.5 - d * third));
}

/** erf and its slope at −6, −6 + 1/128, … 6; 1 − erf 6 is 2e-17. */
const ERF = table(1536, (node) => erf((node - 768) / 128));
const ERF_SLOPE = table(1536, (node) => gauss((node - 768) / 128));

function gauss(x: number): number {
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x);
}

/** erf x = 2/√π · exp(−x²) · Σ 2ⁿ x²ⁿ⁺¹ / (2n+1)!!, whose terms all have one sign. */
export function erf(x: number): number {
  if (!(Math.abs(x) < 6)) return Number.isNaN(x) ? x : Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return gauss(x) * sum;
}

/** erf x by Taylor: its derivatives are Hermite polynomials times the Gaussian. */
export function fastErf(x: number): number {
  const clamped = x < -6 ? -6 : x > 6 ? 6 : x;
  const node = (clamped * 128 + 768.5) | 0;
  const c = (node - 768) * (1 / 128);
  const d = clamped - c;
  const cc = 2 * c * c;
  const rest = (cc - 1) * (1 / 3) - d * c * (cc - 3) * (1 / 6);
  return ERF[node] + ERF_SLOPE[node] * d * (1 - d * (c - d * rest));
}

/** sin at 0, 2π/512, … 2π + π/2, so that cos is found a quarter turn further on. */
const SINE = table(640, (node) => Math.sin((node * Math.PI) / 256));

/** sin x, by sin(c + d) = sin c · cos d + cos c · sin d. */
export function fastSine(x: number): number {
  if (!(x < 1e5 && x > -1e5)) return Math.sin(x); // the product below would not be exact any more
  const turns = x * 81.48733086305042 + 1e8; // 512/2π; positive, so that | 0 rounds downwards
  const node = ((turns + 0.5) | 0) - 100000000;
  // 2π/512 in two parts (Cody and Waite, 1980): node times the first is exact.
  const d = x - node * 0.012271846309886314 + node * 6.80118413711263e-12;
  const square = d * d;
  const sine = d - d * square * (1 / 6 - square * (1 / 120));
  const versine = square * (0.5 - square * (1 / 24)); // 1 − cos d
  const base = SINE[node & 511];
  return base + SINE[(node & 511) + 128] * sine - base * versine;
}
