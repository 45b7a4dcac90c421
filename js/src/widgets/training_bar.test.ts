// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from "vitest";
import { type FakeStore, fakeOptions, fakeStore } from "../testing/fake-store.js";
import { trainingBar } from "./training_bar.js";

let store: FakeStore;
let el: HTMLElement;
let unmount: () => void;
let options: ReturnType<typeof fakeOptions>;

beforeEach(() => {
  document.body.innerHTML = "";
  el = document.createElement("div");
  document.body.append(el);
  store = fakeStore();
  options = fakeOptions();
  unmount = trainingBar({ store, options, el });
});

const find = <E extends HTMLElement>(selector: string) => el.querySelector(selector) as E;
const action = (name: string) => find<HTMLButtonElement>(`[data-action=${name}]`);
const shown = (name: string) => find(`[data-number=${name}] output`).textContent;
const text = (selector: string) => find(selector)?.textContent?.replace(/\s+/g, " ").trim();

describe("the numbers", () => {
  it("are epoch, loss and accuracy as Python has them", () => {
    store.status({ epoch: 1234, loss: 0.12344, accuracy: 0.975 });
    expect([shown("epoch"), shown("loss"), shown("accuracy")]).toEqual([
      "1,234",
      "0.1234",
      "97.5\u202f%",
    ]);
    expect(find(".nnw").dataset.frame).toBe(String(store.frame));
  });

  it("follow a drag in the frame in which it is painted", () => {
    store.edit([6, 7, 8], [0, 0, 0]); // the output is 0 everywhere: BCE is ln 2
    store.patch({ ahead: true });
    expect(shown("loss")).toBe("0.6931");
  });

  it("say when only the kernel can tell", () => {
    store.patch({ ahead: true, spec: { ...store.state.spec, loss: "custom" } });
    expect(find("[data-number=loss]").hasAttribute("data-stale")).toBe(true);
    expect(find("[data-number=epoch]").hasAttribute("data-stale")).toBe(false);
    store.patch({ ahead: false });
    expect(find("[data-number=loss]").hasAttribute("data-stale")).toBe(false);
  });

  it("are dashes where there are none", () => {
    store.patch({ spec: { ...store.state.spec, loss: "custom" } }); // else the page has its own
    store.status({ loss: null, accuracy: null });
    expect([shown("loss"), shown("accuracy")]).toEqual(["–", "–"]);
  });
});

describe("the controls", () => {
  it("reset, play and step", () => {
    for (const name of ["reset", "play", "step", "batch"]) action(name).click();
    action("step").dispatchEvent(new MouseEvent("click", { shiftKey: true, bubbles: true }));
    expect(store.of("train").map(([command]) => command)).toEqual([
      { action: "reset" },
      { action: "play" },
      { action: "step", unit: "epoch", n: 1 },
      { action: "step", unit: "batch", n: 1 },
      { action: "step", unit: "batch", n: 1 },
    ]);
  });

  it("pause what plays, and offer no step meanwhile", () => {
    expect(action("play").getAttribute("aria-label")).toMatch(/^Play/);
    store.status({ state: "playing" });
    expect(action("play").getAttribute("aria-label")).toMatch(/^Pause/);
    expect(action("step").disabled && action("batch").disabled).toBe(true);
    action("play").click();
    expect(store.of("train")).toEqual([[{ action: "pause" }]]);
  });

  it("choose a speed, and show one that Python chose", () => {
    const select = find<HTMLSelectElement>("select");
    expect(select.value).toBe("20");
    select.value = "max";
    select.dispatchEvent(new Event("change", { bubbles: true }));
    expect(store.of("train")).toEqual([[{ action: "set", speed: null }]]);
    store.status({ speed: null });
    expect(select.value).toBe("max");
    store.status({ speed: 12.5 });
    expect(select.value).toBe("12.5");
    expect(select.options).toHaveLength(6);
    store.status({ speed: 5 });
    expect(select.options).toHaveLength(5);
  });

  it("set the learning rate while training runs, above 0 only", () => {
    const rate = find<HTMLInputElement>(".nnw-rate");
    expect(rate.value).toBe("0.05");
    const enter = (value: string) => {
      rate.focus();
      rate.value = value;
      rate.dispatchEvent(new Event("input", { bubbles: true }));
      rate.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
    };
    store.status({ state: "playing" });
    enter("0");
    expect(store.calls).toEqual([]);
    expect(find(".nnw-hint").hidden).toBe(false);
    enter("1e-2");
    expect(store.of("train")).toEqual([[{ action: "set", lr: 0.01 }]]);
    expect(find(".nnw-hint").hidden).toBe(true);
  });

  it("have names for those who do not see them", () => {
    for (const button of el.querySelectorAll("button")) {
      expect(button.getAttribute("aria-label")).toBeTruthy();
      expect(button.title).toBeTruthy();
    }
  });

  it("take keys, and keep JupyterLab's from them", () => {
    const root = find(".nnw");
    expect(root.dataset.lmSuppressShortcuts).toBe("true");
    root.dispatchEvent(new KeyboardEvent("keydown", { key: " ", bubbles: true }));
    expect(store.of("train")).toEqual([[{ action: "play" }]]);
    options.set("shortcuts", false);
    root.dispatchEvent(new KeyboardEvent("keydown", { key: " ", bubbles: true }));
    expect(store.of("train")).toHaveLength(1);
  });
});

