/** What of a graph is under the pointer, and what a key leads to from there. Pure. */

import {
  alongCurve,
  BAND_HEIGHT,
  type BandMark,
  type BiasMark,
  type EdgeMark,
  type GraphLayout,
  type NodeMark,
} from "./graph_layout.js";

export type Part =
  | { readonly kind: "unit"; readonly mark: NodeMark }
  | { readonly kind: "edge"; readonly mark: EdgeMark }
  | { readonly kind: "bias"; readonly mark: BiasMark }
  | { readonly kind: "band"; readonly mark: BandMark };

/** How far from its middle an edge or a bias can be taken. */
const EDGE_REACH = 7;
const BIAS_REACH = 8;
const PIECES = 24;

/** Biases lie before units, units before edges; of edges it is the nearest. */
export function partAt(layout: GraphLayout, x: number, y: number): Part | null {
  const near = (mark: { x: number; y: number }, dx: number, dy = dx) =>
    Math.abs(mark.x - x) <= dx && Math.abs(mark.y - y) <= dy;
  const bias = layout.biases.find((mark) => near(mark, BIAS_REACH));
  if (bias) return { kind: "bias", mark: bias };
  const unit = layout.nodes.find((mark) => near(mark, mark.size / 2 + 1));
  if (unit) return { kind: "unit", mark: unit };
  const band = layout.bands.find((mark) => near(mark, mark.width / 2, BAND_HEIGHT / 2 + 1));
  if (band) return { kind: "band", mark: band };
  const edge = nearestEdge(layout.edges, x, y);
  return edge ? { kind: "edge", mark: edge } : null;
}

function nearestEdge(edges: readonly EdgeMark[], x: number, y: number): EdgeMark | null {
  let [best, least]: [EdgeMark | null, number] = [null, EDGE_REACH];
  for (const edge of edges) {
    const [x0, y0, x1, y1] = edge.curve;
    if (x < x0 - 2 || x > x1 + 2) continue;
    if (y < Math.min(y0, y1) - EDGE_REACH || y > Math.max(y0, y1) + EDGE_REACH) continue;
    const distance = distanceTo(edge, x, y);
    if (distance < least) [best, least] = [edge, distance];
  }
  return best;
}

function distanceTo({ curve }: EdgeMark, x: number, y: number): number {
  let least = Infinity;
  let [ax, ay] = alongCurve(curve, 0);
  for (let i = 1; i <= PIECES; i++) {
    const [bx, by] = alongCurve(curve, i / PIECES);
    least = Math.min(least, toSegment(x, y, ax, ay, bx, by));
    [ax, ay] = [bx, by];
  }
  return least;
}

function toSegment(x: number, y: number, ax: number, ay: number, bx: number, by: number): number {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  const t = length > 0 ? Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / length)) : 0;
  return Math.hypot(x - ax - t * dx, y - ay - t * dy);
}

/** Where a key leads: between units, edges and biases, along the way the numbers go. */
export type Step = "back" | "on" | "up" | "down" | "first" | "last";

/** Every part by its id, in the order of a reader: a unit, its edges from above, its bias. */
export class GraphOrder {
  readonly parts: readonly Part[];
  readonly #byId: ReadonlyMap<string, Part>;

  constructor(readonly layout: GraphLayout) {
    const { nodes, edges, biases, bands } = layout;
    const arriving = groups(edges, (edge) => `${edge.layer}/${edge.to.first}/${edge.to.count}`);
    const bias = new Map(biases.map((mark) => [`${mark.layer}/${mark.unit}`, mark]));
    this.parts = [
      ...nodes.flatMap((mark): Part[] => {
        const own = bias.get(mark.id);
        return [
          { kind: "unit", mark },
          ...(arriving.get(`${mark.id}/1`) ?? []).map(
            (edge): Part => ({ kind: "edge", mark: edge }),
          ),
          ...(own ? [{ kind: "bias", mark: own } as const] : []),
        ];
      }),
      ...bands.map((mark): Part => ({ kind: "band", mark })),
    ];
    this.#byId = new Map(this.parts.map((part) => [part.mark.id, part]));
  }

  get(id: string | null): Part | null {
    return (id !== null && this.#byId.get(id)) || null;
  }

  /** Null where it leads nowhere. */
  step(part: Part, step: Step): Part | null {
    if (part.kind === "unit") return this.#fromUnit(part.mark, step);
    if (part.kind === "edge" || part.kind === "bias") return this.#fromInput(part, step);
    return this.#fromBand(part.mark, step);
  }

  #fromUnit(mark: NodeMark, step: Step): Part | null {
    if (step === "back") return this.#inputs(mark.layer, mark.unit)[0] ?? null;
    if (step === "on") return this.#onward(mark);
    return this.#beside(
      this.parts.filter(
        ({ kind, mark: { layer } }) => kind !== "edge" && kind !== "bias" && layer === mark.layer,
      ),
      mark.id,
      step,
    );
  }

  #onward({ layer, unit }: NodeMark): Part | null {
    const leaves = (part: Part) =>
      part.kind === "edge" &&
      part.mark.layer === layer + 1 &&
      part.mark.from.count === 1 &&
      part.mark.from.first === unit;
    return this.parts.find(leaves) ?? null;
  }

  #fromInput(part: Part & { kind: "edge" | "bias" }, step: Step): Part | null {
    const { layer } = part.mark;
    const unit = part.kind === "edge" ? part.mark.to.first : part.mark.unit;
    if (step === "on") return this.get(`${layer}/${unit}`);
    if (step === "back") {
      if (part.kind === "bias" || part.mark.from.count > 1) return null;
      return this.get(`${layer - 1}/${part.mark.from.first}`);
    }
    return this.#beside(this.#inputs(layer, unit), part.mark.id, step);
  }

  #fromBand(mark: BandMark, step: Step): Part | null {
    const column = this.parts.filter(
      (each) => (each.kind === "unit" || each.kind === "band") && each.mark.layer === mark.layer,
    );
    return this.#beside(column, mark.id, step);
  }

  /** The edges into a unit and its bias. */
  #inputs(layer: number, unit: number): Part[] {
    return this.parts.filter(
      ({ kind, mark }) =>
        (kind === "edge" &&
          mark.layer === layer &&
          mark.to.first === unit &&
          mark.to.count === 1) ||
        (kind === "bias" && mark.layer === layer && mark.unit === unit),
    );
  }

  #beside(parts: readonly Part[], id: string, step: Step): Part | null {
    if (step === "first") return parts[0] ?? null;
    if (step === "last") return parts.at(-1) ?? null;
    const at = parts.findIndex((part) => part.mark.id === id);
    return parts[at + (step === "down" ? 1 : -1)] ?? null;
  }
}

function groups<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const found = new Map<string, T[]>();
  for (const item of items) {
    const name = key(item);
    found.set(name, [...(found.get(name) ?? []), item]);
  }
  return found;
}
