/** The steps of one pass worked by hand, in order: each has one result, a number or an array. */

import type { Head, LayerSpec, Spec } from "../../wire.js";

export type Kind = "z" | "a" | "y" | "loss" | "delta" | "dW" | "db" | "W" | "b";
export type Phase = "forward" | "loss" | "backward" | "update";

export interface Step {
  /** Unique, and the same in Python: "z1", "loss", "delta2", "dW2". Layers count from one. */
  readonly id: string;
  readonly kind: Kind;
  readonly phase: Phase;
  readonly layer: number;
  /** Shape of the result: a vector has one column. */
  readonly rows: number;
  readonly columns: number;
}

const PHASES: Record<Kind, Phase> = {
  ...{ z: "forward", a: "forward", y: "forward", loss: "loss" },
  ...{ delta: "backward", dW: "backward", db: "backward", W: "update", b: "update" },
} as const;

/** Up to so many entries of a vector, or of a matrix, are all worked one by one. */
export const MOST_OF_VECTOR = 4;
export const MOST_OF_MATRIX = 6;

export function isLinear(layer: LayerSpec): boolean {
  return (layer.activation?.name ?? "linear") === "linear";
}

/** What makes predictions of the last layer's values: where logits go into a loss, the loss does. */
export function outputFunction({ loss, head }: Spec): Head {
  if (loss === "bce") return "sigmoid";
  return loss === "cross_entropy" ? "softmax" : head;
}

export function stepsOf(spec: Spec): Step[] {
  const last = spec.layers.length - 1;
  const steps: Step[] = [];
  const add = (kind: Kind, layer: number, rows: number, columns = 1) => {
    const id = kind === "y" || kind === "loss" ? kind : `${kind}${layer + 1}`;
    steps.push({ id, kind, phase: PHASES[kind], layer, rows, columns });
  };
  spec.layers.forEach((layer, l) => {
    add("z", l, layer.units);
    if (!isLinear(layer)) add("a", l, layer.units);
  });
  if (outputFunction(spec) !== "linear") add("y", last, spec.layers[last].units);
  add("loss", last, 1);
  for (let l = last; l >= 0; l--) {
    const { units, inputs, bias } = spec.layers[l];
    add("delta", l, units);
    add("dW", l, units, inputs);
    if (bias !== null) add("db", l, units);
  }
  spec.layers.forEach(({ units, inputs, bias }, l) => {
    add("W", l, units, inputs);
    if (bias !== null) add("b", l, units);
  });
  return steps;
}

/** Row and column of an entry of a step's result. */
export type Entry = readonly [row: number, column: number];

/**
 * The entries that are worked one by one: all of a small result, else those of one unit. Those of
 * unit 0 are what an exercise asks for; nnwidgets/core/by_hand.py has the same rule.
 */
export function entriesOf({ rows, columns }: Step, unit: number): Entry[] {
  const all = columns === 1 ? rows <= MOST_OF_VECTOR : rows * columns <= MOST_OF_MATRIX;
  const shownRows = all ? Array.from({ length: rows }, (_, row) => row) : [unit % rows];
  const shownColumns = Math.min(columns, all ? columns : MOST_OF_VECTOR);
  return shownRows.flatMap((row) =>
    Array.from({ length: shownColumns }, (_, column) => [row, column] as const),
  );
}

/** True where not all of the result is worked at once, so that a unit has to be chosen. */
export function hasChoice(step: Step): boolean {
  return step.rows > 1 && entriesOf(step, 0).length < step.rows * step.columns;
}

/** What a step reads and writes of the network: columns of units (−1: the inputs) and layers. */
export interface Uses {
  readonly units: readonly number[];
  /** The layer whose weights, or biases, are part of it. */
  readonly weights: number | null;
  readonly biases: number | null;
}

export function usesOf({ kind, layer }: Step, spec: Spec): Uses {
  const biased = (l: number) => (spec.layers[l].bias === null ? null : l);
  switch (kind) {
    case "z":
      return { units: [layer - 1, layer], weights: layer, biases: biased(layer) };
    case "dW":
    case "W":
      return { units: [layer - 1, layer], weights: layer, biases: null };
    case "db":
    case "b":
      return { units: [layer], weights: null, biases: layer };
    case "delta": {
      const behind = layer + 1 < spec.layers.length;
      return {
        ...{ units: behind ? [layer, layer + 1] : [layer], biases: null },
        weights: behind ? layer + 1 : null,
      };
    }
    default:
      return { units: [layer], weights: null, biases: null };
  }
}
