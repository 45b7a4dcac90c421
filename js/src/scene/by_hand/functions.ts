/** Activations and their derivatives as TeX: in general, and with numbers put in. */

import type { ActivationSpec } from "../../wire.js";
import { factor, number } from "./tex.js";

interface Written {
  /** f(z) of whatever is written for z. */
  value(z: string): string;
  /** f′(z) of what is written for z and for a = f(z). */
  slope(z: string, a: string): string;
  /** The cases of a function in pieces, where the numbers decide which holds. */
  chosen?(z: number, digits: number): { value: string; slope: string };
}

const TABLE: Record<ActivationSpec["name"], (spec: ActivationSpec) => Written> = {
  linear: () => ({ value: (z) => z, slope: () => "1" }),
  tanh: () => ({ value: (z) => `\\tanh(${z})`, slope: (_z, a) => `(1 - ${squared(a)})` }),
  sigmoid: () => ({ value: logistic, slope: (_z, a) => `${a}\\,(1 - ${a})` }),
  relu: () => ({
    value: (z) => `\\max(0, ${z})`,
    slope: (z) => `[${z} > 0]`,
    chosen: (z, digits) => ({ value: `\\max(0, ${number(z, digits)})`, slope: z > 0 ? "1" : "0" }),
  }),
  leaky_relu: ({ slope = 0.01 }) => ({
    value: (z) => `\\max(${z}, ${slope}\\,${z})`,
    slope: (z) => `\\begin{cases}1 & ${z} > 0\\\\ ${slope} & ${z} \\le 0\\end{cases}`,
    chosen: (z, digits) => ({
      value: z > 0 ? number(z, digits) : `${slope}\\cdot ${factor(z, digits)}`,
      slope: z > 0 ? "1" : String(slope),
    }),
  }),
  elu: ({ alpha = 1 }) => ({
    value: (z) =>
      `\\begin{cases}${z} & ${z} > 0\\\\ ${scaled(alpha)}(e^{${z}} - 1) & ${z} \\le 0\\end{cases}`,
    slope: (z) =>
      `\\begin{cases}1 & ${z} > 0\\\\ ${scaled(alpha)}e^{${z}} & ${z} \\le 0\\end{cases}`,
    chosen: (z, digits) => ({
      value: z > 0 ? number(z, digits) : `${scaled(alpha)}(e^{${number(z, digits)}} - 1)`,
      slope: z > 0 ? "1" : `${scaled(alpha)}e^{${number(z, digits)}}`,
    }),
  }),
  gelu: () => ({
    value: (z) => `\\frac{${z}}{2}\\left(1 + \\operatorname{erf}\\frac{${z}}{\\sqrt{2}}\\right)`,
    slope: (z) =>
      `\\left(\\tfrac{1}{2}\\left(1 + \\operatorname{erf}\\tfrac{${z}}{\\sqrt{2}}\\right) + ` +
      `\\tfrac{${z}}{\\sqrt{2\\pi}}\\,e^{-${squared(z)}/2}\\right)`,
  }),
  silu: () => ({
    value: (z) => `\\frac{${z}}{1 + e^{${negated(z)}}}`,
    slope: (z) => `\\sigma(${z})\\,(1 + ${z}\\,(1 - \\sigma(${z})))`,
  }),
  softplus: () => ({ value: (z) => `\\ln(1 + e^{${z}})`, slope: logistic }),
  sine: () => ({ value: (z) => `\\sin(${z})`, slope: (z) => `\\cos(${z})` }),
};

function logistic(z: string): string {
  return `\\frac{1}{1 + e^{${negated(z)}}}`;
}

function negated(z: string): string {
  return z.startsWith("-") ? z.slice(1) : `-${z}`;
}

function squared(z: string): string {
  return /^-|\^/.test(z) ? `(${z})^2` : `${z}^2`;
}

function scaled(alpha: number): string {
  return alpha === 1 ? "" : `${alpha}\\,`;
}

const LINEAR: ActivationSpec = { name: "linear" };

function written(spec: ActivationSpec | null): Written {
  const given = spec ?? LINEAR;
  return TABLE[given.name](given);
}

export function activationTex(spec: ActivationSpec | null, z: string): string {
  return written(spec).value(z);
}

export function slopeTex(spec: ActivationSpec | null, z: string, a: string): string {
  return written(spec).slope(z, a);
}

/** f(z) with the number put in. */
export function activationAt(spec: ActivationSpec | null, z: number, digits: number): string {
  const { value, chosen } = written(spec);
  return chosen?.(z, digits).value ?? value(number(z, digits));
}

/** f′(z) with the numbers put in. */
export function slopeAt(spec: ActivationSpec | null, z: number, a: number, digits: number): string {
  const { slope, chosen } = written(spec);
  return chosen?.(z, digits).slope ?? slope(factorOf(z, digits), factor(a, digits));
}

function factorOf(z: number, digits: number): string {
  return number(z, digits);
}

/** σ(z) with the number put in. */
export function logisticAt(z: number, digits: number): string {
  return logistic(number(z, digits));
}

export { logistic };
