// @vitest-environment happy-dom
import { expect, it, vi } from "vitest";
import type { ModelLike } from "../state/host.js";
import { FakeModel } from "../testing/fake-kernel.js";
import { page } from "../testing/page.js";
import { type LibraryContext, library } from "./library.js";

function host() {
  const { store } = page({ connected: false });
  const net = new FakeModel(() => {});
  const uplink = new FakeModel(() => {});
  const model = new FakeModel(() => {});
  model.traits.set("_view", "Plain");
  model.traits.set("net", "anywidget:net");
  net.traits.set("uplink", "anywidget:uplink");
  const connect = vi.spyOn(store, "connect");
  const models: Record<string, ModelLike> = { "anywidget:net": net, "anywidget:uplink": uplink };
  return {
    ...{ store, model, connect, uplink },
    context: {
      model,
      el: document.createElement("div"),
      host: {
        getModel: async (ref: string) => models[ref],
        getWidget: async () => ({ exports: { store, mount: () => () => {} } }),
      },
    },
  };
}

it("hands a view the network's store, and unmounts it with its signal", async () => {
  const { store, model, connect, uplink, context } = host();
  const end = new AbortController();
  const dispose = vi.fn();
  let given: LibraryContext | null = null;
  const { render } = library({
    Plain: (context) => {
      given = context;
      context.feed.subscribe(() => {});
      return dispose;
    },
  }).initialize();
  await render({ ...context, signal: end.signal });
  expect((given as unknown as LibraryContext).store).toBe(store);
  expect((given as unknown as LibraryContext).el).toBe(context.el);
  expect(connect).toHaveBeenCalledWith(uplink);
  end.abort();
  expect(dispose).toHaveBeenCalledOnce();
  expect(model.listening).toBe(0);
});

it("names a view that it does not have", async () => {
  const { context } = host();
  await expect(library({}).initialize().render(context)).rejects.toThrow("no view named Plain");
});
