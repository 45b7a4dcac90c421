/** Moving, adding, labelling and deleting data points in a plane of two features. */

import type { ScaleLinear } from "d3-scale";
import type { Plot } from "../render/plot.js";
import { straight } from "../render/straight.js";
import type { PointsMark, Position } from "../scene/types.js";
import type { Store } from "../state/types.js";

/** What a press on the plane does. */
export type Tool = "move" | "delete" | { readonly y: readonly number[] };

/** How a place in the plane and a sample correspond. */
export interface PointPlane {
  /** The sample at a place: the features that are not shown stay as they are held. */
  place(at: Position, y: readonly number[]): { x: number[]; y: number[] };
  /** The same sample at another place: its features, and its target where the plane shows it. */
  moved(row: number, at: Position): { x: number[]; y: number[] | null };
  /** The target that a digit key stands for, or null. */
  target(digit: number): number[] | null;
}

const SHARE = 0.01;

export class PointTool {
  tool: Tool = "move";
  /** Row held by the pointer. */
  dragging: number | null = null;
  /** True from a press that was used until its release. */
  busy = false;

  constructor(
    readonly store: Store,
    readonly plane: PointPlane,
    readonly changed: () => void,
  ) {}

  get kind(): "move" | "add" | "delete" {
    return typeof this.tool === "string" ? this.tool : "add";
  }

  choose(tool: Tool): void {
    this.tool = tool;
    this.changed();
  }

  /** A press on a point. */
  take(row: number): boolean {
    this.busy = true;
    if (this.tool === "delete") {
      this.store.editPoint({ op: "delete", row });
      this.store.select({ sample: null });
    } else if (this.tool === "move") {
      this.dragging = row;
      this.store.begin("move point", []);
    } else {
      this.store.editPoint({ op: "label", row, y: [...this.tool.y] });
    }
    return true;
  }

  /** A press on the ground: adds a point where a class is chosen. */
  place(at: Position): boolean {
    if (typeof this.tool === "string") return false;
    this.busy = true;
    this.add(at, this.tool.y);
    return true;
  }

  add(at: Position, y: readonly number[]): void {
    this.store.editPoint({ op: "add", ...this.plane.place(at, y) });
  }

  drag(at: Position): void {
    if (this.dragging !== null) this.#moveTo(this.dragging, at);
  }

  release(): void {
    if (this.dragging !== null) this.store.end();
    this.dragging = null;
    this.busy = false;
  }

  /** Keys on the chosen point, and to choose one. */
  key(event: KeyboardEvent, plot: Plot): boolean {
    const { state } = this.store;
    const row = this.#chosen();
    const digit = /^[0-9]$/.test(event.key) ? this.plane.target(Number(event.key)) : null;
    if (event.key === "," || event.key === ".") {
      const step = event.key === "." ? 1 : -1;
      const from = row ?? (step > 0 ? -1 : 0);
      this.store.select({ sample: (from + step + state.data.n) % state.data.n });
    } else if (event.key === "a" && typeof this.tool !== "string") {
      const [x0, x1, y0, y1] = plot.extent;
      this.add([(x0 + x1) / 2, (y0 + y1) / 2], this.tool.y);
      this.store.select({ sample: state.data.n });
    } else if (event.key === "Escape" && (row !== null || this.tool !== "move")) {
      this.store.select({ sample: null });
      this.choose("move");
    } else if (digit && row === null) this.choose({ y: digit });
    else if (row === null) return false;
    else if (digit) this.store.editPoint({ op: "label", row, y: digit });
    else if (event.key === "Delete" || event.key === "Backspace") {
      this.store.editPoint({ op: "delete", row });
      this.store.select({ sample: null });
    } else return this.#nudge(event, row, plot);
    return true;
  }

  /** The chosen row, unless the data that it was a row of has gone. */
  #chosen(): number | null {
    const { selection, data } = this.store.state;
    return selection.sample !== null && selection.sample < data.n ? selection.sample : null;
  }

  #nudge(event: KeyboardEvent, row: number, plot: Plot): boolean {
    const toward = ARROWS[event.key];
    const at = this.position(row);
    if (!toward || !at) return false;
    const step = SHARE * (event.shiftKey ? 10 : 1) * (event.altKey ? 0.1 : 1);
    const [x0, x1, y0, y1] = plot.extent;
    this.#moveTo(row, [at[0] + toward[0] * step * (x1 - x0), at[1] + toward[1] * step * (y1 - y0)]);
    return true;
  }

  /** Where a point is shown; set by the view with each scene. */
  position: (row: number) => Position | null = () => null;

  /** Says only what changes, so that the store can join a run of moves into one step of undo. */
  #moveTo(row: number, at: Position): void {
    const { data } = this.store.state;
    if (row >= data.n) return;
    const { x, y } = this.plane.moved(row, at);
    if (differs(x, data.X, row)) this.store.editPoint({ op: "move", row, x });
    if (y && differs(y, data.y, row)) this.store.editPoint({ op: "label", row, y });
  }
}

function differs(given: readonly number[], table: Float64Array, row: number): boolean {
  return given.some((value, column) => value !== table[row * given.length + column]);
}

const ARROWS: Record<string, Position | undefined> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

/** The nearest point within reach (pixels), or null; the one drawn last wins a tie. */
export function nearest(
  points: PointsMark,
  x: ScaleLinear<number, number>,
  y: ScaleLinear<number, number>,
  [px, py]: Position,
  reach: number,
): number | null {
  let best: number | null = null;
  let least = reach * reach;
  const [alongX, alongY] = [straight(x), straight(y)];
  for (let i = 0; i < points.n; i++) {
    const dx = alongX.slope * (points.x[i] - alongX.from) + alongX.to - px;
    const dy = alongY.slope * (points.y[i] - alongY.from) + alongY.to - py;
    const square = dx * dx + dy * dy;
    if (square <= least) {
      least = square;
      best = i;
    }
  }
  return best;
}
