// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from "vitest";
import { fakeOptions, fakeStore } from "../testing/fake-store.js";
import type { Fed, Feed } from "./feed.js";
import { task } from "./task.js";

const GOALS = [
  { label: "all samples right", text: "75.0%", value: 0.75, met: false, share: 0.75 },
  { label: "by hand, without training", text: "yes", value: 0, met: true, share: 1 },
];
const STATE = { goals: GOALS, solved: false, attempts: 1, hints: [], left: 2, moved: false };

let el: HTMLElement;
let said: string[];
let told: (content: Record<string, unknown>) => void;
let unmount: () => void;

beforeEach(() => {
  el = document.createElement("div");
  document.body.replaceChildren(el);
  said = [];
  let latest: Fed | null = null;
  const listeners = new Set<(fed: Fed) => void>();
  const feed = {
    get latest() {
      return latest;
    },
    subscribe: (changed: (fed: Fed) => void) => {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    ask: ({ type }: { type: string }) => said.push(type) > 0,
  } as unknown as Feed;
  told = (content) => {
    latest = { content, buffers: [] };
    for (const listener of listeners) listener(latest);
  };
  const options = fakeOptions({ title: "Task", text: "Separate them.", width: 440 });
  unmount = task({ store: fakeStore(), options, el, feed });
});

const find = (selector: string) => el.querySelector(selector) as HTMLElement;
const text = (selector: string) => find(selector).textContent?.replace(/\s+/g, " ").trim();

describe("the panel of a task", () => {
  it("shows each condition with its progress", () => {
    expect(el.querySelectorAll(".nnw-goal").length).toBe(0);
    told(STATE);
    const [first, second] = el.querySelectorAll<HTMLElement>(".nnw-goal");
    expect([first.dataset.met, second.dataset.met]).toEqual(["no", "yes"]);
    expect(first.querySelector("[role=progressbar]")?.getAttribute("aria-valuenow")).toBe("75");
    expect(first.querySelector("[role=img]")?.getAttribute("aria-label")).toBe("not met");
    expect(text(".nnw-task-verdict")).toBe("1 of 2");
    expect(text(".nnw-task-count")).toBe("1 attempt");
  });

  it("says solved where Python does, and only there", () => {
    told({ ...STATE, goals: GOALS.map((goal) => ({ ...goal, met: true })) });
    expect(text(".nnw-task-verdict")).toBe("2 of 2");
    told({ ...STATE, solved: true });
    expect(text(".nnw-task-verdict")).toBe("solved");
    expect(find(".nnw-task").dataset.solved).toBe("true");
  });

  it("asks for hints one by one, and for the start", () => {
    told(STATE);
    find("[data-action=hint]").click();
    find("[data-action=reset]").click();
    expect(said).toEqual(["hint", "reset"]);
    told({ ...STATE, hints: ["Both lines fall."], left: 0 });
    expect(text(".nnw-hints li")).toBe("Both lines fall.");
    expect(find("[data-action=hint]")).toBe(null);
  });

  it("says on which points it is judged, where they were moved", () => {
    told({ ...STATE, moved: true });
    expect(text(".nnw-task-note")).toContain("judged on those it was set with");
  });

  it("says why nothing could be judged", () => {
    told({ error: "ValueError: no" });
    expect(text("[role=alert]")).toBe("ValueError: no");
    unmount();
    expect(el.children.length).toBe(0);
  });
});
