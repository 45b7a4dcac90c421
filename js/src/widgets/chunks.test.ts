import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeModel } from "../testing/fake-kernel.js";
import { type Chunks, modelChunks } from "./chunks.js";

let sent: unknown[];
let model: FakeModel;
let channel: Chunks;

beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
  model = new FakeModel((content) => void sent.push(content));
  channel = modelChunks(model);
});
afterEach(() => {
  channel.dispose();
  vi.useRealTimers();
});

describe("a file of the package", () => {
  it("comes to all who asked for it, and only that", async () => {
    const both = [channel.chunk("plotly"), channel.chunk("plotly")];
    const bytes = new Uint8Array([9, 1, 2, 3]);
    model.emit("msg:custom", { type: "chunk", name: "other" }, [new ArrayBuffer(1)]);
    model.emit("msg:custom", { type: "chunk", name: "plotly" }, [new DataView(bytes.buffer, 1)]);
    for (const each of await Promise.all(both))
      expect([...new Uint8Array(each)]).toEqual([1, 2, 3]);
    expect(sent[0]).toEqual({ type: "chunk", name: "plotly" });
  });

  it("fails where Python does not answer", async () => {
    const asked = expect(channel.chunk("plotly")).rejects.toThrow("plotly did not come");
    vi.advanceTimersByTime(60_000);
    await asked;
  });

  it("fails at once where it cannot be asked for", async () => {
    channel = modelChunks(
      new FakeModel(() => {
        throw new Error("the comm is closed");
      }),
    );
    await expect(channel.chunk("plotly")).rejects.toThrow("cannot be reached");
  });

  it("fails when the view goes, which then hears nothing more", async () => {
    const asked = expect(channel.chunk("plotly")).rejects.toThrow("the view is gone");
    channel.dispose();
    await asked;
    expect([model.listening, vi.getTimerCount()]).toEqual([0, 0]);
  });
});
