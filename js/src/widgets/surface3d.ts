/** The loss surface in three dimensions. */

import type { Surface3d, Surface3dDeps } from "../scene/surface_types.js";

/** To come: until then only the map is shown. */
export function mountSurface3d(_host: HTMLElement, _deps: Surface3dDeps): Surface3d {
  return { update() {}, dispose() {} };
}
