/** Whatever numbers come: nothing throws or goes on for ever, and what is to be drawn is finite. */

import { scaleLinear, scaleLog } from "d3-scale";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { css, diverging, divergingPalette, paintField } from "../math/colour.js";
import { contour } from "../math/field.js";
import { clip, through, turn } from "../math/lines.js";
import { sequential } from "../math/palette.js";
import { principal } from "../math/principal.js";
import { rangeOfValues, steadyRange, unitHistograms } from "../math/unit_histograms.js";
import { ValueHistograms } from "../math/value_histograms.js";
import { logTicks } from "../render/chart_axes.js";
import { editable, parameter, parameterField, percent, significant } from "../render/format.js";
import { heightOf } from "./chart.js";
import { around, equalUnits, pad, steady } from "./extent.js";
import { dragged, keyStep, tidy, WidthScale } from "./graph_values.js";
import { beginning } from "./names.js";
import {
  cellsOf,
  contoursOf,
  fieldOf,
  levelsOf,
  shadingOf,
  shareOf,
  slopeAt,
  valueAt,
} from "./surface.js";
import { plain } from "./surface_layout.js";
import { steadyLimit } from "./weight_values.js";

/** Numbers that hurt, and between them any others. */
const HARD = [
  ...[0, -0, Number.NaN, Infinity, -Infinity, 1, -1, 5e-324, -5e-324, 2e-310, 1e-300, 1e300],
  ...[1e-45, 1.4e-45, 1e30, -1e30, 1e-30, 3.4028234663852886e38, 1.7976931348623157e308],
  ...[-1.7976931348623157e308, 1 + 2 ** -52, 1e16, 0.1],
];
const any = fc.oneof(fc.constantFrom(...HARD), fc.double());
const some = (least: number, most: number) => fc.array(any, { minLength: least, maxLength: most });
/** What a model of float32, which nearly all are, can hold. */
const single = any.map(Math.fround).filter(Number.isFinite);
const RUNS = { numRuns: 2000 };

describe("with any numbers at all", () => {
  it("a text is short, whatever the number", () => {
    fc.assert(
      fc.property(any, (value) => {
        for (const write of [significant, parameter, parameterField, editable, percent]) {
          expect(write(value).length).toBeGreaterThan(0);
          if (write !== percent) expect(write(value).length).toBeLessThan(26);
        }
      }),
      RUNS,
    );
  });

  it("colours are colours", () => {
    fc.assert(
      fc.property(any, (value) => {
        expect(diverging(value)).not.toMatch(/NaN|Infinity/);
        expect(css(sequential(value))).not.toMatch(/NaN|Infinity|undefined/);
      }),
      RUNS,
    );
    const pixels = new Uint8ClampedArray(4 * HARD.length);
    const score = { task: "regression", k: 1, values: Float64Array.from(HARD), range: [-1, 1] };
    paintField(score as never, [HARD.length, 1], pixels, divergingPalette(1), 1);
    expect(pixels[4 * HARD.indexOf(Infinity) + 3]).toBe(254);
    expect(pixels[4 * 2 + 3]).toBe(0); // NaN: nothing
  });

  it("axes of points are finite, ordered, and have few ticks", () => {
    fc.assert(
      fc.property(some(0, 6), some(0, 6), (xs, ys) => {
        const found = around(xs, ys, Math.min(xs.length, ys.length));
        if (!found) return;
        const shown = equalUnits(pad(found, 0.1), 640, 480);
        for (const extent of [
          shown,
          steady(shown, shown, found),
          steady([0, 1, 0, 1], shown, found),
        ]) {
          expect(extent.every(Number.isFinite)).toBe(true);
          expect(extent[0]).toBeLessThan(extent[1]);
          expect(extent[2]).toBeLessThan(extent[3]);
          const scale = scaleLinear([extent[0], extent[1]], [0, 640]);
          expect(scale.ticks(10).length).toBeLessThan(40);
          expect(Number.isFinite(scale(found[0]))).toBe(true);
          scale.tickFormat(10)(found[0]);
        }
      }),
      RUNS,
    );
  });

  it("a chart has a height and few ticks, logarithmic or not", () => {
    fc.assert(
      fc.property(some(0, 8), fc.boolean(), fc.boolean(), (values, log, percent) => {
        const y = Float64Array.from(values);
        const x = Float64Array.from(values, (_, i) => i);
        const curves = [{ name: "", x, y, colour: [0, 0, 0] as const, write: () => "" }];
        const chart = { curves, xName: "", yName: "", log, percent };
        const [low, high] = heightOf(chart, [0, Math.max(1, x.length - 1)]);
        expect(Number.isFinite(low) && Number.isFinite(high)).toBe(true);
        expect(low).toBeLessThan(high);
        const scale = (log ? scaleLog : scaleLinear)([low, high], [300, 0]);
        expect(Number.isFinite(scale(low)) && Number.isFinite(scale(high))).toBe(true);
        if (log) expect(logTicks(low, high, 6).length).toBeLessThan(30);
        else expect(scale.ticks(6).length).toBeLessThan(30);
      }),
      RUNS,
    );
  });

  it("a loss surface has a scale, levels and colours", () => {
    fc.assert(
      fc.property(some(12, 12), fc.boolean(), some(2, 2), (z, log, at) => {
        const even = { x: Float64Array.of(0, 1, 2, 3), y: Float64Array.of(0, 1, 2) };
        const grid = { ...even, z: Float64Array.from(z), nx: 4, ny: 3, extent: [0, 3, 0, 2] };
        const shading = shadingOf(grid, log);
        expect(Number.isFinite(shading.low) && Number.isFinite(shading.high)).toBe(true);
        for (const value of z) {
          const share = shareOf(value, shading);
          if (Number.isFinite(value)) expect(share >= 0 && share <= 1).toBe(true);
          else expect(share).toBeNaN();
        }
        expect(levelsOf(shading).every(Number.isFinite)).toBe(true);
        const cells = cellsOf(grid as never);
        fieldOf(cells, shading);
        for (const { paths } of contoursOf(cells, shading)) {
          expect(paths.flat(2).every(Number.isFinite)).toBe(true);
        }
        valueAt(grid as never, at as never);
        slopeAt(grid as never, at as never);
      }),
      { numRuns: 500 },
    );
  });

  it("contours of any field are finite lines within it", () => {
    fc.assert(
      fc.property(some(16, 16), any, (values, level) => {
        for (const [x, y] of contour(values, [4, 4], [-1, 1, -1, 1], level).flat()) {
          expect(Math.abs(x) <= 1.0001 && Math.abs(y) <= 1.0001).toBe(true);
        }
      }),
      RUNS,
    );
  });

  it("a unit's line is finite and within the picture, or there is none", () => {
    fc.assert(
      fc.property(some(3, 3), some(4, 4), ([wx, wy, b], [px, py, qx, qy]) => {
        const line = { w: [wx, wy], b } as const;
        const drawn = clip(line, [-1, 1, -2, 2]);
        for (const [x, y] of drawn ?? []) expect(Math.abs(x) <= 1 && Math.abs(y) <= 2).toBe(true);
        if (wx === 0 && wy === 0) expect(drawn).toBeNull();
        through(line, [px, py], [qx, qy]);
        turn(line, [px, py]);
      }),
      RUNS,
    );
  });
});

