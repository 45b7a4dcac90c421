/** The matrices on their board: drawn where something changed, and moved by pointer and keys. */

import type { Board } from "../../render/board.js";
import { significant } from "../../render/format.js";
import { same } from "../../scene/kept.js";
import {
  type Cell,
  cellOf,
  indexOf,
  leadsOf,
  type Matrix,
  referenceOf,
} from "../../scene/weight_matrices.js";
import type { Quantity } from "../../scene/weight_values.js";
import { isMoving } from "../../state/moving.js";
import type { NetState } from "../../state/types.js";
import { t } from "../../words.js";
import type { Rows } from "../about.js";
import type { LibraryContext } from "../library.js";
import { drawTip } from "../tip.js";
import { CellEditor } from "./cell_editor.js";
import { type MatrixFrame, MatrixPanel } from "./matrices.js";
import type { WeightSource } from "./source.js";
import { stepCell } from "./step_cell.js";

/** What a key adds to a weight, as a share of the scale's end. */
const NUDGE = 0.02;
/** Key presses that follow one another this closely (ms) are undone together. */
const RUN = 600;

export class MatrixHand {
  readonly #board: Board;
  readonly #source: WeightSource;
  readonly #context: LibraryContext;
  readonly #speak: (text: string) => void;
  readonly #panel = new MatrixPanel();
  readonly #editor: CellEditor;
  #frame: MatrixFrame | null = null;
  #painted: readonly unknown[] = [];
  #marked: readonly unknown[] = [];
  /** The cell that keys have gone to, as a flat index. */
  #focus: number | null = null;
  #pointer: readonly [number, number] | null = null;
  #held: number | null = null;
  /** Of the network that the indices are of. */
  #revision: number;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    board: Board,
    source: WeightSource,
    context: LibraryContext,
    signal: AbortSignal,
    speak: (text: string) => void,
  ) {
    this.#board = board;
    this.#source = source;
    this.#context = context;
    this.#speak = speak;
    this.#revision = context.store.state.spec.revision;
    this.#editor = new CellEditor(board.el, (index, value) => this.#write(index, value, false));
    const { el } = board;
    el.addEventListener("pointermove", (event) => this.#move(event), { signal });
    el.addEventListener("pointerleave", () => this.#leave(), { signal });
    el.addEventListener("pointerdown", (event) => this.#press(event), { signal });
    el.addEventListener("dblclick", () => this.#edit(null), { signal });
    el.addEventListener("keydown", (event) => this.#key(event), { signal });
    el.addEventListener("blur", () => this.#blur(), { signal });
  }

  dispose(): void {
    this.#release();
    this.#editor.close();
  }

  draw(state: NetState, caption: HTMLElement): void {
    const board = this.#board;
    if (state.spec.revision !== this.#revision) this.#forget(state.spec.revision);
    if (!board.visible || board.width === 0) return;
    const { options } = this.#context;
    const frame = this.#source.frame(state);
    this.#frame = frame;
    board.resize(this.#panel.layout(board.width, frame.matrices));
    // Differences are written into one array: the parameters they are of tell them apart.
    const { before } = this.#source.trail;
    const of = [options.get("quantity"), frame.caption, state.params, before, state.spec];
    const base = [board.version, ...of, frame.matrices, frame.limit, state.frozen, frame.values];
    const painted = !same(base, this.#painted);
    if (painted) this.#panel.paint(board, frame);
    this.#painted = base;
    const index = state.selection.weight ?? this.#focus;
    const over = [index, state.selection.unit, this.#focus];
    if (painted || !same(over, this.#marked)) {
      const cell = index === null ? null : cellOf(frame.matrices, index);
      this.#panel.mark(board, frame, cell, index === this.#focus);
    }
    this.#marked = over;
    const words = this.#words(frame);
    if (caption.textContent !== words) caption.textContent = words;
    this.#drawTip();
  }

  /** Units or layers came or went: no index means what it did. */
  #forget(revision: number): void {
    this.#revision = revision;
    this.#release();
    this.#editor.close();
    this.#focus = null;
    this.#frame = null;
  }

  #words({ caption, limit, values }: MatrixFrame): string {
    const quantity = this.#context.options.get<Quantity>("quantity");
    const scale = values
      ? t("colours from −{limit} to {limit}", {
          limit: significant(limit, 3),
        })
      : "";
    const editable = quantity === "weights" && this.#editable;
    const how = editable ? t("double-click or Enter edits a cell, + and − move it") : "";
    return [caption, scale, how].filter(Boolean).join(" · ");
  }

  get #editable(): boolean {
    return this.#context.options.get<boolean>("editable");
  }

  #move(event: PointerEvent): void {
    this.#pointer = this.#board.at(event);
    const index = this.#indexAt(this.#pointer);
    this.#context.store.select({ weight: index });
    this.#drawTip();
  }

  #leave(): void {
    this.#pointer = null;
    this.#context.store.select({ weight: null });
    this.#drawTip();
  }

  #press(event: PointerEvent): void {
    this.#pointer = this.#board.at(event);
    const index = this.#indexAt(this.#pointer);
    if (index !== null) this.#go(index);
  }

  #blur(): void {
    this.#release();
    if (this.#editor.open) return; // the field over the cell has it
    this.#focus = null;
    this.#context.store.select({ weight: null });
  }

  #indexAt(at: readonly [number, number]): number | null {
    const frame = this.#frame;
    const cell = frame && this.#panel.cellAt(at, frame.matrices);
    return frame && cell ? indexOf(frame.matrices[cell.matrix], cell.row, cell.column) : null;
  }

  #go(index: number): void {
    if (index !== this.#focus) this.#release();
    this.#focus = index;
    this.#context.store.select({ weight: index });
    const { state } = this.#context.store;
    this.#speak(`${referenceOf(state.spec, index)}: ${significant(state.params[index])}`);
    this.#marked = [];
    this.#drawTip();
  }

  #key(event: KeyboardEvent): void {
    const frame = this.#frame;
    if (!frame || event.target !== this.#board.el || event.ctrlKey || event.metaKey) return;
    const { key } = event;
    const cell = this.#focus === null ? null : cellOf(frame.matrices, this.#focus);
    const next = event.altKey || event.shiftKey ? null : this.#next(key, frame.matrices, cell);
    if (next) this.#go(indexOf(frame.matrices[next.matrix], next.row, next.column));
    else if (key === "Enter" || key === "F2") this.#edit(null);
    else if (/^[0-9.]$/.test(key) && !event.altKey) this.#edit(key);
    else if (["+", "=", "-", "_", "−"].includes(key)) this.#nudge(event, frame);
    else if (key === "Escape") this.#blur();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #next(key: string, matrices: readonly Matrix[], cell: Cell | null): Cell | null {
    const known = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"];
    return known.includes(key) ? stepCell(key, matrices, cell) : null;
  }

  #nudge(event: KeyboardEvent, frame: MatrixFrame): void {
    const index = this.#focus;
    if (index === null) return;
    const sign = event.key === "+" || event.key === "=" ? 1 : -1;
    const step = sign * frame.limit * NUDGE * (event.altKey ? 0.1 : 1);
    this.#write(index, this.#context.store.state.params[index] + step, true);
  }

  #edit(typed: string | null): void {
    const { state } = this.#context.store;
    const [frame, index] = [this.#frame, this.#focus];
    if (!frame || index === null || !this.#editable || state.frozen.has(index)) return;
    if (this.#context.options.get<Quantity>("quantity") !== "weights") return;
    const cell = cellOf(frame.matrices, index);
    if (!cell) return;
    const name = referenceOf(state.spec, index);
    this.#editor.edit(index, name, state.params[index], this.#panel.rect(cell), typed);
  }

  /** @param more may follow at once, and is then undone together with it */
  #write(index: number, value: number, more: boolean): void {
    const { store } = this.#context;
    if (!this.#editable || store.state.frozen.has(index)) return;
    if (store.state.spec.revision !== this.#revision) return;
    if (this.#held !== index) {
      this.#release();
      this.#held = index;
      store.begin(referenceOf(store.state.spec, index), [index]);
    }
    store.edit([index], [value]);
    clearTimeout(this.#timer);
    if (more) this.#timer = setTimeout(() => this.#release(), RUN);
    else this.#release();
    this.#speak(`${referenceOf(store.state.spec, index)}: ${significant(value)}`);
  }

  #release(): void {
    clearTimeout(this.#timer);
    if (this.#held === null) return;
    this.#held = null;
    this.#context.store.end();
  }

  #drawTip(): void {
    const [board, frame] = [this.#board, this.#frame];
    const own = this.#pointer ? this.#indexAt(this.#pointer) : this.#focus;
    const cell = frame && own !== null && !this.#editor.open ? cellOf(frame.matrices, own) : null;
    if (!frame || own === null || !cell) {
      drawTip(board.tipHost, null, board);
      return;
    }
    const [x, y, width, height] = this.#panel.rect(cell);
    const at = this.#pointer ?? ([x + width / 2, y + height / 2] as const);
    const title = referenceOf(frame.state.spec, own);
    drawTip(board.tipHost, { at, title, rows: this.#about(frame, own, cell) }, board);
  }

  #about({ state, matrices }: MatrixFrame, index: number, { matrix, row, column }: Cell): Rows {
    const { params, initial, frozen, status } = state;
    const rows: [string, string][] = [];
    const leads = leadsOf(state.spec, matrices[matrix], row, column);
    if (leads) rows.push(["unit", leads]);
    rows.push(["w", significant(params[index])]);
    rows.push([t("since the start"), significant(params[index] - initial[index])]);
    const update = this.#source.values.updateOf(state, index);
    if (update !== null) rows.push([t("last update"), significant(update)]);
    // A backward pass for one number would slow training down for whoever looks on.
    const quantity = this.#context.options.get<Quantity>("quantity");
    const known = quantity === "gradient" || !isMoving(state);
    const found = known ? this.#source.values.gradient(state) : null;
    if (found) {
      const g = found.gradient[index];
      rows.push(["∂L/∂w", significant(g)]);
      if (status.lr !== null)
        rows.push([`−η·∂L/∂w, η = ${status.lr}`, significant(-status.lr * g)]);
    }
    if (frozen.has(index)) rows.push(["", t("frozen")]);
    return rows;
  }
}
