/**
 * What Python does for a LossSurface, in the page: twin of nnwidgets/widgets/_surface.py, whose
 * docstring tells the traits. The surface is computed in slices of a frame, coarse at first.
 */

import { LossOnPlane } from "../math/loss_grid.js";
import { SurfacePlane } from "../scene/surface_plane.js";
import type { SurfaceGrid } from "../scene/surface_types.js";
import { type ComputeState, gridOf, tracksOf } from "../scene/surface_wire.js";
import { isTraining } from "../state/moving.js";
import { t } from "../words.js";
import type { PageModel } from "./model.js";
import { type LaidPlane, layPlane } from "./surface_plane.js";
import { Tracks } from "./surface_tracks.js";
import { holds, windowOf } from "./surface_window.js";
import { type KernelOptions, Refused, type Watched } from "./types.js";

export interface SurfaceOptions extends Pick<KernelOptions, "clock" | "stopwatch"> {
  /** The view's model. */
  readonly model: Pick<PageModel, "get" | "update" | "on" | "off">;
  readonly network: Watched;
}

export interface SurfaceAnswers {
  /** A message of the view; false where it is none of these. */
  answer(message: { readonly type?: unknown }): boolean;
  dispose(): void;
}

/** Milliseconds of a frame, and of one while the network is trained in the same page. */
const SLICE = 6;
const SLICE_IN_TRAINING = 2;
/** Seconds that a surface may take to be computed without being asked for. */
const CHEAP = 0.15;
/** Of all time, so much may be spent on that: at rest, and while training goes on. */
const DUTY = 0.2;
const DUTY_IN_TRAINING = 0.05;
/** Milliseconds between two looks at where the network is. */
const LOOK = 100;
/** Points along an axis of the grids before the whole one. */
const COARSE = [7, 21];
const CHOICES = ["axes", "ranges", "resolution", "data", "seed"];

/** Stands for Python beside a LossSurface from now on. */
export function answerSurface(options: SurfaceOptions): SurfaceAnswers {
  return new Surface(options);
}

class Surface implements SurfaceAnswers {
  private readonly tracks = new Tracks();
  private readonly stopwatch: () => number;
  private readonly unlisten: (() => void)[] = [];
  private grid: SurfaceGrid | null;
  private serial: number;
  /** What is being computed: each step is a cell, or nothing more to do. */
  private work: Iterator<void> | null = null;
  private stopLooking: (() => void) | null = null;
  private spent = 0;
  private restUntil = 0;
  /** What the surface was computed of, besides the parameters. */
  private of: readonly unknown[];
  private scheduled = false;
  private closed = false;

  constructor(private readonly options: SurfaceOptions) {
    const { model, network } = options;
    this.stopwatch = options.stopwatch ?? (() => performance.now());
    this.grid = gridOf(model.get("_surface"));
    this.serial = this.grid?.serial ?? 0;
    this.of = this.inputs();
    const state = (model.get("_state") as Partial<ComputeState> | undefined) ?? {};
    if (state.state !== "failed") this.report({ state: "idle", message: "", stale: false });
    const chosen = () => this.request();
    for (const name of CHOICES) {
      model.on(`change:${name}`, chosen);
      this.unlisten.push(() => model.off(`change:${name}`, chosen));
    }
    this.unlisten.push(network.subscribe(() => this.lookSoon()));
    if (this.grid === null) this.request();
  }

  answer({ type }: { readonly type?: unknown }): boolean {
    if (type === "compute") this.request();
    else if (type === "cancel") this.cancel();
    return type === "compute" || type === "cancel";
  }

  dispose(): void {
    this.closed = true;
    this.work = null;
    this.stopLooking?.();
    for (const stop of this.unlisten) stop();
  }

  private inputs(): readonly unknown[] {
    const { spec, data } = this.options.network;
    return [spec, data];
  }

  // -- when it is computed ---------------------------------------------------------------------

  private request(): void {
    this.work = this.compute();
    this.spent = 0;
    this.schedule();
  }

  private cancel(): void {
    this.work = null;
    this.report({ state: "idle", message: t("cancelled") });
  }

  private lookSoon(ms = LOOK): void {
    this.stopLooking ??= this.options.clock.setTimer(() => {
      this.stopLooking = null;
      this.look();
    }, ms);
  }

  private look(): void {
    const { model, network, clock } = this.options;
    const { grid } = this;
    if (grid && grid.revision !== network.spec.revision) {
      this.startOver();
      return;
    }
    if (grid === null || this.work !== null) return;
    this.putTracks(grid);
    const { x, y, away } = new SurfacePlane(grid).project(network.params);
    const shown = holds(ends(grid.x), x) && (grid.ny === 1 || holds(ends(grid.y), y));
    const outside = !model.get("ranges") && !shown;
    const stale = away || this.inputs().some((each, i) => each !== this.of[i]);
    const seconds = (model.get("_state") as ComputeState).seconds ?? Number.POSITIVE_INFINITY;
    if ((stale || outside) && model.get("auto") && seconds < CHEAP) {
      const rest = Math.max(network.holding ? LOOK : 0, this.restUntil - clock.now());
      if (rest <= 0) this.request();
      else this.lookSoon(rest);
    }
    this.report({ stale });
  }

