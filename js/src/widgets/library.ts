/**
 * The anywidget module of a library: a bundle that only some views need. It is made once a network
 * and hands each view that network's store.
 */

import type { ModelLike } from "../state/host.js";
import type { NetworkStore } from "../state/store.js";
import type { Store } from "../state/types.js";
import { type Feed, modelFeed } from "./feed.js";
import { modelOptions } from "./options.js";
import { mountRefusal } from "./refusal.js";
import type { Options } from "./view.js";

export interface LibraryContext {
  readonly store: Store;
  readonly options: Options;
  readonly el: HTMLElement;
  /** What only Python can compute, and what the view asks of it. */
  readonly feed: Feed;
}

/** Mounts itself and says how to unmount. */
export type LibraryView = (context: LibraryContext) => () => void;

/** What the host hands over to a view; what some hosts leave out is optional. */
interface HostContext {
  readonly model: ModelLike;
  readonly el: HTMLElement;
  readonly signal?: AbortSignal;
  readonly host: {
    getModel(ref: string): Promise<ModelLike>;
    getWidget(ref: string): Promise<{ exports: { store: NetworkStore } }>;
  };
}

export function library(views: Readonly<Record<string, LibraryView>>) {
  return {
    initialize: () => ({ render: (context: HostContext) => renderView(views, context) }),
  };
}

async function renderView(
  views: Readonly<Record<string, LibraryView>>,
  { model, el, host, signal }: HostContext,
): Promise<() => void> {
  const name = model.get("_view") as string;
  const view = views[name];
  if (!view) throw new Error(`nnwidgets: no view named ${name} in this page's version`);
  const net = model.get("net") as string;
  const { store } = (await host.getWidget(net)).exports;
  const options = modelOptions(model);
  const feed = modelFeed(model);
  const dispose = view({ store, options, el, feed });
  const endRefusal = mountRefusal(el, options);
  const end = () => {
    dispose();
    endRefusal();
    feed.dispose();
    options.dispose();
  };
  signal?.addEventListener("abort", end, { once: true });
  const uplink = (await host.getModel(net)).get("uplink");
  if (typeof uplink === "string") store.connect(await host.getModel(uplink));
  return end;
}
