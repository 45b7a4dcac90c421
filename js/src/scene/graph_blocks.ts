/** A model that only Python can compute, as its modules: what Python sent, and where they lie. */

import { t } from "../words.js";

export interface Block {
  readonly path: string;
  readonly kind: string;
  readonly detail: string;
  /** Of every tensor it returned, without the rows. */
  readonly shapes: readonly (readonly number[])[];
  readonly parameters: number;
  readonly calls_before: number;
}

export interface PlacedBlock extends Block {
  readonly x: number;
  readonly y: number;
  /** Where the arrow to the next one goes; null after the last. */
  readonly arrow: "right" | "down" | null;
}

export const BLOCK_WIDTH = 142;
export const BLOCK_HEIGHT = 90;
export const BLOCK_GAP = 30;
const LINE_GAP = 26;

/** What Python sends, or null where it is something else. */
export function blocksFrom(content: unknown): readonly Block[] | null {
  const { blocks } = (content ?? {}) as { blocks?: unknown };
  return Array.isArray(blocks) ? (blocks as readonly Block[]) : null;
}

/** In lines as in a text, each from left to right. */
export function placeBlocks(blocks: readonly Block[], width: number): PlacedBlock[] {
  const step = BLOCK_WIDTH + BLOCK_GAP;
  const columns = Math.max(1, Math.floor((width - 16 + BLOCK_GAP) / step));
  return blocks.map((block, i) => ({
    ...block,
    x: 8 + (i % columns) * step,
    y: 8 + Math.floor(i / columns) * (BLOCK_HEIGHT + LINE_GAP),
    arrow: i === blocks.length - 1 ? null : (i + 1) % columns === 0 ? "down" : "right",
  }));
}

/** 8 × 6 × 6, or "a number" for a tensor without dimensions beyond the rows. */
export function shapeText(shape: readonly number[]): string {
  return shape.length === 0 ? "1" : shape.join(" × ");
}

/** What a block's shape says: of one tensor, or of each of several. */
export function shapesText(shapes: readonly (readonly number[])[]): string {
  if (shapes.length === 0) return t("no tensor");
  const [first, ...rest] = shapes.map(shapeText);
  return rest.length > 0 ? t("{first} + {n} more", { first, n: rest.length }) : first;
}

/** What torch says of a module, as rows: "kernel_size=(3, 3)" is one. */
export function detailRows(detail: string): (readonly [string, string])[] {
  const parts = detail.split(/,\s*(?![^()]*\))/).filter(Boolean);
  return parts.map((part) => {
    const [name, value] = part.split("=", 2);
    return value === undefined
      ? (["", name] as const)
      : ([name.replaceAll("_", " "), value] as const);
  });
}
