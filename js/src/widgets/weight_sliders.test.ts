// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type FakeStore, fakeOptions, fakeStore, stateOf } from "../testing/fake-store.js";
import { weightSliders } from "./weight_sliders.js";

let store: FakeStore;
let options: ReturnType<typeof fakeOptions>;
let el: HTMLElement;
let unmount: () => void;

function mount(sizes: readonly number[] = [2, 2, 1], values: Record<string, unknown> = {}): void {
  document.body.innerHTML = "";
  el = document.createElement("div");
  document.body.append(el);
  store = fakeStore(stateOf(sizes));
  options = fakeOptions({ search: "", limit: 64, ranges: {}, ...values });
  unmount = weightSliders({ store, options, el });
}

beforeEach(() => {
  vi.useFakeTimers();
  mount();
});
afterEach(() => {
  unmount();
  vi.useRealTimers();
});

const find = <E extends HTMLElement>(selector: string) => el.querySelector(selector) as E;
const rows = () => [...el.querySelectorAll<HTMLElement>(".nnw-row")];
const row = (ref: string) => rows().find((each) => each.dataset.ref === ref) as HTMLElement;
const within = <E extends HTMLElement>(ref: string, selector: string) =>
  row(ref).querySelector(selector) as E;
const slider = (ref: string) => within<HTMLInputElement>(ref, ".nnw-slider");
const field = (ref: string) => within<HTMLInputElement>(ref, ".nnw-number");
const digits = (ref: string) => within(ref, ".nnw-digits").textContent?.trim();
const names = () => store.calls.map((call) => call.name);
const button = (text: string) =>
  [...el.querySelectorAll("button")].find((each) =>
    [each.textContent?.trim(), each.getAttribute("aria-label")].includes(text),
  ) as HTMLButtonElement;

function params(change: Record<number, number>): void {
  const next = store.state.params.slice();
  for (const [index, value] of Object.entries(change)) next[Number(index)] = value;
  store.patch({ params: next });
}

function input(element: HTMLInputElement, value: string): void {
  element.value = value;
  element.dispatchEvent(new Event("input", { bubbles: true }));
}

function press(element: HTMLElement, key: string, more: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more });
  element.dispatchEvent(event);
  return event;
}

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

describe("reset, freeze and undo", () => {
  it("offer to reset what changed, and do so in one step", () => {
    const reset = () => within<HTMLButtonElement>("0.weight[0,0]", ".nnw-reset");
    expect(reset().disabled).toBe(true);
    params({ 0: 1, 1: 1 });
    expect(reset().disabled).toBe(false);
    reset().click();
    expect(names()).toEqual(["begin", "edit", "end"]);
    store.paint();
    expect(store.state.params[0]).toBe(0.1);
    slider("0.weight[0,1]").dispatchEvent(new Event("dblclick"));
    expect(store.state.params).toEqual(store.state.initial);
  });

  it("reset all leaves alone what is frozen or where it began", () => {
    params({ 0: 1, 3: 1, 8: 1 });
    store.patch({ frozen: new Set([3]) });
    button("Reset all").click();
    expect(store.of("edit")).toEqual([
      [
        [0, 8],
        [0.1, 0.9],
      ],
    ]);
    button("Reset all").click();
    expect(store.of("edit")).toHaveLength(1);
  });

  it("reset one layer", () => {
    params({ 0: 1, 8: 1 });
    button("Reset Layer 2").click();
    expect(store.of("edit")).toEqual([[[8], [0.9]]]);
  });

  it("freeze an entry and let it go", () => {
    const freeze = () => within<HTMLButtonElement>("0.bias[0]", ".nnw-freeze");
    freeze().click();
    store.paint();
    expect(freeze().getAttribute("aria-pressed")).toBe("true");
    expect(row("0.bias[0]").classList.contains("nnw-frozen")).toBe(true);
    freeze().click();
    store.paint();
    expect(freeze().getAttribute("aria-pressed")).toBe("false");
    expect(store.of("freeze")).toEqual([
      [[4], true],
      [[4], false],
    ]);
  });

  it("freeze a layer", () => {
    button("Freeze Layer 2").click();
    store.paint();
    expect(store.of("freeze")).toEqual([[[6, 7, 8], true]]);
    button("Unfreeze Layer 2").click();
    expect(store.state.frozen.size).toBe(0);
  });

  it("undo and redo where there is something to", () => {
    expect(button("Undo").disabled && button("Redo").disabled).toBe(true);
    store.patch({ canUndo: true, canRedo: true });
    button("Undo").click();
    button("Redo").click();
    expect(names()).toEqual(["undo", "redo"]);
  });
});

