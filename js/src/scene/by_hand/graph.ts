/** The network as columns of units: where each is, what is known of it, and what a step uses. */

import { givenCount } from "../../math/lift.js";
import type { Spec } from "../../wire.js";
import { t } from "../../words.js";
import { entriesOf, isLinear, type Step, type Uses, usesOf } from "./steps.js";
import { inputOf, resultOf, type Worked } from "./worked.js";

export interface Node {
  /** −1: the inputs. */
  readonly layer: number;
  readonly unit: number;
  readonly x: number;
  readonly y: number;
  /** What is known of it up to the step: an activation, later its δ. */
  readonly value: number | null;
  readonly used: boolean;
}

export interface Edge {
  /** Flat index of its weight. */
  readonly index: number;
  readonly from: Node;
  readonly to: Node;
  readonly weight: number;
  readonly used: boolean;
}

export interface Bias {
  readonly index: number;
  readonly of: Node;
  readonly value: number;
  readonly used: boolean;
}

export interface Column {
  readonly layer: number;
  readonly x: number;
  /** Units that are not drawn, and where that is said. */
  readonly more: number;
  readonly moreY: number;
}

export interface Graph {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly Node[];
  readonly edges: readonly Edge[];
  readonly biases: readonly Bias[];
  readonly columns: readonly Column[];
  /** The largest |w| of each layer. */
  readonly largest: readonly number[];
}

/** So many units of a layer are drawn. */
const MOST = 5;
const ROW = 46;
const TOP = 30;
const SIDE = 30;

export interface GraphInput {
  readonly worked: Worked;
  readonly steps: readonly Step[];
  /** The step that is shown; what later ones find is not drawn yet. */
  readonly at: number;
  /** The unit that the step works. */
  readonly unit: number;
  /** Whether a step's result may be seen. */
  readonly known: (step: Step) => boolean;
  readonly width: number;
}

export function graphOf({ worked, steps, at, unit, known, width }: GraphInput): Graph {
  const { spec, params } = worked;
  const step = steps[at];
  const uses = usesOf(step, spec);
  const values = valuesUpTo(worked, steps, at, known);
  const drawn = shownUnits(spec, step, unit);
  const tallest = Math.max(...drawn.map(({ length }) => length));
  const more = sizes(spec).some((count, c) => count > drawn[c].length);
  const height = TOP + tallest * ROW + (more ? 16 : 0);
  const gap = (width - 2 * SIDE) / spec.layers.length;
  const focus = focused(step, unit);
  const columns = drawn.map((units, c): Column => {
    const middle = TOP + (tallest * ROW) / 2;
    const moreY = middle + (units.length * ROW) / 2 + 8;
    return { layer: c - 1, x: SIDE + c * gap, more: sizes(spec)[c] - units.length, moreY };
  });
  const nodes = drawn.flatMap((units, c) =>
    units.map((u, i): Node => {
      const y = TOP + (tallest * ROW) / 2 + (i - (units.length - 1) / 2) * ROW;
      const used =
        uses.units.includes(c - 1) && (c - 1 !== step.layer || focus === null || focus === u);
      return { layer: c - 1, unit: u, x: columns[c].x, y, value: values[c]?.[u] ?? null, used };
    }),
  );
  return {
    ...{ width, height, nodes, columns },
    edges: edgesOf(spec, params, nodes, uses, step, focus),
    biases: biasesOf(spec, params, nodes, uses, focus),
    largest: largestOf(spec, params),
  };
}

function sizes(spec: Spec): number[] {
  return [givenCount(spec), ...spec.layers.map(({ units }) => units)];
}

/** The unit alone that a step works, or null where it works all of them. */
function focused(step: Step, unit: number): number | null {
  const rows = new Set(entriesOf(step, unit).map(([row]) => row));
  return rows.size === step.rows ? null : unit;
}

/** The first units of each layer, and the one that is worked. */
function shownUnits(spec: Spec, step: Step, unit: number): number[][] {
  return sizes(spec).map((count, c) => {
    const first = Array.from({ length: Math.min(count, MOST) }, (_, i) => i);
    const wanted = c - 1 === step.layer && unit >= MOST && unit < count;
    return wanted ? [...first.slice(0, -1), unit] : first;
  });
}

/** The newest that is known of each unit, column by column. */
function valuesUpTo(
  worked: Worked,
  steps: readonly Step[],
  at: number,
  known: GraphInput["known"],
): (ArrayLike<number> | undefined)[] {
  const found: (ArrayLike<number> | undefined)[] = [inputOf(worked, 0)];
  for (const step of steps.slice(0, at + 1)) {
    if (["z", "a", "y", "delta"].includes(step.kind) && known(step)) {
      found[step.layer + 1] = resultOf(worked, step);
    }
  }
  return found;
}

function edgesOf(
  spec: Spec,
  params: Float64Array,
  nodes: readonly Node[],
  uses: Uses,
  step: Step,
  focus: number | null,
): Edge[] {
  return spec.layers.flatMap(({ weight, inputs }, l) => {
    if (weight === null) return [];
    const [from, to] = [l - 1, l].map((layer) => nodes.filter((node) => node.layer === layer));
    const own = (a: Node, b: Node) =>
      focus === null || (l === step.layer ? b.unit === focus : a.unit === focus);
    return to.flatMap((b) =>
      from.map((a): Edge => {
        const index = weight + b.unit * inputs + a.unit;
        const used = uses.weights === l && own(a, b);
        return { index, from: a, to: b, weight: params[index], used };
      }),
    );
  });
}

function biasesOf(
  spec: Spec,
  params: Float64Array,
  nodes: readonly Node[],
  uses: Uses,
  focus: number | null,
): Bias[] {
  return nodes.flatMap((node) => {
    const start = node.layer < 0 ? null : spec.layers[node.layer].bias;
    if (start === null) return [];
    const used = uses.biases === node.layer && (focus === null || focus === node.unit);
    return [{ index: start + node.unit, of: node, value: params[start + node.unit], used }];
  });
}

function largestOf(spec: Spec, params: Float64Array): number[] {
  return spec.layers.map(({ weight, inputs, units }) => {
    let most = 0;
    const start = weight ?? 0;
    for (let i = start; i < start + inputs * units; i++) most = Math.max(most, Math.abs(params[i]));
    return most || 1;
  });
}

/** What stands over a column. */
export function columnName({ layers }: Spec, layer: number): string {
  if (layer < 0) return t("inputs");
  if (layer === layers.length - 1) return t("output");
  const own = layers[layer];
  return isLinear(own)
    ? t("layer {layer}", { layer: layer + 1 })
    : `${own.activation?.name.replace("_", " ")}`;
}
