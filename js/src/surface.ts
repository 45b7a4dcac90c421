/**
 * The anywidget module of a LossSurface. The network's bundle makes the store, which this view
 * shares with every other; what only this view needs comes from here.
 */

import "./styles/surface.css";
import "./styles/surface3d.css";
import type { ModelLike } from "./state/host.js";
import type { NetworkStore } from "./state/store.js";
import { lossSurface } from "./widgets/loss_surface.js";
import { modelOptions } from "./widgets/options.js";
import { mountRefusal } from "./widgets/refusal.js";
import { surfaceChannel } from "./widgets/surface_channel.js";

/** What the host hands over; what some hosts leave out is optional. */
interface Context {
  readonly model: ModelLike;
  readonly el: HTMLElement;
  readonly signal?: AbortSignal;
  readonly host: {
    getModel(ref: string): Promise<ModelLike>;
    getWidget(ref: string): Promise<{ exports: { store: NetworkStore } }>;
  };
}

async function render({ model, el, host, signal }: Context): Promise<() => void> {
  const net = model.get("net") as string;
  const { store } = (await host.getWidget(net)).exports;
  const options = modelOptions(model);
  const channel = surfaceChannel(model);
  const dispose = lossSurface({ store, options, el, channel });
  const endRefusal = mountRefusal(el, options);
  const end = () => {
    dispose();
    endRefusal();
    channel.dispose();
    options.dispose();
  };
  signal?.addEventListener("abort", end, { once: true });
  const uplink = (await host.getModel(net)).get("uplink");
  if (typeof uplink === "string") store.connect(await host.getModel(uplink));
  return end;
}

export default { render };
