/** Units and layers come and go in Python while the page is in the middle of something. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stateOf } from "../testing/fake-store.js";
import { agree, page } from "../testing/page.js";
import { NOTHING, within } from "./selection.js";

describe("an edit under way while Python makes another network of it", () => {
  test("moves nothing there, and is forgotten here", () => {
    const { store, kernel, clock } = page();
    kernel.link.latency = () => 50;
    store.edit([4], [7]);
    kernel.restructure([2, 3, 1]);
    clock.advance(500);
    expect(kernel.params[4]).toBe(-5 / 8 - 1);
    expect(agree(store, kernel)).toBe(true);
    expect(store.state.ahead).toBe(false);
    expect(store.state.canUndo).toBe(false);
    expect(kernel.of("edit").map(({ revision }) => revision)).toEqual([0]);
    store.edit([4], [3]);
    clock.advance(500);
    expect(kernel.of("edit").at(-1)?.revision).toBe(1);
    expect(kernel.params[4]).toBe(3);
  });

  test("also where the number of parameters stays the same", () => {
    const { store, kernel, clock } = page();
    kernel.restructure([2, 1, 3]);
    clock.advance(100);
    const { size } = kernel.spec;
    kernel.link.latency = () => 50;
    store.edit([4], [7]);
    kernel.restructure([2, 3]);
    expect(kernel.spec.size).toBe(size);
    clock.advance(500);
    expect(agree(store, kernel)).toBe(true);
    expect(kernel.params[4]).toBe(-5 / 8 - 2);
  });

  test("ends a gesture: what the hand still does moves nothing until it begins anew", () => {
    const { store, kernel, clock } = page();
    store.begin("drag", [0]);
    store.edit([0], [3]);
    clock.advance(50);
    kernel.restructure([2, 3, 1]);
    clock.advance(50);
    const before = [...kernel.params];
    store.edit([0], [4]);
    expect([...store.state.params]).toEqual(before);
    clock.advance(5000);
    expect([...kernel.params]).toEqual(before);
    expect([kernel.held, store.state.held, store.state.error?.message]).toEqual([
      [],
      false,
      undefined,
    ]);
    store.end();
    store.begin("drag", [0]);
    store.edit([0], [5]);
    clock.advance(50);
    expect(kernel.params[0]).toBe(5);
    expect(kernel.held).toEqual([0]);
  });

  test("a point that is dragged meanwhile is still the same point", () => {
    const { store, kernel, clock } = page();
    store.begin("move point", []);
    store.editPoint({ op: "move", row: 0, x: [1, 1] });
    kernel.restructure([2, 3, 1]);
    clock.advance(100);
    store.editPoint({ op: "move", row: 0, x: [2, 2] });
    store.end();
    clock.advance(500);
    expect(kernel.points[0].x).toEqual([2, 2]);
  });

  test("what was to be frozen is not", () => {
    const { store, kernel, clock } = page();
    kernel.link.latency = () => 50;
    store.freeze([3], true);
    kernel.restructure([2, 3, 1]);
    clock.advance(5000);
    expect([kernel.frozen, [...store.state.frozen]]).toEqual([[], []]);
  });

  test("an epoch that was asked for is of no network any more", async () => {
    const { store, kernel, clock } = page();
    const asked = store.recall(5);
    kernel.restructure([2, 3, 1]);
    const settled = expect(asked).rejects.toThrow("other units or layers");
    clock.advance(100);
    expect(store.state.spec.revision).toBe(1);
    await settled;
  });
});

describe("parameters", () => {
  test("of a network that the page does not know yet wait until it does", () => {
    const { store, kernel, clock, drawn } = page();
    kernel.restructure([2, 1, 3]);
    clock.advance(100);
    const { size } = kernel.spec;
    drawn.length = 0;
    kernel.restructure([2, 3], { frameFirst: true });
    expect(kernel.spec.size).toBe(size);
    clock.advance(100);
    const shown = drawn.map(({ spec, params }) => [spec.revision, params[0]]);
    expect(shown.length).toBeGreaterThan(0);
    for (const [revision, first] of shown) expect(first).toBe(-1 / 8 - (revision as number));
    expect(store.state.spec.revision).toBe(2);
  });
});

test("whatever the order, page and Python agree in the end, and no edit lands elsewhere", () => {
  const step = fc.record({
    act: fc.oneof(
      fc.record({ do: fc.constant("edit" as const), at: fc.double({ min: 0, max: 0.999 }) }),
      fc.record({ do: fc.constant("drag" as const), at: fc.double({ min: 0, max: 0.999 }) }),
      fc.record({
        do: fc.constant("make" as const),
        sizes: fc.constantFrom([2, 2, 1], [2, 3, 1], [2, 1, 3, 1], [2, 1], [2, 4, 1]),
      }),
      fc.record({ do: fc.constantFrom("end" as const, "undo" as const) }),
    ),
    wait: fc.nat(300),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), fc.nat(200), (steps, latency) => {
      const { store, kernel, clock } = page();
      kernel.link.latency = () => latency;
      /** What was set in each structure: all that its parameters may have become. */
      const wishes = new Map<number, Map<number, Set<number>>>();
      let value = 100;
      kernel.onEdit = (indices) => {
        const known = wishes.get(kernel.spec.revision);
        for (const i of indices) expect(known?.get(i)?.has(kernel.params[i])).toBe(true);
      };
      const wish = (i: number, wanted: number) => {
        const { revision } = store.state.spec;
        const of = wishes.get(revision) ?? new Map<number, Set<number>>();
        wishes.set(revision, of.set(i, (of.get(i) ?? new Set()).add(wanted)));
      };
      for (const { act, wait } of steps) {
        const { size } = store.state.spec;
        if (act.do === "edit" || act.do === "drag") {
          const i = Math.floor(act.at * size);
          wish(i, store.state.params[i]); // what undo goes back to, and what is held
          wish(i, value);
          if (act.do === "drag") store.begin("drag", [i]);
          store.edit([i], [value]);
          value += 1;
        } else if (act.do === "make") kernel.restructure(act.sizes);
        else store[act.do]();
        clock.advance(wait);
      }
      store.end();
      clock.advance(30_000);
      expect(store.state.ahead).toBe(false);
      expect(agree(store, kernel)).toBe(true);
      expect(store.state.spec.revision).toBe(kernel.spec.revision);
    }),
    { numRuns: 200 },
  );
});

