/** The state of an exported page, as nnwidgets/export/_state.py wrote it. */

import type { Led } from "./in_step.js";
import type { KernelState } from "./types.js";

/** A model by its synced traits, but those that only a notebook's host needs. */
export type Traits = Readonly<Record<string, unknown>>;

export interface NetEntry {
  readonly traits: Traits;
  /** What was recorded, with its two buffers; null where nothing was. */
  readonly history: Required<KernelState>["history"] | null;
  /** Of the order of the samples in training. */
  readonly seed: number;
  /** Where it trains in step with another. */
  readonly led?: Led | null;
}

export interface ViewEntry {
  /** Which of `nets` it shows. */
  readonly net: number;
  /** The bundle that draws it; null for the network's own. */
  readonly library: string | null;
  readonly traits: Traits;
  /** What only Python can compute, as it was when the page was made. */
  readonly fed: { readonly content: Traits; readonly buffers: readonly Uint8Array[] } | null;
}

export interface PageState {
  readonly format: 1;
  /** The table of the page's language. */
  readonly words: Readonly<Record<string, string>>;
  readonly nets: readonly NetEntry[];
  /** In the order of the places `data-nnw-view` in the page. */
  readonly views: readonly ViewEntry[];
}

/** @throws Error for a state of another version. */
export async function readState(text: string): Promise<PageState> {
  const state = (await revived(JSON.parse(text))) as PageState | null;
  if (state?.format !== 1) throw new Error(`this page is of another version: ${state?.format}`);
  return state;
}

/** `{$: "b" | "z" | "n", v}` stands for what JSON has not: bytes, gzipped bytes, a number. */
async function revived(value: unknown): Promise<unknown> {
  if (Array.isArray(value)) return Promise.all(value.map(revived));
  if (typeof value !== "object" || value === null) return value;
  const { $: kind, v } = value as { $?: string; v: string };
  if (kind === "n") return Number(v);
  if (kind === "b") return bytesOf(v);
  if (kind === "z") return unzipped(bytesOf(v));
  const entries = Object.entries(value).map(async ([key, each]) => [key, await revived(each)]);
  return Object.fromEntries(await Promise.all(entries));
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64);
  return Uint8Array.from(text, (sign) => sign.charCodeAt(0));
}

async function unzipped(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
