// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  digits,
  el,
  field,
  find,
  input,
  mount,
  names,
  options,
  params,
  press,
  row,
  rows,
  setUp,
  slider,
  store,
  tearDown,
  unmount,
  within,
} from "../testing/sliders_page.js";

beforeEach(setUp);
afterEach(tearDown);

describe("the rows", () => {
  it("are one for each parameter, named and typeset", () => {
    expect(rows()).toHaveLength(9);
    expect(within("0.weight[0,1]", "i").textContent).toBe("w");
    expect(within("0.weight[0,1]", "sub").textContent).toBe("12");
    expect(within("0.weight[0,1]", "sup").textContent).toBe("(1)");
    expect(slider("0.weight[0,1]").getAttribute("aria-label")).toBe("0.weight[0,1]");
    expect(
      [...el.querySelectorAll("summary")].map((each) =>
        each.textContent?.replace(/\s+/g, " ").trim(),
      ),
    ).toEqual(["Layer 1 0 6", "Layer 2 2 3"]);
  });

  it("show the values, in the slider and in digits", () => {
    expect(slider("0.bias[1]").value).toBe("0.6");
    expect(field("0.bias[1]").value).toBe("0.600");
    expect(digits("0.bias[1]")).toBe("0.600");
    params({ 5: -0.25 });
    expect(slider("0.bias[1]").value).toBe("-0.25");
    expect(field("0.bias[1]").value).toBe("-0.250"); // which Python's float() reads
    expect(digits("0.bias[1]")).toBe("−0.250");
    expect(find(".nnw").dataset.frame).toBe(String(store.frame));
  });

  it("fill from zero, in the colour of the sign", () => {
    params({ 0: -1, 1: 1 });
    const track = within("0.weight[0,0]", ".nnw-track");
    expect(track.dataset.sign).toBe("negative");
    const fill = track.querySelector(".nnw-fill") as HTMLElement;
    expect(fill.style.transform).toBe("translateX(25%) scaleX(0.25)"); // −1 … 0 of −2 … 2
    expect(within("0.weight[0,1]", ".nnw-track").dataset.sign).toBe("positive");
  });

  it("are not touched where nothing changed", () => {
    const untouched = vi.fn();
    const observer = new MutationObserver(untouched);
    observer.observe(row("0.weight[0,1]"), {
      subtree: true,
      childList: true,
      attributes: true,
      characterData: true,
    });
    params({ 0: 0.9 });
    expect(observer.takeRecords()).toEqual([]);
    params({ 1: 0.9 });
    expect(observer.takeRecords()).not.toEqual([]);
    observer.disconnect();
  });

  it("grow their range with the value, all of the parameter", () => {
    params({ 0: 3 });
    for (const ref of ["0.weight[0,0]", "0.weight[1,1]"]) {
      expect([slider(ref).min, slider(ref).max]).toEqual(["-4", "4"]);
    }
    expect(slider("0.bias[0]").max).toBe("2");
  });

  it("say so where a value is not finite", () => {
    params({ 0: Number.NaN });
    expect(digits("0.weight[0,0]")).toBe("NaN");
    expect(row("0.weight[0,0]").classList.contains("nnw-not-finite")).toBe(true);
    params({ 0: 0.5 });
    expect(row("0.weight[0,0]").classList.contains("nnw-not-finite")).toBe(false);
  });

  it("catch up at rest where training moves many at once", () => {
    mount([2, 8, 8, 1], { limit: 100 });
    const all = Object.fromEntries(Array.from({ length: 105 }, (_, i) => [i, -1.5]));
    params(all);
    const digitsNow = [...el.querySelectorAll(".nnw-digits")].map((each) => each.textContent);
    expect(new Set(digitsNow)).toEqual(new Set(["−1.500"]));
    vi.advanceTimersByTime(200);
    const values = [...el.querySelectorAll<HTMLInputElement>(".nnw-slider")].map((s) => s.value);
    expect(new Set(values)).toEqual(new Set(["-1.5"]));
  });
});

