/** Which layers and units of a stack a graph shows: all of them, or a page of them and bands. */

import { givenCount } from "../math/lift.js";
import type { Spec } from "../wire.js";

/** Units of one layer, of which `shown` are drawn from `first` on; layer −1 are the inputs. */
export interface Column {
  readonly layer: number;
  readonly units: number;
  readonly first: number;
  readonly shown: number;
}

export interface GraphPlan {
  readonly columns: readonly Column[];
  /** Columns that are not drawn, on either side: a deep network is turned like a book. */
  readonly before: number;
  readonly after: number;
}

/** Where the reader has turned to: the first unit shown by layer, and the first column. */
export interface Pages {
  readonly units: ReadonlyMap<number, number>;
  readonly column: number;
}

export const FIRST_PAGE: Pages = { units: new Map(), column: 0 };

export function unitsOf(spec: Spec, layer: number): number {
  return layer < 0 ? givenCount(spec) : spec.layers[layer].units;
}

/**
 * @param most units drawn of one layer
 * @param columns for how many layers, the inputs among them, there is room; at least two
 */
export function planOf(spec: Spec, most: number, columns: number, pages = FIRST_PAGE): GraphPlan {
  const count = spec.layers.length + 1;
  const drawn = Math.min(count, Math.max(2, columns));
  const start = Math.max(0, Math.min(pages.column, count - drawn));
  return {
    columns: Array.from({ length: drawn }, (_, i) => columnOf(spec, start + i - 1, most, pages)),
    before: start,
    after: count - drawn - start,
  };
}

function columnOf(spec: Spec, layer: number, most: number, pages: Pages): Column {
  const units = unitsOf(spec, layer);
  const shown = Math.min(units, most);
  const first = Math.max(0, Math.min(pages.units.get(layer) ?? 0, units - shown));
  return { layer, units, first, shown };
}

/** The next page of a layer's units, or the one before; from the last it goes back to the first. */
export function turned(pages: Pages, column: Column, direction: 1 | -1): Pages {
  const last = column.units - column.shown;
  const wrapped = direction > 0 ? column.first >= last : column.first <= 0;
  const near = Math.max(0, Math.min(last, column.first + direction * column.shown));
  const first = wrapped ? (direction > 0 ? 0 : last) : near;
  return { ...pages, units: new Map(pages.units).set(column.layer, first) };
}

/** The page on which a unit is; the same pages where it is shown already. */
export function revealing(pages: Pages, column: Column, unit: number): Pages {
  if (unit >= column.first && unit < column.first + column.shown) return pages;
  const first = Math.floor(unit / column.shown) * column.shown;
  return { ...pages, units: new Map(pages.units).set(column.layer, first) };
}
