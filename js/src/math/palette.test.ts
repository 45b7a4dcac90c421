import { describe, expect, it } from "vitest";
import type { Rgb } from "./colour.js";
import { epochColour, sequential, sequentialPalette, sequentialStops } from "./palette.js";

/** CIE lightness of an sRGB colour, from the standard's formulas. */
function lightness(rgb: Rgb): number {
  const [r, g, b] = rgb.map((byte) => {
    const c = byte / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  const Y = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  return Y > 0.008856 ? 116 * Math.cbrt(Y) - 16 : 903.3 * Y;
}

/** As people without red or without green cones see it (Viénot, Brettel and Mollon 1999). */
const BLIND = {
  protanopia: [0.11238, 0.88762, 0, 0.11238, 0.88762, 0, 0.00401, -0.00401, 1],
  deuteranopia: [0.29275, 0.70725, 0, 0.29275, 0.70725, 0, -0.02234, 0.02234, 1],
};

function seen(rgb: Rgb, by: readonly number[]): Rgb {
  const linear = rgb.map((byte) => (byte / 255) ** 2.2);
  const row = (i: number) => {
    const value = by[i] * linear[0] + by[i + 1] * linear[1] + by[i + 2] * linear[2];
    return 255 * Math.max(0, value) ** (1 / 2.2);
  };
  return [row(0), row(3), row(6)];
}

const SHARES = Array.from({ length: 101 }, (_, i) => i / 100);

describe("the sequential scale", () => {
  it("is lighter the higher the value, in nearly even steps", () => {
    const steps = SHARES.slice(1).map(
      (s) => lightness(sequential(s)) - lightness(sequential(s - 0.01)),
    );
    const mean = steps.reduce((sum, step) => sum + step) / steps.length;
    expect(mean).toBeGreaterThan(0.7);
    for (const step of steps) {
      expect(step).toBeGreaterThan(0.4 * mean);
      expect(step).toBeLessThan(1.6 * mean);
    }
  });

  it.each(Object.entries(BLIND))("rises as well with %s", (_, by) => {
    const seenLightness = SHARES.map((share) => lightness(seen(sequential(share), by)));
    for (let i = 5; i < SHARES.length; i++) {
      expect(seenLightness[i]).toBeGreaterThan(seenLightness[i - 5]);
    }
  });

  it("is bounded at its ends", () => {
    expect(sequential(-1)).toEqual([0x44, 0x01, 0x54]);
    expect(sequential(2)).toEqual([0xfd, 0xe7, 0x25]);
  });

  it("is the same as stops and as a palette", () => {
    for (const [share, colour] of sequentialStops()) {
      expect(colour).toBe(`rgb(${sequential(share).join(", ")})`);
    }
    const bytes = new Uint8ClampedArray(sequentialPalette().buffer);
    expect([...bytes.slice(4 * 100, 4 * 101)]).toEqual([...sequential(100.5 / 256), 255]);
    expect(bytes[4 * 256 + 3]).toBe(0); // no number: transparent
  });
});

it("a trajectory goes from a tint of its colour to all of it", () => {
  expect(epochColour([255, 0, 100], 0)).toBe("rgb(255 191 216)");
  expect(epochColour([255, 0, 100], 1)).toBe("rgb(255 0 100)");
  expect(epochColour([255, 0, 100], 7)).toBe("rgb(255 0 100)");
});
