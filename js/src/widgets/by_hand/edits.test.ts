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
import { fitting } from "./fields.js";

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

describe("a field", () => {
  it("shows as many digits as it has room for", () => {
    expect([0.7, -2.6023, -0.099234, 12345.678, 0].map(fitting)).toEqual([
      ...["0.7", "−2.602", "−0.09923", "1.235e4", "0"],
    ]);
    expect([-9.3591e-4, 1.2345e-10, -1.5e-120].map(fitting)).toEqual([
      ...["−9.36e−4", "1.23e−10", "−2e−120"],
    ]);
    for (const value of [1e-5, -3.3333e-7, 98765, -0.012345]) {
      expect(fitting(value).length).toBeLessThanOrEqual(8);
    }
  });
});
