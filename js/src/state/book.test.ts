import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { specOf } from "../testing/fake-store.js";
import { epochs, historyOf, type Row } from "../testing/histories.js";
import { Book } from "./book.js";

const SPEC = specOf([1, 1]);
const SIZE = SPEC.size;

describe("a run in the page", () => {
  test("has the scores of every epoch and the parameters of those that came", () => {
    const book = new Book();
    const rows = epochs(0, 4, SIZE).map((row, i) => (i % 2 ? { ...row, params: undefined } : row));
    expect(book.apply(...historyOf(rows), SPEC)).toBe(false);
    expect([...book.epochs]).toEqual([0, 1, 2, 3, 4]);
    expect([...book.kept]).toEqual([0, 2, 4]);
    expect([...book.params(1)]).toEqual(Array(SIZE).fill(2));
    expect(book.score("loss", 3)).toBe(1 / 4);
    expect(book.score("test_loss", 3)).toBeNull();
    expect(book.score("none", 3)).toBeNull();
  });

  test("grows by what is new, and drops what is outdated", () => {
    const book = new Book();
    book.apply(...historyOf(epochs(0, 9, SIZE)), SPEC);
    book.apply(...historyOf(epochs(10, 12, SIZE), { from: 10, rows: 13, serial: 2 }), SPEC);
    expect(book.rows).toBe(13);
    expect(book.serial).toBe(2);
    book.apply(...historyOf([{ epoch: 4, loss: 9, params: [7, 7] }], { from: 4, rows: 5 }), SPEC);
    expect([...book.kept]).toEqual([0, 1, 2, 3, 4]);
    expect([...book.params(4)]).toEqual([7, 7]);
    expect(book.score("loss", 4)).toBe(9);
  });

  test("keeps every second when it is told to, and the last", () => {
    const book = new Book();
    book.apply(...historyOf(epochs(0, 5, SIZE)), SPEC);
    book.apply(...historyOf([], { from: 6, rows: 6, stride: 4 }), SPEC);
    expect([...book.kept]).toEqual([0, 4, 5]);
    book.apply(...historyOf(epochs(6, 7, SIZE).slice(1), { from: 6, rows: 7, stride: 4 }), SPEC);
    expect([...book.kept]).toEqual([0, 4, 7]);
    expect([...book.params(2)]).toEqual([7, 7]);
  });

  test("asks for the rest of a long history", () => {
    const book = new Book();
    expect(book.apply(...historyOf(epochs(0, 4, SIZE), { rows: 8 }), SPEC)).toBe(true);
  });

  test("takes nothing that is of other rows, or of another network", () => {
    const book = new Book();
    expect(book.apply(...historyOf(epochs(3, 4, SIZE), { from: 3, rows: 5 }), SPEC)).toBeNull();
    expect(book.apply(...historyOf(epochs(0, 4, SIZE + 1)), SPEC)).toBeNull();
    expect(book.apply(historyOf(epochs(0, 4, SIZE))[0], [], SPEC)).toBeNull();
    expect([book.rows, book.kept.length]).toEqual([0, 0]);
  });

  test("is what a plain list would be, whatever comes", () => {
    const step = fc.record({ back: fc.nat(6), add: fc.nat(9), power: fc.nat(2) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const book = new Book();
        let all: Row[] = [];
        let [stride, mark] = [1, 0];
        let kept = new Map<number, number>();
        for (const { back, add, power } of steps) {
          const from = Math.max(0, all.length - back);
          stride = Math.max(stride, 2 ** power);
          const last = from + add - 1;
          const fresh = Array.from({ length: add }, (_, i): Row => {
            mark += 1;
            const sent = (from + i) % stride === 0 || from + i === last;
            return { epoch: from + i, loss: mark, params: sent ? [mark, -mark] : undefined };
          });
          all = [...all.slice(0, from), ...fresh];
          kept = new Map(
            [...kept].filter(([row]) => row < from && (row % stride === 0 || row === last)),
          );
          fresh.forEach(({ params }, i) => {
            if (params) kept.set(from + i, params[0]);
          });
          book.apply(...historyOf(fresh, { from, rows: all.length, stride }), SPEC);
        }
        expect([...book.column("loss")]).toEqual(all.map(({ loss }) => loss));
        expect([...book.kept]).toEqual([...kept.keys()]);
        [...kept.values()].forEach((value, place) => {
          expect([...book.params(place)]).toEqual([value, -value]);
        });
      }),
    );
  });
});
