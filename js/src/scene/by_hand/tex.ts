/** Numbers, vectors, matrices and sums as TeX. */

import { significant } from "../../render/format.js";
import { t } from "../../words.js";

/** So many rows and columns of a matrix are written; of more, the first ones and the last. */
const MOST = 5;

/** A number to `digits` significant digits, without idle zeros: −0.07374, 1.2·10⁻⁵. */
export function number(value: number, digits: number): string {
  if (Number.isNaN(value)) return "\\text{NaN}";
  if (!Number.isFinite(value)) return value > 0 ? "\\infty" : "-\\infty";
  const [mantissa, exponent] = plainMinus(significant(value, digits)).split("e");
  const short = mantissa.includes(".") ? mantissa.replace(/\.?0+$/, "") : mantissa;
  return exponent === undefined ? short : `${short}\\cdot 10^{${exponent}}`;
}

function plainMinus(text: string): string {
  return text.replaceAll("−", "-");
}

/** In parentheses where it begins with a minus or has a factor of its own. */
export function factor(value: number, digits: number): string {
  const text = number(value, digits);
  return text.startsWith("-") || text.includes("\\cdot") ? `(${text})` : text;
}

/** The places that are written of `count`; null stands for those left out. */
function places(count: number): (number | null)[] {
  const all = Array.from({ length: count }, (_, i) => i);
  return count <= MOST ? all : [...all.slice(0, MOST - 2), null, count - 1];
}

export function matrix(values: ArrayLike<number>, rows: number, columns: number, digits: number) {
  const across = places(columns);
  const lines = places(rows).map((r) =>
    across.map((c) => {
      if (r === null) return c === null ? "\\ddots" : "\\vdots";
      return c === null ? "\\cdots" : number(values[r * columns + c], digits);
    }),
  );
  return `\\begin{bmatrix}${lines.map((line) => line.join(" & ")).join(" \\\\ ")}\\end{bmatrix}`;
}

/** Between factors: a line may end here. */
export const BREAK = "\\allowbreak ";

export function vector(values: ArrayLike<number>, digits: number): string {
  return matrix(values, values.length, 1, digits);
}

export function rowVector(values: ArrayLike<number>, digits: number): string {
  return matrix(values, 1, values.length, digits);
}

/** A term of a sum: how it is written, and what it comes to. */
export interface Term {
  readonly tex: string;
  readonly value: number;
}

/** Terms of a sum that are written out, before the rest is told by their number and their sum. */
const TERMS = 4;

/** t₁ + t₂ + t₃ + (… 61 more terms: 0.1234). Who wants to can add it up. */
export function sum(terms: readonly Term[], digits: number): string {
  if (terms.length === 0) return "0";
  if (terms.length <= TERMS + 1) return joined(terms.map(({ tex }) => tex));
  const rest = terms.slice(TERMS - 1);
  const total = rest.reduce((whole, { value }) => whole + value, 0);
  const left = `\\underbrace{\\cdots}_{\\text{${t("{n} more terms, in all", { n: rest.length })} }${number(total, digits)}}`;
  return joined([...terms.slice(0, TERMS - 1).map(({ tex }) => tex), left]);
}

function joined(terms: readonly string[]): string {
  return terms.reduce((text, term) =>
    term.startsWith("-") ? `${text} - ${term.slice(1)}` : `${text} + ${term}`,
  );
}

/** Adds a number to what is there: a + 3, a − 3. */
export function plus(text: string, value: number, digits: number): string {
  return joined([text, number(value, digits)]);
}

/** An index such as 12 for (1, 2), or 1,12 where one of them has two digits. */
export function index(...numbers: number[]): string {
  const shown = numbers.map((i) => i + 1);
  return shown.join(shown.some((i) => i > 9) ? "," : "");
}
