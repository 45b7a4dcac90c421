/** The parameters of a model as matrices: a row a unit, with its bias beside it. */

import { givenName } from "../math/lift.js";
import type { LayerSpec, ParamSpec, Spec } from "../wire.js";
import { t } from "../words.js";
import { activationName, isLast, subscript, unitName } from "./names.js";

export interface Matrix {
  /** Path of the module, or the parameter's own name. */
  readonly name: string;
  /** The parameters' names, for tips: "0.weight" and "0.bias". */
  readonly weightName: string;
  readonly biasName: string | null;
  /** Which layer of the spec it belongs to, or null. */
  readonly layer: number | null;
  readonly rows: number;
  readonly columns: number;
  /** Offset of the (rows, columns) row-major matrix in the flat vector. */
  readonly weight: number;
  /** Offset of the (rows) biases, or null. */
  readonly bias: number | null;
  /** As torch has it, such as "8 × 1 × 3 × 3". */
  readonly shape: string;
}

/** A cell: column −1 is the bias. */
export interface Cell {
  readonly matrix: number;
  readonly row: number;
  readonly column: number;
}

/** Every parameter once, in the order of the model. */
export function matricesOf(spec: Spec): Matrix[] {
  const used = new Set<number>();
  const found = spec.params.flatMap((param) => {
    if (used.has(param.offset) || param.size === 0) return [];
    used.add(param.offset);
    const layer = spec.layers.findIndex(({ weight }) => weight === param.offset);
    const bias = biasOf(spec, param, spec.layers[layer]);
    if (bias) used.add(bias.offset);
    return [matrixOf(param, bias, layer < 0 ? null : layer)];
  });
  return found;
}

/** A matrix's own bias: what the layer says, else a vector of the same module and as many rows. */
function biasOf(
  { params }: Spec,
  weight: ParamSpec,
  layer: LayerSpec | undefined,
): ParamSpec | null {
  if (layer) return params.find(({ offset }) => offset === layer.bias) ?? null;
  if (weight.shape.length < 2) return null;
  const name = weight.name.replace(/weight/, "bias"); // weight_ih_l0 and bias_ih_l0 as well
  const bias = params.find((param) => param.name === name && param !== weight);
  return bias?.shape.length === 1 && bias.size === weight.shape[0] ? bias : null;
}

function matrixOf(param: ParamSpec, bias: ParamSpec | null, layer: number | null): Matrix {
  const { shape, size } = param;
  const rows = shape.length > 1 ? shape[0] : 1;
  const whole = param.name.replace(/\.?weight$/, "");
  return {
    name: whole === "" ? param.name : whole,
    weightName: param.name,
    biasName: bias?.name ?? null,
    layer,
    rows,
    columns: size / rows,
    weight: param.offset,
    bias: bias?.offset ?? null,
    shape: shape.length > 0 ? shape.join(" × ") : "1",
  };
}

/** Flat index of a cell's parameter. */
export function indexOf({ weight, bias, columns }: Matrix, row: number, column: number): number {
  return column < 0 ? (bias ?? 0) + row : weight + row * columns + column;
}

/** Where a parameter is among the matrices, or null. */
export function cellOf(matrices: readonly Matrix[], index: number): Cell | null {
  for (let m = 0; m < matrices.length; m++) {
    const { weight, bias, rows, columns } = matrices[m];
    const at = index - weight;
    if (at >= 0 && at < rows * columns) {
      return { matrix: m, row: Math.floor(at / columns), column: at % columns };
    }
    if (bias !== null && index >= bias && index < bias + rows) {
      return { matrix: m, row: index - bias, column: -1 };
    }
  }
  return null;
}

/** The parameter as Python's `net.parameter` takes it: "0.weight[3,5]". */
export function referenceOf(spec: Spec, index: number): string {
  const param = spec.params.find(({ offset, size }) => index >= offset && index < offset + size);
  if (!param) return "";
  let rest = index - param.offset;
  const places: number[] = [];
  for (let axis = param.shape.length - 1; axis >= 0; axis--) {
    places.unshift(rest % param.shape[axis]);
    rest = Math.floor(rest / param.shape[axis]);
  }
  return places.length > 0 ? `${param.name}[${places.join(",")}]` : param.name;
}

/** "h₂ ← x₁": from what a weight leads to what; "" where that is not known. */
export function leadsOf(spec: Spec, { layer }: Matrix, row: number, column: number): string {
  if (layer === null) return "";
  const to = unitName(spec, layer, row);
  if (column < 0) return t("bias of {to}", { to });
  const { reads } = spec.layers[layer];
  if (reads === null) return t("{to} ← its input {column}", { to, column: column + 1 });
  const from =
    reads < 0
      ? (givenName(spec, column) ?? `x${subscript(column + 1)}`)
      : activationName(spec, reads, column);
  return `${to} ← ${from}`;
}

/** A row's short name beside the matrix. */
export function rowName(spec: Spec, { layer }: Matrix, row: number): string {
  if (layer === null) return String(row);
  return isLast(spec, layer) && spec.outputs === 1 ? t("out") : unitName(spec, layer, row);
}
