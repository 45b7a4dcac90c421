import { expect, test } from "vitest";
import { Random } from "./random.js";

test("an order has every row once, and is the same for the same seed only", () => {
  const order = new Random(7).permutation(1000);
  expect(order.toSorted().every((row, i) => row === i)).toBe(true);
  expect(new Random(7).permutation(1000)).toEqual(order);
  expect(new Random(8).permutation(1000)).not.toEqual(order);
  const random = new Random(7);
  random.permutation(1000);
  expect(random.permutation(1000)).not.toEqual(order);
});

test("every order of three rows comes as often", () => {
  const random = new Random(0);
  const counts = new Map<string, number>();
  for (let k = 0; k < 6000; k++) {
    const order = random.permutation(3).join("");
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  expect(counts.size).toBe(6);
  for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(120); // 4 σ
});
