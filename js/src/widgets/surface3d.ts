/** The loss surface in three dimensions: plotly's, with the ball as the one thing that moves. */

import { layoutOf } from "../scene/surface_layout.js";
import { type Description, moved, tracesOf } from "../scene/surface_traces.js";
import type { Surface3d, Surface3dDeps, SurfacePicture } from "../scene/surface_types.js";
import { barTicks } from "./colour_bar.js";
import { PlotlySpace } from "./plotly_space.js";
import { SurfaceHand } from "./surface3d_hand.js";

export function mountSurface3d(host: HTMLElement, deps: Surface3dDeps): Surface3d {
  const space: PlotlySpace<SurfacePicture> = new PlotlySpace(host, deps, {
    ...{ traces: tracesOf, moved },
    layout: (picture, ink, size, camera) => {
      const layout = layoutOf(picture, ink, size, barTicks(picture.shading));
      return camera ? { ...layout, scene: { ...(layout.scene as Description), camera } } : layout;
    },
    begun: (graph) => hand.follow(graph),
  });
  const { root, signal } = space;
  const hand = new SurfaceHand({ root, picture: () => space.picture, pick: deps.pick, signal });
  void space.load();
  return space;
}
