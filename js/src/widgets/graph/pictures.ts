/** The units' thumbnails of one graph: computed and painted where something has changed. */

import type { GraphPicture } from "../../render/graph_canvas.js";
import { Thumbnails } from "../../render/thumbnails.js";
import { cellsOf, planeOf, UnitFields } from "../../scene/graph_fields.js";
import type { GraphFrame } from "../../scene/graph_frame.js";
import { Kept } from "../../scene/kept.js";
import type { Extent } from "../../scene/types.js";

const NONE: ReadonlyMap<string, HTMLCanvasElement> = new Map();

export class UnitPictures {
  readonly #fields = new UnitFields();
  readonly #thumbnails = new Thumbnails();
  readonly #plane = new Kept<Extent>();
  /** How many pictures were painted in all: for tests and benchmarks. */
  painted = 0;

  /** What the canvas needs of them: the pictures, and where the sample lies in each. */
  of(frame: GraphFrame, moving: boolean): Pick<GraphPicture, "thumbnails" | "spot"> {
    const { state, layout, sample } = frame;
    if (state.spec.inputs !== 2 || state.data.n === 0) return { thumbnails: NONE, spot: null };
    const plane = this.#plane.get([state.data], () => planeOf(state));
    const cells = cellsOf(state.spec, moving);
    for (const id of this.#fields.update(state, plane, cells, layout.nodes)) {
      const picture = this.#fields.picture(id);
      if (!picture) continue;
      this.#thumbnails.paint(id, picture);
      this.painted++;
    }
    const [x0, x1, y0, y1] = plane;
    const spot = sample
      ? ([(sample.x[0] - x0) / (x1 - x0), (y1 - sample.x[1]) / (y1 - y0)] as const)
      : null;
    return { thumbnails: this.#thumbnails.canvases, spot };
  }
}
