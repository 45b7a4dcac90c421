// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { stateOf } from "../testing/fake-store.js";
import {
  el,
  find,
  focused,
  mount,
  options,
  part,
  placeOf,
  point,
  press,
  setUp,
  store,
  tearDown,
  view,
} from "../testing/graph_page.js";

beforeEach(setUp);
afterEach(tearDown);

describe("dragging", () => {
  it("moves an edge's weight in one step of undo, up being more", () => {
    const [x, y] = placeOf("0/1/0");
    point("pointerdown", [x, y]);
    point("pointermove", [x, y - 4]);
    point("pointermove", [x, y - 34]);
    point("pointermove", [x, y - 19]);
    expect(store.of("begin")).toEqual([["w₂₁⁽¹⁾", [2]]]);
    expect(store.of("end")).toEqual([]);
    const values = store
      .of("edit")
      .map(([index, value]) => [...(index as number[]), ...(value as number[])]);
    expect(values.map(([index]) => index)).toEqual([2, 2]);
    expect(values[0][1]).toBeCloseTo(0.5, 12); // 30 of 150 pixels of a scale of 1
    expect(values[1][1]).toBeCloseTo(0.4, 12);
    point("pointerup", [x, y]);
    expect(store.of("end")).toHaveLength(1);
  });

  it("goes ten times as far with Shift, a tenth with Alt", () => {
    const [x, y] = placeOf("0/0/b");
    point("pointerdown", [x, y]);
    point("pointermove", [x, y + 4]);
    point("pointermove", [x, y - 11], { shiftKey: true });
    point("pointermove", [x, y - 26], { altKey: true });
    const values = store.of("edit").map(([, value]) => (value as number[])[0]);
    expect(values[0]).toBeCloseTo(0.5 + 1, 9);
    expect(values[1]).toBeCloseTo(1.5 + 0.01, 9);
    point("pointerup", [x, y]);
  });

  it("leaves frozen weights alone, and all of them where nothing may be edited", () => {
    const drag = () => {
      const [x, y] = placeOf("0/1/0");
      point("pointerdown", [x, y]);
      point("pointermove", [x, y - 4]);
      point("pointermove", [x, y - 34]);
      point("pointerup", [x, y]);
    };
    store.patch({ frozen: new Set([2]) });
    drag();
    mount(stateOf([2, 2, 1]), { editable: false });
    drag();
    press(part("0/1/0"), "ArrowUp");
    press(part("0/1/0"), "Enter");
    expect(store.of("edit")).toEqual([]);
    expect(find(".nnw-graph-field")).toBeNull();
  });
});

describe("typing", () => {
  it("sets a weight after a click, and goes back to it", () => {
    const at = placeOf("0/1/0");
    point("pointerdown", at);
    point("pointerup", at);
    const input = find<HTMLInputElement>(".nnw-graph-field input");
    expect(find(".nnw-graph-field").textContent).toContain("w₂₁⁽¹⁾");
    expect(input.value).toBe("0.3");
    input.value = "two";
    press(input, "Enter");
    expect(input.getAttribute("aria-invalid")).toBe("true");
    expect(find(".nnw-graph-field")).not.toBeNull();
    input.value = "−2.5";
    press(input, "Enter");
    expect(store.of("edit")).toEqual([[[2], [-2.5]]]);
    expect(find(".nnw-graph-field")).toBeNull();
    expect(focused()).toBe("0/1/0");
  });

  it("is given up by Escape", () => {
    press(part("0/0/b"), "Enter");
    const input = find<HTMLInputElement>(".nnw-graph-field input");
    input.value = "9";
    press(input, "Escape");
    expect(store.of("edit")).toEqual([]);
    expect(find(".nnw-graph-field")).toBeNull();
  });
});

