/** What the modules of all bundles do to put one of their views on a page. */

import type { ModelLike, NetworkStore } from "../state/host.js";
import type { Store } from "../state/types.js";
import { type ModelOptions, modelOptions } from "./options.js";
import { mountRefusal } from "./refusal.js";

/** What the host hands over to a view; what some hosts leave out is optional. */
export interface HostContext {
  readonly model: ModelLike;
  readonly el: HTMLElement;
  readonly signal?: AbortSignal;
}

/** The view that a model is of. */
export function viewOf<V>(views: Readonly<Record<string, V>>, model: ModelLike): V {
  const name = model.get("_view") as string;
  const view = views[name];
  if (!view) throw new Error(`nnwidgets: no view named ${name} in this page's version`);
  return view;
}

/**
 * @param store whose network the view is of; null: of several, which its parts are of
 * @param mount puts the view there and says how to take it away
 * @returns what takes away all that was put there
 */
export function mountView(
  { model, el, signal }: HostContext,
  store: Store | null,
  mount: (options: ModelOptions) => () => void,
): () => void {
  const options = modelOptions(model);
  const dispose = mount(options);
  const endRefusal = mountRefusal(el, options);
  // Every view says so, whichever it is: what it shows is not what there is.
  const unsubscribe = store?.subscribe(({ past }) => {
    el.dataset.nnwPast = past?.words ?? "";
  });
  const end = () => {
    dispose();
    unsubscribe?.();
    endRefusal();
    options.dispose();
  };
  signal?.addEventListener("abort", end, { once: true });
  return end;
}

/** Without its channel to Python a page still moves; it only says that nobody hears. */
export async function connect(
  store: NetworkStore,
  net: ModelLike,
  host: { getModel(ref: string): Promise<ModelLike> },
): Promise<void> {
  const ref = net.get("uplink");
  if (typeof ref === "string") store.connect(await host.getModel(ref));
}
