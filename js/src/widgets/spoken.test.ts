// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it } from "vitest";
import type { NetState } from "../state/types.js";
import { FakeClock } from "../testing/fake-clock.js";
import { type FakeStore, fakeStore } from "../testing/fake-store.js";
import { speak } from "./spoken.js";

let clock: FakeClock;
let store: FakeStore & { attend: FakeStore["subscribe"] };
let hush: () => void;

beforeEach(() => {
  document.body.innerHTML = "";
  clock = new FakeClock();
  const fake = fakeStore();
  store = Object.assign(fake, {
    attend: (look: (state: NetState) => void) => fake.subscribe(look),
  });
  hush = speak(store, clock, document.body);
  store.paint();
});

afterEach(() => hush());

const region = () => document.querySelector("[data-nnw-spoken]") as HTMLElement;
const said = () => region().textContent;

it("is there before there is something to say, and says nothing of what is there at first", () => {
  expect(region().getAttribute("aria-live")).toBe("polite");
  store.patch({ params: store.state.params.slice() }); // Python's first frame
  clock.advance(10_000);
  expect(said()).toBe("");
});

it("says a step's numbers once they rest", () => {
  store.status({ epoch: 1, loss: 0.5, accuracy: 0.75 });
  clock.advance(600);
  expect(said()).toBe("");
  clock.advance(200);
  expect(said()).toBe("Epoch 1, loss 0.5000, accuracy 75.0\u202f%");
});

it("waits for the end of a drag", () => {
  for (let i = 0; i < 50; i++) {
    store.edit([8], [i / 10]);
    store.patch({ ahead: true });
    clock.advance(100);
  }
  expect(said()).toBe("");
  clock.advance(700);
  expect(said()).toContain("Epoch 0, loss");
});

it("says where training is every five seconds, and at once where it stops", () => {
  store.status({ state: "playing" });
  const heard: (string | null)[] = [];
  for (let epoch = 1; epoch <= 120; epoch++) {
    store.status({ epoch, loss: 1 / epoch, accuracy: null });
    clock.advance(100);
    if (heard.at(-1) !== said()) heard.push(said());
  }
  expect(heard).toEqual([
    "",
    "Training: epoch 50, loss 0.02000",
    "Training: epoch 100, loss 0.01000",
  ]);
  store.status({ state: "idle" });
  clock.advance(800);
  expect(said()).toBe("Epoch 120, loss 0.008333");
});

it("has nothing to say of a look at something else", () => {
  store.select({ sample: 3 });
  store.paint();
  clock.advance(9000);
  expect(said()).toBe("");
});

it("is taken away, with what it was about to say", () => {
  store.status({ epoch: 1 });
  hush();
  clock.advance(9000);
  expect(region()).toBeNull();
  expect(clock.pendingTimers).toBe(0);
});
