import { expect, it } from "vitest";
import { byClass } from "./by_class.js";

it("sorts rows by class and keeps their order within one", () => {
  const { order, bands } = byClass({ of: Uint8Array.of(2, 0, 2, 0, 3), count: 5 });
  expect([...order]).toEqual([1, 3, 0, 2, 4]);
  expect(bands).toEqual([
    { group: 0, start: 0, end: 2 },
    { group: 2, start: 2, end: 4 },
    { group: 3, start: 4, end: 5 },
  ]);
});
