/** The numbers behind a point or a line, for tooltips and screen readers. */

import { steepness } from "../math/lines.js";
import { significant } from "../render/format.js";
import type { DataPass } from "../scene/derived.js";
import { activationName, className, isLast } from "../scene/names.js";
import type { LineMark } from "../scene/types.js";
import type { NetState } from "../state/types.js";

export type Rows = readonly (readonly [string, string])[];

/** Rows beyond these would make a tooltip that hides the plot. */
const MOST_FEATURES = 6;
const MOST_UNITS = 4;

export function aboutPoint(state: NetState, pass: DataPass | null, row: number): Rows {
  const { spec, data } = state;
  if (row >= data.n) return [];
  const features = spec.features
    .slice(0, MOST_FEATURES)
    .map((name, m) => [name, significant(data.X[row * data.d + m])] as const);
  return [
    ...features,
    [spec.task === "regression" ? "y" : "class", target(state, row)],
    ...(pass ? [...hidden(state, pass, row), ...answer(state, pass, row)] : []),
  ];
}

function target({ spec, data }: NetState, row: number): string {
  const y = data.y[row * data.k];
  if (spec.task === "regression") return significant(y);
  return Number.isInteger(y) ? className(spec, y) : significant(y);
}

/** The last hidden layer's activations: where the sample is in feature space. */
function hidden({ spec }: NetState, { a }: DataPass, row: number): Rows {
  const layer = spec.layers.length - 2;
  if (layer < 0) return [];
  const { units } = spec.layers[layer];
  return Array.from({ length: Math.min(units, MOST_UNITS) }, (_, unit) => [
    activationName(spec, layer, unit),
    significant(a[layer][row * units + unit]),
  ]);
}

function answer({ spec }: NetState, { outputs }: DataPass, row: number): Rows {
  const k = spec.outputs;
  const own = Array.from(outputs.subarray(row * k, row * k + k));
  if (spec.task === "regression") {
    return own.map((value, i) => [k > 1 ? `ŷ${i + 1}` : "ŷ", significant(value)]);
  }
  if (spec.task === "binary") return binaryAnswer(own[0], spec.head === "sigmoid");
  const best = own.indexOf(Math.max(...own));
  return [["predicted", className(spec, best)]];
}

function binaryAnswer(value: number, isProbability: boolean): Rows {
  const p = isProbability ? value : 1 / (1 + Math.exp(-value));
  const rows: [string, string][] = [["probability", significant(p)]];
  return isProbability ? rows : [["logit", significant(value)], ...rows];
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
    [isLast(spec, layer) ? "logit" : `z`, `${terms.join(" ")} ${signed(line.b, false)}`],
    ["‖w‖", significant(norm)],
    ["from origin", significant(Math.abs(line.b) / norm)],
    ...(isLast(spec, layer) ? [] : ([["activation", activation]] as const)),
  ];
}

function signed(value: number, first: boolean): string {
  const size = significant(Math.abs(value), 3);
  if (first) return value < 0 ? `−${size}` : size;
  return `${value < 0 ? "−" : "+"} ${size}`;
}
