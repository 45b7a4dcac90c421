/**
 * The anywidget module of a Network. `initialize` makes the store that all views of the network
 * share; a view's own module is a stub that comes here to be drawn.
 */

import "./styles/base.css";
import "./styles/plane.css";
import "./styles/plane_lines.css";
import "./styles/tip.css";
import "./styles/controls.css";
import "./styles/theme.css";
import { browserClock } from "./state/clock.js";
import type { ModelLike } from "./state/host.js";
import { createStore, type NetworkStore } from "./state/store.js";
import { decisionLines } from "./widgets/decision_lines.js";
import { featureSpace } from "./widgets/feature_space.js";
import { connect, type HostContext, mountView, viewOf } from "./widgets/mount.js";
import { speak } from "./widgets/spoken.js";
import { trainingBar } from "./widgets/training_bar.js";
import type { MountView, View } from "./widgets/view.js";
import { setWords } from "./words.js";

interface Context extends HostContext {
  readonly host?: { getModel(ref: string): Promise<ModelLike> };
}

interface Exports {
  readonly store: NetworkStore;
  render(context: Context): Promise<() => void>;
  /** For a library's view that has some of these views inside it. */
  readonly mount: MountView;
}

const mount: MountView = (name, context) => VIEWS[name](context);

const VIEWS: Record<string, View> = {
  DecisionLines: decisionLines,
  FeatureSpace: featureSpace,
  TrainingBar: trainingBar,
};

/**
 * By the network's uplink, which it has for itself: a host hands out another object for one model
 * each time.
 */
const stores = new Map<unknown, NetworkStore>();

function initialize({ model, signal }: Pick<Context, "model" | "signal">): Exports {
  setWords(model.get("_words"));
  const store = createStore({ model, clock: browserClock });
  const key = model.get("uplink");
  stores.set(key, store);
  const hush = speak(store, browserClock, document.body);
  signal?.addEventListener("abort", () => {
    hush();
    store.dispose();
    if (stores.get(key) === store) stores.delete(key);
  });
  return { store, render: (context) => renderView(store, model, context), mount };
}

async function renderView(
  store: NetworkStore,
  net: ModelLike,
  context: Context,
): Promise<() => void> {
  const { model, el, host } = context;
  const view = viewOf(VIEWS, model);
  const end = mountView(context, store, (options) => view({ store, options, el }));
  if (host) await connect(store, net, host);
  return end;
}

/** A Network displayed by itself shows the control bar. */
async function render(context: Context): Promise<() => void> {
  const store = stores.get(context.model.get("uplink")) as NetworkStore;
  return renderView(store, context.model, context);
}

export default { initialize, render };
