/** What the modules of all bundles do to put one of their views on a page. */

import { themeChanged } from "../render/theme.js";
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
  el.addEventListener("focusin", keepKeys);
  el.addEventListener("keyup", byTab);
  dress(el, options);
  options.subscribe(() => dress(el, options));
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
    el.removeEventListener("focusin", keepKeys);
    el.removeEventListener("keyup", byTab);
    options.dispose();
    empty(el);
  };
  signal?.addEventListener("abort", end, { once: true });
  return end;
}

/**
 * A closed view's element lives on for as long as the kernel: JupyterLab keeps the comm of each model
 * that was closed, the comm its model, and the model its last view. What was drawn in it does not.
 */
function empty(el: HTMLElement & { _$litPart$?: unknown }): void {
  el.replaceChildren();
  delete el._$litPart$; // what lit has drawn there, parts and values
}

/** JupyterLab takes arrow keys from what has the focus, unless that very element says no. */
function keepKeys({ target }: Event): void {
  (target as HTMLElement | SVGElement).dataset.lmSuppressShortcuts = "true";
}

/** Who comes by Tab to what was last used by a pointer sees where the focus is. */
function byTab({ key, currentTarget }: KeyboardEvent): void {
  if (key !== "Tab") return;
  const used = (currentTarget as HTMLElement).querySelectorAll<HTMLElement>('[data-by="pointer"]');
  for (const each of used) each.dataset.by = "keys";
}

/** The view's own theme, and the room that it scrolls in where its pictures take no height. */
function dress(el: HTMLElement, options: ModelOptions): void {
  const chosen = options.get<string | undefined>("theme") ?? "auto";
  if ((el.dataset.nnwTheme ?? "auto") !== chosen) {
    if (chosen === "auto") delete el.dataset.nnwTheme;
    else el.dataset.nnwTheme = chosen;
    themeChanged();
  }
  if (!options.get("_scrolls")) return;
  const height = options.get<number | null>("height");
  el.style.maxHeight = height === null ? "" : `${height}px`;
  el.style.overflowY = height === null ? "" : "auto";
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
