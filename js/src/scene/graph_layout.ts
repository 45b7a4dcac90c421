/** Where a graph's units, biases, bands and edges lie, in pixels. Knows no numbers of the network. */

import type { Spec } from "../wire.js";
import type { Column, GraphPlan } from "./graph_plan.js";

/** From the end of one unit to the beginning of the next, leaving and arriving level. */
export type Curve = readonly [x0: number, y0: number, x1: number, y1: number];

export interface NodeMark {
  readonly id: string;
  readonly layer: number;
  readonly unit: number;
  /** Its centre. */
  readonly x: number;
  readonly y: number;
  readonly size: number;
}

/** Units that are not drawn, in one box. */
export interface BandMark {
  readonly id: string;
  readonly layer: number;
  readonly side: "before" | "after";
  readonly first: number;
  readonly count: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

export interface EdgeMark {
  readonly id: string;
  /** The layer it leads to. */
  readonly layer: number;
  /** Ranges of units: one each, or all that a band stands for. */
  readonly to: Range;
  readonly from: Range;
  /** Its place in the flat parameters; null where it stands for several. */
  readonly index: number | null;
  readonly curve: Curve;
}

export interface Range {
  readonly first: number;
  readonly count: number;
}

export interface BiasMark {
  readonly id: string;
  readonly layer: number;
  readonly unit: number;
  readonly index: number;
  readonly x: number;
  readonly y: number;
}

export interface ColumnMark extends Column {
  readonly x: number;
  readonly size: number;
  /** From its middle to the next column's. */
  readonly step: number;
  /** There is room for a name above each unit. */
  readonly roomy: boolean;
}

export interface GraphLayout {
  readonly width: number;
  readonly height: number;
  readonly columns: readonly ColumnMark[];
  readonly nodes: readonly NodeMark[];
  readonly bands: readonly BandMark[];
  readonly edges: readonly EdgeMark[];
  readonly biases: readonly BiasMark[];
}

export const TOP = 41;
const BOTTOM = 12;
const LEFT = 82;
const RIGHT = 100;
/** A page turner of layers that are not drawn. */
export const TURNER = 26;
/** From one layer to the next: their heads and bands stand beside each other. */
const NARROWEST = 78;
const LARGEST_PITCH = 82;
const LARGEST = 54;
const LARGEST_OUTPUT = 76;
const SMALLEST = 12;
/** Above a unit, where there is room for its name. */
const NAME = 17;
const GAP = 5;
export const BAND_HEIGHT = 18;
const BAND_ROOM = BAND_HEIGHT + 9;
/** How near the ends of two edges may be at one unit. */
const PORT = 4.5;
const SPREAD = 0.66;

/** So many layers have room beside each other. */
export function columnsThatFit(width: number): number {
  return Math.max(2, Math.floor((width - LEFT - RIGHT) / NARROWEST) + 1);
}

export function layoutOf(spec: Spec, plan: GraphPlan, width: number, height: number): GraphLayout {
  const columns = place(spec, plan, width, height);
  const stacks = columns.map((column) => stackOf(column, height));
  return {
    ...{ width, height, columns },
    nodes: stacks.flatMap((stack) => stack.nodes),
    bands: stacks.flatMap((stack) => stack.bands),
    edges: columns.slice(1).flatMap((_, i) => edgesOf(spec, stacks[i], stacks[i + 1])),
    biases: stacks.flatMap(({ nodes }) => nodes.flatMap((node) => biasOf(spec, node))),
  };
}

function place(spec: Spec, plan: GraphPlan, width: number, height: number): ColumnMark[] {
  const left = LEFT + (plan.before ? TURNER : 0);
  const right = width - RIGHT - (plan.after ? TURNER : 0);
  const step = (right - left) / Math.max(1, plan.columns.length - 1);
  const sizes = plan.columns.map((column) => sizeOf(column, pitchOf(column, height)));
  const isOutput = (column: Column) => column.layer === spec.layers.length - 1;
  const common = Math.min(...sizes.filter((_, i) => !isOutput(plan.columns[i])));
  return plan.columns.map((column, i) => {
    const pitch = pitchOf(column, height);
    const few = isOutput(column) && column.shown <= 2 && height > 240;
    const own = isOutput(column) ? sizes[i] : Math.min(common, sizes[i]);
    const size = Math.min(few ? LARGEST_OUTPUT : own, step * 0.5);
    return { ...column, x: left + step * i, step, size, roomy: pitch - size >= NAME - 2 };
  });
}

const bandsOf = ({ first, shown, units }: Column): number =>
  (first > 0 ? 1 : 0) + (first + shown < units ? 1 : 0);

/** From one unit's centre to the next. */
function pitchOf(column: Column, height: number): number {
  const room = height - TOP - BOTTOM - 2 * BAND_ROOM * Math.min(1, bandsOf(column));
  return Math.min(LARGEST_PITCH, room / column.shown);
}

function sizeOf(_column: Column, pitch: number): number {
  const wanted = pitch >= 46 ? pitch - NAME : pitch - GAP;
  return Math.max(SMALLEST, Math.min(LARGEST, wanted));
}

interface Stack {
  readonly column: ColumnMark;
  readonly nodes: readonly NodeMark[];
  readonly bands: readonly BandMark[];
}

function stackOf(column: ColumnMark, height: number): Stack {
  const { layer, units, first, shown, x, size } = column;
  const pitch = Math.max(pitchOf(column, height), column.shown < 3 ? size + 2 * NAME : 0);
  const centre = TOP + (height - TOP - BOTTOM) / 2 + (column.roomy ? NAME / 2 - 3 : 0);
  const y = (i: number) => centre + (i - (shown - 1) / 2) * pitch;
  const nodes = Array.from({ length: shown }, (_, i) => {
    const unit = first + i;
    return { id: `${layer}/${unit}`, layer, unit, x, y: y(i), size };
  });
  const away = size / 2 + BAND_HEIGHT / 2 + (column.roomy ? NAME : 6);
  const width = Math.min(Math.max(size + 24, 72), column.step - 6);
  const bands: BandMark[] = [];
  const band = (side: "before" | "after", from: number, count: number, at: number) =>
    bands.push({ id: `${layer}/${side}`, layer, side, first: from, count, x, y: at, width });
  if (first > 0) band("before", 0, first, y(0) - away);
  const rest = units - first - shown;
  const below = size / 2 + BAND_HEIGHT / 2 + 6;
  if (rest > 0) band("after", first + shown, rest, y(shown - 1) + below);
  return { column, nodes, bands };
}

/** What an edge leaves or reaches. */
interface End extends Range {
  readonly key: string;
  readonly y: number;
  /** Half of what it may spread its ends over. */
  readonly half: number;
  /** From its centre to its side. */
  readonly reach: number;
}

function endsOf({ nodes, bands }: Stack): End[] {
  const units = nodes.map(({ unit, y, size }) => {
    const spread = { half: (size * SPREAD) / 2, reach: size / 2 };
    return { key: String(unit), first: unit, count: 1, y, ...spread };
  });
  const boxes = bands.map(({ side, first, count, y, width }) => ({
    ...{ key: side, first, count, y, half: BAND_HEIGHT / 3, reach: width / 2 },
  }));
  return [...units, ...boxes].sort((a, b) => a.y - b.y);
}

function edgesOf(spec: Spec, from: Stack, to: Stack): EdgeMark[] {
  const [sources, targets] = [endsOf(from), endsOf(to)];
  const { layer } = to.column;
  return targets.flatMap((target, t) =>
    sources.map((source, s) => {
      const x0 = from.column.x + source.reach;
      const x1 = to.column.x - target.reach;
      const y0 = source.y + port(t, targets.length, source.half);
      const y1 = target.y + port(s, sources.length, target.half);
      return {
        id: `${layer}/${target.key}/${source.key}`,
        layer,
        to: { first: target.first, count: target.count },
        from: { first: source.first, count: source.count },
        index: indexOf(spec, layer, target, source),
        curve: [x0, y0, x1, y1] as const,
      };
    }),
  );
}

/** Where the i-th of `count` edges meets a unit's side: in the order of their other ends. */
function port(i: number, count: number, half: number): number {
  if (count === 1) return 0;
  const step = Math.min(PORT, (2 * half) / (count - 1));
  return (i - (count - 1) / 2) * step;
}

function indexOf(spec: Spec, layer: number, to: Range, from: Range): number | null {
  const { weight, inputs } = spec.layers[layer];
  if (weight === null || to.count > 1 || from.count > 1) return null;
  return weight + to.first * inputs + from.first;
}

/** At a unit's lower left corner, where it disturbs neither its edges nor its number. */
function biasOf(spec: Spec, { layer, unit, x, y, size }: NodeMark): BiasMark[] {
  const bias = layer < 0 ? null : spec.layers[layer].bias;
  if (bias === null) return [];
  const away = size / 2;
  const place = { x: x - away, y: y + away };
  return [{ id: `${layer}/${unit}/b`, layer, unit, index: bias + unit, ...place }];
}

/** A place on an edge, at a share of its course. */
export function alongCurve([x0, y0, x1, y1]: Curve, t: number): readonly [number, number] {
  const bend = (x1 - x0) / 2;
  const [u, v] = [1 - t, t];
  const x = u ** 3 * x0 + 3 * u * u * v * (x0 + bend) + 3 * u * v * v * (x1 - bend) + v ** 3 * x1;
  const y = (u ** 3 + 3 * u * u * v) * y0 + (3 * u * v * v + v ** 3) * y1;
  return [x, y];
}
