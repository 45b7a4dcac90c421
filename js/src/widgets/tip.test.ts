import { expect, it } from "vitest";
import { beside } from "./tip.js";

it("is after its place, before it where there is no room, and never before the edge", () => {
  expect([beside(100, 80, 400), beside(350, 80, 400), beside(20, 90, 100)]).toEqual([114, 256, 0]);
});
