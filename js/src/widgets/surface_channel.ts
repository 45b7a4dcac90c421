/** What a LossSurface's page and its Python say to each other besides traits and options. */

import type { ModelLike } from "../state/host.js";
import { type Chunks, modelChunks, tell } from "./chunks.js";

export interface SurfaceChannel extends Chunks {
  /** Computes the surface through the network of now. */
  compute(): void;
  cancel(): void;
}

export function surfaceChannel(model: ModelLike): SurfaceChannel {
  return {
    ...modelChunks(model),
    compute: () => void tell(model, { type: "compute" }),
    cancel: () => void tell(model, { type: "cancel" }),
  };
}
