import { expect, it } from "vitest";
import { FakeModel } from "../testing/fake-kernel.js";
import { modelFeed } from "./feed.js";
import { surfaceChannel } from "./surface_channel.js";

it("asks and cancels, and does not mind that nobody hears", () => {
  const sent: unknown[] = [];
  const channel = surfaceChannel(modelFeed(new FakeModel((content) => void sent.push(content))));
  channel.compute();
  channel.cancel();
  expect(sent).toEqual([{ type: "compute" }, { type: "cancel" }]);
  const gone = new FakeModel(() => {
    throw new Error("the comm is closed");
  });
  expect(() => surfaceChannel(modelFeed(gone)).compute()).not.toThrow();
});
