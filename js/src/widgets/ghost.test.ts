// @vitest-environment happy-dom
import { render } from "lit-html";
import { beforeEach, describe, expect, it } from "vitest";
import { type FakeStore, fakeOptions, fakeStore } from "../testing/fake-store.js";
import { Ghost, type GhostChoice } from "./ghost.js";
import type { Options } from "./view.js";

let store: FakeStore;
let ghost: Ghost;
let redraws: number;
let asked: number[];
let answer: (epoch: number) => Promise<Float64Array>;

beforeEach(() => {
  store = fakeStore();
  [redraws, asked] = [0, []];
  answer = (epoch) => Promise.resolve(Float64Array.of(epoch));
  store.recall = (epoch) => {
    asked.push(epoch);
    return answer(epoch);
  };
  ghost = new Ghost(store, () => void redraws++);
});

const params = (choice: GhostChoice) => ghost.params(store.state, choice);
const settled = () => new Promise((done) => setTimeout(done));

describe("what is shown", () => {
  it("is nothing, or the initial parameters", () => {
    expect([params("none"), params("pinned")]).toEqual([null, null]);
    expect(params("initial")).toBe(store.state.initial);
  });

  it("is an epoch, asked for once and drawn when it comes", async () => {
    expect([params(7), params(7)]).toEqual([null, null]);
    await settled();
    expect([params(7), redraws, asked]).toEqual([Float64Array.of(7), 1, [7]]);
    expect(params(8)).toBeNull();
    await settled();
    expect([params(8), asked]).toEqual([Float64Array.of(8), [7, 8]]);
  });

  it("is not an answer that came too late", async () => {
    const late: ((params: Float64Array) => void)[] = [];
    answer = () => new Promise((resolve) => late.push(resolve));
    params(1);
    params(2);
    late[1](Float64Array.of(2));
    late[0](Float64Array.of(1));
    await settled();
    expect(params(2)).toEqual(Float64Array.of(2));
  });
});

describe("an epoch that is not remembered", () => {
  const fail = () => Promise.reject(new Error("not known"));

  it("is not asked for again in every frame", async () => {
    answer = fail;
    store.status({ epoch: 9 });
    params(5);
    await settled();
    store.status({ epoch: 10 });
    params(5);
    expect(asked).toEqual([5]);
  });

  it("is asked for again once training has come to it", async () => {
    answer = fail;
    params(5);
    await settled();
    for (const epoch of [3, 4, 5, 6]) {
      store.status({ epoch });
      params(5);
      await settled();
    }
    expect(asked).toEqual([5, 5]);
  });

  it("is asked for again once the kernel is back", async () => {
    answer = fail;
    store.status({ epoch: 9 });
    store.patch({ link: "disconnected" });
    params(5);
    await settled();
    params(5);
    expect(asked).toEqual([5]);
    store.patch({ link: "live" });
    params(5);
    expect(asked).toEqual([5, 5]);
  });
});

describe("its menu", () => {
  let options: Options;
  let host: HTMLElement;

  function draw(choice: GhostChoice): void {
    options = fakeOptions({ ghost: choice });
    host = document.createElement("div");
    render(ghost.menu(store.state, options), host);
  }

  function choose(value: string): void {
    const select = host.querySelector("select") as HTMLSelectElement;
    select.value = value;
    select.dispatchEvent(new Event("change"));
  }

  it("pins the parameters of now", () => {
    draw("none");
    const now = store.state.params;
    choose("pin");
    store.edit([0], [99]);
    expect([options.get("ghost"), params("pinned") === now]).toEqual(["pinned", true]);
  });

  it("pins again while pinned parameters are shown", () => {
    draw("none");
    choose("pin");
    store.edit([0], [99]);
    draw("pinned");
    const choices = [...host.querySelectorAll("option")].map(({ text }) => text);
    expect(choices).toEqual(["none", "initial", "pinned", "pin again", "epoch…"]);
    choose("pin");
    expect([options.get("ghost"), params("pinned")?.[0]]).toEqual(["pinned", 99]);
  });

  it("starts with the epoch of now and offers those before", () => {
    store.status({ epoch: 40 });
    draw("none");
    expect(host.querySelector("input")).toBeNull();
    choose("epoch");
    expect(options.get("ghost")).toBe(40);
    draw(40);
    const input = host.querySelector("input") as HTMLInputElement;
    const type = (value: string) => {
      input.value = value;
      input.dispatchEvent(new Event("input"));
      return options.get("ghost");
    };
    expect([type("12"), type("3.5"), type(""), type("99"), type("-1")]).toEqual([
      12, 12, 12, 40, 0,
    ]);
  });

  it("shows the epoch it stands for once one has done with typing", () => {
    draw(7);
    const input = host.querySelector("input") as HTMLInputElement;
    input.value = "";
    input.dispatchEvent(new Event("change"));
    expect(input.value).toBe("7");
  });
});
