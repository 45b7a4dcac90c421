// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  ARTICLE,
  answer,
  asked,
  click,
  lines,
  mount,
  one,
  options,
  paint,
  setUp,
  store,
  tearDown,
} from "../../testing/by_hand_page.js";

beforeEach(setUp);
afterEach(tearDown);

describe("an exercise", () => {
  it("hides results, checks what is typed, and tells Python", () => {
    mount(ARTICLE, { you_try: true });
    expect(lines()).toEqual(["z = 0.3\\cdot 0.5 + 0.7\\cdot 0.1 - 0.2"]);
    expect(one('.nnw-hand-unit[data-unit="0/0"] text').textContent).toBe("");
    answer("-0.02");
    expect(one(".nnw-verdict").textContent).toContain("sign");
    answer("0.02");
    expect(one(".nnw-verdict").textContent).toContain("right");
    expect(lines()[0]).toContain("\\boldsymbol{0.02}");
    expect(asked).toEqual(
      [-0.02, 0.02].map((given) => ({ type: "answer", step: "z1", entry: [0], sample: 0, given })),
    );
    expect(one(".nnw-score").textContent).toBe("1 of 10 right");
  });

  it("takes no text for a number", () => {
    mount(ARTICLE, { you_try: true });
    answer("nearly 0");
    expect(one(".nnw-verdict").textContent).toContain("A number");
    expect(asked).toEqual([]);
  });

  it("shows no numbers of a step whose forerunners are open", () => {
    mount(ARTICLE, { you_try: true, step: "y" });
    expect(lines()).toEqual([]);
    click('[data-action="reveal-before"]');
    expect(asked).toEqual([{ type: "answer", step: "z1", entry: [0], sample: 0, given: null }]);
    expect(lines()[0]).toContain("e^{-0.02}");
    expect(one(".nnw-score").textContent).toBe("0 of 10 right");
  });

  it("tells Python once that has the weights which the answer is about", () => {
    mount({ ...ARTICLE, ahead: true }, { you_try: true });
    answer("0.02");
    expect(asked).toEqual([]);
    store.patch({ ahead: false });
    expect(asked).toHaveLength(1);
  });

  it("is another one with other weights", () => {
    mount(ARTICLE, { you_try: true });
    answer("0.02");
    store.edit([2], [1]);
    store.paint();
    expect(one(".nnw-score").textContent).toBe("0 of 10 right");
    expect(one(".nnw-question input")).toBeDefined();
  });

  it("remembers what Python does, as after a reload", () => {
    const kept = {
      asked: "z1[0]",
      sample: 0,
      given: 0.02,
      expected: 0.02,
      correct: true,
      attempts: 1,
      revealed: false,
    };
    mount(ARTICLE, { you_try: true, answers: [kept] });
    expect(one(".nnw-score").textContent).toBe("1 of 10 right");
    options.set("answers", []);
    paint();
    expect(one(".nnw-score").textContent).toBe("0 of 10 right");
  });

  it("keeps its sample, whatever is under the pointer", () => {
    mount(ARTICLE, { you_try: true });
    store.select({ sample: 1 });
    store.paint();
    expect(lines()[0]).toContain("0.3\\cdot 0.5");
  });
});
