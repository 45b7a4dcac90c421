import { describe, expect, it } from "vitest";
import { fakeStore } from "../testing/fake-store.js";
import { dataOf, networkOf } from "../testing/views.js";
import { affordable, chooseRows, evenRows, rowsCaption } from "./chosen_rows.js";
import { Derived, derivedOf } from "./derived.js";

const alternating = (n: number) =>
  dataOf(
    Array.from({ length: n }, (_, i) => [i, -i]),
    Array.from({ length: n }, (_, i) => [i % 2]),
  );

describe("evenly chosen rows", () => {
  it("are all where there are few", () => {
    expect([...evenRows(4, 10)]).toEqual([0, 1, 2, 3]);
    const data = alternating(5);
    expect(chooseRows(data, 5).data).toBe(data);
  });

  it("ascend, are different, and lie one in each stretch", () => {
    const rows = evenRows(60_000, 300);
    expect(rows.length).toBe(300);
    for (const [i, row] of rows.entries()) expect(Math.floor(row / 200)).toBe(i);
  });

  it("do not lose a class where the classes take turns", () => {
    const { data } = chooseRows(alternating(2000), 100);
    const ones = data.y.reduce((sum, y) => sum + y, 0);
    expect(ones).toBeGreaterThan(30);
    expect(ones).toBeLessThan(70);
  });

  it("keep each row's own numbers", () => {
    const { rows, data } = chooseRows(alternating(100), 7);
    rows.forEach((row, i) => {
      expect([...data.X.subarray(2 * i, 2 * i + 2)]).toEqual([row, row === 0 ? -0 : -row]);
      expect(data.y[i]).toBe(row % 2);
    });
  });

  it("are as many as a frame has time for", () => {
    const spec = (sizes: number[]) => networkOf({ sizes }).spec;
    expect(affordable(spec([64, 64, 32, 10]))).toBeGreaterThan(1797);
    expect(affordable(spec([784, 64, 32, 10]))).toBeGreaterThan(200);
    expect(affordable(spec([784, 64, 32, 10]))).toBeLessThan(400);
  });

  it("are told", () => {
    expect(rowsCaption(9, 9, String)).toBe("9 samples");
    expect(rowsCaption(9, 99, String)).toBe("9 of 99 samples, evenly chosen");
  });
});

describe("the pass that views share", () => {
  const state = networkOf({ sizes: [2, 3, 1], data: alternating(40) });

  it("is one and the same where all rows are chosen", () => {
    const derived = new Derived();
    const all = derived.pass(state);
    expect(derived.chosen(state)?.a[0]).toBe(all?.a[0]);
    expect(derived.chosen(state)?.rows.length).toBe(40);
  });

  it("is of the same rows, however many another view asks for", () => {
    const derived = new Derived();
    const first = derived.rows(state, 10);
    expect(derived.rows(state, 20).data.n).toBe(20);
    expect(derived.rows(state, 10)).toBe(first);
    expect(derived.rows({ ...state, data: alternating(40) }, 10)).not.toBe(first);
  });

  it("gives two views one gradient, and does not take it away for a sample's or a full one", () => {
    const derived = new Derived();
    const moving = derived.gradient(state, null, true);
    const kept = Array.from(moving?.gradient ?? []);
    derived.gradient(state, 3, true);
    derived.gradient(state, null, false);
    expect(derived.gradient(state, null, true)).toBe(moving);
    expect(Array.from(moving?.gradient ?? [])).toEqual(kept);
  });

  it("has a sample's own numbers", () => {
    const derived = new Derived();
    const all = derived.pass(state);
    const one = derived.sample(state, 7);
    expect([...(one?.a[0] ?? [])]).toEqual([...(all?.a[0].subarray(21, 24) ?? [])]);
    expect(derived.sample(state, 40)).toBeNull();
  });

  it("is the store's, whoever asks", () => {
    const store = fakeStore(state);
    expect(derivedOf(store)).toBe(derivedOf(store));
    expect(derivedOf(fakeStore(state))).not.toBe(derivedOf(store));
  });

  it("is not there for a model that Python computes", () => {
    const opaque = { ...state, spec: { ...state.spec, kind: "opaque" as const } };
    expect(new Derived().chosen(opaque)).toBeNull();
    expect(new Derived().sample(opaque, 0)).toBeNull();
  });
});
