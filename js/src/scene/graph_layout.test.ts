import { describe, expect, it } from "vitest";
import { specOf } from "../testing/fake-store.js";
import { emphasisOf } from "./graph_emphasis.js";
import { GraphOrder, type Part, partAt } from "./graph_hit.js";
import { alongCurve, columnsThatFit, type GraphLayout, layoutOf } from "./graph_layout.js";
import { FIRST_PAGE, planOf, revealing, turned } from "./graph_plan.js";

const NONE = { sample: null, unit: null, weight: null, epoch: null };

function laid(sizes: readonly number[], width = 720, height = 420, most = 10): GraphLayout {
  const spec = specOf(sizes);
  return layoutOf(spec, planOf(spec, most, columnsThatFit(width)), width, height);
}

describe("which units are shown", () => {
  it("shows all of a small network and a page of a wide one", () => {
    expect(
      planOf(specOf([2, 3, 1]), 10, 9).columns.map(({ units, shown }) => [units, shown]),
    ).toEqual([
      [2, 2],
      [3, 3],
      [1, 1],
    ]);
    const wide = planOf(specOf([784, 64, 10]), 10, 9);
    expect(wide.columns.map(({ shown }) => shown)).toEqual([10, 10, 10]);
    expect(laid([784, 64, 10]).bands.map(({ layer, side, count }) => [layer, side, count])).toEqual(
      [
        [-1, "after", 774],
        [0, "after", 54],
      ],
    );
  });

  it("turns pages to the end and back to the beginning", () => {
    const spec = specOf([2, 24, 1]);
    const column = (pages = FIRST_PAGE) => planOf(spec, 10, 9, pages).columns[1];
    const second = turned(FIRST_PAGE, column(), 1);
    expect(column(second).first).toBe(10);
    const last = turned(second, column(second), 1);
    expect(column(last)).toMatchObject({ first: 14, shown: 10 });
    expect(column(turned(last, column(last), 1)).first).toBe(0);
    expect(column(turned(FIRST_PAGE, column(), -1)).first).toBe(14);
  });

  it("pages to a unit that is wanted, and stays where it is shown", () => {
    const spec = specOf([2, 64, 1]);
    const column = planOf(spec, 10, 9).columns[1];
    expect(revealing(FIRST_PAGE, column, 9)).toBe(FIRST_PAGE);
    const pages = revealing(FIRST_PAGE, column, 37);
    expect(planOf(spec, 10, 9, pages).columns[1].first).toBe(30);
  });

  it("shows a window of the layers of a network that is deeper than the view is wide", () => {
    const spec = specOf([2, ...Array.from({ length: 20 }, () => 3), 1]);
    const plan = planOf(spec, 10, 6, { ...FIRST_PAGE, column: 4 });
    expect(plan.columns.map(({ layer }) => layer)).toEqual([3, 4, 5, 6, 7, 8]);
    expect([plan.before, plan.after]).toEqual([4, 12]);
  });
});

describe("where they lie", () => {
  it.each([
    [[2, 2, 1], 440, 300],
    [[2, 8, 8, 1], 720, 420],
    [[784, 64, 32, 10], 900, 420],
    [[3, 10], 440, 240],
    [[1, 1], 440, 200],
    [[2, 64, 64, 64, 64, 10], 720, 420],
    [[20, ...Array.from({ length: 14 }, () => 12), 10], 700, 420],
  ])("units of %j neither overlap nor leave the %d × %d picture", (sizes, width, height) => {
    const { nodes, bands } = laid(sizes, width, height);
    const boxes = [
      ...nodes.map(({ x, y, size }) => [x - size / 2, y - size / 2, size, size]),
      ...bands.map(({ x, y, width: w }) => [x - w / 2, y - 9, w, 18]),
    ];
    for (const [x, y, w, h] of boxes) {
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x + w).toBeLessThanOrEqual(width);
      expect(y).toBeGreaterThanOrEqual(30);
      expect(y + h).toBeLessThanOrEqual(height);
    }
    const overlap = (a: number[], b: number[]) =>
      a[0] < b[0] + b[2] && b[0] < a[0] + a[2] && a[1] < b[1] + b[3] && b[1] < a[1] + a[3];
    boxes.forEach((a, i) => {
      for (const b of boxes.slice(i + 1)) expect(overlap(a, b)).toBe(false);
    });
  });

  it("gives every shown weight and bias its place in the flat parameters", () => {
    const { edges, biases } = laid([2, 3, 1]);
    expect(edges.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 9, 10, 11]);
    expect(biases.map(({ index }) => index)).toEqual([6, 7, 8, 12]);
    const wide = laid([20, 30, 1]);
    const bundled = wide.edges.filter(({ index }) => index === null);
    expect(wide.edges).toHaveLength(11 * 11 + 11);
    expect(bundled).toHaveLength(10 + 11 + 1);
    const stands = wide.edges.reduce((sum, { to, from }) => sum + to.count * from.count, 0);
    expect(stands).toBe(20 * 30 + 30);
  });

  it("keeps the ends of edges apart and in the order of their other ends", () => {
    const { edges, nodes } = laid([2, 8, 8, 1]);
    const unit = nodes.find(({ id }) => id === "1/3");
    const ends = edges.filter(({ id }) => id.startsWith("1/3/")).map(({ curve }) => curve[3]);
    expect(ends).toEqual([...ends].sort((a, b) => a - b));
    expect(new Set(ends).size).toBe(8);
    for (const end of ends) expect(Math.abs(end - (unit?.y ?? 0))).toBeLessThan(unit?.size ?? 0);
  });
});

