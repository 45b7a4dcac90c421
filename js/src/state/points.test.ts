import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { agree, page } from "../testing/page.js";
import type { PointEdit } from "../wire.js";

describe("points", () => {
  test.each<[PointEdit, string]>([
    [{ op: "move", row: 3, x: [0, 0] }, "there is no point in row 3 of 3"],
    [{ op: "delete", row: 0.5 }, "there is no point in row 0.5 of 3"],
    [{ op: "move", row: 0, x: [0] }, "x has 1 numbers and should have 2"],
    [{ op: "add", x: [0, Number.NaN], y: [0] }, "x should be finite and has NaN"],
    [{ op: "add", x: [0, 0], y: [] }, "y has 0 numbers and should have 1"],
    [{ op: "label", row: 0, y: [Number.POSITIVE_INFINITY] }, "y should be finite and has Infinity"],
  ])("refuse %j", (edit, detail) => {
    const { store } = page();
    const before = store.state.data;
    store.editPoint(edit);
    expect(store.state.error?.detail).toBe(detail);
    expect(store.state.data).toBe(before);
  });

  test("keep the last one", () => {
    const { store } = page();
    for (let k = 0; k < 3; k++) store.editPoint({ op: "delete", row: 0 });
    expect(store.state.data.n).toBe(1);
    expect(store.state.error?.detail).toBe("the last point cannot be deleted");
  });

  test("are moved at once, and a drag goes to Python as few messages", () => {
    const { store, kernel, clock } = page();
    kernel.link.latency = () => 40;
    const before = store.state.data.X;
    for (let k = 1; k <= 100; k++) {
      store.editPoint({ op: "move", row: 1, x: [k, k] });
      store.editPoint({ op: "label", row: 1, y: [k / 100] });
      expect([...store.state.data.X.slice(2, 4)]).toEqual([k, k]);
      clock.advance(1);
    }
    expect([...before.slice(2, 4)]).toEqual([0, 1]);
    clock.advance(500);
    expect(kernel.of("points").length).toBeLessThanOrEqual(6);
    expect(kernel.points[1].x).toEqual([100, 100]);
    expect(agree(store, kernel)).toBe(true);
    expect(store.state.ahead).toBe(false);
  });

  test("that are on their way to Python are not undone by its older ones", () => {
    const { store, kernel, clock } = page();
    kernel.link.latency = () => 50;
    store.editPoint({ op: "move", row: 0, x: [7, 7] });
    clock.advance(10);
    kernel.points[2] = { x: [5, 5], y: [1] };
    kernel.sendData();
    clock.advance(60);
    expect([...store.state.data.X]).toEqual([7, 7, 0, 1, 5, 5]);
    expect(store.state.ahead).toBe(true);
  });

  test("that Python has replaced are not edited by what was meant for others", () => {
    const { store, kernel, clock } = page();
    kernel.link.latency = () => 50;
    store.editPoint({ op: "label", row: 0, y: [1] }); // on its way, so Python will do it
    store.editPoint({ op: "move", row: 0, x: [5, 5] });
    kernel.points.splice(0, 3, { x: [9, 9], y: [0] });
    kernel.sendData();
    clock.advance(1000);
    expect(kernel.points).toEqual([{ x: [9, 9], y: [1] }]);
    expect(agree(store, kernel)).toBe(true);
  });

  test("that Python does not take go back", () => {
    const { store, kernel, clock } = page();
    kernel.busy = true;
    store.editPoint({ op: "add", x: [1, 1], y: [1] });
    store.editPoint({ op: "move", row: 0, x: [4, 4] });
    clock.advance(10);
    const [refused] = store.state.data.n === 4 ? [1, 2] : [];
    for (let k = 0; k < 2; k++) kernel.toPage({ type: "error", message: "no", detail: "" });
    clock.advance(10);
    expect(refused).toBe(1);
    expect([...store.state.data.X]).toEqual([0, 0, 0, 1, 1, 0]);
  });

  const edit = fc.record({
    op: fc.constantFrom("move", "move", "add", "delete", "label"),
    row: fc.nat(),
    x: fc.tuple(fc.integer({ max: 9 }), fc.integer({ max: 9 })),
    y: fc.tuple(fc.nat(1)),
    wait: fc.nat(60),
  });

  test("agree with Python however fast they are edited", () => {
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 20 }), fc.nat(50), (edits, latency) => {
        const { store, kernel, clock } = page();
        kernel.link.latency = () => latency;
        const oracle = kernel.points.map((point) => ({ ...point }));
        for (const { wait, row, ...rest } of edits) {
          const at = row % oracle.length;
          const alone = rest.op === "delete" && oracle.length === 1;
          store.editPoint({ ...rest, row: at } as PointEdit);
          if (rest.op === "add") oracle.push({ x: rest.x, y: rest.y });
          if (rest.op === "delete" && !alone) oracle.splice(at, 1);
          if (rest.op === "move") oracle[at] = { ...oracle[at], x: rest.x };
          if (rest.op === "label") oracle[at] = { ...oracle[at], y: rest.y };
          expect([...store.state.data.X]).toEqual(oracle.flatMap(({ x }) => x.map(Math.fround)));
          clock.advance(wait);
        }
        clock.advance(10_000);
        expect(kernel.points.map(({ y }) => y)).toEqual(oracle.map(({ y }) => y));
        expect(agree(store, kernel)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});

test.each(["float32", "float64"] as const)("pictures of %s come as bytes", (dtype) => {
  const { store, kernel, clock } = page();
  kernel.model.update({ _spec: { ...kernel.spec, dtype } });
  const values = dtype === "float32" ? kernel.params.slice() : Float64Array.from(kernel.params);
  const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  const y = dtype === "float32" ? new Float32Array(128) : new Float64Array(128);
  const _data = { n: 128, d: 2, k: 1, X: new DataView(bytes.buffer), steps: 255, y, acks: {} };
  kernel.link.loses = () => true; // its frames would be of another type
  kernel.model.update({ _data, _values: values, _initial: values });
  clock.advance(50);
  const { X } = store.state.data;
  const exact = (byte: number) => (dtype === "float32" ? Math.fround(byte / 255) : byte / 255);
  expect([...X]).toEqual([...bytes].map(exact));
});
