/** The plane of a loss surface through the network of now, for the axes that were chosen. */

import type { ParameterPlane } from "../math/loss_grid.js";
import { principal } from "../math/principal.js";
import { SurfacePlane } from "../scene/surface_plane.js";
import type { SurfaceGrid } from "../scene/surface_types.js";
import type { Spec } from "../wire.js";
import { t } from "../words.js";
import { entryOf, nameOf } from "./entries.js";
import { Random } from "./random.js";
import { Refused } from "./types.js";

type Range = readonly [number, number];

export interface LaidPlane extends ParameterPlane {
  readonly names: readonly [string, string];
  /** The network's own place. */
  readonly centre: readonly [number, number];
  /** Where it is worth looking. */
  readonly ranges: readonly [Range, Range];
  readonly explained: readonly number[] | null;
}

export interface PlaneGiven {
  readonly spec: Spec;
  readonly params: Float64Array;
  /** Two names, or a word; null: a weight of the first layer and one of the last. */
  readonly axes: unknown;
  readonly seed: number;
  /** Parameters of the recorded epochs. */
  readonly recorded: readonly ArrayLike<number>[];
  /** The surface before, whose directions Python may have chosen. */
  readonly before: SurfaceGrid | null;
}

/** @throws Refused for axes that cannot be laid here. */
export function layPlane(given: PlaneGiven): LaidPlane {
  const { axes, spec, before } = given;
  if (axes === "pca") return principalPlane(given);
  if (axes === "custom") return samePlane(given);
  if (axes === "random" && before?.names.every((name, i) => name === randomName(i))) {
    return samePlane(given); // the ones that Python drew
  }
  const chosen = axes === "random" ? ["random", "random"] : (axes ?? defaultAxes(spec));
  return pairPlane(given, chosen as readonly string[]);
}

const randomName = (i: number) => t("random direction {n}", { n: i + 1 });

/** A weight of the first layer and one of the last, or what there is. */
function defaultAxes(spec: Spec): [string, string] {
  const weights = spec.params.filter(({ shape }) => shape.length > 1);
  const [first, last] = [weights[0], weights[weights.length - 1]];
  const places = weights.length > 1 ? [first.offset, last.offset] : [0, 1];
  return [nameOf(spec, places[0]), nameOf(spec, places[1])];
}

function pairPlane({ spec, params, seed }: PlaneGiven, chosen: readonly string[]): LaidPlane {
  const origin = params.slice();
  const random = new Random(seed);
  const drawn = [filterNormalised(spec, params, random), filterNormalised(spec, params, random)];
  const lines = chosen.map((name, i) => {
    if (name === "random") {
      return { name: randomName(i), at: 0, range: [-1, 1] as const, direction: drawn[i] };
    }
    const entry = entryOf(spec, name);
    if (entry < 0) throw new Refused(t("there is no parameter {name}", { name }));
    const direction = new Float64Array(params.length);
    direction[entry] = 1;
    origin[entry] = 0; // so that the coordinate is the parameter's value
    const at = params[entry];
    const reach = Math.max(2, Math.abs(at));
    return { name, at, range: [at - reach, at + reach] as const, direction };
  });
  const [x, y] = lines;
  if (!y || x.name === y.name) throw new Refused(t("the axes of a surface must differ"));
  return {
    ...{ origin, directions: [x.direction, y.direction], names: [x.name, y.name] },
    ...{ centre: [x.at, y.at], ranges: [x.range, y.range], explained: null },
  };
}

/** Gaussian, each unit's weights of the length that its own have (Li et al. 2018). */
function filterNormalised(spec: Spec, params: Float64Array, random: Random): Float64Array {
  const direction = new Float64Array(params.length);
  for (const { shape, offset, size } of spec.params) {
    if (shape.length < 2) continue;
    const width = size / shape[0];
    for (let row = offset; row < offset + size; row += width) {
      let [own, norm] = [0, 0];
      for (let i = row; i < row + width; i++) {
        direction[i] = gaussian(random);
        own += params[i] ** 2;
        norm += direction[i] ** 2;
      }
      for (let i = row; i < row + width; i++) direction[i] *= Math.sqrt(own / norm);
    }
  }
  return direction;
}

/** Box and Muller 1958. */
function gaussian(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

function principalPlane({ params, recorded }: PlaneGiven): LaidPlane {
  const finite = recorded.filter((flat) => Array.from(flat).every(Number.isFinite));
  const found = principal(finite);
  if (found === null) {
    throw new Refused(t("a plane of the training needs three recorded epochs that differ"));
  }
  const { directions, explained } = found;
  const plane = new SurfacePlane({ origin: params, directions });
  const places = finite.map((flat) => plane.project(Float64Array.from(flat)));
  const range = (side: "x" | "y"): Range => {
    const all = [0, ...places.map((place) => place[side])];
    const [low, high] = [Math.min(...all), Math.max(...all)];
    const margin = 0.25 * (high - low);
    return [low - margin, high + margin];
  };
  const name = (i: number) => {
    const share = `${(100 * explained[i]).toFixed(1)}%`;
    return t("principal direction {n} ({share})", { n: i + 1, share });
  };
  return {
    ...{ origin: params.slice(), directions, names: [name(0), name(1)] },
    ...{ centre: [0, 0], ranges: [range("x"), range("y")], explained },
  };
}

/** The directions of the surface before, through the network of now: coordinates stay what they are. */
function samePlane({ params, before, spec }: PlaneGiven): LaidPlane {
  if (before === null || before.revision !== spec.revision) {
    throw new Refused(t("only Python knows these directions"));
  }
  const { directions, names, x, y, nx, ny } = before;
  const at = new SurfacePlane(before).project(params);
  const [a, b] = directions;
  return {
    ...{ origin: params.map((value, i) => value - at.x * a[i] - at.y * b[i]), directions, names },
    ...{
      centre: [at.x, at.y],
      ranges: [
        [x[0], x[nx - 1]],
        [y[0], y[ny - 1]],
      ],
      explained: null,
    },
  };
}
