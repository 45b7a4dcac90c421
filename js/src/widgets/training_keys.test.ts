// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from "vitest";
import { type FakeStore, fakeStore } from "../testing/fake-store.js";
import { trainingKeys } from "./training_keys.js";

let store: FakeStore;
let root: HTMLElement;

beforeEach(() => {
  store = fakeStore();
  document.body.innerHTML = "";
  root = document.createElement("div");
  root.addEventListener("keydown", (event) => trainingKeys(event, store));
  document.body.append(root);
});

function press(key: string, more: KeyboardEventInit = {}, target: Element = root): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more });
  target.dispatchEvent(event);
  return event;
}

function inside(html: string): Element {
  root.innerHTML = html;
  return root.firstElementChild as Element;
}

describe("trainingKeys", () => {
  it.each([
    [" ", {}, { action: "play" }],
    ["ArrowRight", {}, { action: "step", unit: "epoch", n: 1 }],
    ["ArrowRight", { shiftKey: true }, { action: "step", unit: "batch", n: 1 }],
    ["R", { shiftKey: true }, { action: "reset" }],
    ["ArrowUp", {}, { action: "set", speed: 60 }],
    ["ArrowDown", {}, { action: "set", speed: 5 }],
  ])("%j %j sends %j", (key, modifiers, command) => {
    press(key, modifiers);
    expect(store.of("train")).toEqual([[command]]);
  });

  it("does nothing where training is hidden", () => {
    root.className = "nnw-hide-training";
    press(" ", {}, inside("<div></div>"));
    root.className = "";
    expect(store.of("train")).toEqual([]);
  });

  it("Space pauses what runs, and a step does nothing meanwhile", () => {
    for (const state of ["playing", "fitting"] as const) {
      store.status({ state });
      press(" ");
      press("ArrowRight");
    }
    expect(store.of("train")).toEqual([[{ action: "pause" }], [{ action: "pause" }]]);
  });

  it("speed ends at its least and at as fast as it goes", () => {
    store.status({ speed: 60 });
    press("ArrowUp");
    store.status({ speed: null });
    press("ArrowUp");
    press("ArrowDown");
    store.status({ speed: 1 });
    press("ArrowDown");
    store.status({ speed: 10 }); // none of those on offer, as Python may choose
    press("ArrowDown");
    const speeds = store.of("train").map(([command]) => (command as { speed: unknown }).speed);
    expect(speeds).toEqual([null, 60, 5]);
  });

  it.each([
    ["z", { ctrlKey: true }, "undo"],
    ["z", { metaKey: true }, "undo"],
    ["Z", { ctrlKey: true, shiftKey: true }, "redo"],
    ["y", { ctrlKey: true }, "redo"],
  ] as const)("%s %j: %s", (key, modifiers, name) => {
    press(key, modifiers);
    expect(store.calls.map((call) => call.name)).toEqual([name]);
  });

  it("keeps what it takes from the notebook, and leaves the rest to it", () => {
    const heard = vi.fn();
    document.body.addEventListener("keydown", heard);
    expect(press(" ").defaultPrevented).toBe(true);
    expect(heard).not.toHaveBeenCalled();
    for (const key of ["a", "r", "Enter", "ArrowLeft", "s"]) {
      expect(press(key).defaultPrevented).toBe(false);
    }
    expect(press("s", { ctrlKey: true }).defaultPrevented).toBe(false);
    expect(press("ArrowRight", { altKey: true }).defaultPrevented).toBe(false);
    expect(heard).toHaveBeenCalledTimes(7);
    document.body.removeEventListener("keydown", heard);
  });

  it.each([
    '<input type="text">',
    '<input type="range">',
    "<select></select>",
    "<textarea></textarea>",
    '<div role="slider" tabindex="0"></div>',
    "<summary></summary>",
    '<div contenteditable="true"></div>',
  ])("leaves the keys of %s alone", (html) => {
    const target = inside(html);
    for (const key of [" ", "ArrowRight", "ArrowUp"]) press(key, {}, target);
    expect(store.calls).toEqual([]);
  });

  it("leaves undo to text fields, but not to sliders", () => {
    press("z", { ctrlKey: true }, inside('<input type="text">'));
    expect(store.calls).toEqual([]);
    press("z", { ctrlKey: true }, inside('<input type="range">'));
    press("z", { ctrlKey: true }, inside('<div role="slider"></div>'));
    expect(store.of("undo")).toHaveLength(2);
  });

  it("Space on a button presses the button; the arrows work there", () => {
    const target = inside("<button></button>");
    expect(press(" ", {}, target).defaultPrevented).toBe(false);
    press("ArrowRight", {}, target);
    expect(store.of("train")).toEqual([[{ action: "step", unit: "epoch", n: 1 }]]);
  });

  it("a held Space does not flicker, and still does not reach the notebook", () => {
    expect(press(" ", { repeat: true }).defaultPrevented).toBe(true);
    expect(store.calls).toEqual([]);
  });

  it("keeps out of what somebody else has handled", () => {
    const target = inside("<p></p>");
    target.addEventListener("keydown", (event) => event.preventDefault());
    press(" ", {}, target);
    expect(store.calls).toEqual([]);
  });
});