  /** Units or layers came or went: directions and tracks are of no use. */
  private startOver(): void {
    this.grid = null;
    this.options.model.update({ _surface: {}, _tracks: [], axes: null });
    this.request();
  }

  // -- computing it ----------------------------------------------------------------------------

  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    this.options.clock.requestFrame(() => {
      this.scheduled = false;
      if (!this.closed && this.work !== null) this.slice(this.work);
    });
  }

  private slice(work: Iterator<void>): void {
    const start = this.stopwatch();
    const training = isTraining(this.options.network.status);
    const end = start + (training ? SLICE_IN_TRAINING : SLICE);
    let done = false;
    try {
      while (!done && this.stopwatch() < end) done = work.next().done === true;
    } catch (error) {
      this.work = null;
      this.report({ state: "failed", message: (error as Error).message });
      return;
    }
    this.spent += this.stopwatch() - start;
    if (!done) {
      this.schedule();
      return;
    }
    this.work = null;
    this.finish();
  }

  private finish(): void {
    const { network, clock } = this.options;
    const seconds = this.spent / 1000;
    const duty = isTraining(network.status) ? DUTY_IN_TRAINING : DUTY;
    this.restUntil = clock.now() + this.spent * (1 / duty - 1);
    this.report({ state: "idle", share: 1, seconds, stale: false });
    this.lookSoon(); // it may have moved on meanwhile
  }

  private *compute(): Generator<void> {
    const { model, network } = this.options;
    this.report({ state: "computing", share: 0, message: "" });
    const of = this.inputs();
    const { spec, data, params, path } = network;
    const over = model.get("data") === "test" ? data.test : data;
    if (!over) throw new Refused(t("there are no test data"));
    const laid = layPlane({
      ...{ spec, params, axes: model.get("axes"), seed: Number(model.get("seed") ?? 0) },
      ...{ recorded: path.map((point) => point.params), before: this.grid },
    });
    const losses = new LossOnPlane(spec, over, laid);
    const window = this.window(laid);
    const full = Number(model.get("resolution") ?? 61);
    const sizes = [...COARSE.filter((size) => 2 * size * size < full * full), full];
    const line = laid.directions[1].every((value) => value === 0);
    const cells = (size: number) => size * (line ? 1 : size);
    const work = sizes.reduce((sum, size) => sum + cells(size), 0);
    let done = 0;
    for (const size of sizes) {
      const x = spaced(window[0], size);
      const y = line ? Float64Array.of(0) : spaced(window[1], size);
      const z = new Float64Array(cells(size));
      const [outer, inner] = losses.inner === 1 ? [x.length, y.length] : [y.length, x.length];
      for (let a = 0; a < outer; a++) {
        for (let b = 0; b < inner; b++) {
          const [i, j] = losses.inner === 1 ? [a, b] : [b, a];
          z[j * x.length + i] = losses.at(x[i], y[j]);
          yield;
        }
        this.report({ share: (done + a * inner) / work });
      }
      done += cells(size);
      this.show(laid, x, y, z, done / work);
    }
    this.of = of;
  }

  private window(laid: LaidPlane) {
    const { model } = this.options;
    const given = model.get("ranges") as typeof laid.ranges | null | undefined;
    if (given) return given;
    const tracks = this.tracks.of(laid, this.options.network.path, model.get("data") === "train");
    return windowOf(laid, this.grid, tracksOf([tracks]));
  }

  private show(
    laid: LaidPlane,
    x: Float64Array,
    y: Float64Array,
    z: Float64Array,
    share: number,
  ): void {
    const { model, network } = this.options;
    const { origin, names, explained } = laid;
    const directions = new Float64Array(2 * origin.length);
    laid.directions.forEach((direction, i) => {
      directions.set(direction, i * origin.length);
    });
    this.serial += 1;
    const _surface = {
      ...{ serial: this.serial, generation: this.serial, revision: network.spec.revision },
      ...{ x, y, z, nx: x.length, ny: y.length, names: [...names], origin, directions },
      ...{ how: t("in this page"), share, explained, data: model.get("data") },
    };
    this.grid = gridOf(_surface);
    model.update({ _surface });
    if (this.grid) this.putTracks(this.grid);
  }

  private putTracks(grid: SurfaceGrid): void {
    const { model, network } = this.options;
    const own = this.tracks.of(grid, network.path, grid.data === "train");
    model.update({ _tracks: [own] });
  }

  private report(changes: Partial<ComputeState>): void {
    const { model } = this.options;
    const before = (model.get("_state") as Partial<ComputeState> | undefined) ?? {};
    const same = Object.entries(changes).every(([name, value]) =>
      Object.is(before[name as keyof ComputeState], value),
    );
    if (same) return;
    const empty = { state: "idle", share: 0, message: "", seconds: null, stale: false };
    model.update({ _state: { ...empty, ...before, ...changes } });
  }
}

function ends(axis: Float64Array): readonly [number, number] {
  return [axis[0], axis[axis.length - 1]];
}

/** Evenly spaced, both ends included. */
function spaced([low, high]: readonly [number, number], count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) =>
    i === count - 1 ? high : low + (i * (high - low)) / (count - 1),
  );
}
