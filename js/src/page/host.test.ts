// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import network from "../index.js";
import { RunBook } from "../scene/runs.js";
import { FakeClock } from "../testing/fake-clock.js";
import { IDLE, specOf } from "../testing/fake-store.js";
import { type LibraryContext, library } from "../widgets/library.js";
import { createHost, type LibraryModule, type NetworkModule } from "./host.js";
import { PageModel } from "./model.js";
import { type PageState, readState } from "./state.js";

const base64 = (values: Float32Array | Float64Array) =>
  btoa(String.fromCharCode(...new Uint8Array(values.buffer)));
const bytes = (values: Float32Array | Float64Array) => ({ $: "b", v: base64(values) });

/** A page as Python writes it: a network of 2, 2 and 1 units, with two epochs recorded. */
function written(views: readonly Record<string, unknown>[]) {
  const spec = { ...specOf([2, 2, 1]), dtype: "float32" };
  const values = Float32Array.from({ length: spec.size }, (_, i) => (i + 1) / 8);
  const X = bytes(Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1));
  const y = bytes(Float32Array.of(0, 1, 1, 0));
  const traits = {
    ...{ _spec: spec, _values: bytes(values), _initial: bytes(values), _frozen: [] },
    _data: { n: 4, d: 2, k: 1, X, y, steps: null, acks: {} },
    _status: { ...IDLE, optimizer: "sgd", lr: 0.5, batch: null, epoch: 1 },
  };
  const columns = ["epoch", "loss", "accuracy", "test_loss", "test_accuracy", "kept"];
  const table = Float64Array.of(0, 1, 0.7, 0.6, 0.5, 0.5, NaN, NaN, NaN, NaN, 1, 1);
  const both = Float32Array.of(...values, ...values);
  const history = { content: { columns, stride: 1 }, buffers: [bytes(table), bytes(both)] };
  return { format: 1, words: {}, nets: [{ traits, history, seed: 0 }], views };
}

const CURVES = { _view: "TrainingCurves", width: 600 };

async function host(views: readonly Record<string, unknown>[], inside?: LibraryModule) {
  const state: PageState = await readState(JSON.stringify(written(views)));
  const clock = new FakeClock();
  const abort = new AbortController();
  const made = createHost({
    ...{ state, clock, signal: abort.signal, network: network as NetworkModule },
    libraries: inside ? { inside } : {},
  });
  return { made, clock, abort };
}

describe("the state", () => {
  it("has bytes, gzipped bytes and what is no number as Python wrote them", async () => {
    const stream = new Blob(["abc"]).stream().pipeThrough(new CompressionStream("gzip"));
    const zipped = new Uint8Array(await new Response(stream).arrayBuffer());
    const z = { $: "z", v: btoa(String.fromCharCode(...zipped)) };
    const nan = { $: "n", v: "NaN" };
    const text = JSON.stringify({ format: 1, x: [{ $: "b", v: "AAEC" }, z, nan], y: { z: null } });
    const read = (await readState(text)) as unknown as { x: unknown[]; y: unknown };
    expect(read.x).toEqual([Uint8Array.of(0, 1, 2), new TextEncoder().encode("abc"), Number.NaN]);
    expect(read.y).toEqual({ z: null });
  });

  it("of another version is refused, with its number", async () => {
    await expect(readState('{"format": 7}')).rejects.toThrow("another version: 7");
  });
});

describe("a model", () => {
  it("has every new value before the first is announced, and is silent about equal ones", () => {
    const model = new PageModel({ a: 1, b: 2 });
    const heard: unknown[] = [];
    model.on("change:a", () => heard.push(["a", model.get("b")]));
    model.on("change", () => heard.push("all"));
    model.update({ a: 3, b: 4 });
    model.set("a", 3);
    expect(heard).toEqual([["a", 4], "all"]);
  });

  it("forgets listeners: one, those of an event, all", () => {
    const model = new PageModel({});
    let heard = 0;
    const listener = () => void heard++;
    const fire = () => model.deliver({});
    for (const off of [["msg:custom", listener], ["msg:custom"], [null, listener], []] as const) {
      model.on("msg:custom", listener);
      fire();
      model.off(...(off as []));
      fire();
    }
    expect(heard).toBe(4);
  });
});

describe("a page", () => {
  let el: HTMLElement;
  beforeEach(() => {
    el = document.createElement("section");
    document.body.append(el);
  });
  afterEach(() => el.remove());

  it("mounts views of the network's bundle and of libraries, dressed as in a notebook", async () => {
    const bar = { _view: "TrainingBar", _dom_classes: ["nnw-hide-training"], width: 300 };
    const { made, clock } = await host([{ net: 0, library: null, traits: bar, fed: null }]);
    await made.mount(0, el);
    clock.advance(50);
    expect(el.querySelector(".nnw")).not.toBeNull();
    expect(el.className).toContain("nnw-hide-training");
    expect(el.style.width).toBe("300px");
  });

  it("names what it lacks", async () => {
    const { made } = await host([{ net: 0, library: "maps", traits: CURVES, fed: null }]);
    await expect(made.mount(0, el)).rejects.toThrow("this page has no maps");
    await expect(made.mount(3, el)).rejects.toThrow("this page has no 3");
  });

  it("trains, and its curves grow from what was recorded", async () => {
    const names = ["epoch", "loss", "accuracy", "margin"];
    const runs = [{ name: "this run", slot: 0, live: true, columns: names, from: 0, to: 2 }];
    const table = { $: "b", v: base64(Float64Array.of(0, 1, 0.7, 0.6, 0.5, 0.5, 8, 9)) };
    const fed = { content: { runs }, buffers: [table] };
    const book = new RunBook();
    let shown: LibraryContext | undefined;
    const view = (context: LibraryContext) => {
      shown = context;
      return context.feed.subscribe(({ content, buffers }) => {
        if (!book.apply(content, buffers)) context.feed.ask({ type: "again" });
      });
    };
    const inside = library({ TrainingCurves: view }) as LibraryModule;
    const { made, clock } = await host(
      [{ net: 0, library: "inside", traits: CURVES, fed }],
      inside,
    );
    await made.mount(0, el);
    clock.advance(100);
    const column = (name: string, run = 0) => [...(book.runs[run]?.columns.get(name) ?? [])];
    expect([column("epoch"), column("margin")]).toEqual([
      [0, 1],
      [8, 9],
    ]);
    shown?.store.train({ action: "step", n: 2 });
    clock.advance(3000); // frames that nobody answers are sent once a second
    expect(column("epoch")).toEqual([0, 1, 2, 3]);
    expect(column("loss").slice(0, 2)).toEqual([0.7, 0.6]);
    expect(column("loss").slice(2).every(Number.isFinite)).toBe(true);
    expect(column("margin")).toEqual([8, 9, Number.NaN, Number.NaN]);

    shown?.feed.ask({ type: "keep" });
    clock.advance(3000);
    shown?.store.train({ action: "reset" });
    clock.advance(3000);
    expect(book.runs.map(({ name, slot, live }) => [name, slot, live])).toEqual([
      ["this run", 0, true],
      ["run 1", 1, false],
    ]);
    expect([column("epoch"), column("epoch", 1)]).toEqual([[0], [0, 1, 2, 3]]);
    shown?.feed.ask({ type: "remove", name: "run 1" });
    clock.advance(3000);
    expect(book.runs).toHaveLength(1);
  });
});
