/** What the pictures of a layer's activations are drawn from. */

import type { UnitStats } from "../../math/unit_stats.js";
import type { Board } from "../../render/board.js";
import { Kept } from "../../scene/kept.js";
import type { Groups, LayerRows } from "../../scene/layer_rows.js";
import type { NetState } from "../../state/types.js";
import type { Rows } from "../about.js";

export { Kept };

export interface UnitsFrame {
  readonly state: NetState;
  readonly rows: LayerRows;
  readonly groups: Groups;
  readonly stats: UnitStats;
  /** Units that are shown, in order. */
  readonly shown: readonly number[];
  /** The unit at hand, here or in another view, or null. */
  readonly unit: number | null;
  /** The unit that was clicked or gone to by keys: shown where none is at hand. */
  readonly pinned: number | null;
  /** Row of the data that is chosen, and the layer's numbers for it; null where there is none. */
  readonly sample: SampleOf | null;
  /** Below this magnitude of da/dz an activation is flat. */
  readonly slope: number;
  /** All that the numbers were made of, compared by identity. */
  readonly key: readonly unknown[];
}

export interface SampleOf {
  readonly row: number;
  /** Its class, or 0. */
  readonly group: number;
  /** (units) each. */
  readonly z: Float64Array;
  readonly a: Float64Array;
}

export interface Hit {
  /** What is under the pointer; null leaves what other views chose. */
  readonly unit: number | null;
  /** Row of the data. */
  readonly sample: number | null;
  readonly title: string;
  readonly rows: Rows;
}

/** One way to show a layer. */
export interface Panel {
  /** In CSS pixels. */
  height(width: number, frame: UnitsFrame): number;
  /** What seldom changes; the owner calls it only where it may have changed. */
  paint(board: Board, frame: UnitsFrame): void;
  /** What follows the pointer. */
  mark(board: Board, frame: UnitsFrame): void;
  hit(at: readonly [number, number], frame: UnitsFrame): Hit | null;
  /** Where the unit at hand is, for its tip. */
  anchor(frame: UnitsFrame): readonly [number, number] | null;
  /** The unit that an arrow key goes to from the one at hand. */
  step(key: string, frame: UnitsFrame): number | null;
  /** Said under the picture. */
  caption(frame: UnitsFrame): string;
}

/** The next of the shown units, along or by rows of `columns`. */
export function stepUnit(
  key: string,
  { shown, unit, pinned }: UnitsFrame,
  columns = 1,
): number | null {
  const by = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[key];
  if (key === "Home") return shown[0];
  if (key === "End") return shown[shown.length - 1];
  if (by === undefined || shown.length === 0) return null;
  const chosen = unit ?? pinned;
  const at = chosen === null ? -1 : shown.indexOf(chosen);
  if (at < 0) return shown[0];
  return shown[Math.max(0, Math.min(shown.length - 1, at + by))];
}

/** The unit at hand, or the one that was chosen, or the first. */
export function unitOf({ unit, pinned, shown, rows }: UnitsFrame): number {
  const chosen = unit ?? pinned;
  return chosen !== null && chosen < rows.units ? chosen : (shown[0] ?? 0);
}
