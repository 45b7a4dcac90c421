import { describe, expect, it } from "vitest";
import { csvOf, RunBook } from "./runs.js";

const bytes = (...values: number[]) => [Float64Array.from(values).buffer];
const entry = (name: string, from: number, to: number, columns: string[], slot = 0) => ({
  ...{ name, slot, live: true, columns, from, to },
});
const values = (book: RunBook, run: number, column: string) => [
  ...(book.runs[run].columns.get(column) ?? []),
];

describe("rows that come", () => {
  it("are added, and replace those that were recorded anew", () => {
    const book = new RunBook();
    const columns = ["epoch", "loss"];
    expect(book.apply({ runs: [entry("a", 0, 3, columns)] }, bytes(0, 1, 2, 0.9, 0.8, 0.7))).toBe(
      true,
    );
    const before = book.runs[0].columns.get("loss");
    book.apply({ runs: [entry("a", 3, 4, columns)] }, bytes(3, 0.6));
    expect(values(book, 0, "loss")).toEqual([0.9, 0.8, 0.7, 0.6]);
    book.apply({ runs: [entry("a", 1, 2, columns)] }, bytes(1, 0.5));
    expect(values(book, 0, "epoch")).toEqual([0, 1]);
    expect(values(book, 0, "loss")).toEqual([0.9, 0.5]);
    expect([...(before ?? [])]).toEqual([0.9, 0.8, 0.7]); // what a chart still shows
  });

  it("of a late metric follow gaps; a metric that is gone goes", () => {
    const book = new RunBook();
    book.apply({ runs: [entry("a", 0, 2, ["epoch", "loss"])] }, bytes(0, 1, 5, 4));
    book.apply({ runs: [entry("a", 2, 3, ["epoch", "loss", "margin"])] }, bytes(2, 3, 0.5));
    expect(values(book, 0, "margin")).toEqual([Number.NaN, Number.NaN, 0.5]);
    book.apply({ runs: [entry("a", 0, 1, ["epoch", "loss"])] }, bytes(0, 9));
    expect([...book.runs[0].columns.keys()]).toEqual(["epoch", "loss"]);
    expect(values(book, 0, "loss")).toEqual([9]);
  });

  it("of several runs share a buffer; a run that is not named is gone", () => {
    const book = new RunBook();
    const both = [entry("a", 0, 1, ["epoch", "loss"]), entry("b", 0, 2, ["epoch", "loss"], 1)];
    book.apply({ runs: both }, bytes(0, 7, 0, 1, 6, 5));
    expect([values(book, 0, "loss"), values(book, 1, "loss")]).toEqual([[7], [6, 5]]);
    book.apply({ runs: [entry("b", 2, 2, ["epoch", "loss"], 1)] }, []);
    expect(book.runs.map(({ name, slot }) => [name, slot])).toEqual([["b", 1]]);
    expect(values(book, 0, "loss")).toEqual([6, 5]);
  });

  it("are asked for again where something is missing", () => {
    const book = new RunBook();
    expect(book.apply({ runs: [entry("a", 5, 6, ["epoch"])] }, bytes(5))).toBe(false);
    expect(book.apply({ error: "no" }, [])).toBe(true);
  });
});

it("writes every run as lines of CSV", () => {
  const book = new RunBook();
  const both = [
    entry('a, "b"', 0, 1, ["epoch", "loss", "margin"]),
    entry("c", 0, 1, ["epoch", "loss"], 1),
  ];
  book.apply({ runs: both }, bytes(0, 0.25, 3, 0, Number.NaN));
  expect(csvOf(book.runs)).toBe('run,epoch,loss,margin\n"a, ""b""",0,0.25,3\nc,0,,\n');
});
