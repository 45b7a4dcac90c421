// @vitest-environment happy-dom
import fc from "fast-check";
import { render, svg } from "lit-html";
import { describe, expect, it } from "vitest";
import { clip, type Line } from "../math/lines.js";
import type { LineMark, Position } from "../scene/types.js";
import { fakePlot } from "../testing/fake-plot.js";
import {
  arrowLength,
  drawLine,
  drawName,
  type LineShape,
  normOf,
  type Part,
  shapeOf,
} from "./lines.js";

const { x, y } = fakePlot();

function markOf(line: Line, change: Partial<LineMark> = {}): LineMark {
  const segment = clip(line, [-5, 5, -5, 5]);
  if (!segment) throw new Error("the line misses the plot");
  return {
    ...{ id: "0/0", layer: 0, unit: 0, name: "h₁", colour: "red", dash: "", line, segment },
    ...{ slides: true, turns: true, upright: false },
    ...change,
  };
}

const number = fc.double({ min: -5, max: 5, noNaN: true });
const marks = fc
  .record({ w: fc.tuple(number, number), foot: fc.tuple(number, number) })
  .filter(({ w }) => Math.hypot(...w) > 0.1)
  .map(({ w, foot }) => ({ w, b: -(w[0] * foot[0] + w[1] * foot[1]) }))
  .filter((line) => clip(line, [-5, 5, -5, 5]) !== null)
  .map((line) => markOf(line));

const clamp = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high);
const apart = (a: Position, b: Position) => Math.hypot(a[0] - b[0], a[1] - b[1]);

describe("the arrow", () => {
  it("has its tip inside the frame, unless that left next to nothing of it", () => {
    fc.assert(
      fc.property(marks, fc.integer({ min: 0, max: 7 }), fc.boolean(), (mark, unit, upright) => {
        const { handles, from, to, share } = shapeOf({ ...mark, unit, upright }, x, y);
        const drawn = apart(handles.tip, handles.body);
        expect(drawn).toBeCloseTo(share * arrowLength(Math.hypot(...mark.line.w)), 6);
        expect(drawn).toBeGreaterThan(9.99);
        for (const pixel of drawn > 10.01 ? handles.tip : []) {
          expect(pixel).toBeCloseTo(clamp(pixel, 3, 497), 3);
        }
        const [a, b] = [apart(from, handles.body), apart(handles.body, to)];
        expect(a + b).toBeCloseTo(apart(from, to), 6); // begins on the line
      }),
    );
  });

  it("is whole wherever the line has room for it, and in the middle if it has room there", () => {
    expect(shapeOf(markOf({ w: [0, 1], b: 0 }), x, y)).toMatchObject({
      share: 1,
      handles: { body: [250, 250] },
    });
    const high = shapeOf(markOf({ w: [0.2, 1], b: -4.9 }), x, y); // leaves at the top left
    expect(high.share).toBe(1);
    expect(high.handles.body[0]).toBeGreaterThan(250);
    expect(shapeOf(markOf({ w: [0, 1], b: -4.7 }), x, y).share).toBeLessThan(0.5);
  });

  it("is longer for steeper units, but never longer than the plot can hold", () => {
    const lengths = [0, 0.1, 1, 4, 100, 1e9].map(arrowLength);
    expect(lengths).toEqual([...lengths].sort((a, b) => a - b));
    expect([lengths[0], lengths[5] <= 130]).toEqual([20, true]);
  });

  it("stands for the same steepness when it is dragged to its own tip", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.03, max: 90, noNaN: true }), (norm) => {
        expect(normOf(arrowLength(norm)) / norm).toBeCloseTo(1, 6);
      }),
    );
  });

  it("dragged anywhere stands for a steepness above 0 and below infinity", () => {
    for (const length of [-50, 0, 20, 92, 5000]) {
      expect(normOf(length)).toBeGreaterThan(0);
      expect(normOf(length)).toBeLessThan(1000);
    }
  });
});