describe("keys", () => {
  it("walk along the network, one stop for Tab", () => {
    expect(el.querySelectorAll('[data-part][tabindex="0"]')).toHaveLength(1);
    part("-1/0").focus();
    for (const [key, id] of [
      ["ArrowRight", "0/0/0"],
      ["PageDown", "0/0/1"],
      ["PageDown", "0/0/b"],
      ["ArrowRight", "0/0"],
      ["ArrowDown", "0/1"],
      ["ArrowRight", "1/0/1"],
      ["ArrowRight", "1/0"],
    ]) {
      press(document.activeElement as Element, key);
      expect(focused()).toBe(id);
    }
    expect(part("1/0").getAttribute("tabindex")).toBe("0");
    expect(el.querySelectorAll('[data-part][tabindex="0"]')).toHaveLength(1);
  });

  it("change a weight, a run of presses being one step of undo", () => {
    part("0/0/0").focus();
    press(part("0/0/0"), "ArrowUp");
    press(part("0/0/0"), "ArrowUp", { shiftKey: true });
    press(part("0/0/0"), "ArrowDown", { altKey: true });
    expect(store.state.params[0]).toBeCloseTo(0.209, 12);
    expect(store.of("begin")).toHaveLength(1);
    vi.advanceTimersByTime(700);
    expect(store.of("end")).toHaveLength(1);
    const label = part("0/0/0").getAttribute("aria-label");
    expect(label).toBe("w₁₁⁽¹⁾ is 0.2090, from x₁ to unit 1 of layer 1");
    expect(part("0/0/0").getAttribute("aria-valuenow")).toBe("0.209");
  });

  it("play and pause with Space, and choose samples", () => {
    part("0/0/0").focus();
    press(part("0/0/0"), " ");
    expect(store.of("train")).toEqual([[{ action: "play" }]]);
    press(part("0/0/0"), ".");
    expect(options.get("sample")).toBe(0);
    press(part("0/0/0"), ",");
    expect(options.get("sample")).toBe(3);
    expect(store.state.selection.sample).toBe(3);
    press(part("0/0/0"), "Escape");
    expect(options.get("sample")).toBeNull();
  });
});

describe("what is pointed at", () => {
  it("is told to every view, and taken back", () => {
    point("pointermove", placeOf("0/1"));
    expect(store.state.selection.unit).toEqual({ layer: 0, unit: 1 });
    expect(find(".nnw-tip").textContent).toContain("tanh(z₂)");
    point("pointermove", placeOf("0/1/0"));
    expect(store.state.selection).toMatchObject({ unit: null, weight: 2 });
    expect(find(".nnw-tip").textContent).toContain("→ z₂");
    point("pointerleave", [0, 0]);
    expect(store.state.selection).toMatchObject({ unit: null, weight: null });
    expect(find(".nnw-tip")).toBeNull();
  });

  it("shows the numbers of the sample that any view points at", () => {
    const { selection } = store.state;
    store.patch({ selection: { ...selection, sample: 3 } });
    const texts = [...el.querySelectorAll("[data-value]")].map((each) => each.textContent);
    // x = (1, 1): a₁ = tanh 0.8, a₂ = tanh 1.3, p = σ(0.7 a₁ + 0.8 a₂ + 0.9)
    expect(texts).toEqual(["1.0", "1.0", " = 0.66", " = 0.86", "0.89"]);
    expect(find(".nnw-graph-caption").textContent).toContain(
      "sample 3: class 0, predicted class 1",
    );
    options.set("sample", 1);
    store.patch({ selection: { ...selection, sample: null } });
    expect(find(".nnw-graph-caption").textContent).toContain("sample 1");
    store.patch({ data: { ...store.state.data, n: 1 } }); // rows were deleted
    expect(find(".nnw-graph-caption").textContent?.trim()).toBe("");
  });
});

it("leaves nothing behind", () => {
  view.dispose();
  expect(store.subscribers).toBe(0);
  expect(el.querySelector(".nnw-graph")).toBeNull();
  mount();
});
