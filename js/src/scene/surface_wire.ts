/** The traits of a LossSurface as the page uses them; its Python half is widgets/_surface.py. */

import { type BufferLike, numbers } from "../wire.js";
import type { SurfaceGrid, Track } from "./surface_types.js";

/** The trait `_surface`, once something was computed. */
interface SurfaceMessage {
  readonly serial: number;
  readonly revision: number;
  readonly x: BufferLike;
  readonly y: BufferLike;
  readonly z: BufferLike;
  readonly nx: number;
  readonly ny: number;
  readonly names: readonly [string, string];
  readonly origin: BufferLike;
  readonly directions: BufferLike;
  readonly how: string;
  readonly share: number;
  readonly explained: readonly number[] | null;
  readonly data: "train" | "test";
}

/** One of the trait `_tracks`. */
export interface TrackMessage {
  readonly name: string;
  readonly current: boolean;
  readonly epochs: BufferLike;
  readonly xy: BufferLike;
  readonly off: BufferLike;
  readonly loss: BufferLike;
}

/** The trait `_state`. */
export interface ComputeState {
  readonly state: "idle" | "computing" | "failed";
  readonly share: number;
  readonly message: string;
  /** What a full computation takes, as far as is known. */
  readonly seconds: number | null;
  readonly stale: boolean;
}

/** The grid of a `_surface`; null where there is none, or its parts do not fit each other. */
export function gridOf(raw: unknown): SurfaceGrid | null {
  const message = raw as Partial<SurfaceMessage> | null | undefined;
  if (!message?.z) return null;
  const { serial, revision, nx, ny, names, how, share, explained, data } =
    message as SurfaceMessage;
  const [x, y, z, origin, flat] = (["x", "y", "z", "origin", "directions"] as const).map((name) =>
    numbers((message as SurfaceMessage)[name], "float64"),
  );
  const size = origin.length;
  if (x.length !== nx || y.length !== ny || z.length !== nx * ny) return null;
  if (nx < 2 || ny < 1 || size === 0 || flat.length !== 2 * size) return null;
  return {
    ...{ serial, revision, x, y, z, nx, ny, names, origin, how, share, explained, data },
    extent: [x[0], x[nx - 1], y[0], y[ny - 1]],
    directions: [flat.subarray(0, size), flat.subarray(size)],
  };
}

export function tracksOf(raw: unknown): Track[] {
  const messages = (raw ?? []) as readonly TrackMessage[];
  return messages.map(({ name, current, epochs, xy, off, loss }) => {
    const places = numbers(xy, "float64");
    const column = (side: number) => places.filter((_, i) => i % 2 === side);
    return {
      ...{ name, current, x: column(0), y: column(1) },
      epochs: numbers(epochs, "float64"),
      off: numbers(off, "float64"),
      loss: numbers(loss, "float64"),
    };
  });
}
