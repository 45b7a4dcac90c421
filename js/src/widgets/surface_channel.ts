/** What a LossSurface's page and its Python say to each other besides traits and options. */

import type { Feed } from "./feed.js";

export interface SurfaceChannel extends Pick<Feed, "chunk"> {
  /** Computes the surface through the network of now. */
  compute(): void;
  cancel(): void;
}

export function surfaceChannel(feed: Feed): SurfaceChannel {
  return {
    chunk: feed.chunk,
    compute: () => void feed.ask({ type: "compute" }),
    cancel: () => void feed.ask({ type: "cancel" }),
  };
}
