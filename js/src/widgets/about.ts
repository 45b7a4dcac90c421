/** The numbers behind a point or a line, for tooltips and screen readers. */

import { steepness } from "../math/lines.js";
import { significant, UNKNOWN } from "../render/format.js";
import type { DataPass } from "../scene/derived.js";
import { activationName, className, isLast, subscript } from "../scene/names.js";
import type { LineMark } from "../scene/types.js";
import type { NetState } from "../state/types.js";
import type { Spec } from "../wire.js";
import { t } from "../words.js";

export type Rows = readonly (readonly [string, string])[];

/** Rows beyond these would make a tooltip that hides the plot. */
const MOST_FEATURES = 6;
const MOST_UNITS = 4;

/** What a view shows of a sample comes first. */
export interface Shown {
  readonly features?: readonly number[];
  readonly layer?: number;
  readonly units?: readonly number[];
}

/** @param place where in the pass the sample is: 0 in one of itself alone */
export function aboutPoint(
  state: NetState,
  pass: DataPass | null,
  row: number,
  shown: Shown = {},
  place = row,
): Rows {
  const { spec, data } = state;
  if (row >= data.n) return [];
  const features = some(spec.inputs, MOST_FEATURES, shown.features).map(
    (m) => [spec.features[m], significant(data.X[row * data.d + m])] as const,
  );
  return [
    ...features,
    ...targets(state, row),
    ...(pass ? [...hidden(state, pass, place, shown), ...answer(state, pass, place)] : []),
  ];
}

function targets({ spec, data: { y, k } }: NetState, row: number): Rows {
  const own = y.subarray(row * k, row * k + Math.min(k, MOST_UNITS));
  if (k > 1) return Array.from(own, (value, i) => [`y${subscript(i + 1)}`, significant(value)]);
  if (spec.task === "regression") return [["y", significant(own[0])]];
  return [[t("class"), Number.isInteger(own[0]) ? className(spec, own[0]) : significant(own[0])]];
}

/** `most` of the numbers below `count`, the wanted ones first. */
function some(count: number, most: number, wanted: readonly number[] = []): number[] {
  const others = Array.from({ length: count }, (_, i) => i).filter((i) => !wanted.includes(i));
  const kept = Math.max(0, most - wanted.length);
  return [...wanted, ...others.slice(0, kept)];
}

/** Activations of the layer shown, or of the last hidden one: where the sample is in its space. */
function hidden({ spec }: NetState, { a }: DataPass, row: number, shown: Shown): Rows {
  const layer = shown.layer ?? spec.layers.length - 2;
  if (layer < 0) return [];
  const { units } = spec.layers[layer];
  return some(units, MOST_UNITS, shown.units).map((unit) => [
    activationName(spec, layer, unit),
    significant(a[layer][row * units + unit]),
  ]);
}

function answer({ spec }: NetState, { outputs }: DataPass, row: number): Rows {
  const k = spec.outputs;
  const own = Array.from(outputs.subarray(row * k, row * k + k));
  if (spec.task === "multiclass") {
    const best = own.indexOf(Math.max(...own)); // −1 where one is not a number
    return [[t("predicted"), best < 0 ? UNKNOWN : className(spec, best)]];
  }
  if (spec.task === "binary" && k === 1) return binaryAnswer(own[0], spec.head === "sigmoid");
  const name = spec.task === "regression" ? "ŷ" : spec.head === "sigmoid" ? "p" : "z";
  return own
    .slice(0, MOST_UNITS)
    .map((value, i) => [k > 1 ? name + subscript(i + 1) : name, significant(value)]);
}

function binaryAnswer(value: number, isProbability: boolean): Rows {
  const p = isProbability ? value : 1 / (1 + Math.exp(-value));
  const rows: [string, string][] = [[t("probability"), significant(p)]];
  return isProbability ? rows : [[t("logit"), significant(value)], ...rows];
}

/** A line's equation, how steep its unit is and how far the line is from the origin. */
export function aboutLine(
  { spec }: NetState,
  { layer, line, upright }: LineMark,
  axes: readonly string[],
): Rows {
  const norm = steepness(line);
  const terms = (upright ? [line.w[0]] : line.w).map((w, i) => `${signed(w, i === 0)}·${axes[i]}`);
  const activation = spec.layers[layer].activation?.name ?? "linear";
  return [
    [outputName(spec, layer), `${terms.join(" ")} ${signed(line.b, false)}`],
    ["‖w‖", significant(norm)],
    [t("from origin"), significant(Math.abs(line.b) / norm)],
    ...(isLast(spec, layer) && spec.kind === "stack"
      ? []
      : ([[t("activation"), activation]] as const)),
  ];
}

/** What a unit's weighted sum is called. */
function outputName(spec: Spec, layer: number): string {
  if (!isLast(spec, layer) || spec.kind === "opaque") return "z";
  if (spec.task === "regression") return spec.head === "linear" ? "ŷ" : "z";
  return t("logit");
}

function signed(value: number, first: boolean): string {
  const size = significant(Math.abs(value), 3);
  if (first) return value < 0 ? `−${size}` : size;
  return `${value < 0 ? "−" : "+"} ${size}`;
}
