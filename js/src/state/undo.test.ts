import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { page } from "../testing/page.js";
import type { PointEdit } from "../wire.js";
import type { NetState } from "./types.js";
import { LIMIT } from "./undo.js";

/** Rows as text, in any order: undoing a deletion may put the point elsewhere. */
function samples({ data }: NetState): string[] {
  return Array.from({ length: data.n }, (_, row) => {
    const x = data.X.subarray(row * data.d, (row + 1) * data.d);
    return `${x} ${data.y.subarray(row * data.k, (row + 1) * data.k)}`;
  }).sort();
}

const first = (state: NetState) => [...state.params.slice(0, 2)];

describe("undo of parameters", () => {
  test("takes a whole gesture back, and redo does it again", () => {
    const { store } = page();
    store.begin("drag", [0, 1]);
    for (let k = 0; k < 50; k++) store.edit([0, 1], [k, -k]);
    store.edit([1], [5]);
    store.end();
    store.undo();
    expect(first(store.state)).toEqual([0.125, 0.25]);
    expect(store.state.canUndo).toBe(false);
    store.redo();
    expect(first(store.state)).toEqual([49, 5]);
    expect(store.state.canRedo).toBe(false);
  });

  test("takes key presses on the same parameters back together, if they follow closely", () => {
    const { store, clock } = page();
    for (const value of [1, 2, 3]) {
      store.edit([0], [value]);
      clock.advance(500);
    }
    clock.advance(200);
    store.edit([0], [4]);
    store.edit([1], [9]);
    const seen = [];
    while (store.state.canUndo) {
      store.undo();
      seen.push(first(store.state));
    }
    expect(seen).toEqual([
      [4, 0.25],
      [3, 0.25],
      [0.125, 0.25],
    ]);
  });

  test("is not joined by what comes after an undo", () => {
    const { store } = page();
    store.edit([0], [1]);
    store.edit([1], [2]);
    store.undo();
    store.edit([0], [3]);
    store.undo();
    expect(first(store.state)).toEqual([1, 0.25]);
    store.redo();
    store.edit([0], [4]);
    store.undo();
    expect(first(store.state)).toEqual([3, 0.25]);
  });

  test("ends the gesture that is going on, and lets go of what it held", () => {
    const { store, kernel, clock } = page();
    store.begin("drag", [0]);
    store.edit([0], [4]);
    store.undo();
    clock.advance(1000);
    expect(kernel.held).toEqual([]);
    expect(kernel.params[0]).toBe(0.125);
  });

  test("has nothing to do for a gesture that changed nothing", () => {
    const { store } = page();
    store.begin("click", [0]);
    store.edit([0], [0.125]);
    store.end();
    expect(store.state.canUndo).toBe(false);
  });

  test("leaves alone what was frozen meanwhile", () => {
    const { store } = page();
    store.edit([0, 1], [3, 4]);
    store.freeze([0], true);
    store.undo();
    expect(first(store.state)).toEqual([3, 0.25]);
  });

  test(`goes back ${LIMIT} steps`, () => {
    const { store, clock } = page();
    for (let k = 0; k < LIMIT + 10; k++) {
      store.edit([0], [k]);
      clock.advance(700);
    }
    let steps = 0;
    for (; store.state.canUndo; steps++) store.undo();
    expect(steps).toBe(LIMIT);
    expect(store.state.params[0]).toBe(9);
  });
});

describe("undo of points", () => {
  test("finds a point whose row has moved", () => {
    const { store } = page();
    store.begin("move", []);
    store.editPoint({ op: "move", row: 2, x: [8, 8] });
    store.editPoint({ op: "move", row: 2, x: [9, 9] });
    store.end();
    store.editPoint({ op: "delete", row: 0 });
    store.undo(); // the deleted point is the last row now, the moved one is row 1
    expect([...store.state.data.X]).toEqual([0, 1, 9, 9, 0, 0]);
    store.undo();
    expect([...store.state.data.X]).toEqual([0, 1, 1, 0, 0, 0]);
    store.redo();
    store.redo();
    expect([...store.state.data.X]).toEqual([0, 1, 9, 9]);
  });

  test("of a drag that moves and labels by turns is one step, and few messages", () => {
    const { store, kernel, clock } = page();
    store.begin("move", []);
    for (let k = 1; k <= 20; k++) {
      store.editPoint({ op: "move", row: 1, x: [k, k] });
      store.editPoint({ op: "label", row: 1, y: [k / 20] });
    }
    store.end();
    clock.advance(2000);
    const told = kernel.of("points").length;
    store.undo();
    clock.advance(2000);
    expect(kernel.of("points").length - told).toBe(2);
    expect([kernel.points[1], store.state.canUndo]).toEqual([{ x: [0, 1], y: [1] }, false]);
    store.redo();
    expect([store.state.data.X[2], store.state.data.y[1]]).toEqual([20, 1]);
  });

  test("is forgotten where Python brings other points", () => {
    const { store, kernel, clock } = page();
    store.editPoint({ op: "label", row: 0, y: [1] });
    clock.advance(50);
    kernel.points.push({ x: [3, 3], y: [0] });
    kernel.sendData();
    clock.advance(50);
    expect(store.state.data.n).toBe(4);
    expect(store.state.canUndo).toBe(false);
  });

  const op = fc.record({
    op: fc.constantFrom("move", "add", "delete", "label"),
    row: fc.nat(),
    x: fc.tuple(fc.integer(), fc.integer()).map((x) => x.map(Math.fround)),
    y: fc.tuple(fc.nat(1)),
    wait: fc.constantFrom(0, 20, 700),
  });

  const gesture = fc.array(op, { minLength: 1, maxLength: 3 });

  test("step by step leads through every state there was, and redo back", () => {
    fc.assert(
      fc.property(fc.array(gesture, { maxLength: 8 }), (gestures) => {
        const { store, clock } = page();
        const states = [samples(store.state)];
        for (const ops of gestures) {
          let done = 0;
          store.begin("one step", []);
          for (const { wait, row, ...rest } of ops) {
            clock.advance(wait);
            store.editPoint({ ...rest, row: row % store.state.data.n } as PointEdit);
            if (store.state.error === null) done += 1;
            store.dismissError();
          }
          store.end();
          if (done > 0) states.push(samples(store.state));
        }
        for (const expected of states.slice(0, -1).reverse()) {
          store.undo();
          expect(samples(store.state)).toEqual(expected);
        }
        for (const expected of states.slice(1)) {
          store.redo();
          expect(samples(store.state)).toEqual(expected);
        }
        expect(store.state.canRedo).toBe(false);
      }),
      { numRuns: 100 },
    );
  });
});
