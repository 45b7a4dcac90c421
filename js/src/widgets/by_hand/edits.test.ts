// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  ARTICLE,
  click,
  mount,
  one,
  press,
  setUp,
  shown,
  store,
  tearDown,
} from "../../testing/by_hand_page.js";

beforeEach(setUp);
afterEach(tearDown);

describe("weights", () => {
  const field = (index: number) => one(`input[data-index="${index}"]`) as HTMLInputElement;

  it("are typed", () => {
    mount();
    const input = field(1);
    input.focus();
    input.value = "2.5";
    press("Enter", input);
    expect(store.of("edit")).toEqual([[[1], [2.5]]]);
    expect(store.of("begin")).toHaveLength(1);
    expect(store.of("end")).toHaveLength(1);
  });

  it("are nudged by the arrows, as one gesture", () => {
    mount();
    const input = field(0);
    input.focus();
    press("ArrowUp", input);
    press("ArrowUp", input);
    expect(store.state.params[0]).toBeCloseTo(0.5, 12);
    expect(store.of("begin")).toHaveLength(1);
    input.blur();
    expect(store.of("end")).toHaveLength(1);
    expect(shown()).toBe("z1");
  });

  it("that are frozen cannot be typed", () => {
    mount({ ...ARTICLE, frozen: new Set([2]) });
    expect([field(1).disabled, field(2).disabled]).toEqual([false, true]);
  });
});

describe("the update", () => {
  it("is made as one edit, and says what became of the loss", () => {
    mount(ARTICLE, { step: "W1" });
    click('[data-action="apply"]');
    const [[index, value]] = store.of("edit") as [number[], number[]][];
    expect(index).toEqual([0, 1, 2]);
    expect(value[0]).toBeCloseTo(0.3 + 0.5 * 0.0368713, 6);
    expect(store.of("begin")).toHaveLength(1);
    expect(one(".nnw-apply [role=status]").textContent).toContain(
      "the loss fell from 0.0435125 to",
    );
  });

  it("waits while the training moves the weights", () => {
    mount(ARTICLE, { step: "b1" });
    store.status({ state: "playing" });
    expect((one('[data-action="apply"]') as HTMLButtonElement).disabled).toBe(true);
  });
});
