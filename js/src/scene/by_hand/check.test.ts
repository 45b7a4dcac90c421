import { describe, expect, it } from "vitest";
import { hint, isRight, NOTHING } from "./check.js";

describe("checking", () => {
  it("is right within the tolerance, or next to 0", () => {
    expect(isRight(0.0738, 0.0737, 0.01)).toBe(true);
    expect(isRight(0.075, 0.0737, 0.01)).toBe(false);
    expect(isRight(0, NOTHING / 2, 0.01)).toBe(true);
    expect(isRight(0, 0.001, 0.01)).toBe(false);
    expect(isRight(1, Number.NaN, 0.01)).toBe(false);
  });

  it("says where to look", () => {
    expect(hint(0.0737, -0.0737, 0.01)).toContain("sign");
    expect(hint(0.737, 0.0737, 0.01)).toContain("decimal point");
    expect(hint(0.07, 0.0737, 0.01)).toContain("Close");
    expect(hint(5, 1, 0.01)).toBe("Too far from 0.");
    expect(hint(3, 0, 0.01)).toContain("smaller");
  });
});