describe("a selection", () => {
  const { spec, data } = stateOf([2, 3, 1]);

  test("is what there is of it", () => {
    const chosen = { ...NOTHING, sample: 3, unit: { layer: 0, unit: 2 }, weight: 12, epoch: 900 };
    expect(within(chosen, spec, data)).toBe(chosen);
    expect(within(NOTHING, spec, data)).toBe(NOTHING);
    for (const [gone, left] of [
      [{ sample: 4 }, { sample: null }],
      [{ weight: 13 }, { weight: null }],
      [{ unit: { layer: 0, unit: 3 } }, { unit: null }],
      [{ unit: { layer: 2, unit: 0 } }, { unit: null }],
    ]) {
      expect(within({ ...chosen, ...gone }, spec, data)).toEqual({ ...chosen, ...left });
    }
  });

  test("loses a point that Python deletes", () => {
    const { store, kernel, clock } = page();
    store.select({ sample: 2 });
    expect(store.state.selection.sample).toBe(2);
    kernel.points.pop();
    kernel.sendData();
    clock.advance(50);
    expect(store.state.selection.sample).toBe(null);
  });

  test("loses all that goes by index when the network becomes another", () => {
    const { store, kernel, clock } = page();
    store.select({ unit: { layer: 0, unit: 1 }, weight: 8 });
    kernel.restructure([2, 1, 1]);
    clock.advance(50);
    expect(store.state.selection).toEqual(NOTHING);
    store.select({ unit: { layer: 0, unit: 1 }, weight: 8 }); // a view that has not drawn it yet
    expect(store.state.selection).toEqual(NOTHING);
  });
});