describe("the groups", () => {
  const group = (name: string) => find<HTMLDetailsElement>(`[data-group="${name}"]`);

  it("stay closed past the limit, and make their rows when opened", () => {
    mount([2, 8, 8, 1]);
    expect(group("2").open).toBe(false);
    expect(group("2").querySelector(".nnw-count")?.textContent).toBe("show all 72");
    expect(rows()).toHaveLength(24 + 9);
    group("2").querySelector("summary")?.click();
    expect(group("2").open).toBe(true);
    expect(rows()).toHaveLength(24 + 72 + 9);
    group("0").querySelector("summary")?.click();
    expect(rows()).toHaveLength(72 + 9);
  });

  it("turn pages where they are large, within 200 rows", () => {
    mount([25, 10, 1], { limit: 0 });
    expect(rows()).toHaveLength(0);
    group("0").querySelector("summary")?.click();
    expect(rows()).toHaveLength(100);
    button("Later parameters of Layer 1").click();
    button("Later parameters of Layer 1").click();
    expect(rows()[0].dataset.ref).toBe("0.weight[8,0]");
    expect(rows()).toHaveLength(60);
    expect(button("Later parameters of Layer 1").disabled).toBe(true);
  });

  it("begin closed where the option says so", () => {
    mount([2, 2, 1], { collapsed: true });
    expect(rows()).toHaveLength(0);
  });

  it("follow the search, typed here or set by Python", () => {
    const search = find<HTMLInputElement>(".nnw-search");
    input(search, "bias");
    expect(options.get("search")).toBe("bias");
    expect(rows().map((each) => each.dataset.ref)).toEqual(["0.bias[0]", "0.bias[1]", "2.bias[0]"]);
    options.set("search", "nothing of the kind");
    expect(search.value).toBe("nothing of the kind");
    expect(find(".nnw-empty").textContent).toContain("nothing of the kind");
    options.set("search", "");
    expect(rows()).toHaveLength(9);
  });

  it("keep the rows, and what is open, over a swapped activation", () => {
    group("2").querySelector("summary")?.click();
    store.patch({ spec: { ...store.state.spec } });
    expect([group("0").open, group("2").open]).toEqual([true, false]);
    params({ 0: 1.5 });
    expect(slider("0.weight[0,0]").value).toBe("1.5");
  });
});

describe("ranges", () => {
  const open = () => within<HTMLButtonElement>("0.weight[0,0]", ".nnw-range").click();
  const ends = () => [...within("0.weight[0,0]", ".nnw-below").querySelectorAll("input")];

  it("come from the option, for an entry or a parameter", () => {
    options.set("ranges", { "0.weight": [-3, 3], "0.weight[0,0]": [0, 1] });
    expect([slider("0.weight[0,0]").min, slider("0.weight[0,0]").max]).toEqual(["0", "1"]);
    expect(slider("0.weight[1,0]").max).toBe("3");
  });

  it("are edited below the row and become an option that Python sees", () => {
    open();
    expect(ends().map((each) => each.value)).toEqual(["-2", "2"]);
    ends()[0].value = "5";
    find<HTMLFormElement>("form").dispatchEvent(new Event("submit", { cancelable: true }));
    expect(find("form .nnw-hint").hidden).toBe(false);
    expect(options.get("ranges")).toEqual({});
    ends()[0].value = "-1";
    button("Set for all of 0.weight").click();
    expect(options.get("ranges")).toEqual({ "0.weight": [-1, 2] });
    expect(slider("0.weight[1,1]").min).toBe("-1");
    expect(find("form")).toBeNull();
    open();
    button("Automatic").click();
    expect(options.get("ranges")).toEqual({});
    expect(slider("0.weight[1,1]").min).toBe("-2");
  });

  it("are left as they were on Escape", () => {
    open();
    press(ends()[0], "Escape");
    expect(find("form")).toBeNull();
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