describe("the badge", () => {
  it("says where the page stands with the kernel", () => {
    expect(find(".nnw-badge")).toBeNull();
    store.patch({ link: "waiting" });
    expect(text(".nnw-badge")).toBe("no answer from the kernel: changes reach it later");
    store.patch({ link: "disconnected" });
    expect(text(".nnw-badge")).toBe("kernel gone: run the cell again; changes stay in this page");
    store.patch({ link: "live" });
    expect(find(".nnw-badge")).toBeNull();
  });

  it("comes with controls that no longer promise anything", () => {
    store.patch({ link: "disconnected" });
    const controls = [...el.querySelectorAll<HTMLButtonElement>("button, select, input")];
    expect(controls.every((control) => control.disabled)).toBe(true);
    store.patch({ link: "waiting" });
    expect(controls.some((control) => control.disabled)).toBe(false);
  });
});

describe("notices", () => {
  const dismiss = () => find<HTMLButtonElement>(".nnw-notice button").click();

  it("show an error with its detail until dismissed", () => {
    store.patch({ error: { message: "unknown parameter", detail: "Traceback …" } });
    expect(text(".nnw-notice-text > span")).toBe("unknown parameter");
    expect(text(".nnw-notice pre")).toBe("Traceback …");
    dismiss();
    expect(store.of("dismissError")).toHaveLength(1);
    store.paint();
    expect(find(".nnw-notice")).toBeNull();
  });

  it("show why training stopped, and show it again when it happens again", () => {
    const failed = { state: "failed", message: "ValueError: no", traceback: "Tr" } as const;
    store.status(failed);
    expect(text(".nnw-notice-text > span")).toBe("Training stopped: ValueError: no");
    dismiss();
    expect(find(".nnw-notice")).toBeNull();
    store.paint();
    expect(find(".nnw-notice")).toBeNull();
    store.status({ state: "playing", message: "", traceback: "" });
    store.status(failed);
    expect(find(".nnw-notice")).not.toBeNull();
  });

  it("warn of what did not stop the training", () => {
    store.status({ state: "playing", message: "an observer raised KeyError" });
    expect(find(".nnw-notice").dataset.kind).toBe("warning");
    expect(find(".nnw-notice details")).toBeNull();
  });

  it("say that training diverged, without a traceback", () => {
    store.status({ state: "diverged", message: "the loss is nan after epoch 3" });
    expect(text(".nnw-notice-text")).toBe("Training stopped: the loss is nan after epoch 3");
  });
});

it("goes without a trace", () => {
  unmount();
  expect(el.childElementCount).toBe(0);
  expect(store.subscribers).toBe(0);
});
