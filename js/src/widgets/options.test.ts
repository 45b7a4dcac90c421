// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from "vitest";
import type { ModelLike } from "../state/host.js";
import { modelOptions } from "./options.js";
import { mountRefusal } from "./refusal.js";

type Listener = (...args: never[]) => void;

/** A model as anywidget's: `set` tells its listeners. */
class FakeModel implements ModelLike {
  readonly values = new Map<string, unknown>([["field", "both"]]);
  readonly sent: unknown[] = [];
  /** Of changes and of messages alike. */
  readonly listeners = new Set<Listener>();
  get = (name: string) => this.values.get(name);
  on = (_: string, listener: Listener) => void this.listeners.add(listener);
  off = (_?: string | null, listener?: Listener | null) =>
    void (listener && this.listeners.delete(listener));
  set(name: string, value: unknown): void {
    this.values.set(name, value);
    this.tell({});
  }
  tell(content: object): void {
    for (const listener of this.listeners) (listener as (content: object) => void)(content);
  }
  send(content: unknown): void {
    this.sent.push(content);
  }
}

let model: FakeModel;
let seen: unknown[];

beforeEach(() => {
  model = new FakeModel();
  seen = [];
});

function watched() {
  const options = modelOptions(model);
  const stop = options.subscribe(() => seen.push(options.get("field")));
  return { options, stop };
}

describe("an option", () => {
  it("changes here at once and is told to Python by a message", () => {
    const { options } = watched();
    options.set("field", "none");
    expect(options.get("field")).toBe("none");
    expect(seen.at(-1)).toBe("none");
    expect(model.sent).toEqual([{ type: "option", name: "field", value: "none" }]);
  });

  it("that Python changes, or refuses, is heard of", () => {
    const { options } = watched();
    options.set("field", "none");
    model.set("field", "both");
    expect([options.get("field"), seen.at(-1)]).toEqual(["both", "both"]);
  });

  it("holds in the page where the kernel is gone", () => {
    model.send = () => {
      throw new Error("the comm is closed");
    };
    const { options } = watched();
    options.set("field", "none");
    expect(options.get("field")).toBe("none");
  });

  it("is heard of where the host has no Python and no change events", () => {
    const kept = new Map<string, unknown>([["field", "both"]]);
    const bare: ModelLike = {
      get: (name) => kept.get(name),
      set: (name, value) => void kept.set(name, value),
      on() {},
      off() {},
    };
    const options = modelOptions(bare);
    options.subscribe(() => seen.push(options.get("field")));
    options.set("field", "none");
    expect(seen).toEqual(["none"]);
  });
});

describe("listeners", () => {
  it("are told nothing after they left, or after the view is gone", () => {
    const { options, stop } = watched();
    stop();
    model.set("field", "none");
    expect(seen).toEqual([]);
    options.subscribe(() => seen.push("again"));
    options.dispose();
    model.set("field", "both");
    expect([seen, model.listeners.size]).toEqual([[], 0]);
  });
});

describe("a refusal", () => {
  const refuse = (message: string) => {
    model.tell({ type: "refused", ...{ name: "field", message } });
  };

  it("is kept until another value is set, and outlives the old one's return", () => {
    const { options } = watched();
    options.set("field", "cake");
    refuse("field must be none or both");
    model.set("field", "both");
    expect(options.refusal()).toBe("field must be none or both");
    options.set("field", "none");
    expect(options.refusal()).toBeNull();
  });

  it("is shown under the view, and can be dismissed", () => {
    const el = document.createElement("div");
    const { options } = watched();
    const end = mountRefusal(el, options);
    const shown = () => el.querySelector<HTMLElement>(".nnw-notice")?.innerText ?? null;
    expect([shown(), el.querySelector<HTMLElement>(".nnw-refusal")?.hidden]).toEqual([null, true]);
    refuse("no such parameter");
    expect(shown()).toContain("no such parameter");
    el.querySelector("button")?.click();
    expect(shown()).toBeNull();
    refuse("once more");
    end();
    expect(el.children).toHaveLength(0);
  });
});
