/** Numbers as text: fixed digits, so that a changing number does not change its width. */

import { format as make, precisionRound } from "d3-format";

/** Stands where a negative number has its minus sign; as wide as a digit. */
const FIGURE_SPACE = "\u2007";
/** Between a number and its per cent sign. */
const THIN_SPACE = "\u202f";
/** For a number that is not known. */
export const UNKNOWN = "–";

const made = new Map<string, (value: number) => string>();

/** d3 reads its specifier anew each time it makes a formatter: each is made once. */
function format(specifier: string): (value: number) => string {
  const known = made.get(specifier);
  if (known) return known;
  const formatter = make(specifier);
  made.set(specifier, formatter);
  return formatter;
}

const grouped = format(",d");
const oneDecimal = format(".1f");

/** A number to read, `digits` significant: 0.1234, 12.34, 1.234e−5; minus is U+2212. */
export function significant(value: number | null, digits = 4): string {
  if (value === null) return UNKNOWN;
  if (!Number.isFinite(value)) return notFinite(value);
  const size = Math.abs(Number(value.toPrecision(digits)));
  if (size === 0) return (0).toFixed(digits - 1); // d3's "r" would say "0" without its digits
  const plain = size >= 1e-3 && size < 10 ** Math.max(digits, 3); // 10 is shorter than 1e1
  return tidyExponent(format(plain ? `.${digits}r` : `.${digits - 1}e`)(value));
}

/**
 * A parameter to read: a sign column, and `decimals` digits after the point of one below 10. A
 * larger one has fewer, so that it is no wider; there is no exponent on the way through zero.
 */
export function parameter(value: number, decimals = 3): string {
  if (!Number.isFinite(value)) return notFinite(value);
  const text = fixedWidth(value, decimals);
  return text.startsWith("−") ? text : FIGURE_SPACE + text;
}

/** A parameter in a text field: as `parameter`, in ASCII so that it can be copied into Python. */
export function parameterField(value: number, decimals = 3): string {
  return ascii(Number.isFinite(value) ? fixedWidth(value, decimals) : notFinite(value));
}

/** The shortest text of seven significant digits, what float32 holds: for editing. */
export function editable(value: number): string {
  if (!Number.isFinite(value)) return ascii(notFinite(value));
  const rounded = Number(value.toPrecision(7));
  return Math.abs(rounded) < 1e7 ? String(rounded) : rounded.toExponential().replace("+", "");
}

/** 0.975 → "97.5 %". */
export function percent(share: number | null): string {
  if (share === null || !Number.isFinite(share)) return UNKNOWN;
  return `${oneDecimal(100 * share)}${THIN_SPACE}%`;
}

/** 12345 → "12,345". */
export function count(n: number): string {
  return grouped(n);
}

/** The widest tick there is room for beside a picture. */
const TICK = 8;

/**
 * How the ticks of an axis are written: as the scale would, but with few signs where that were
 * 300,000,000,000 or 1.9999999999999998e+30.
 */
export function tickText(
  ticks: readonly number[],
  plain: (value: number) => string,
): (value: number) => string {
  if (ticks.every((tick) => plain(tick).length <= TICK && !/e/.test(plain(tick)))) return plain;
  const step = Math.abs(ticks[1] - ticks[0]) || 1;
  const digits = precisionRound(step, Math.max(...ticks.map(Math.abs))) - 1;
  const short = format(`.${Math.min(6, digits || 0)}~e`);
  return (value) => (value === 0 ? "0" : tidyExponent(short(value)));
}

/** What a person typed as a finite number, or null. Either minus sign will do. */
export function parseNumber(text: string): number | null {
  const plain = text.trim().replace(/[−–]/g, "-");
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain)) return null;
  const value = Number(plain);
  return Number.isFinite(value) ? value : null;
}

function fixedWidth(value: number, decimals: number): string {
  const size = Math.abs(value);
  if (size >= 99999.5) return tidyExponent(format(size < 9.995e99 ? ".2e" : ".1e")(value));
  let left = decimals;
  // 9.9996 rounds to 10.000, one digit too many: hence bounds that are half a last digit lower.
  for (let bound = 10; left > 0 && size >= bound - 0.5 * 10 ** -left; bound *= 10) left--;
  return format(`.${left}f`)(value);
}

function notFinite(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  return value > 0 ? "∞" : "−∞";
}

function tidyExponent(text: string): string {
  return text.replace("e+", "e").replace("e-", "e−");
}

function ascii(text: string): string {
  return text.replaceAll("−", "-").replace("∞", "inf");
}