describe("histograms", () => {
  it("count each number once, in bins of a finite range", () => {
    fc.assert(
      fc.property(fc.array(some(1, 20), { minLength: 1, maxLength: 6 }), (epochs) => {
        const histograms = new ValueHistograms();
        epochs.forEach((values, epoch) => {
          histograms.add(epoch, Float64Array.from(values), 0, values.length);
        });
        expect(Number.isFinite(histograms.range)).toBe(true);
        expect(Number.isFinite(2 * histograms.range)).toBe(true);
        histograms.columns.forEach(({ epoch, counts }) => {
          const numbers = epochs[epoch].filter((value) => !Number.isNaN(value));
          expect(counts.reduce((sum, count) => sum + count, 0)).toBe(numbers.length);
        });
      }),
      RUNS,
    );
  });

  it("of units have a range that is finite and holds something", () => {
    fc.assert(
      fc.property(some(1, 12), (values) => {
        const all = Float64Array.from(values);
        const range = steadyRange(null, rangeOfValues(all));
        expect(range.every(Number.isFinite)).toBe(true);
        expect(range[0]).toBeLessThan(range[1]);
        const groups = { of: new Uint8Array(values.length), count: 1 };
        const { counts } = unitHistograms(all, 1, range, 20, groups);
        const numbers = values.filter((value) => !Number.isNaN(value));
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(numbers.length);
      }),
      RUNS,
    );
  });
});

describe("scales", () => {
  it("of weights and edges are finite and above zero", () => {
    fc.assert(
      fc.property(some(1, 8), (values) => {
        const scale = new WidthScale();
        let limit: number | null = null;
        for (const value of values.map(Math.abs)) {
          const width = scale.of(value);
          expect(width > 0 && Number.isFinite(width)).toBe(true);
          if (Number.isFinite(value)) limit = steadyLimit(limit, value);
          if (limit !== null) expect(limit > 0 && Number.isFinite(limit)).toBe(true);
          expect(keyStep(width) >= 0).toBe(true);
        }
      }),
      RUNS,
    );
  });

  it("of a drag give numbers", () => {
    fc.assert(
      fc.property(single, fc.integer({ min: -2000, max: 2000 }), single, (from, dy, largest) => {
        const scale = new WidthScale().of(Math.abs(largest));
        const value = dragged(from, dy, scale, 1);
        expect(value).not.toBeNaN();
        expect(tidy(value)).toBe(value);
      }),
      RUNS,
    );
  });

  it("of principal directions: two directions of length one, or none", () => {
    fc.assert(
      fc.property(fc.array(some(4, 4), { minLength: 2, maxLength: 6 }), (flats) => {
        const found = principal(flats);
        for (const direction of found?.directions ?? []) {
          expect(Math.hypot(...direction)).toBeCloseTo(1, 6);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe("names", () => {
  it("are text to plotly: no tag, no entity, no number of a point", () => {
    expect(plain('<a href="x">%{x}&lt;')).toBe('<\u200ba href="x">%\u200b{x}&\u200blt;');
    expect(plain("W".repeat(10_000))).toHaveLength(60);
    expect(plain("a\nb")).toBe("a b");
  });

  it("are cut between signs and never within one", () => {
    const family = "\u{1f469}\u200d\u{1f469}\u200d\u{1f467}";
    expect(beginning(`${family}${family}`, 1)).toBe(family);
    expect(beginning("abc", 12)).toBe("abc");
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme" }),
        fc.integer({ min: 1, max: 12 }),
        (name, most) => {
          expect(name.startsWith(beginning(name, most))).toBe(true);
          expect(beginning(name, most)).not.toMatch(/[\ud800-\udbff](?![\udc00-\udfff])/);
        },
      ),
    );
  });

  it("are short, however long they were", () => {
    expect([...beginning("W".repeat(10_000), 12)]).toHaveLength(12);
  });
});
