// @vitest-environment happy-dom

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type FakeStore, fakeStore, stateOf } from "../../testing/fake-store.js";
import { playground } from "./shell.js";

const ABOUT = {
  datasets: [
    { name: "ring", problem: "classification", possible: true },
    { name: "spiral", problem: "classification", possible: true },
    { name: "sine", problem: "regression", possible: false },
  ],
  task: "binary",
  formulas: [
    { name: "x1", text: "x₁" },
    { name: "x2", text: "x₂" },
    { name: "x1*x2", text: "x₁·x₂" },
  ],
  losses: ["bce", "mse"],
  optimizers: ["adam", "sgd"],
  activations: ["tanh", "relu"],
  regularizations: ["none", "l1", "l2"],
  inits: ["torch", "xavier"],
  editable: true,
  missing: {},
};

const CHOICES = {
  ...{ dataset: "ring", problem: "classification", n: 200, noise: 0.05, ratio: 0.5, data_seed: 3 },
  ...{ features: ["x1", "x2"], hidden: [2], activation: "tanh", loss: "bce", optimizer: "adam" },
  ...{ learning_rate: 0.05, batch_size: 16, regularization: "none", regularization_rate: 0.001 },
  ...{ init: "torch", seed: 0 },
};

type Listener = (...args: unknown[]) => void;

function fakeModel(values: Record<string, unknown>) {
  const listeners: [string, Listener][] = [];
  const tell = (event: string, ...args: unknown[]) => {
    for (const [name, listener] of [...listeners]) if (name === event) listener(...args);
  };
  return {
    values,
    sent: [] as Record<string, unknown>[],
    get: (name: string) => values[name],
    set(name: string, value: unknown) {
      values[name] = value;
      tell("change");
    },
    on: (event: string, listener: Listener) => void listeners.push([event, listener]),
    off(event?: string | null, listener?: Listener | null) {
      const at = listeners.findIndex(([name, known]) => name === event && known === listener);
      if (at >= 0) listeners.splice(at, 1);
    },
    send(content: unknown) {
      this.sent.push(content as Record<string, unknown>);
    },
    tell,
    listeners,
  };
}

const PARTS = ["graph", "lines", "space", "output", "surface", "curves", "timeline", "weights"];

/** A page with a playground of so many networks, of which the first is shown. */
class Page {
  readonly stores: FakeStore[] = [fakeStore(stateOf([2, 2, 1])), fakeStore(stateOf([2, 3, 1]))];
  readonly el = document.createElement("div");
  readonly mounted: string[] = [];
  readonly ended: string[] = [];
  readonly children = new Map<string, ReturnType<typeof fakeModel>>();
  readonly model = fakeModel({ ...CHOICES, _about: ABOUT, _previews: {}, _parts: this.parts(0) });
  end: () => void = () => {};

  parts(net: number, without: readonly string[] = []) {
    const names = PARTS.filter((part) => !without.includes(part));
    const views = Object.fromEntries(names.map((part) => [part, `anywidget:${part}-${net}`]));
    return { serial: net + 1, net: `anywidget:net-${net}`, views };
  }

  readonly host = {
    getModel: async (ref: string) => {
      const known = this.children.get(ref) ?? fakeModel({ height: 1, auto: true });
      this.children.set(ref, known);
      return known as never;
    },
    getWidget: async (ref: string) => ({
      exports: { store: this.stores[Number(ref.at(-1))], mount: () => () => {} } as never,
      render: async ({ el, signal }: { el: HTMLElement; signal?: AbortSignal }) => {
        this.mounted.push(ref);
        el.textContent = ref;
        signal?.addEventListener("abort", () => this.ended.push(ref));
      },
    }),
  };

  async open(): Promise<void> {
    document.body.append(this.el);
    this.end = await playground({ model: this.model as never, el: this.el, host: this.host });
    await this.settle();
  }

  async settle(): Promise<void> {
    for (let i = 0; i < 4; i++) await vi.advanceTimersByTimeAsync(40);
  }

