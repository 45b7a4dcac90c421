/**
 * The anywidget module of a Network. `initialize` makes the store that all views of the network
 * share; a view's own module is a stub that comes here to be drawn.
 */

import "./styles/base.css";
import "./styles/plane.css";
import "./styles/controls.css";
import "./styles/sliders.css";
import { browserClock } from "./state/clock.js";
import type { ModelLike } from "./state/host.js";
import { createStore, type NetworkStore } from "./state/store.js";
import { decisionLines } from "./widgets/decision_lines.js";
import { featureSpace } from "./widgets/feature_space.js";
import { modelOptions } from "./widgets/options.js";
import { mountRefusal } from "./widgets/refusal.js";
import { trainingBar } from "./widgets/training_bar.js";
import type { View } from "./widgets/view.js";
import { weightSliders } from "./widgets/weight_sliders.js";

/** What the host hands over; what some hosts leave out is optional. */
interface Context {
  readonly model: ModelLike;
  readonly el: HTMLElement;
  readonly signal?: AbortSignal;
  readonly host?: { getModel(ref: string): Promise<ModelLike> };
}

interface Exports {
  readonly store: NetworkStore;
  render(context: Context): Promise<() => void>;
}

const VIEWS: Record<string, View> = {
  DecisionLines: decisionLines,
  FeatureSpace: featureSpace,
  WeightSliders: weightSliders,
  TrainingBar: trainingBar,
};

const stores = new WeakMap<ModelLike, NetworkStore>();

function initialize({ model, signal }: Pick<Context, "model" | "signal">): Exports {
  const store = createStore({ model, clock: browserClock });
  stores.set(model, store);
  signal?.addEventListener("abort", () => store.dispose());
  return { store, render: (context) => renderView(store, model, context) };
}

async function renderView(
  store: NetworkStore,
  net: ModelLike,
  context: Context,
): Promise<() => void> {
  const { model, el, host, signal } = context;
  const name = model.get("_view") as string;
  const view = VIEWS[name];
  if (!view) throw new Error(`nnwidgets: no view named ${name} in this page's version`);
  const options = modelOptions(model);
  const dispose = view({ store, options, el });
  const endRefusal = mountRefusal(el, options);
  const end = () => {
    dispose();
    endRefusal();
    options.dispose();
  };
  signal?.addEventListener("abort", end, { once: true });
  if (host) await connect(store, net, host);
  return end;
}

/** Without its channel to Python a page still moves; it only says that nobody hears. */
async function connect(store: NetworkStore, net: ModelLike, host: NonNullable<Context["host"]>) {
  const ref = net.get("uplink");
  if (typeof ref === "string") store.connect(await host.getModel(ref));
}

/** A Network displayed by itself shows the control bar. */
async function render(context: Context): Promise<() => void> {
  const store = stores.get(context.model) as NetworkStore;
  return renderView(store, context.model, context);
}

export default { initialize, render };
