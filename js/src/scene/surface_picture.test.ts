import { describe, expect, it } from "vitest";
import type { NetState } from "../state/types.js";
import { evenly, surfaceGrid } from "../testing/surfaces.js";
import { dataOf, networkOf } from "../testing/views.js";
import { SurfaceScene } from "./surface_picture.js";
import type { SurfaceGrid, Track } from "./surface_types.js";

// output = v · tanh(w x + b) + c with parameters (w, b, v, c); the axes are w and v.
const DATA = dataOf([[-1], [0.5], [2]], [[0], [1], [0.5]]);
const STATE = networkOf({
  sizes: [1, 1, 1],
  params: [0.5, 0.2, 1, 0.4],
  data: DATA,
  spec: { loss: "mse", task: "regression" },
});
const AXIS = evenly(-2, 2, 5);
const GRID = surfaceGrid({ x: AXIS, y: AXIS, loss: (x, y) => 3 * x - y + 10 });
const OPTIONS = { log: false, trajectory: true, gradient: true, stale: false, watched: false };

function build(state: NetState, grid: SurfaceGrid = GRID, options = {}, tracks: Track[] = []) {
  return new SurfaceScene().build(state, grid, tracks, { ...OPTIONS, ...options });
}

function meanSquare(w: number, v: number): number {
  const errors = [-1, 0.5, 2].map((x, i) => v * Math.tanh(w * x + 0.2) + 0.4 - DATA.y[i]);
  return errors.reduce((sum, error) => sum + error ** 2, 0) / 3;
}

describe("the ball", () => {
  it("has the network's own loss and slope, not the grid's", () => {
    const { ball, gradient } = build(STATE);
    expect(ball).toMatchObject({ x: 0.5, y: 1, off: 0, away: false, exact: true });
    expect(ball.loss).toBeCloseTo(meanSquare(0.5, 1), 10);
    const h = 1e-5;
    const slope = (meanSquare(0.5 + h, 1) - meanSquare(0.5 - h, 1)) / (2 * h);
    expect(gradient?.[0]).toBeCloseTo(slope, 6);
  });

  it.each([
    ["a loss that only Python knows", { spec: { ...STATE.spec, loss: "custom" as const } }, {}],
    ["the test data, which the page has not", {}, { data: "test" as const }],
    ["a model that is no stack", { spec: { ...STATE.spec, kind: "opaque" as const } }, {}],
  ])("is read off the grid with %s", (_, state, grid) => {
    const { ball, gradient } = build({ ...STATE, ...state }, { ...GRID, ...grid });
    expect([ball.loss, ball.exact]).toEqual([expect.closeTo(10.5, 12), false]);
    expect(gradient).toEqual([expect.closeTo(3, 12), expect.closeTo(-1, 12)]);
  });

  it("is read off the grid while a hand moves it over much data, and not once it rests", () => {
    const n = 600_000;
    const data = { n, d: 1, k: 1, X: new Float64Array(n), y: new Float64Array(n) };
    expect(build({ ...STATE, data, held: true }).ball.exact).toBe(false);
    expect(build({ ...STATE, data, held: false }).ball.exact).toBe(true);
  });

  it("off the plane has a loss of its own, but none that could be read off", () => {
    const params = Float64Array.of(0.5, 0.2, 1, 3.4);
    const { ball } = build({ ...STATE, params });
    expect([ball.off, ball.away]).toEqual([3, true]);
    expect(ball.loss).toBeGreaterThan(5);
    const custom = { ...STATE.spec, loss: "custom" as const };
    const unknown = build({ ...STATE, params, spec: custom });
    expect([unknown.ball.loss, unknown.gradient]).toEqual([null, null]);
  });
});

describe("a surface is stale", () => {
  const away = { ...STATE, params: Float64Array.of(0.5, 0.2, 1, 3.4) };

  it("where Python says so, or the network has left its plane", () => {
    expect(build(STATE).stale).toBe(false);
    expect(build(STATE, GRID, { stale: true }).stale).toBe(true);
    expect(build(away).stale).toBe(true);
  });

  it("not for the moment in which Python follows", () => {
    expect(build(away, GRID, { watched: true }).stale).toBe(false);
    expect(build(away, GRID, { watched: true, stale: true }).stale).toBe(true);
  });
});

describe("marks", () => {
  const track: Track = {
    ...{ name: "run", current: true, epochs: Float64Array.of(0, 1), off: new Float64Array(2) },
    ...{ x: Float64Array.of(-1, 0), y: Float64Array.of(1, 1), loss: Float64Array.of(7, 6) },
  };

  it("are the lowest cell and where the run began", () => {
    const { best, start } = build(STATE, GRID, {}, [track]);
    expect(best).toEqual({ at: [-2, 2], loss: 2 });
    expect(start).toEqual({ at: [-1, 1], loss: 7 });
  });

  it("without a run are the initial weights, if they are in the plane", () => {
    const initial = Float64Array.of(1, 0.2, -1, 0.4);
    expect(build({ ...STATE, initial }).start).toEqual({ at: [1, -1], loss: 14 });
    expect(build({ ...STATE, initial: Float64Array.of(1, 9, -1, 9) }).start).toBeNull();
  });

  it("are fewer where they are not wanted", () => {
    const picture = build(STATE, GRID, { trajectory: false, gradient: false }, [track]);
    expect([picture.tracks, picture.gradient]).toEqual([[], null]);
  });
});

it("what has not changed is the same object, so that it is not drawn anew", () => {
  const scene = new SurfaceScene();
  const tracks: Track[] = [];
  const first = scene.build(STATE, GRID, tracks, OPTIONS);
  expect(scene.build({ ...STATE, version: 9 }, GRID, tracks, OPTIONS)).toBe(first);
  const moved = { ...STATE, params: Float64Array.of(0.6, 0.2, 1, 0.4) };
  const next = scene.build(moved, GRID, tracks, OPTIONS);
  expect(next.ball).not.toBe(first.ball);
  const still = ["grid", "shading", "tracks", "start", "best"] as const;
  for (const name of still) expect(next[name]).toBe(first[name]);
});
