/** Taking hold of a line with the pointer or the keyboard, and what that asks of the store. */

import { flip } from "../math/lines.js";
import { arrowLength, type LineShape, normOf, type Part } from "../render/lines.js";
import type { Plot } from "../render/plot.js";
import { type Grip, pulled, steepened, turnedBy } from "../scene/gestures.js";
import type { Line, LineMark, Position } from "../scene/types.js";
import type { Store } from "../state/types.js";

/** The parameters behind a drawn line, and how to say a new line with them. */
export interface LineEditor {
  readonly weights: readonly number[];
  readonly bias: number | null;
  write(line: Line): { index: number[]; value: number[] };
}

export interface Held {
  readonly id: string;
  readonly part: Part;
  /** Where the pointer is, in data: the held handle is drawn there, not at its place of rest. */
  readonly at: Position;
  readonly pivot: Position | null;
  /** Where a held tip's arrow begins. */
  readonly root: Position | null;
}

/** One degree, and a hundredth of the window: a press of an arrow key. */
const TURN = Math.PI / 180;
const SHARE = 0.01;
const STEEPER = 1.02;

export class LineGestures {
  held: Held | null = null;
  #grip: Grip | null = null;
  #editor: LineEditor | null = null;
  #offset: Position = [0, 0];
  /** Of the arrow, when its tip was taken. */
  #share = 1;

  constructor(
    readonly plot: Plot,
    readonly store: Store,
    readonly editorOf: (mark: LineMark) => LineEditor,
  ) {}

  take(shape: LineShape, part: Part, event: PointerEvent): void {
    const at = this.plot.toData(event);
    this.#editor = this.editorOf(shape.mark);
    this.#grip = this.#gripOf(shape, part, at);
    const handle = this.#rest(shape, part);
    this.#offset = part === "body" ? [0, 0] : [handle[0] - at[0], handle[1] - at[1]];
    const pivot = this.#grip.kind === "turn" ? this.#grip.pivot : null;
    // A line whose bias is fixed moves when its unit is steepened: its arrow cannot stay.
    const stays = part === "tip" && this.#editor.bias !== null;
    const root = stays ? this.#rest(shape, "body") : null;
    this.held = { id: shape.mark.id, part, at: handle, pivot, root };
    this.#share = shape.share;
    const { weights, bias } = this.#editor;
    const verb = part === "body" ? "move" : part === "tip" ? "steepen" : "turn";
    // The whole line is held, whatever part of it moves: training must not turn it in the hand.
    this.store.begin(`${verb} ${shape.mark.name}`, bias === null ? weights : [...weights, bias]);
  }

  drag(event: PointerEvent, shape: LineShape | undefined): void {
    if (!this.held || !this.#grip || !this.#editor) return;
    const pointer = this.plot.toData(event);
    const at: Position = [pointer[0] + this.#offset[0], pointer[1] + this.#offset[1]];
    const line = this.#lineFor(this.#grip, at, shape);
    if (!line) return;
    this.held = { ...this.held, at };
    this.#write(this.#editor, line);
  }

  release(): void {
    if (!this.held) return;
    this.held = null;
    this.#grip = null;
    this.#editor = null;
    this.store.end();
  }

  /** Swaps the sides. A line whose bias is fixed can do so only through the origin. */
  flip(mark: LineMark): void {
    const editor = this.editorOf(mark);
    if (!mark.turns || (editor.bias === null && mark.line.b !== 0)) return;
    this.store.begin(`flip ${mark.name}`, []);
    this.#write(editor, flip(mark.line));
    this.store.end();
  }

  /** True where the key meant something to this line. */
  key(event: KeyboardEvent, shape: LineShape, part: Part): boolean {
    const { mark } = shape;
    if (event.key === "f" || event.key === "F" || event.key === "Enter") {
      this.flip(mark);
      return true;
    }
    const step = (event.shiftKey ? 10 : 1) * (event.altKey ? 0.1 : 1);
    const toward = ARROWS[event.key];
    if (!toward) return false;
    const editor = this.editorOf(mark);
    const line = this.#keyed(shape, part, toward, step, editor.bias === null);
    if (line) this.#write(editor, line); // the store joins a run of key presses into one step of undo
    return true;
  }

  #keyed(
    { mark, handles }: LineShape,
    part: Part,
    [dx, dy]: Position,
    step: number,
    keepBias: boolean,
  ): Line | null {
    const [x0, x1, y0, y1] = this.plot.extent;
    if (part === "body") {
      const by: Position = [dx * SHARE * step * (x1 - x0), dy * SHARE * step * (y1 - y0)];
      return pulled({ kind: "slide", line: mark.line, at: [0, 0] }, by);
    }
    if (part === "tip") {
      const norm = Math.hypot(...mark.line.w) * STEEPER ** ((dx + dy) * step);
      return steepened({ kind: "steepen", line: mark.line, keepBias }, norm);
    }
    const pivot = this.#data(part === "start" ? handles.end : handles.start);
    return turnedBy(mark.line, (dx + dy) * TURN * step, pivot, keepBias);
  }

  #gripOf(shape: LineShape, part: Part, at: Position): Grip {
    const { line } = shape.mark;
    const keepBias = this.#editor?.bias === null;
    if (part === "body") return { kind: "slide", line, at };
    if (part === "tip") return { kind: "steepen", line, keepBias };
    if (keepBias) return { kind: "swing", line };
    const [other, end] = part === "end" ? (["start", 1] as const) : (["end", -1] as const);
    return { kind: "turn", line, pivot: this.#rest(shape, other), end };
  }

  #lineFor(grip: Grip, at: Position, shape?: LineShape): Line | null {
    if (grip.kind !== "steepen") return pulled(grip, at);
    return shape ? steepened(grip, this.#normAt(grip.line, at, shape)) : null;
  }

  /** ‖w‖ for an arrow whose tip is there, measured along w as it was taken. */
  #normAt({ w }: Line, at: Position, { handles }: LineShape): number {
    const { x, y } = this.plot;
    const [dx, dy] = [x(at[0]) - handles.body[0], y(at[1]) - handles.body[1]];
    const [wx, wy] = [x(w[0]) - x(0), y(w[1]) - y(0)];
    const length = (dx * wx + dy * wy) / (Math.hypot(wx, wy) || 1);
    if (length < 0) return -normOf(-length);
    // What the frame had no room for is there again, as far as the tip is not pushed back.
    const whole = arrowLength(Math.hypot(...w));
    const drawn = this.#share * whole;
    return normOf(length < drawn ? length / this.#share : length + whole - drawn);
  }

  #rest(shape: LineShape, part: Part): Position {
    return this.#data(shape.handles[part]);
  }

  #data([px, py]: Position): Position {
    return [this.plot.x.invert(px), this.plot.y.invert(py)];
  }

  #write(editor: LineEditor, line: Line): void {
    if (![...line.w, line.b].every(Number.isFinite)) return;
    const { index, value } = editor.write(line);
    this.store.edit(index, value);
  }
}

const ARROWS: Record<string, Position | undefined> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};
