/** Grids of losses for the tests of surfaces. */

import type { SurfaceGrid } from "../scene/surface_types.js";

export interface Given {
  readonly x: readonly number[];
  readonly y?: readonly number[];
  /** The loss at a place. */
  readonly loss: (x: number, y: number) => number;
  readonly origin?: readonly number[];
  readonly directions?: readonly (readonly number[])[];
}

/** Where nothing else is said, over parameters 0 and 2 of four, the others being 0.2 and 0.4. */
export function surfaceGrid({ x, y = [0], loss, origin, directions }: Given): SurfaceGrid {
  const [a, b] = directions ?? [
    [1, 0, 0, 0],
    [0, 0, 1, 0],
  ];
  return {
    ...{
      serial: 1,
      revision: 0,
      nx: x.length,
      ny: y.length,
      names: ["w", "v"],
      how: "by hand",
      share: 1,
    },
    ...{ explained: null, data: "train" as const },
    x: Float64Array.from(x),
    y: Float64Array.from(y),
    z: Float64Array.from(y.flatMap((up) => x.map((across) => loss(across, up)))),
    extent: [x[0], x[x.length - 1], y[0], y[y.length - 1]],
    origin: Float64Array.from(origin ?? [0, 0.2, 0, 0.4]),
    directions: [Float64Array.from(a), Float64Array.from(b)],
  };
}

/** n numbers evenly from low to high. */
export function evenly(low: number, high: number, n: number): number[] {
  return Array.from({ length: n }, (_, i) => low + ((high - low) * i) / (n - 1));
}

const AXIS = Float64Array.from(evenly(-2, 2, 9));
/** What Python says when it computes nothing. */
export const IDLE = { state: "idle", share: 0, message: "", seconds: 1.5, stale: false };
/** Over the first and third of the parameters 0.1, 0.2, 0.3, 0.4. */
export const SURFACE = {
  ...{
    serial: 1,
    revision: 0,
    nx: 9,
    ny: 9,
    x: AXIS,
    y: AXIS,
    names: ["0.weight[0,0]", "2.weight[0,0]"],
  },
  ...{ origin: Float64Array.of(0, 0.2, 0, 0.4), how: "dense", share: 1, explained: null },
  directions: Float64Array.of(1, 0, 0, 0, 0, 0, 1, 0),
  z: Float64Array.from({ length: 81 }, (_, i) => 1 + (i % 9) + Math.floor(i / 9)),
  data: "train",
};
export const SURFACE_OPTIONS = {
  ...{ _surface: SURFACE, _tracks: [], _state: IDLE, axes: null, data: "train", kind: "both" },
  ...{ log: false, trajectory: true, gradient: true, auto: false, controls: false },
  ...{ width: 640, height: 400, title: "" },
};

/** What LossSurface asks of Python, said into a list. */
export function fakeChannel(said: string[]) {
  return {
    compute: () => void said.push("compute"),
    cancel: () => void said.push("cancel"),
    chunk: () => Promise.reject(new Error("none here")),
    dispose: () => {},
  };
}