  find = <E extends HTMLElement>(selector: string) => this.el.querySelector(selector) as E;
  all = (selector: string) => [...this.el.querySelectorAll<HTMLElement>(selector)];
  text = (selector: string) => this.find(selector).textContent?.trim();
}

let page: Page;

async function wide(width: number): Promise<void> {
  page.end();
  Object.defineProperty(HTMLElement.prototype, "clientWidth", {
    configurable: true,
    get: () => width,
  });
  page = new Page();
  await page.open();
}

beforeEach(async () => {
  vi.useFakeTimers();
  vi.stubGlobal("ResizeObserver", undefined);
  page = new Page();
  await wide(1200);
});

afterEach(() => {
  page.end();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function choose(selector: string, value: string): void {
  const field = page.find<HTMLInputElement>(selector);
  field.value = value;
  field.dispatchEvent(new Event(field.type === "range" ? "input" : "change", { bubbles: true }));
}

describe("what is shown", () => {
  it("mounts what can be seen, and the rest when it is asked for", async () => {
    const seen = ["graph", "timeline", "curves", "lines", "surface"].map(
      (part) => `anywidget:${part}-0`,
    );
    expect([...page.mounted].sort()).toEqual(seen.sort());
    page.find<HTMLButtonElement>('[data-tab="space"]').click();
    await page.settle();
    expect(page.mounted.at(-1)).toBe("anywidget:space-0");
    expect(page.find('[data-part="lines"]').hidden).toBe(true);
    expect(page.find('[data-part="space"]').hidden).toBe(false);
  });

  it("has tabs that keys walk through", async () => {
    const tab = page.find('[data-tab="lines"]');
    tab.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowLeft", bubbles: true }));
    await page.settle();
    expect(page.find('[data-tab="output"]').getAttribute("aria-selected")).toBe("true");
    expect(document.activeElement).toBe(page.find('[data-tab="output"]'));
  });

  it("computes no surface that nobody sees", async () => {
    await wide(600);
    const surface = page.children.get("anywidget:surface-0");
    expect(surface).toBeUndefined(); // nor is it there before it is asked for
    page.find<HTMLButtonElement>('[data-tab="surface"]').click();
    await page.settle();
    page.find<HTMLButtonElement>('[data-tab="lines"]').click();
    await page.settle();
    const sent = page.children.get("anywidget:surface-0")?.sent;
    expect(sent?.at(-1)).toEqual({ type: "option", name: "auto", value: false });
  });

  it("says why a network has no such view", async () => {
    page.model.values._parts = page.parts(0, ["output"]);
    page.model.set("_about", { ...ABOUT, missing: { output: "it has one input" } });
    page.find<HTMLButtonElement>('[data-tab="output"]').click();
    await page.settle();
    expect(page.text(".nnw-bench-missing")).toBe("it has one input");
  });

  it("has scores, those of the test data where there are some", () => {
    const numbers = () => page.all("[data-number]").map((each) => each.dataset.number);
    expect(numbers()).toEqual(["epoch", "loss", "accuracy"]);
    page.stores[0].status({ test_loss: 0.25, test_accuracy: 0.75 });
    expect(numbers()).toEqual(["epoch", "loss", "test-loss", "accuracy", "test-accuracy"]);
    expect(page.text('[data-number="test-loss"] output')).toBe("0.2500");
  });
});

describe("an earlier epoch", () => {
  it("is marked over the numbers, which are of that epoch", () => {
    const [store] = page.stores;
    store.status({ epoch: 9, loss: 0.125, test_loss: 0.25 });
    expect(page.text('[data-number="epoch"] > span')).toBe("epoch");
    store.show((state) => ({
      ...state,
      status: { ...state.status, epoch: 4, loss: 0.5, test_loss: 0.75 },
      past: { epoch: 4, words: "past: epoch 4", refusal: "no" },
    }));
    store.status({}); // draws
    const numbers = ["epoch", "loss", "test-loss"];
    const shown = () => numbers.map((name) => page.text(`[data-number="${name}"] output`));
    expect(page.text('[data-number="epoch"] > span')).toBe("past: epoch 4");
    expect(shown()).toEqual(["4", "0.5000", "0.7500"]);
    store.show(null);
    store.status({});
    expect(page.text('[data-number="epoch"] > span')).toBe("epoch");
    expect(shown()).toEqual(["9", "0.1250", "0.2500"]);
  });
});

describe("another network", () => {
  it("takes the place of the one before only when its views are there", async () => {
    page.model.set("_parts", page.parts(1));
    expect(page.ended).toEqual([]);
    expect(page.text('[data-part="graph"]:not([data-waits])')).toBe("anywidget:graph-0");
    await page.settle();
    expect(page.text('[data-part="graph"]')).toBe("anywidget:graph-1");
    expect(page.all("[data-waits]")).toEqual([]);
    expect(page.ended.sort()).toEqual(page.mounted.filter((ref) => ref.endsWith("0")).sort());
    expect(page.model.sent.at(-1)).toEqual({ type: "shown", serial: 2 });
    page.find<HTMLButtonElement>('[data-action="play"]').click();
    expect(page.stores[0].of("train")).toEqual([]);
    expect(page.stores[1].of("train")).toEqual([[{ action: "play" }]]);
  });

  it("keeps the tab that was open", async () => {
    page.find<HTMLButtonElement>('[data-tab="space"]').click();
    page.model.set("_parts", page.parts(1));
    await page.settle();
    expect(page.text('[data-part="space"]')).toBe("anywidget:space-1");
    expect(page.mounted).not.toContain("anywidget:lines-1");
  });
});

describe("choosing", () => {
  const asked = () => page.model.sent.filter(({ type }) => type === "choose");

  it("asks Python for data, and shows them as chosen at once", async () => {
    page.find<HTMLInputElement>('[data-set="spiral"] input').click();
    expect(page.find<HTMLInputElement>('[data-set="spiral"] input').checked).toBe(true);
    await page.settle();
    expect(asked()).toEqual([{ type: "choose", values: { dataset: "spiral" } }]);
  });

  it("asks once a frame while a slider is dragged, for its last place", async () => {
    for (const value of ["0.1", "0.2", "0.3"]) choose('[data-choice="noise"] input', value);
    page.model.set("noise", 0.1); // an answer to the first comes late
    expect(page.text('[data-choice="noise"] output')).toBe("0.30");
    await page.settle();
    expect(asked()).toEqual([{ type: "choose", values: { noise: 0.3 } }]);
  });

  it("goes back to Python's word where it is refused", async () => {
    choose('[data-choice="noise"] input', "0.3");
    page.model.tell("msg:custom", { type: "refused", name: "noise", message: "no" });
    expect(page.text('[data-choice="noise"] output')).toBe("0.050");
    expect(page.text(".nnw-refusal")).toContain("no");
  });

  it("puts formulas in their order, and never takes the last one away", async () => {
    page.find<HTMLButtonElement>('[data-formula="x1*x2"]').click();
    page.find<HTMLButtonElement>('[data-formula="x1"]').click();
    page.find<HTMLButtonElement>('[data-formula="x1"]').click();
    await page.settle();
    expect(asked()).toEqual([{ type: "choose", values: { features: ["x1", "x2", "x1*x2"] } }]);
    page.model.set("features", ["x2"]);
    await vi.advanceTimersByTimeAsync(5000);
    page.model.set("features", ["x2"]);
    expect(page.find<HTMLButtonElement>('[data-formula="x2"]').disabled).toBe(true);
  });

  it("sets what a page without Python can do by itself through the network", () => {
    choose('[data-choice="learning_rate"] select', "0.1");
    choose('[data-choice="activation"] select', "relu");
    expect(page.stores[0].of("train")).toEqual([[{ action: "set", lr: 0.1 }]]);
    expect(page.stores[0].of("setActivation")).toEqual([["relu"]]);
    expect(asked()).toEqual([]);
  });

  it("has the activation of each hidden layer, and says where they differ", async () => {
    const state = stateOf([2, 3, 2, 1]);
    state.spec.layers[0].activation = { name: "relu" };
    page.stores[0] = fakeStore(state);
    page.model.set("_parts", { ...page.parts(0), serial: 9 });
    await page.settle();
    const shown = (name: string) =>
      page.find<HTMLSelectElement>(`[data-choice="${name}"] select`).value;
    expect(["activation", "activation-0", "activation-1"].map(shown)).toEqual([
      "mixed",
      "relu",
      "tanh",
    ]);
    choose('[data-choice="activation-0"] select', "tanh");
    choose('[data-choice="activation"] select', "mixed"); // is no activation
    choose('[data-choice="activation"] select', "relu");
    expect(page.stores[0].of("setActivation")).toEqual([[["tanh", "tanh"]], ["relu"]]);
  });

  it("sets the others by asking", async () => {
    choose('[data-choice="batch_size"] select', "all");
    choose('[data-choice="regularization"] select', "l2");
    choose('[data-choice="seed"] input', "12");
    page.find<HTMLButtonElement>('[data-action="regenerate"]').click();
    await page.settle();
    const values = { batch_size: null, regularization: "l2", seed: 12, data_seed: 4 };
    expect(asked()).toEqual([{ type: "choose", values }]);
  });

  it("offers nothing that a kernel would have to do while there is none", () => {
    const state = stateOf([2, 3, 1]);
    page.stores[0].patch({ spec: { ...state.spec, editable: true } });
    const fields = () =>
      (
        page.all(".nnw-bench select, .nnw-bench input, .nnw-bench button") as HTMLInputElement[]
      ).filter((each) => !each.matches("[data-tab], [hidden]") && !each.disabled);
    const usable = fields().length;
    page.stores[0].patch({ link: "disconnected" });
    expect(fields().map((each) => each.outerHTML)).toEqual([]);
    page.stores[0].patch({ link: "live" });
    expect(fields()).toHaveLength(usable);
  });

  it("shows what a model of one's own cannot learn, and says why", () => {
    expect(page.all(".nnw-bench-segment input:disabled").length).toBe(1);
    page.model.set("_about", { ...ABOUT, editable: false });
    expect(page.find('[data-choice="loss"]').title).toContain("nnw.mlp");
    expect(page.find<HTMLButtonElement>('[data-formula="x1*x2"]').disabled).toBe(true);
  });
});

describe("the menu", () => {
  const open = () => page.find<HTMLButtonElement>('[data-action="menu"]').click();

  it("is walked through and left by keys", () => {
    open();
    const items = page.all("[role=menuitem]");
    expect(document.activeElement).toBe(items[0]);
    items[0].dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowUp", bubbles: true }));
    expect(document.activeElement).toBe(items.at(-1));
    items[4].dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
    expect(page.all("[role=menuitem]")).toEqual([]);
    expect(document.activeElement).toBe(page.find('[data-action="menu"]'));
  });

  it("copies what Python sends, or shows it where the page may not", async () => {
    const written: string[] = [];
    vi.stubGlobal("navigator", {
      clipboard: { writeText: async (text: string) => written.push(text) },
    });
    open();
    page.find<HTMLButtonElement>('[data-give="code"]').click();
    expect(page.model.sent.at(-1)).toEqual({ type: "give", what: "code" });
    page.model.tell("msg:custom", {
      type: "given",
      what: "code",
      name: "code",
      text: "import torch",
    });
    await page.settle();
    expect([written, page.text(".nnw-bench-said")]).toEqual([["import torch"], "copied"]);

    vi.stubGlobal("navigator", { clipboard: undefined });
    page.model.tell("msg:custom", {
      type: "given",
      what: "code",
      name: "code",
      text: "import torch",
    });
    await page.settle();
    expect(page.find<HTMLTextAreaElement>("textarea").value).toBe("import torch");
  });
});

it("leaves nothing behind", async () => {
  page.end();
  page.end();
  expect(page.el.textContent).toBe("");
  expect(page.model.listeners).toEqual([]);
  expect(page.stores[0].subscribers).toBe(0);
  expect(page.ended.sort()).toEqual([...page.mounted].sort());
});
