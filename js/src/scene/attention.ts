/** Attention weights as they came from Python. */

import { type Answer, type Came, floats32, type Sampled } from "./maps.js";

export interface AttentionCall {
  readonly name: string;
  readonly seen: string;
  readonly heads: number;
  readonly targets: number;
  readonly sources: number;
  /** Heads, targets and sources that were sent. */
  readonly shown: readonly [heads: number, targets: number, sources: number];
  readonly at: number;
  /** Where 1 for a blocked pair and 0 for another begin; null without a mask. */
  readonly blocked: number | null;
  /** Mean over the rows, in bits, for each head. */
  readonly entropy: readonly (number | null)[];
  /** Where the entropy of every row of every head begins. */
  readonly rows: number;
}

export interface Attention extends Sampled {
  readonly own: boolean;
  readonly answers: readonly Answer[];
  readonly tokens: readonly string[];
  readonly calls: readonly AttentionCall[];
  readonly numbers: Float32Array;
}

export function attentionOf(fed: Came | null): Attention | null {
  if (!fed || fed.content.error || !fed.content.calls) return null;
  return { ...(fed.content as unknown as Attention), numbers: floats32(fed.buffers[0]) };
}

/** Names of targets or sources: the tokens where there are as many, else positions. */
export function namesFor(tokens: readonly string[], total: number, shown: number): string[] {
  const fits = tokens.length === Math.min(total, tokens.length) && tokens.length >= shown;
  return Array.from({ length: shown }, (_, i) =>
    fits && total <= tokens.length ? tokens[i] : String(i),
  );
}

export interface Share {
  readonly source: number;
  readonly weight: number;
  readonly blocked: boolean;
}

/** What one target takes from each source, in order of the sources. */
export function sharesOf(of: Attention, layer: number, head: number, row: number): Share[] {
  const call = of.calls[layer];
  const [, targets, sources] = call.shown;
  const start = call.at + (head * targets + row) * sources;
  return Array.from({ length: sources }, (_, source) => ({
    source,
    weight: of.numbers[start + source],
    blocked: call.blocked !== null && of.numbers[call.blocked + row * sources + source] > 0,
  }));
}

/** Bits of one row, and the most that are possible with the sources that are not blocked. */
export function entropyOf(
  of: Attention,
  layer: number,
  head: number,
  row: number,
): [number, number] {
  const call = of.calls[layer];
  const open = sharesOf(of, layer, head, row).filter(({ blocked }) => !blocked).length;
  const all = call.sources - call.shown[2] + open;
  return [of.numbers[call.rows + head * call.shown[1] + row], Math.log2(Math.max(1, all))];
}