describe("what is under the pointer", () => {
  const layout = laid([2, 3, 1]);

  it("finds units, biases and edges, and nothing beside them", () => {
    const unit = layout.nodes.find(({ id }) => id === "0/1");
    expect(partAt(layout, unit?.x ?? 0, unit?.y ?? 0)?.mark.id).toBe("0/1");
    const bias = layout.biases[0];
    expect(partAt(layout, bias.x, bias.y)?.mark.id).toBe("0/0/b");
    for (const edge of layout.edges) {
      const [x, y] = alongCurve(edge.curve, 0.93);
      expect(partAt(layout, x, y)?.kind).toBe("edge");
    }
    const edge = layout.edges[4];
    expect(partAt(layout, ...alongCurve(edge.curve, 0.85))?.mark.id).toBe(edge.id);
    expect(partAt(layout, 3, 400)).toBeNull();
  });

  it("lights the edges of a unit that another view points at, and the bundle of a weight", () => {
    const spec = specOf([20, 30, 1]);
    const wide = laid([20, 30, 1]);
    const { lit, hot } = emphasisOf(spec, wide, { ...NONE, unit: { layer: 0, unit: 2 } }, []);
    expect(hot).toEqual(new Set(["0/2"]));
    expect(lit?.size).toBe(11 + 1);
    const weight = 25 * 20 + 15; // of a unit and an input that are both in bands
    const bundle = emphasisOf(spec, wide, { ...NONE, weight }, []);
    expect(bundle.hot).toEqual(new Set(["0/after/after"]));
    expect(emphasisOf(spec, wide, { ...NONE, weight: 21 }, []).hot).toEqual(new Set(["0/1/1"]));
  });
});

describe("where keys lead", () => {
  const order = new GraphOrder(laid([2, 3, 1]));
  const walk = (from: string, ...steps: Parameters<GraphOrder["step"]>[1][]) =>
    steps.reduce<Part | null>((part, step) => part && order.step(part, step), order.get(from))?.mark
      .id;

  it("follows the numbers from a unit by an edge to the next", () => {
    expect(walk("-1/0", "on")).toBe("0/0/0");
    expect(walk("-1/0", "on", "on")).toBe("0/0");
    expect(walk("0/0", "back")).toBe("0/0/0");
    expect(walk("0/0", "back", "back")).toBe("-1/0");
    expect(walk("1/0", "on")).toBeUndefined();
  });

  it("goes from unit to unit, and from weight to weight to the bias", () => {
    expect(walk("0/0", "down")).toBe("0/1");
    expect(walk("0/0", "last")).toBe("0/2");
    expect(walk("0/1/0", "down")).toBe("0/1/1");
    expect(walk("0/1/1", "down")).toBe("0/1/b");
    expect(walk("0/1/b", "up", "up")).toBe("0/1/0");
    expect(walk("0/1/b", "on")).toBe("0/1");
  });

  it("reaches every part from the first", () => {
    const seen = new Set<string>();
    const visit = (part: Part | null) => {
      if (!part || seen.has(part.mark.id)) return;
      seen.add(part.mark.id);
      for (const step of ["back", "on", "up", "down", "first", "last"] as const) {
        visit(order.step(part, step));
      }
    };
    visit(order.parts[0]);
    expect(seen.size).toBe(order.parts.length);
  });
});
