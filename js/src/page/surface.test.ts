import { describe, expect, test } from "vitest";
import { lossAt } from "../math/landscape.js";
import type { SurfaceGrid } from "../scene/surface_types.js";
import { type ComputeState, gridOf, tracksOf } from "../scene/surface_wire.js";
import { kernelPage } from "../testing/kernel_page.js";
import { PageModel } from "./model.js";
import { answerSurface } from "./surface.js";

const OPTIONS = { axes: null, ranges: null, resolution: 15, data: "train", seed: 0, auto: true };

function surfacePage(options: object = {}, given: Parameters<typeof kernelPage>[0] = {}) {
  const page = kernelPage(given);
  const traits = { ...OPTIONS, _surface: {}, _tracks: [], _state: {}, ...options };
  const model = new PageModel(traits);
  let time = 0;
  const surface = answerSurface({
    ...{ model, network: page.kernel.watched, clock: page.clock },
    stopwatch: () => (time += 0.05), // milliseconds for a cell
  });
  const grid = () => gridOf(model.get("_surface")) as SurfaceGrid;
  const state = () => model.get("_state") as ComputeState;
  return { ...page, model, surface, grid, state };
}

/** The loss at a cell, by the forward pass that every view uses. */
function lossHere(
  grid: SurfaceGrid,
  i: number,
  j: number,
  { store }: ReturnType<typeof surfacePage>,
) {
  const [a, b] = grid.directions;
  const at = grid.origin.map((value, k) => value + grid.x[i] * a[k] + grid.y[j] * b[k]);
  return lossAt(store.state.spec, at, store.state.data) as number;
}

describe("a loss surface in the page", () => {
  test("is computed through the network of now, coarse at first", () => {
    const page = surfacePage();
    const { clock, grid, state, model, store } = page;
    const sizes: number[] = [];
    model.on("change:_surface", () => sizes.push(grid().nx));
    clock.advance(500);
    expect(sizes).toEqual([7, 15]);
    expect(state()).toMatchObject({ state: "idle", share: 1, stale: false, message: "" });
    const shown = grid();
    expect(shown.names).toEqual(["0.weight[0,0]", "2.weight[0,0]"]);
    for (const [i, j] of [
      [0, 0],
      [3, 9],
      [14, 14],
    ]) {
      expect(shown.z[j * 15 + i]).toBeCloseTo(lossHere(shown, i, j, page), 12);
    }
    const { params } = store.state;
    expect((shown.x[0] + shown.x[14]) / 2).toBeCloseTo(params[0], 6);
    expect((shown.y[0] + shown.y[14]) / 2).toBeCloseTo(params[6], 6);
  });

  test("follows the network: its path, and a new surface where it has left the plane", () => {
    const page = surfacePage();
    const { clock, grid, state, store, model } = page;
    clock.advance(500);
    const { serial } = grid();
    store.edit([0], [0.5]); // along the plane
    clock.advance(1000);
    expect(grid().serial).toBe(serial);
    store.edit([1], [0.5]);
    clock.advance(2000);
    expect(grid().serial).toBeGreaterThan(serial);
    store.train({ action: "step", n: 12 });
    clock.advance(3000);
    const [track] = tracksOf(model.get("_tracks"));
    expect([...track.epochs]).toEqual([...Array(13).keys()]);
    expect(track.off.at(-1)).toBeLessThan(1e-5);
    expect(track.x.at(-1)).toBeCloseTo(store.state.params[0], 5);
    expect(track.loss.at(-1)).toBeCloseTo(Number(store.state.status.loss), 12);
    expect(state().stale).toBe(false);
    store.editPoint({ op: "delete", row: 0 });
    clock.advance(2000);
    expect(grid().z[0]).toBeCloseTo(lossHere(grid(), 0, 0, page), 12);
  });

  test("waits to be asked where that was not wanted, and can be cancelled", () => {
    const { clock, grid, state, store, surface, model } = surfacePage({ auto: false });
    clock.advance(500);
    const { serial } = grid();
    store.edit([1], [0.5]);
    clock.advance(1000);
    expect([grid().serial, state().stale]).toEqual([serial, true]);
    expect(surface.answer({ type: "compute" })).toBe(true);
    surface.answer({ type: "cancel" });
    clock.advance(500);
    expect(grid().serial).toBe(serial);
    model.set("resolution", 9); // an option is a wish
    clock.advance(500);
    expect([grid().nx, state().stale]).toEqual([9, false]);
    expect(surface.answer({ type: "chunk" })).toBe(false);
    surface.dispose();
    model.set("resolution", 11);
    clock.advance(500);
    expect(grid().nx).toBe(9);
  });

  test("has the axes that are chosen: others, random ones, and those of the training", () => {
    const { clock, grid, state, store, model } = surfacePage();
    model.set("axes", ["0.bias[1]", "random"]);
    clock.advance(500);
    expect(grid().names).toEqual(["0.bias[1]", "random direction 2"]);
    model.set("axes", "random");
    clock.advance(500);
    const [a] = grid().directions;
    const own = Math.hypot(store.state.params[0], store.state.params[1]);
    expect(Math.hypot(a[0], a[1])).toBeCloseTo(own, 9); // as long as the unit's own weights
    expect([a[4], a[5], a[8]]).toEqual([0, 0, 0]);
    model.set("axes", "pca");
    clock.advance(500);
    expect(state()).toMatchObject({ state: "failed" });
    store.train({ action: "step", n: 30 });
    clock.advance(500);
    model.set("axes", null);
    model.set("axes", "pca");
    clock.advance(500);
    expect(grid().names[0]).toMatch(/^principal direction 1/);
    expect((grid().explained?.[0] ?? 0) + (grid().explained?.[1] ?? 0)).toBeGreaterThan(0.9);
    const [track] = tracksOf(model.get("_tracks"));
    expect(Math.min(...track.x)).toBeGreaterThan(grid().x[0]);
    model.set("axes", ["9.weight[0,0]", "0.bias[0]"]);
    clock.advance(500);
    expect(state().message).toContain("9.weight[0,0]");
  });

  test("starts over where units come", () => {
    const given = { sizes: [2, 2, 1], spec: { editable: true } };
    const { clock, grid, store } = surfacePage({}, given);
    clock.advance(500);
    store.restructure({ op: "add_unit", layer: 0 });
    clock.advance(1000);
    expect(grid().revision).toBe(1);
    expect(grid().origin.length).toBe(13);
  });

  test("keeps what Python computed where only Python knows how", () => {
    const { clock, state } = surfacePage({}, { spec: { loss: "custom" } });
    clock.advance(500);
    expect(state()).toMatchObject({ state: "failed" });
    expect(state().message).toContain("only Python");
  });
});
