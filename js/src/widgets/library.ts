/**
 * The anywidget module of a library: a bundle that only some views need. A page evaluates
 * it once for all networks of a language; each view is handed its own network's store.
 */

import type { ModelLike, NetworkStore } from "../state/host.js";
import type { Store } from "../state/types.js";
import { setWords } from "../words.js";
import { type Feed, modelFeed } from "./feed.js";
import { connect, type HostContext, mountView, viewOf } from "./mount.js";
import type { MountView, Options } from "./view.js";

export interface LibraryContext {
  readonly store: Store;
  readonly options: Options;
  readonly el: HTMLElement;
  /** What only Python can compute, and what the view asks of it. */
  readonly feed: Feed;
}

/** What a view is given that has views of the network's own bundle inside it. */
export interface NestingContext extends LibraryContext {
  readonly mount: MountView;
  /** The store of another network, by the reference that its model goes by. */
  readonly neighbour: (ref: string) => Promise<Store>;
}

/** Mounts itself and says how to unmount. */
export type LibraryView = (context: NestingContext) => () => void;

interface LibraryHost extends HostContext {
  readonly host: {
    getModel(ref: string): Promise<ModelLike>;
    getWidget(ref: string): Promise<{ exports: { store: NetworkStore; mount: MountView } }>;
  };
}

export function library(views: Readonly<Record<string, LibraryView>>) {
  return {
    initialize: () => ({ render: (context: LibraryHost) => renderView(views, context) }),
  };
}

async function renderView(
  views: Readonly<Record<string, LibraryView>>,
  context: LibraryHost,
): Promise<() => void> {
  const { model, el, host } = context;
  const view = viewOf(views, model);
  const net = model.get("net") as string;
  const { store, mount } = (await host.getWidget(net)).exports;
  const network = await host.getModel(net);
  setWords(network.get("_words"));
  const neighbour = async (ref: string) => {
    const other = (await host.getWidget(ref)).exports.store;
    await connect(other, await host.getModel(ref), host);
    return other;
  };
  const end = mountView(context, store, (options) => {
    const feed = modelFeed(model);
    const dispose = view({ store, options, el, feed, mount, neighbour });
    return () => {
      dispose();
      feed.dispose();
    };
  });
  await connect(store, network, host);
  return end;
}
