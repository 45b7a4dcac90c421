/** The histograms over epochs on their board. */

import type { Board } from "../../render/board.js";
import { same } from "../../scene/kept.js";
import type { NetState, Store } from "../../state/types.js";
import { drawTip } from "../tip.js";
import type { WeightSource } from "./source.js";
import { type SpreadFrame, SpreadPanel } from "./spread.js";

export class SpreadHand {
  readonly #board: Board;
  readonly #source: WeightSource;
  readonly #store: Store;
  readonly #panel = new SpreadPanel();
  #frame: SpreadFrame | null = null;
  #painted: readonly unknown[] = [];
  #marked: unknown = null;
  #pointer: readonly [number, number] | null = null;
  /** Grows whenever the histograms have changed. */
  #version = 0;

  constructor(board: Board, source: WeightSource, store: Store, signal: AbortSignal) {
    this.#board = board;
    this.#source = source;
    this.#store = store;
    const { el } = board;
    el.addEventListener("pointermove", (event) => this.#move(event), { signal });
    el.addEventListener("pointerleave", () => this.#point(null), { signal });
    el.addEventListener("keydown", (event) => this.#key(event), { signal });
    el.addEventListener("blur", () => this.#point(null), { signal });
  }

  /** The histograms have changed: the next drawing is another. */
  forget(): void {
    this.#version++;
  }

  draw(state: NetState): void {
    const board = this.#board;
    if (!board.visible || board.width === 0) return;
    const matrices = this.#source.shown(state);
    const histograms = this.#source.histograms(state);
    this.#frame = { matrices, histograms, epoch: state.selection.epoch };
    const base = [board.version, this.#version, matrices];
    const painted = !same(base, this.#painted);
    if (painted) {
      board.resize(this.#panel.layout(board.width, this.#frame));
      this.#panel.paint(board, this.#frame);
    }
    this.#painted = [board.version, this.#version, matrices];
    if (painted || this.#marked !== state.selection.epoch) this.#panel.mark(board, this.#frame);
    this.#marked = state.selection.epoch;
    this.#drawTip();
  }

  #move(event: PointerEvent): void {
    this.#point(this.#board.at(event));
  }

  #point(at: readonly [number, number] | null): void {
    this.#pointer = at;
    const hit = at && this.#frame ? this.#panel.hit(at, this.#frame) : null;
    this.#store.select({ epoch: hit?.epoch ?? null });
    this.#drawTip();
  }

  #key(event: KeyboardEvent): void {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by || !this.#frame || event.shiftKey || event.ctrlKey || event.metaKey) return;
    const epoch = this.#panel.step(by, this.#frame);
    if (epoch !== null) this.#store.select({ epoch });
    event.preventDefault();
    event.stopPropagation();
  }

  #drawTip(): void {
    const board = this.#board;
    const hit = this.#pointer && this.#frame ? this.#panel.hit(this.#pointer, this.#frame) : null;
    const tip = hit && this.#pointer ? { at: this.#pointer, ...hit } : null;
    drawTip(board.tipHost, tip, board);
  }
}
