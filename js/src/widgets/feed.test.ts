import { beforeEach, describe, expect, it } from "vitest";
import { FakeModel } from "../testing/fake-kernel.js";
import { type Fed, type Feed, modelFeed } from "./feed.js";

let sent: unknown[];
let model: FakeModel;
let feed: Feed;

beforeEach(() => {
  sent = [];
  model = new FakeModel((content) => void sent.push(content));
  feed = modelFeed(model);
});

const emit = (serial: number) =>
  model.emit("msg:custom", { type: "feed", serial, epoch: serial }, [new ArrayBuffer(serial)]);

describe("a feed", () => {
  it("asks when somebody listens, and once", () => {
    expect(sent).toEqual([]);
    feed.subscribe(() => {});
    feed.subscribe(() => {});
    expect(sent).toEqual([{ type: "hello" }]);
  });

  it("hands on what comes, keeps the latest, and answers it after it was drawn", () => {
    const heard: Fed[] = [];
    feed.subscribe((fed) => {
      expect(sent).not.toContainEqual({ type: "got", serial: fed.content.serial });
      heard.push(fed);
    });
    emit(1);
    emit(2);
    expect(heard.map(({ content }) => content.epoch)).toEqual([1, 2]);
    expect(feed.latest).toBe(heard[1]);
    expect(feed.latest?.buffers[0].byteLength).toBe(2);
    expect(sent.slice(1)).toEqual([1, 2].map((serial) => ({ type: "got", serial })));
  });

  it("lets other messages pass", () => {
    const heard: Fed[] = [];
    feed.subscribe((fed) => heard.push(fed));
    model.emit("msg:custom", { type: "frame", serial: 1 }, []);
    expect([heard, sent.length]).toEqual([[], 1]);
  });

  it("says whether a question got through", () => {
    expect(feed.ask({ type: "sample", row: 3 })).toBe(true);
    expect(sent).toEqual([{ type: "sample", row: 3 }]);
    const gone = modelFeed(
      new FakeModel(() => {
        throw new Error("the comm is closed");
      }),
    );
    expect(gone.ask({ type: "sample" })).toBe(false);
    expect(() => gone.subscribe(() => {})).not.toThrow();
  });

  it("hears nothing more once it is gone", () => {
    const heard: Fed[] = [];
    feed.subscribe((fed) => heard.push(fed));
    feed.dispose();
    expect(model.listening).toBe(0);
    emit(1);
    expect(heard).toEqual([]);
  });
});
