// @vitest-environment happy-dom
import { html, render } from "lit-html";
import { expect, it, vi } from "vitest";
import { watchTheme } from "../render/theme.js";
import { FakeModel } from "../testing/fake-kernel.js";
import { mountView } from "./mount.js";

function page(traits: Record<string, unknown>) {
  const [model, el] = [new FakeModel(), document.createElement("div")];
  model.update(traits);
  const end = mountView({ model, el }, null, () => () => {});
  return { model, el, end };
}

it("gives a view a theme of its own, and says so to what draws", () => {
  const changed = vi.fn();
  const unwatch = watchTheme(changed);
  const { model, el, end } = page({ theme: "dark" });
  expect(el.dataset.nnwTheme).toBe("dark");
  expect(changed).toHaveBeenCalledTimes(1);
  model.update({ theme: "auto" });
  model.emit("change");
  expect(el.dataset.nnwTheme).toBeUndefined();
  expect(changed).toHaveBeenCalledTimes(2);
  unwatch();
  end();
});

it("lets a view scroll in the height it is given, where its pictures have none", () => {
  const { model, el } = page({ _scrolls: true, height: 200 });
  expect([el.style.maxHeight, el.style.overflowY]).toEqual(["200px", "auto"]);
  model.update({ height: null });
  model.emit("change");
  expect([el.style.maxHeight, el.style.overflowY]).toEqual(["", ""]);
  expect(page({ height: 200 }).el.style.maxHeight).toBe("");
});

it("shows where the focus is to who comes by Tab, after a pointer was here", () => {
  const { el, end } = page({});
  el.innerHTML = '<div class="nnw" data-by="pointer"><button></button></div>';
  const root = el.firstElementChild as HTMLElement;
  const release = (key: string) =>
    root.firstElementChild?.dispatchEvent(new KeyboardEvent("keyup", { key, bubbles: true }));
  release("Control");
  expect(root.dataset.by).toBe("pointer");
  release("Tab");
  expect(root.dataset.by).toBe("keys");
  root.dataset.by = "pointer";
  end();
  release("Tab");
  expect(root.dataset.by).toBe("pointer");
});

it("leaves nothing in the element, which the host may keep for as long as the kernel lives", () => {
  const el = document.createElement("div");
  const draw = () => {
    render(html`<canvas></canvas>`, el);
    return () => {};
  };
  const end = mountView({ model: new FakeModel(), el }, null, draw);
  const before = Object.getOwnPropertyNames(document.createElement("div"));
  expect(Object.getOwnPropertyNames(el)).not.toEqual(before); // lit's
  end();
  expect(el.childNodes.length).toBe(0);
  expect(Object.getOwnPropertyNames(el)).toEqual(before);
  render(html`<p></p>`, el); // and it can be drawn in again
  expect(el.innerHTML).toContain("<p>");
});
