import { beforeEach, describe, expect, it } from "vitest";
import { SurfaceScene } from "../scene/surface_picture.js";
import type { SurfaceGrid } from "../scene/surface_types.js";
import { fakePlot, pointerAt, press } from "../testing/fake-plot.js";
import { type FakeStore, fakeStore } from "../testing/fake-store.js";
import { evenly, surfaceGrid } from "../testing/surfaces.js";
import { networkOf } from "../testing/views.js";
import { aboutBall, BallHand, BallMover } from "./ball.js";

// Parameters (0.1, 0.2, 0.3, 0.4); the plane's axes are the first and the third of them.
const AXIS = evenly(-5, 5, 11);
const square = surfaceGrid({ x: AXIS, y: AXIS, loss: (x, y) => x * x + y });
const line = surfaceGrid({
  x: AXIS,
  loss: (x) => x * x,
  directions: [
    [1, 0, 0, 0],
    [0, 0, 0, 0],
  ],
});

let store: FakeStore;
let mover: BallMover;
let hand: BallHand;

const OPTIONS = { log: false, trajectory: true, gradient: true, stale: false, watched: false };

function pictureOf(grid: SurfaceGrid) {
  const scene = new SurfaceScene();
  return { picture: scene.build(store.state, grid, [], OPTIONS), plane: scene.plane(grid) };
}

function on(grid: SurfaceGrid | null): void {
  store = fakeStore(networkOf({ sizes: [1, 1, 1] }));
  mover = new BallMover({ store, surface: () => grid && pictureOf(grid) });
  hand = new BallHand(fakePlot(), mover);
}

beforeEach(() => on(square));

describe("a drag", () => {
  it("moves the plane's parameters as far as the pointer, from where it was taken", () => {
    hand.take(pointerAt(0.15, 0.25)); // a little beside the ball
    hand.drag(pointerAt(1.15, -0.75));
    const [w, b, v, c] = store.state.params;
    expect([w, v]).toEqual([expect.closeTo(1.1, 12), expect.closeTo(-0.7, 12)]);
    expect([b, c]).toEqual([networkOf({ sizes: [1, 1, 1] }).params[1], 0.4]);
  });

  it("is one step of undo that holds what it moves", () => {
    hand.take(pointerAt(0.1, 0.3));
    for (const x of [1, 2, 3]) hand.drag(pointerAt(x, 0));
    hand.release();
    expect(store.of("begin")).toEqual([["move the ball", [0, 2]]]);
    expect(store.of("end").length).toBe(1);
    hand.drag(pointerAt(-3, 0));
    hand.release();
    expect([store.of("edit").length, store.of("end").length]).toEqual([3, 1]);
  });

  it("follows the pointer while training moves the weights elsewhere", () => {
    hand.take(pointerAt(0.1, 0.3));
    store.patch({ params: Float64Array.of(4, 9, -4, 9) });
    hand.drag(pointerAt(1, 2));
    expect([...store.state.params]).toEqual([1, 9, 2, 9].map((each) => expect.closeTo(each, 12)));
  });

  it("leaves frozen weights alone", () => {
    store.patch({ frozen: new Set([0]) });
    hand.take(pointerAt(0.1, 0.3));
    hand.drag(pointerAt(2, 2));
    expect([store.state.params[0], store.state.params[2]]).toEqual([0.1, expect.closeTo(2, 12)]);
  });

  it("along a line only goes along it", () => {
    on(line);
    hand.take(pointerAt(0.1, 0));
    hand.drag(pointerAt(2.1, 3));
    const { params } = store.state;
    expect([...params].map((each) => Number(each.toFixed(9)))).toEqual([2.1, 0.2, 0.3, 0.4]);
  });

  it("without a surface does nothing", () => {
    on(null);
    hand.take(pointerAt(0, 0));
    hand.drag(pointerAt(1, 1));
    expect(hand.key(press("ArrowUp"))).toBe(false);
    expect(store.calls).toEqual([]);
  });
});

describe("keys", () => {
  it.each([
    ["ArrowRight", {}, [0.2, 0.3]],
    ["ArrowLeft", { shiftKey: true }, [-0.9, 0.3]],
    ["ArrowUp", { altKey: true }, [0.1, 0.31]],
    ["ArrowDown", {}, [0.1, 0.2]],
  ] as const)("%s moves it by a hundredth of what is seen (%o)", (key, modifiers, wanted) => {
    expect(hand.key(press(key, modifiers))).toBe(true);
    const { params } = store.state;
    expect([params[0], params[2]]).toEqual(wanted.map((each) => expect.closeTo(each, 12)));
  });

  it("of other meanings are not its", () => {
    for (const event of [press("a"), press("ArrowUp", { ctrlKey: true })]) {
      expect(hand.key(event)).toBe(false);
    }
    expect(store.calls).toEqual([]);
  });
});

describe("put somewhere", () => {
  it("it is a step of undo of its own", () => {
    mover.put([-1, 4]);
    expect(store.calls.map(({ name }) => name)).toEqual(["begin", "edit", "end"]);
    expect(mover.at).toEqual([expect.closeTo(-1, 12), expect.closeTo(4, 12)]);
  });

  it("it takes no place that is no number", () => {
    mover.to([Number.NaN, 1]);
    expect(store.of("edit")).toEqual([]);
  });
});

it("its numbers say what is known and how far off it is", () => {
  const known = Object.fromEntries(aboutBall(pictureOf(square).picture));
  expect(known.w).toBe("0.1000");
  expect(Object.keys(known)).toEqual(["w", "v", "loss", "slope ‖∇L‖"]);
  store.patch({
    params: Float64Array.of(1, 0.2, 2, 3.4),
    spec: { ...store.state.spec, loss: "custom" },
  });
  const away = Object.fromEntries(aboutBall(pictureOf(square).picture));
  expect(away).toEqual({ w: "1.000", v: "2.000", "loss ≈": "–", "off the plane by": "3.00" });
});
