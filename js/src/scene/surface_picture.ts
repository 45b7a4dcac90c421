/** The picture of a loss surface from a state: made anew only where something it shows changed. */

import { computable, lossAt, slopes, work } from "../math/landscape.js";
import { Workspace } from "../math/workspace.js";
import type { NetState } from "../state/types.js";
import { Kept } from "./kept.js";
import { bestOf, shadingOf, slopeAt, valueAt } from "./surface.js";
import { type Place, SurfacePlane } from "./surface_plane.js";
import { lossOf } from "./surface_tracks.js";
import type { Ball, Shading, Spot, SurfaceGrid, SurfacePicture, Track } from "./surface_types.js";
import type { Position } from "./types.js";

export interface SurfaceOptions {
  readonly log: boolean;
  readonly trajectory: boolean;
  readonly gradient: boolean;
  /** Python says that the grid is of something else than the network of now. */
  readonly stale: boolean;
  /** Python will say so by itself, or recompute: off the plane for a moment is then not stale. */
  readonly watched: boolean;
}

/** Multiplications that the loss of a moving ball may take, so that a frame stays short. */
const AFFORDABLE = 2e6;
/** The slope takes four losses more. */
const AFFORDABLE_SLOPE = AFFORDABLE / 4;

const NO_TRACKS: readonly Track[] = [];

export class SurfaceScene {
  readonly #workspace = new Workspace();
  readonly #plane = new Kept<SurfacePlane>();
  readonly #shading = new Kept<Shading>();
  readonly #best = new Kept<Spot | null>();
  readonly #start = new Kept<Spot | null>();
  readonly #ball = new Kept<Ball>();
  readonly #gradient = new Kept<Position | null>();
  readonly #picture = new Kept<SurfacePicture>();

  plane(grid: SurfaceGrid): SurfacePlane {
    return this.#plane.get([grid], () => new SurfacePlane(grid));
  }

  build(
    state: NetState,
    grid: SurfaceGrid,
    tracks: readonly Track[],
    options: SurfaceOptions,
  ): SurfacePicture {
    const shading = this.#shading.get([grid, options.log], () => shadingOf(grid, options.log));
    const ball = this.#ballOf(state, grid);
    const gradient = options.gradient ? this.#gradientOf(state, grid, ball) : null;
    const best = this.#best.get([grid], () => bestOf(grid));
    const start = this.#startOf(state, grid, tracks);
    const shown = options.trajectory ? tracks : NO_TRACKS;
    const stale = options.stale || (ball.away && !options.watched);
    return this.#picture.get([grid, shading, ball, gradient, shown, start, best, stale], () => ({
      ...{ grid, shading, ball, gradient, tracks: shown, start, best, stale },
    }));
  }

  #ballOf(state: NetState, grid: SurfaceGrid): Ball {
    const { spec, params, data } = state;
    const exact = this.#affords(state, grid, AFFORDABLE);
    return this.#ball.get([grid, spec, params, data, exact], () => {
      const place = this.plane(grid).project(params);
      const loss = exact ? lossAt(spec, params, data, this.#workspace) : readOff(grid, place);
      return { ...place, loss, exact };
    });
  }

  #gradientOf(state: NetState, grid: SurfaceGrid, ball: Ball): Position | null {
    const { spec, params, data } = state;
    const exact = this.#affords(state, grid, AFFORDABLE_SLOPE);
    return this.#gradient.get([grid, ball, spec, params, data, exact], () => {
      if (!exact) return ball.away ? null : slopeAt(grid, [ball.x, ball.y]);
      const found = slopes(spec, params, data, grid.directions, this.#workspace) as number[];
      return found.every(Number.isFinite) ? [found[0], found[1]] : null;
    });
  }

  /** Whether the page computes the loss itself; at rest it may take longer than in a drag. */
  #affords({ spec, data, held }: NetState, grid: SurfaceGrid, most: number): boolean {
    return computable(spec) && grid.data === "train" && work(spec, data) <= most * (held ? 1 : 10);
  }

  /** Where training began. */
  #startOf(state: NetState, grid: SurfaceGrid, tracks: readonly Track[]): Spot | null {
    return this.#start.get([grid, tracks, state.initial], () => {
      const own = tracks.find(({ current, x }) => current && x.length > 0);
      if (own) return { at: [own.x[0], own.y[0]], loss: lossOf(own, 0, grid) };
      const place = this.plane(grid).project(state.initial);
      const loss = place.away ? null : valueAt(grid, [place.x, place.y]);
      return loss === null ? null : { at: [place.x, place.y], loss };
    });
  }
}

/** Off the plane the grid knows nothing. */
function readOff(grid: SurfaceGrid, place: Place): number | null {
  return place.away ? null : valueAt(grid, [place.x, place.y]);
}