describe("shapeOf", () => {
  it("has its handles on the line, inside its ends, and its tip on the positive side", () => {
    fc.assert(
      fc.property(marks, (mark) => {
        const { from, to, handles } = shapeOf(mark, x, y);
        for (const part of ["start", "body", "end"] as const) {
          const [px, py] = handles[part];
          const z = mark.line.w[0] * x.invert(px) + mark.line.w[1] * y.invert(py) + mark.line.b;
          expect(z).toBeCloseTo(0, 6);
        }
        expect(apart(from, handles.start)).toBeCloseTo(apart(to, handles.end), 6);
        const inset = Math.min(26, 0.3 * apart(from, to)); // short lines keep room for the body
        expect(apart(from, handles.start)).toBeCloseTo(inset, 6);
        const along = [to[0] - from[0], to[1] - from[1]];
        const arrow = [handles.tip[0] - handles.body[0], handles.tip[1] - handles.body[1]];
        const product = along[0] * arrow[0] + along[1] * arrow[1];
        const cosine = product / Math.hypot(...along) / Math.hypot(...arrow);
        // Upright, where units are equal; of a millionth of a pixel no direction can be read.
        if (apart(from, to) > 1e-3) expect(cosine).toBeCloseTo(0, 6);
        const [tx, ty] = handles.tip;
        const z = mark.line.w[0] * x.invert(tx) + mark.line.w[1] * y.invert(ty) + mark.line.b;
        expect(z).toBeGreaterThan(0);
      }),
    );
  });

  it("leaves room for the body of a line across a corner", () => {
    const { from, to, handles } = shapeOf(markOf({ w: [1, 1], b: -9 }), x, y); // 50 √2 pixels
    expect(apart(from, to)).toBeCloseTo(50 * Math.SQRT2, 6);
    expect(apart(handles.start, handles.end)).toBeCloseTo(0.4 * 50 * Math.SQRT2, 6);
  });

  it("knows the frame", () => {
    const { bounds } = shapeOf(markOf({ w: [1, 0], b: 0 }), x, y);
    expect(bounds).toEqual({ left: 0, right: 500, top: 0, bottom: 500 });
  });
});

describe("drawLine", () => {
  const look = { hovered: false, held: null, say: (part: Part) => `about ${part}` };

  function draw(mark: LineMark, change: Partial<typeof look & { held: Part | null }> = {}) {
    const host = document.createElement("div");
    const shape: LineShape = shapeOf(mark, x, y);
    render(svg`<svg>${drawLine(shape, { ...look, ...change })}</svg>`, host);
    const parts = [...host.querySelectorAll<SVGElement>("[role=slider]")];
    return { host, parts, names: parts.map((each) => each.getAttribute("aria-label")) };
  }

  it("has a handle for everything that can be done, each with its name and amount", () => {
    const { parts, names } = draw(markOf({ w: [3, 4], b: 5 }));
    expect(names).toEqual(["h₁: move", "h₁: turn", "h₁: turn", "h₁: steepness"]);
    expect(parts.map((each) => each.getAttribute("aria-valuenow"))).toEqual([
      ...["5", "53.13", "53.13", "5.00"],
    ]);
    expect(parts.every((each) => each.getAttribute("tabindex") === "0")).toBe(true);
    expect(parts[3].getAttribute("aria-valuetext")).toBe("about tip");
  });

  it("has none for what is frozen", () => {
    expect(draw(markOf({ w: [1, 0], b: 0 }, { turns: false })).names).toEqual(["h₁: move"]);
    expect(draw(markOf({ w: [1, 0], b: 0 }, { slides: false })).names.length).toBe(3);
    const fixed = draw(markOf({ w: [1, 0], b: 0 }, { slides: false, turns: false }));
    expect([fixed.names, fixed.host.querySelector(".nnw-line.fixed") !== null]).toEqual([[], true]);
  });

  it("of one input slides and steepens", () => {
    const { names } = draw(markOf({ w: [1, 0], b: 0 }, { upright: true }));
    expect(names).toEqual(["h₁: move", "h₁: steepness"]);
  });

  function named(mark: LineMark): Element | null {
    const host = document.createElement("div");
    render(svg`<svg>${drawName(shapeOf(mark, x, y))}</svg>`, host);
    return host.querySelector("text.nnw-name");
  }

  it("writes its name inside the plot, wherever the line is", () => {
    fc.assert(
      fc.property(marks, (mark) => {
        const name = named(mark);
        expect(Number(name?.getAttribute("x"))).toBeGreaterThan(0);
        expect(Number(name?.getAttribute("x"))).toBeLessThan(500);
      }),
      { numRuns: 40 },
    );
  });

  it("writes a long name on the side where it fits", () => {
    const name = "a class of a long name"; // 22 letters of 7.2 pixels, with room on either side
    const x = Number(named(markOf({ w: [1, 0], b: -4.8 }, { name }))?.getAttribute("x"));
    expect(x).toBeCloseTo(490 - (11 + 4 + 3.6 * 22), 9);
  });

  it("stands out while it is held or pointed at", () => {
    const mark = markOf({ w: [1, 0], b: 0 });
    const hot = (change: object) => draw(mark, change).host.querySelector(".hot") !== null;
    expect([hot({}), hot({ hovered: true }), hot({ held: "end" })]).toEqual([false, true, true]);
  });
});
