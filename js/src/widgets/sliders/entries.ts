/** The entries of a network's parameters: their names, symbols, and the layers that group them. */

import type { LayerSpec, ParamSpec, Spec } from "../../wire.js";
import { t } from "../../words.js";

/** Typeset pieces of a name: w with layer 1 above and 12 below. */
export interface Name {
  readonly letter: string;
  readonly layer: string;
  readonly subscript: string;
}

/** One number of a parameter. */
export interface Entry {
  /** Place in the flat vector. */
  readonly index: number;
  /** Of the network that has it. */
  readonly revision: number;
  /** The parameter it belongs to, such as "0.weight". */
  readonly param: ParamSpec;
  /** "0.weight[0,1]", the name Python knows it by. */
  readonly reference: string;
  readonly symbol: Name;
}

export interface Group {
  /** Path of the module, "0"; the whole name where the model owns the parameter itself. */
  readonly name: string;
  /** "Layer 1", or the module's path where it is no layer the browser knows. */
  readonly title: string;
  readonly size: number;
  readonly params: readonly ParamSpec[];
  /** The k-th of its `size` entries. */
  entry(k: number): Entry;
}

/** The parameters by the module that owns them, in the model's order. */
export function groupsOf(spec: Spec): Group[] {
  const byModule = new Map<string, ParamSpec[]>();
  for (const param of spec.params) {
    const name = moduleOf(param.name);
    byModule.set(name, [...(byModule.get(name) ?? []), param]);
  }
  return [...byModule].map(([name, params]) => groupOf(name, params, spec));
}

/** Whether each word of the query names the entry: "0.weight", "w12", "bias", "w₁₂". */
export function matches(entry: Entry, query: string): boolean {
  const { letter, layer, subscript } = entry.symbol;
  const reference = entry.reference.toLowerCase();
  const short = `${letter}${subscript}`.toLowerCase();
  const bare = short.replaceAll(",", "");
  const long = `${letter}(${layer})${subscript}`.toLowerCase();
  // NFKC turns subscript digits, as someone may paste them, into plain ones.
  const words = query.normalize("NFKC").toLowerCase().split(/\s+/).filter(Boolean);
  return words.every(
    (word) =>
      reference.includes(word) ||
      short.startsWith(word) ||
      bare.startsWith(word) ||
      long.startsWith(word),
  );
}

function groupOf(name: string, params: ParamSpec[], { layers, revision }: Spec): Group {
  const starts = new Set(params.map((param) => param.offset));
  const owns = (layer: LayerSpec) =>
    [layer.weight, layer.bias].some((offset) => offset !== null && starts.has(offset));
  const number = layers.findIndex(owns) + 1;
  return {
    name,
    title: number > 0 ? t("Layer {number}", { number }) : name,
    size: params.reduce((sum, param) => sum + param.size, 0),
    params,
    entry: (k) => ({ ...entryOf(params, k, number > 0 ? String(number) : ""), revision }),
  };
}

function entryOf(params: readonly ParamSpec[], k: number, layer: string): Omit<Entry, "revision"> {
  let rest = k;
  for (const param of params) {
    if (rest < param.size) {
      const place = unravel(rest, param.shape);
      const reference = place.length > 0 ? `${param.name}[${place.join(",")}]` : param.name;
      const symbol = symbolOf(param, place, layer);
      return { index: param.offset + rest, param, reference, symbol };
    }
    rest -= param.size;
  }
  throw new RangeError(`entry ${k} of a group that has fewer`);
}

/** w₁₂ counts from 1 as textbooks do; a comma parts the numbers where one could have two digits. */
function symbolOf(param: ParamSpec, place: readonly number[], layer: string): Name {
  const kind = param.name.slice(param.name.lastIndexOf(".") + 1);
  const letter = kind === "weight" ? "w" : kind === "bias" ? "b" : kind;
  const separator = param.shape.some((length) => length > 9) ? "," : "";
  return { letter, layer, subscript: place.map((i) => i + 1).join(separator) };
}

/** Row-major position of the k-th entry: torch's order. */
function unravel(k: number, shape: readonly number[]): number[] {
  const place = new Array<number>(shape.length);
  let rest = k;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    place[axis] = rest % shape[axis];
    rest = Math.floor(rest / shape[axis]);
  }
  return place;
}

function moduleOf(name: string): string {
  const dot = name.lastIndexOf(".");
  return dot < 0 ? name : name.slice(0, dot);
}
