import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { specOf } from "../../testing/fake-store.js";
import { groupsOf } from "./entries.js";
import { MAX_ROWS, openAtFirst, opened, PAGE, plan } from "./plan.js";

const noPages = new Map<string, number>();
const rows = (shown: ReturnType<typeof plan>) =>
  shown.reduce((sum, { entries }) => sum + entries.length, 0);

describe("plan", () => {
  const groups = groupsOf(specOf([2, 2, 1]));

  it("shows the rows of open groups only", () => {
    const [first, second] = plan(groups, { search: "", open: ["2"], pages: noPages });
    expect([first.open, first.entries.length, first.count]).toEqual([false, 0, 6]);
    expect(second.entries.map((entry) => entry.reference)).toEqual([
      "2.weight[0,0]",
      "2.weight[0,1]",
      "2.bias[0]",
    ]);
  });

  it("a search opens what it finds and drops the other groups", () => {
    const shown = plan(groups, { search: "2.bias", open: ["0"], pages: noPages });
    expect(shown.map(({ group, open, count }) => [group.name, open, count])).toEqual([
      ["2", true, 1],
    ]);
  });

  it("turns the pages of a large group and stops at its last", () => {
    const large = groupsOf(specOf([25, 10, 1])); // 260 entries
    const on = (page: number) =>
      plan(large, { search: "", open: ["0"], pages: new Map([["0", page]]) })[0];
    expect(on(0).entries.map((entry) => entry.index)).toEqual([...Array(PAGE).keys()]);
    expect(on(2).entries.map((entry) => entry.index)).toEqual(
      Array.from({ length: 60 }, (_, i) => 2 * PAGE + i),
    );
    expect(on(9).page).toBe(2);
  });
});

it("never shows more rows than the page can carry, however groups are opened", () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 24 }), { minLength: 2, maxLength: 8 });
  const clicks = fc.array(fc.nat(), { maxLength: 12 });
  const search = fc.constantFrom("", "w", "weight", "b");
  fc.assert(
    fc.property(
      sizes,
      clicks,
      search,
      fc.integer({ min: 0, max: 700 }),
      (layers, order, text, limit) => {
        const groups = groupsOf(specOf(layers));
        let open = openAtFirst(groups, limit);
        for (const click of order) open = opened(groups, open, groups[click % groups.length].name);
        const shown = plan(groups, { search: text, open, pages: noPages });
        expect(rows(shown)).toBeLessThanOrEqual(MAX_ROWS);
        if (order.length > 0 && text === "") expect(rows(shown)).toBeGreaterThan(0);
      },
    ),
  );
});

it("opens at first what is within the limit", () => {
  const groups = groupsOf(specOf([2, 8, 8, 1])); // 24, 72 and 9 entries
  expect(openAtFirst(groups, 64)).toEqual(["0", "4"]);
  expect(openAtFirst(groups, 72)).toEqual(["0", "2", "4"]);
});

it("opening one more closes the one opened longest ago", () => {
  const groups = groupsOf(specOf([10, 10, 10, 10])); // 110 entries each: 100 rows
  expect(opened(groups, ["0", "2"], "4")).toEqual(["2", "4"]);
  expect(opened(groups, ["0", "2"], "0")).toEqual(["2", "0"]);
});
