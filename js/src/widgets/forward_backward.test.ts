// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  ARTICLE,
  all,
  click,
  KATEX,
  lines,
  mount,
  one,
  options,
  paint,
  press,
  setUp,
  shown,
  store,
  tearDown,
} from "../testing/by_hand_page.js";
import { networkOf } from "../testing/views.js";

beforeEach(setUp);
afterEach(tearDown);

describe("the steps", () => {
  it("are gone through by keys, and other views see what is worked", () => {
    mount();
    expect(shown()).toBe("z1");
    expect(press("ArrowRight").defaultPrevented).toBe(true);
    expect(shown()).toBe("y");
    expect(options.get("step")).toBe("y");
    expect(store.state.selection.unit).toEqual({ layer: 0, unit: 0 });
    press("End");
    expect(shown()).toBe("b1");
    press("ArrowRight");
    expect(shown()).toBe("b1");
    press("Home");
    press("ArrowLeft");
    expect(shown()).toBe("z1");
    expect(store.of("train")).toEqual([]);
  });

  it("leave the other keys to the training", () => {
    mount();
    press(" ", one(".nnw-step"));
    expect(store.of("train")).toEqual([[{ action: "play" }]]);
  });

  it("are played slowly, up to the last", () => {
    vi.useFakeTimers();
    mount(ARTICLE, { seconds: 1, step: "db1" });
    click('[data-action="play-steps"]');
    vi.advanceTimersByTime(1000);
    paint();
    expect(shown()).toBe("W1");
    vi.advanceTimersByTime(5000);
    paint();
    expect(shown()).toBe("b1");
    expect(one('[data-action="play-steps"]').title).toContain("Play");
  });

  it("turn to another unit where there are too many for all", () => {
    mount(networkOf({ sizes: [2, 6, 1] }));
    press("ArrowDown");
    expect(one(".nnw-unit-chooser b").textContent).toBe("2");
    expect(one(".nnw-line").dataset.entry).toBe("1,0");
    press("ArrowUp");
    press("ArrowUp");
    expect(one(".nnw-unit-chooser b").textContent).toBe("6");
    expect(all(".nnw-hand-unit").some(({ dataset }) => dataset.unit === "0/5")).toBe(true);
  });
});

describe("formulas", () => {
  it("are plain text until they can be typeset", async () => {
    const page = globalThis as { [key: symbol]: unknown };
    let come: (katex: object) => void = () => {};
    page[KATEX] = new Promise((resolve) => {
      come = resolve;
    });
    mount();
    expect(one(".nnw-line .nnw-formula-text").textContent).toBe(
      "z = 0.3· 0.5 + 0.7· 0.1 − 0.2 = 0.02",
    );
    come({ css: ".x{}", renderToString: (tex: string) => `<i>${tex.length}</i>` });
    await vi.waitFor(() => {
      paint();
      expect(one(".nnw-formula i")).toBeDefined();
    });
    expect(document.head.querySelectorAll('style[data-name="nnwidgets-katex"]')).toHaveLength(1);
    expect(one(".nnw-formula-text")).toBeUndefined();
  });

  it("follow the weights in the same frame", () => {
    mount();
    store.edit([0], [1]);
    store.paint();
    expect(lines()).toEqual(["z = 1\\cdot 0.5 + 0.7\\cdot 0.1 - 0.2 = \\boldsymbol{0.37}"]);
  });

  it("are of the sample under the pointer meanwhile", () => {
    mount();
    store.select({ sample: 1 });
    store.paint();
    expect(lines()[0]).toContain("(-0.4)");
    store.select({ sample: null });
    store.paint();
    expect(lines()[0]).toContain("0.3\\cdot 0.5");
  });

  it("are not drawn anew where nothing they show has changed", () => {
    mount();
    const before = one(".nnw-line").innerHTML;
    one(".nnw-line").setAttribute("data-mark", "kept");
    store.status({ epoch: 5 });
    expect(one(".nnw-line").innerHTML).toBe(before);
  });

  it("are set once a second while training goes on, and the last always", () => {
    vi.useFakeTimers();
    mount();
    store.status({ state: "playing" });
    vi.advanceTimersByTime(1200);
    for (const w of [1, 2, 3]) {
      store.edit([0], [w]);
      store.paint();
    }
    expect(lines()[0]).not.toContain("z = 3\\cdot");
    vi.advanceTimersByTime(1200);
    expect(lines()[0]).toContain("z = 3\\cdot");
  });

  it("say when the model can no longer be worked", () => {
    mount();
    store.patch({ spec: { ...ARTICLE.spec, kind: "opaque" } });
    expect(one(".nnw-note").textContent).toContain("Linear layers");
  });
});
