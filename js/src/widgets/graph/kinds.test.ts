// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  el,
  feed,
  find,
  focused,
  mount,
  options,
  part,
  placeOf,
  point,
  press,
  settle,
  setUp,
  store,
  tearDown,
} from "../../testing/graph_page.js";
import { networkOf } from "../../testing/views.js";

beforeEach(setUp);
afterEach(tearDown);

describe("what edges show", () => {
  it("is changed by the menu, and says what it is", () => {
    const select = find<HTMLSelectElement>(".nnw-graph-toolbar select");
    select.value = "updates";
    select.dispatchEvent(new Event("change", { bubbles: true }));
    settle();
    expect(options.get("edges")).toBe("updates");
    const text = find(".nnw-graph-caption").textContent as string;
    expect(text).toContain("Δw = −η·g over 4 samples, η = 0.050");
    expect(text).toContain("adam scales each");
    expect(part("0/0/0").getAttribute("aria-label")).toBeTruthy();
  });

  it("says where there is none", () => {
    mount(networkOf({ sizes: [2, 2, 1], spec: { loss: "custom" } }), { edges: "gradients" });
    expect(find(".nnw-graph-caption").textContent).toContain("no gradients here");
  });
});

describe("wide layers", () => {
  it("are turned by a click on their band and by Enter on a bundle", () => {
    mount(networkOf({ sizes: [2, 64, 1] }));
    expect(part("0/9")).not.toBeNull();
    expect(part("0/10")).toBeNull();
    const at = placeOf("0/after");
    point("pointerdown", at);
    point("pointerup", at);
    expect(part("0/10")).not.toBeNull();
    // params grow with their place: the strongest is the last one's
    press(part("1/0/after"), "Enter");
    expect(part("0/63")).not.toBeNull();
    expect(focused()).toBe("1/0/63");
  });
});

describe("deep networks", () => {
  it("are turned by layers", () => {
    mount(networkOf({ sizes: [2, ...Array.from({ length: 20 }, () => 3), 1] }));
    const turn = (way: number) => find<HTMLButtonElement>(`[data-turn="${way}"]`);
    expect(part("-1/0")).not.toBeNull();
    expect(turn(-1)).toBeNull();
    const after = Number(turn(1).textContent);
    turn(1).click();
    settle();
    expect(part("-1/0")).toBeNull();
    expect(Number(turn(-1).textContent) + Number(turn(1)?.textContent ?? 0)).toBe(after);
    turn(1).click();
    settle();
    turn(1)?.click();
    settle();
    expect(part("20/0")).not.toBeNull();
    expect(turn(1)).toBeNull();
  });
});

describe("a model of ours", () => {
  const op = (name: string) => [...el.querySelectorAll<HTMLButtonElement>(`[data-op="${name}"]`)];

  it("gets and loses units and layers", () => {
    expect(el.querySelectorAll(".nnw-graph-change")).toHaveLength(0);
    mount(networkOf({ sizes: [2, 3, 1, 1], spec: { editable: true } }));
    expect(op("add_layer")).toHaveLength(3);
    op("add_unit")[0].click();
    op("remove_unit")[0].click();
    op("remove_layer")[1].click();
    op("add_layer")[0].click();
    expect(op("remove_unit")[1].disabled).toBe(true); // the last of its layer
    press(part("0/1"), "Delete");
    press(part("-1/0"), "Delete");
    expect(store.of("restructure").map(([change]) => change)).toEqual([
      { op: "add_unit", layer: 0 },
      { op: "remove_unit", layer: 0, unit: 2 },
      { op: "remove_layer", layer: 1 },
      { op: "add_layer", after: -1 },
      { op: "remove_unit", layer: 0, unit: 1 },
    ]);
    store.status({ state: "playing" });
    expect(op("add_unit")[0].disabled).toBe(true);
  });

  it("keeps them while there is no kernel to change it", () => {
    mount(networkOf({ sizes: [2, 3, 1], spec: { editable: true } }));
    store.patch({ link: "disconnected" });
    expect(op("add_unit")[0].disabled).toBe(true);
    store.patch({ link: "live" });
    expect(op("add_unit")[0].disabled).toBe(false);
  });
});

describe("modules that the page does not compute", () => {
  it("are blocks with the shapes that Python sent", () => {
    mount(networkOf({ sizes: [4, 3, 1], spec: { kind: "opaque" } }));
    expect(el.textContent).toContain("Computed by Python…");
    const block = {
      path: "0",
      kind: "Conv2d",
      detail: "1, 4, kernel_size=(3, 3)",
      shapes: [[4, 2, 2]],
      parameters: 40,
      calls_before: 0,
    };
    feed.say({ blocks: [block], input: [1, 4, 4] });
    const [input, first] = el.querySelectorAll(".nnw-graph-block");
    expect(input.textContent).toContain("1 × 4 × 4");
    expect(first.textContent).toContain("4 × 2 × 2");
    expect(first.getAttribute("aria-label")).toContain("40 parameters");
    expect(find(".nnw-graph-caption").textContent).toContain("are not shown");
    feed.say({ error: "RuntimeError: no" });
    expect(find('[role="alert"]').textContent).toContain("RuntimeError: no");
  });
});
