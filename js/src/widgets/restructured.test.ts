// @vitest-environment happy-dom
/** What views still hold of a network that gets other units or layers moves nothing in the new one. */

import { afterEach, describe, expect, it } from "vitest";
import * as hand from "../testing/by_hand_page.js";
import { restructured } from "../testing/fake-store.js";
import * as graph from "../testing/graph_page.js";
import * as sliders from "../testing/sliders_page.js";
import { networkOf } from "../testing/views.js";

let tearDown = () => {};
afterEach(() => tearDown());

describe("sliders", () => {
  it("forget what was typed, held or pressed in a row", () => {
    sliders.setUp();
    tearDown = sliders.tearDown;
    const { field, input, slider, store, within } = sliders;
    const [typed, held] = [field("2.bias[0]"), slider("0.bias[1]")];
    const reset = within<HTMLButtonElement>("0.weight[0,0]", ".nnw-reset");
    sliders.params({ 0: 0.9 });
    typed.focus();
    input(typed, "7");
    input(held, "1.5");
    const before = store.of("edit").length;
    store.patch(restructured(store.state, [2, 3, 1]));
    expect(store.of("end")).toHaveLength(1); // the gesture
    typed.dispatchEvent(new Event("blur"));
    input(held, "1.75");
    reset.click();
    expect(store.of("edit")).toHaveLength(before);
    expect(sliders.rows()).toHaveLength(13);
    input(slider("2.bias[0]"), "0.5");
    expect(store.of("edit").at(-1)).toEqual([[12], [0.5]]);
  });
});

describe("a graph", () => {
  it("gives up what is being typed", () => {
    graph.setUp();
    tearDown = graph.tearDown;
    const { find, part, press, store } = graph;
    press(part("0/0/b"), "Enter");
    const input = find<HTMLInputElement>(".nnw-graph-field input");
    input.value = "9";
    store.patch(restructured(store.state, [2, 3, 1]));
    expect(find(".nnw-graph-field")).toBeNull();
    input.dispatchEvent(new Event("blur"));
    expect(store.of("edit")).toEqual([]);
  });
});

describe("a pass by hand", () => {
  it("has other fields, though they stand in the same place", () => {
    hand.setUp();
    tearDown = hand.tearDown;
    hand.mount(networkOf({ sizes: [2, 2, 1] }));
    const { one, store } = hand;
    const field = () => one('input[data-index="0"]') as HTMLInputElement;
    const input = field();
    input.focus();
    input.value = "2.5";
    store.patch(restructured(store.state, [2, 2, 2, 1]));
    hand.paint();
    input.dispatchEvent(new Event("blur"));
    expect(store.of("edit")).toEqual([]);
    expect(field()).not.toBe(input);
    expect(field().value).toBe("0.1");
  });
});
