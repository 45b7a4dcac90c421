/** Taking hold of a line with the pointer or the keyboard, and what that asks of the store. */

import { flip } from "../math/lines.js";
import { type LineShape, normOf, type Part } from "../render/lines.js";
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
    this.held = { id: shape.mark.id, part, at: handle, pivot };
    const { weights, bias } = this.#editor;
    const touched = part === "body" ? [] : weights;
    const verb = part === "body" ? "move" : part === "tip" ? "steepen" : "turn";
    const held = this.#movesBias(part) && bias !== null ? [...touched, bias] : touched;
    this.store.begin(`${verb} ${shape.mark.name}`, held);
  }

  drag(event: PointerEvent, shape: LineShape | undefined): void {
    if (!this.held || !this.#grip) return;
    const pointer = this.plot.toData(event);
    const at: Position = [pointer[0] + this.#offset[0], pointer[1] + this.#offset[1]];
    const line = this.#lineFor(this.#grip, at, event, shape);
    if (!line) return;
    this.held = { ...this.held, at };
    this.#write(line);
  }

  release(): void {
    if (!this.held) return;
    this.held = null;
    this.#grip = null;
    this.store.end();
  }

  flip(mark: LineMark): void {
    if (!mark.turns) return;
    this.#editor = this.editorOf(mark);
    this.store.begin(`flip ${mark.name}`, []);
    this.#write(flip(mark.line));
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
    this.#editor = this.editorOf(mark);
    const line = this.#keyed(shape, part, toward, step);
    if (line) this.#write(line); // the store joins a run of key presses into one step of undo
    return true;
  }

  #keyed({ mark, handles }: LineShape, part: Part, [dx, dy]: Position, step: number): Line | null {
    const [x0, x1, y0, y1] = this.plot.extent;
    if (part === "body") {
      const by: Position = [dx * SHARE * step * (x1 - x0), dy * SHARE * step * (y1 - y0)];
      return pulled({ kind: "slide", line: mark.line, at: [0, 0] }, by);
    }
    const keepBias = this.#editor?.bias === null;
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

  #lineFor(grip: Grip, at: Position, event: PointerEvent, shape?: LineShape): Line | null {
    if (grip.kind !== "steepen") return pulled(grip, at);
    return shape ? steepened(grip, this.#normAt(grip.line, event, shape)) : null;
  }

  /** ‖w‖ for an arrow whose tip is where the pointer is, measured along w as it was taken. */
  #normAt(line: Line, event: PointerEvent, { handles }: LineShape): number {
    const box = this.plot.surface.getBoundingClientRect();
    const dx = event.clientX - box.left - handles.body[0];
    const dy = event.clientY - box.top - handles.body[1];
    const [wx, wy] = [
      this.plot.x(line.w[0]) - this.plot.x(0),
      this.plot.y(line.w[1]) - this.plot.y(0),
    ];
    const length = (dx * wx + dy * wy) / (Math.hypot(wx, wy) || 1);
    return Math.sign(length || 1) * normOf(Math.abs(length));
  }

  #movesBias(part: Part): boolean {
    return part === "body" || this.#editor?.bias !== null;
  }

  #rest(shape: LineShape, part: Part): Position {
    return this.#data(shape.handles[part]);
  }

  #data([px, py]: Position): Position {
    return [this.plot.x.invert(px), this.plot.y.invert(py)];
  }

  #write(line: Line): void {
    if (!this.#editor || ![...line.w, line.b].every(Number.isFinite)) return;
    const { index, value } = this.#editor.write(line);
    this.store.edit(index, value);
  }
}

const ARROWS: Record<string, Position | undefined> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};
