// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  button,
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
  within,
} from "../../testing/sliders_page.js";

beforeEach(setUp);
afterEach(tearDown);

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
