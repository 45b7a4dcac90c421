import { describe, expect, it } from "vitest";
import { layoutOf } from "./surface_layout.js";
import { arrowAt, ballAt, moved, tracesOf } from "./surface_traces.js";
import type { SurfaceGrid, SurfacePicture, Track } from "./surface_types.js";

const INK = { text: "rgb(0, 0, 0)", faint: "rgba(0, 0, 0, 0.2)", ground: "white" };

const grid: SurfaceGrid = {
  ...{ serial: 1, revision: 0, nx: 3, ny: 2, extent: [0, 4, 0, 2], names: ["a", "b"] },
  x: Float64Array.of(0, 2, 4),
  y: Float64Array.of(0, 2),
  z: Float64Array.of(1, 2, 3, 4, Number.NaN, 100),
  ...{ origin: new Float64Array(2), directions: [Float64Array.of(1, 0), Float64Array.of(0, 1)] },
  ...{ how: "", share: 1, explained: null, data: "train" },
};

const track: Track = {
  ...{ name: "Adam", current: false },
  epochs: Float64Array.of(0, 5),
  x: Float64Array.of(0, 2),
  y: Float64Array.of(0, 0),
  off: new Float64Array(2),
  loss: Float64Array.of(7, Number.NaN),
};

const picture: SurfacePicture = {
  grid,
  shading: { low: 1, high: 100, log: false },
  ball: { x: 1, y: 0.5, off: 0, away: false, loss: 2.5, exact: true },
  gradient: [3, 4],
  tracks: [track],
  start: { at: [0, 0], loss: 7 },
  best: { at: [0, 0], loss: 1 },
  stale: false,
};

type Trace = { x: number[]; y: number[]; z: number[]; customdata: number[][] };

describe("the traces of a loss surface", () => {
  it("has rows of the grid along y, as plotly wants them", () => {
    const [surface] = tracesOf(picture, INK) as unknown as { z: Float64Array[] }[];
    expect(surface.z.map((row) => [...row])).toEqual([
      [1, 2, 3],
      [4, Number.NaN, 100],
    ]);
  });

  it("colours by the scale: a logarithmic one gives equal factors equal steps", () => {
    const log = { ...picture, shading: { low: 1, high: 100, log: true } };
    const [surface] = tracesOf(log, INK) as unknown as { surfacecolor: Float64Array[] }[];
    expect(surface.surfacecolor[0][0]).toBe(0);
    expect(surface.surfacecolor[1][2]).toBe(1);
    expect(surface.surfacecolor[1][0]).toBeCloseTo(Math.log10(4) / 2, 12);
    expect(surface.surfacecolor[1][1]).toBeNaN();
  });

  it("puts the ball a little above its loss, and nowhere where that is not known", () => {
    const { x, y, z } = ballAt(picture);
    expect([x[0], y[0]]).toEqual([1, 0.5]);
    expect(z[0]).toBeGreaterThan(2.5);
    expect(z[0]).toBeLessThan(2.5 + 0.05 * 99);
    for (const loss of [null, Number.POSITIVE_INFINITY]) {
      expect(ballAt({ ...picture, ball: { ...picture.ball, loss } }).x).toEqual([]);
    }
  });

  it("points the arrow downhill, as far in x and y as the slopes say", () => {
    const { x, y, z } = arrowAt(picture);
    const [dx, dy] = [x[1] - x[0], y[1] - y[0]];
    expect(dx / dy).toBeCloseTo(3 / 4, 12);
    expect(dx).toBeLessThan(0);
    expect(z[1]).toBeLessThan(z[0]);
    expect(arrowAt({ ...picture, gradient: null }).x).toEqual([]);
    expect(arrowAt({ ...picture, gradient: [0, 0] }).x).toEqual([]);
  });

  it("gives the arrow a head of two equal sides on the floor of the picture", () => {
    const wide = { ...picture, gradient: [1, 1] as const };
    const { x, y } = arrowAt(wide) as unknown as { x: number[]; y: number[] };
    expect([x[1], y[1]]).toEqual([x[3], y[3]]); // to the tip, aside, back to the tip, aside
    const floor = (i: number) => [x[i] / 4, y[i] / 2]; // the axes are 4 and 2 wide
    const away = (i: number) => Math.hypot(...floor(i).map((each, k) => each - floor(1)[k]));
    expect(away(2)).toBeCloseTo(away(4), 12);
    expect(away(2)).toBeGreaterThan(0.01);
  });

  it("names the runs where there are several, and none where there is one", () => {
    const own = { ...track, name: "", current: true };
    const legend = (tracks: Track[]) => {
      const traces = tracesOf({ ...picture, tracks }, INK) as { name?: string; line?: object }[];
      const shown = traces.filter((each) => "name" in each);
      return shown.map(({ name, line }) => [name, (line as { color: string }).color]);
    };
    expect(legend([own])).toEqual([]);
    expect(legend([])).toEqual([]);
    expect(legend([own, track])).toEqual([
      ["this network", "rgb(245, 147, 34)"],
      ["Adam", "rgb(0, 160, 65)"],
    ]);
  });

  it("reads a loss that nobody recorded off the surface", () => {
    const trail = tracesOf(picture, INK)[5] as unknown as Trace;
    expect(trail.customdata).toEqual([
      [0, 7],
      [5, 2],
    ]);
    expect(trail.z[0] - 7).toBeCloseTo(trail.z[1] - 2, 12);
  });

  it("keeps its traces in their places where there is no start and no lowest place", () => {
    const traces = tracesOf({ ...picture, start: null, best: null }, INK) as unknown as Trace[];
    expect(traces).toHaveLength(7);
    expect(traces[3].x).toEqual([]);
    expect(traces[5].x).toBe(track.x);
  });
});

