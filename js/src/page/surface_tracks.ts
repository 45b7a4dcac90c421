/** The recorded run as a curve in the plane of a loss surface. */

import type { ParameterPlane } from "../math/loss_grid.js";
import { type Place, SurfacePlane } from "../scene/surface_plane.js";
import type { TrackMessage } from "../scene/surface_wire.js";
import type { PathPoint } from "./recording.js";

/** Points of a curve: more are not seen. */
const MOST = 2000;

export class Tracks {
  private plane: SurfacePlane | null = null;
  private origin: Float64Array | null = null;
  /** Places of recorded parameters, each of which is projected once. */
  private places = new WeakMap<object, Place>();

  /** @param known whether the recorded losses are of the data that the surface is of */
  of(plane: ParameterPlane, path: readonly PathPoint[], known: boolean): TrackMessage {
    if (plane.origin !== this.origin) {
      this.origin = plane.origin;
      this.plane = new SurfacePlane(plane);
      this.places = new WeakMap();
    }
    const shown = thinned(path);
    const places = shown.map(({ params }) => this.place(params));
    return {
      ...{ name: "", current: true },
      epochs: Float64Array.from(shown, ({ epoch }) => epoch),
      xy: Float64Array.from(places.flatMap(({ x, y }) => [x, y])),
      off: Float64Array.from(places, ({ off }) => off),
      loss: Float64Array.from(shown, ({ loss }) => (known ? loss : Number.NaN)),
    };
  }

  private place(params: PathPoint["params"]): Place {
    const known = this.places.get(params);
    if (known) return known;
    const place = (this.plane as SurfacePlane).project(Float64Array.from(params));
    this.places.set(params, place);
    return place;
  }
}

/** The first, the last, and every 2ᵏ-th between. */
function thinned(path: readonly PathPoint[]): readonly PathPoint[] {
  let stride = 1;
  while (Math.ceil(path.length / stride) + 1 > MOST) stride *= 2;
  return path.filter((_, i) => i % stride === 0 || i === path.length - 1);
}
