/** Modules as blocks with their shapes, for a model that is not a stack of dense layers. */

import { html, nothing, render, type TemplateResult } from "lit-html";
import { count } from "../../render/format.js";
import {
  BLOCK_GAP,
  BLOCK_HEIGHT,
  BLOCK_WIDTH,
  type Block,
  blocksFrom,
  detailRows,
  type PlacedBlock,
  placeBlocks,
  shapesText,
  shapeText,
} from "../../scene/graph_blocks.js";
import { key, t } from "../../words.js";
import type { Feed } from "../feed.js";

const CAPTION = key(
  "Modules in the order they are called, with the shape each returns for one sample. What forward computes by functions alone, how branches join, weights and activations are not shown here: only stacks of Linear layers and known activations are drawn unit by unit.",
);

export class BlockGraph {
  readonly #stop: () => void;

  /** @param host where the blocks are drawn, @param below where the words are */
  constructor(
    readonly host: HTMLElement,
    readonly below: HTMLElement,
    readonly feed: Feed,
  ) {
    this.#stop = feed.subscribe(() => this.draw());
  }

  draw(): void {
    const { latest } = this.feed;
    const failed = latest?.content.error;
    const blocks = latest ? blocksFrom(latest.content) : null;
    render(
      failed
        ? html`<p class="nnw-graph-wait" role="alert">${t("The model could not be called: {why}", { why: String(failed) })}</p>`
        : blocks
          ? this.#blocks(blocks)
          : html`<p class="nnw-graph-wait">${t("Computed by Python…")}</p>`,
      this.host,
    );
    render(blocks ? t(CAPTION) : nothing, this.below);
  }

  dispose(): void {
    this.#stop();
    render(nothing, this.host);
  }

  #blocks(blocks: readonly Block[]): TemplateResult {
    const input: Block = {
      ...{ path: "X", kind: "input", detail: "", parameters: 0, calls_before: 0 },
      shapes: [this.feed.latest?.content.input as number[]],
    };
    const placed = placeBlocks([input, ...blocks], this.host.clientWidth || 720);
    const last = placed[placed.length - 1];
    return html`<div class="nnw-graph-blocks" role="list" style=${`height: ${last.y + BLOCK_HEIGHT + 10}px`}>
      ${placed.map((block) => [one(block), block.arrow ? arrow(block) : nothing])}
    </div>`;
  }
}

function one(block: PlacedBlock): TemplateResult {
  const { x, y, kind, path, shapes, parameters, detail, calls_before } = block;
  const rows = detailRows(detail).map(([name, value]) => (name ? `${name} ${value}` : value));
  const numbers =
    parameters > 0 && calls_before === 0
      ? t("{parameters} parameters", { parameters: count(parameters) })
      : "";
  const all = shapes.map(shapeText).join(t(" and "));
  const words = [`${kind} ${path}`, t("returns {all}", { all }), numbers, rows.join(", ")].filter(
    Boolean,
  );
  return html`<div class="nnw-graph-block" role="listitem" tabindex="0" data-kind=${kind}
    style=${`left: ${x}px; top: ${y}px; width: ${BLOCK_WIDTH}px; height: ${BLOCK_HEIGHT}px`}
    title=${words.join("\n")} aria-label=${words.join("; ")}>
    <b>${kind}</b><span class="soft">${path}</span>
    <span class="shape">${shapesText(shapes)}</span>
    <span class="soft">${rows.join(", ")}</span>
    <span class="soft">${numbers || (calls_before > 0 ? t("the same module again") : "")}</span>
  </div>`;
}

function arrow({ x, y, arrow: way }: PlacedBlock): TemplateResult {
  const middle = y + BLOCK_HEIGHT / 2;
  const style =
    way === "right"
      ? `left: ${x + BLOCK_WIDTH + 4}px; top: ${middle - 9}px; width: ${BLOCK_GAP - 8}px`
      : `left: ${x + BLOCK_WIDTH - 26}px; top: ${y + BLOCK_HEIGHT + 3}px; width: 22px`;
  return html`<span class="nnw-graph-arrow" aria-hidden="true" style=${style}>${way === "right" ? "→" : "↵"}</span>`;
}