describe("a drag", () => {
  it("is one step of undo that ends wherever the pointer goes up", () => {
    const target = slider("2.bias[0]");
    target.dispatchEvent(new Event("pointerdown", { bubbles: true }));
    input(target, "1.25");
    input(target, "1.5");
    window.dispatchEvent(new Event("pointerup"));
    expect(names()).toEqual(["begin", "edit", "edit", "end"]);
    expect(store.of("begin")).toEqual([["2.bias[0]", [8]]]);
    expect(store.state.params[8]).toBe(1.5);
    window.dispatchEvent(new Event("pointerup"));
    expect(store.of("end")).toHaveLength(1);
  });

  it("on an entry that is frozen does not begin", () => {
    store.freeze([8], true);
    store.paint();
    slider("2.bias[0]").dispatchEvent(new Event("pointerdown", { bubbles: true }));
    expect(store.of("begin")).toEqual([]);
    expect(slider("2.bias[0]").disabled && field("2.bias[0]").disabled).toBe(true);
  });
});

describe("the keyboard", () => {
  it("moves a slider by fine, ordinary and large steps, as one step of undo", () => {
    const target = slider("0.weight[0,0]"); // 0.1 of −2 … 2
    expect(press(target, "ArrowRight").defaultPrevented).toBe(true);
    store.paint();
    expect(store.state.params[0]).toBeCloseTo(0.2, 12);
    press(target, "ArrowUp", { shiftKey: true });
    store.paint();
    expect(store.state.params[0]).toBeCloseTo(1.2, 12);
    press(target, "ArrowLeft", { altKey: true });
    store.paint();
    expect(store.state.params[0]).toBeCloseTo(1.19, 12);
    vi.advanceTimersByTime(1000);
    expect(names()).toEqual(["begin", "edit", "edit", "edit", "end"]);
  });

  it("undoes from a slider, plays from the root, and is kept from JupyterLab", () => {
    press(slider("0.weight[0,0]"), "z", { ctrlKey: true });
    press(find(".nnw"), " ");
    expect(names()).toEqual(["undo", "train"]);
    expect(find(".nnw").dataset.lmSuppressShortcuts).toBe("true");
  });

  it("types a value; one that is no number gets a hint", () => {
    const target = field("0.bias[0]");
    target.focus();
    input(target, "many");
    press(target, "Enter");
    expect(within("0.bias[0]", ".nnw-hint").hidden).toBe(false);
    input(target, "−7.5");
    expect(within("0.bias[0]", ".nnw-hint").hidden).toBe(true);
    press(target, "Enter");
    expect(names()).toEqual(["begin", "edit", "end"]);
    store.paint();
    expect(slider("0.bias[0]").value).toBe("-7.5");
    expect(slider("0.bias[0]").min).toBe("-8");
  });
});

it("shows as many digits, and moves by as much, as the options say", () => {
  options.set("precision", 6);
  options.set("step", 0.25);
  options.set("width", 600);
  expect(field("0.bias[1]").value).toBe("0.600000");
  expect(digits("0.bias[1]")).toBe("0.600000");
  press(slider("0.bias[1]"), "ArrowRight");
  expect(store.state.params[5]).toBe(0.85);
  expect(find(".nnw").style.getPropertyValue("--nnw-width")).toBe("600px");
});

it("has a title and a control bar where asked", () => {
  expect(find(".nnw-control-bar")).toBeNull();
  options.set("controls", true);
  expect(find(".nnw-control-bar")).not.toBeNull();
  store.status({ epoch: 7 });
  expect(find("[data-number=epoch] output").textContent).toBe("7");
  options.set("controls", false);
  expect(find(".nnw-control-bar")).toBeNull();
  options.set("title", "Weights");
  expect(find("h3").textContent).toBe("Weights");
});

it("goes without a trace, letting go of what is held", () => {
  slider("0.bias[0]").dispatchEvent(new Event("pointerdown"));
  unmount();
  expect(names()).toEqual(["begin", "end"]);
  expect(el.childElementCount).toBe(0);
  expect(store.subscribers).toBe(0);
});
