/** Gradients of several networks side by side: what FlowComparison draws. */

import { unitColour } from "../math/colour.js";
import { nearestIndex } from "../math/curves.js";
import { significant } from "../render/format.js";
import { type BufferLike, numbers } from "../wire.js";
import { t } from "../words.js";
import type { Chart, Curve } from "./chart.js";
import { judge } from "./gradient_flow.js";

export interface Candidate {
  readonly name: string;
  readonly layers: readonly string[];
  readonly epochs: Float64Array;
  /** Root mean square of the first layer's weights, by epoch. */
  readonly weight: Float64Array;
  /** (epochs, layers) */
  readonly gradient: Float64Array;
  readonly lossEpochs: Float64Array;
  readonly losses: Float64Array;
  readonly diverged: boolean;
}

interface Entry {
  readonly name: string;
  readonly layers: readonly string[];
  readonly epochs: number;
  readonly losses: number;
  readonly diverged: boolean;
}

export function candidatesOf(
  content: Readonly<Record<string, unknown>>,
  buffers: readonly BufferLike[],
): Candidate[] {
  const entries = (content.candidates ?? []) as readonly Entry[];
  const all = buffers[0] ? numbers(buffers[0], "float64") : new Float64Array();
  let at = 0;
  const next = (size: number) => {
    at += size;
    return all.subarray(at - size, at);
  };
  return entries.map(({ name, layers, epochs, losses, diverged }) => ({
    ...{ name, layers, diverged },
    ...{ epochs: next(epochs), weight: next(epochs), gradient: next(epochs * layers.length) },
    ...{ lossEpochs: next(losses), losses: next(losses) },
  }));
}

const DASHES = [[], [6, 3], [2, 3]];

function look(candidates: readonly Candidate[], candidate: Candidate, hot: string | null) {
  const place = candidates.indexOf(candidate);
  const faint = hot !== null && hot !== candidate.name;
  return {
    ...{ name: candidate.name, colour: unitColour(place), dash: DASHES[place % DASHES.length] },
    ...{ width: hot === candidate.name ? 3 : 2, opacity: faint ? 0.4 : 1 },
  };
}

export interface ComparisonLook {
  readonly hidden: readonly string[];
  /** Candidate that stands out. */
  readonly hot: string | null;
}

function shown(candidates: readonly Candidate[], { hidden }: ComparisonLook) {
  return candidates.filter(({ name }) => !hidden.includes(name));
}

/** The gradient of every layer at one epoch, over the depth. */
export function depthChart(
  candidates: readonly Candidate[],
  epoch: number | null,
  chosen: ComparisonLook,
): Chart {
  const curves = shown(candidates, chosen).map((candidate): Curve => {
    const { layers, gradient } = candidate;
    const start = rowAt(candidate, epoch) * layers.length;
    const y = gradient.subarray(start, start + layers.length);
    const x = Float64Array.from(layers, (_, l) => l + 1);
    const write = (row: number) => significant(y[row], 2);
    return { ...look(candidates, candidate, chosen.hot), x, y, write };
  });
  return { curves, xName: t("layer, first to last"), yName: t("gradient, rms"), log: true };
}

export function ratioOf(candidate: Candidate, row: number): number {
  const { layers, gradient } = candidate;
  return gradient[row * layers.length] / gradient[(row + 1) * layers.length - 1];
}

/** First layer over last layer, over the epochs. */
export function ratiosChart(
  candidates: readonly Candidate[],
  [vanishing, exploding]: readonly [number, number],
  chosen: ComparisonLook,
): Chart {
  const curves = shown(candidates, chosen).map((candidate): Curve => {
    const y = candidate.epochs.map((_, row) => ratioOf(candidate, row));
    const write = (row: number) => significant(y[row], 2);
    return { ...look(candidates, candidate, chosen.hot), x: candidate.epochs, y, write };
  });
  const guides = [
    { y: vanishing, name: t("vanishing below {vanishing}", { vanishing }) },
    { y: exploding, name: t("exploding above {exploding}", { exploding }) },
  ];
  return { curves, guides, xName: t("epoch"), yName: t("first / last layer"), log: true };
}

export function lossesChart(candidates: readonly Candidate[], chosen: ComparisonLook): Chart {
  // A loss of 1e19 would leave no room for the others.
  const log = candidates.some(({ losses }) => losses.some((loss) => loss > 100));
  const curves = shown(candidates, chosen).map((candidate): Curve => {
    const { lossEpochs: x, losses: y } = candidate;
    const write = (row: number) => significant(y[row], 3);
    return { ...look(candidates, candidate, chosen.hot), x, y, write };
  });
  return { curves, xName: t("epoch"), yName: t("loss"), log };
}

/** The recorded row next to an epoch; the last where no epoch is chosen. */
export function rowAt({ epochs }: Candidate, epoch: number | null): number {
  return epoch === null ? epochs.length - 1 : Math.max(0, nearestIndex(epochs, epoch));
}

export interface Line {
  readonly name: string;
  readonly kind: string;
  readonly text: string;
}

/** A line for each candidate: the verdict, with the clause of the rule. */
export function verdicts(
  candidates: readonly Candidate[],
  epoch: number | null,
  [vanishing, exploding]: readonly [number, number],
): Line[] {
  return candidates.map((candidate) => {
    const { name, gradient, weight, layers, epochs, diverged } = candidate;
    const row = rowAt(candidate, epoch);
    const [first, last] = [gradient[row * layers.length], gradient[(row + 1) * layers.length - 1]];
    const { kind, by } = judge({ first, last, weight: weight[row] }, vanishing, exploding);
    const ends = diverged
      ? t("; training diverged after epoch {epoch}", { epoch: epochs[epochs.length - 1] })
      : "";
    const word =
      kind === "even" ? t("ratio {ratio}", { ratio: significant(first / last, 2) }) : t(kind);
    return { name, kind, text: `${word}${by ? ` (${by})` : ""}${ends}` };
  });
}