describe("what moves from one picture to the next", () => {
  it("is the ball and its arrow in a drag", () => {
    const after = { ...picture, ball: { ...picture.ball, x: 2 }, gradient: [1, 0] as const };
    expect(moved(picture, after)?.map(({ trace }) => trace)).toEqual([1, 2]);
    expect(moved(picture, after)?.[0].to?.x).toEqual([2]);
  });

  it("is a track as well that has grown", () => {
    const longer = { ...track, x: Float64Array.of(0, 2, 3), y: new Float64Array(3) };
    const grown = { ...longer, epochs: Float64Array.of(0, 5, 6), loss: Float64Array.of(7, 2, 1) };
    const start = { at: [0, 0] as const, loss: 7 }; // another object, the same place
    const changes = moved(picture, { ...picture, tracks: [grown], start });
    expect(changes?.map(({ trace }) => trace)).toEqual([1, 2, 5]);
    expect(changes?.[2].shade).toEqual([0, 0.5, 1]);
  });

  it.each([
    ["grid", { grid: { ...grid } }],
    ["scale", { shading: { low: 1, high: 100, log: true } }],
    ["look", { stale: true }],
    ["tracks", { tracks: [track, track] }],
    ["name of a track", { tracks: [{ ...track, name: "SGD" }] }],
    ["start", { start: { at: [1, 0] as const, loss: 7 } }],
    ["lack of a start", { start: null }],
  ])("is everything where there is another %s", (_, change) => {
    expect(moved(picture, { ...picture, ...change })).toBeNull();
  });
});

describe("the layout", () => {
  const eye = (size: [number, number]) => {
    const { scene } = layoutOf(picture, INK, size, [[1, "1"]]) as {
      scene: { camera: { eye: { x: number } }; zaxis: { ticktext: string[]; type: string } };
    };
    return scene;
  };

  it("steps back where it is narrow", () => {
    expect(Math.abs(eye([300, 400]).camera.eye.x)).toBeGreaterThan(
      Math.abs(eye([800, 400]).camera.eye.x),
    );
  });

  it("has room beside the surface for the names of the axes", () => {
    const far = (size: [number, number]) => Math.abs(eye(size).camera.eye.x) / 1.2;
    // Seen from 1, the axes of a picture 400 high are 380 wide; the writing does not shrink.
    for (const width of [220, 300, 420, 800]) {
      expect(380 / far([width, 400]) + 118).toBeLessThanOrEqual(width + 1e-9);
    }
  });

  it("leaves out numbers that would lie on each other", () => {
    const ticks = Array.from({ length: 10 }, (_, i) => [i, String(i)] as const);
    const shown = (size: [number, number]) => {
      const layout = layoutOf(picture, INK, size, ticks) as {
        scene: { zaxis: { ticktext: string[] } };
      };
      return layout.scene.zaxis.ticktext;
    };
    expect(shown([900, 600])).toHaveLength(10);
    expect(shown([900, 300])).toEqual(["0", "2", "4", "6", "8"]);
    expect(shown([200, 300]).length).toBeGreaterThan(1);
  });

  it("writes losses as the colour bar does", () => {
    expect(eye([400, 400]).zaxis).toMatchObject({ type: "linear", ticktext: ["1"] });
  });
});
