import { describe, expect, it } from "vitest";
import { FakeClock } from "../testing/fake-clock.js";
import { networkOf } from "../testing/views.js";
import { Painter, SHARE, WHOLE } from "./painter.js";
import type { NetState } from "./types.js";

const FRAME = 16;

/** A clock that goes on while a view draws. */
class SlowClock extends FakeClock {
  private spent = 0;

  override now(): number {
    return super.now() + this.spent;
  }

  spend(ms: number): void {
    this.spent += ms;
  }
}

/** Three views, each of which takes so long, and what they draw in a frame. */
function slow(changes: Partial<NetState>, ms = SHARE + 1) {
  const clock = new SlowClock();
  const state = { ...networkOf({ sizes: [2, 2, 1] }), ...changes };
  const counts = { painted: -1 };
  const painter = new Painter(clock, {
    state: () => state,
    painted: (change) => {
      counts.painted = change;
    },
    failed: (error) => {
      throw error;
    },
  });
  const drawn: string[] = [];
  for (const name of ["a", "b", "c"]) {
    painter.add(() => {
      drawn.push(name);
      clock.spend(ms);
    });
  }
  const frame = () => {
    clock.advance(FRAME);
    return drawn.splice(0).join("");
  };
  for (let k = 0; k < 20; k++) {
    painter.schedule(); // until their costs are known
    frame();
  }
  while (counts.painted < painter.change) frame();
  painter.schedule();
  return { painter, counts, frame };
}

const status = { ...networkOf({ sizes: [2, 2, 1] }).status, state: "playing" as const };

describe("views that take longer than a frame", () => {
  it("take turns while training goes on, and Python is answered when all have drawn", () => {
    const { painter, counts, frame } = slow({ status });
    const first = painter.change;
    const [one, two] = [frame(), frame()];
    expect(counts.painted).toBe(first - 1);
    painter.schedule(); // an answer must not wait for a mouse to stand still
    const three = frame();
    expect([...(one + two + three)].sort()).toEqual(["a", "b", "c"]);
    expect(counts.painted).toBe(first);
    expect([frame(), frame(), counts.painted]).toEqual([one, two, first + 1]); // three has seen it
    expect(frame()).toBe("");
  });

  it("are each as often drawn as the others, however often things change", () => {
    const { painter, frame } = slow({ status });
    const order = Array.from({ length: 6 }, () => {
      painter.schedule();
      return frame();
    });
    expect([...order.slice(0, 3)].sort()).toEqual(["a", "b", "c"]);
    expect(order.slice(3)).toEqual(order.slice(0, 3));
  });

  it("leave the page some frames for itself where one of them makes a long one", () => {
    const { painter, frame } = slow({ status }, 3 * FRAME);
    const order = Array.from({ length: 12 }, () => {
      painter.schedule();
      return frame();
    });
    expect(order.filter((views) => views.length > 1)).toEqual([]);
    const drawn = order.filter((views) => views !== "").length;
    expect(drawn).toBeGreaterThanOrEqual(2);
    expect(drawn).toBeLessThanOrEqual(6);
  });

  it("are drawn in one frame where they are quick together", () => {
    const { painter, frame } = slow({ status }, WHOLE / 4);
    for (let k = 0; k < 3; k++) {
      expect(frame()).toHaveLength(3);
      painter.schedule();
    }
  });

  it("are drawn in one frame under a hand, and at rest", () => {
    const { painter, counts, frame } = slow({ status, held: true });
    expect(frame()).toHaveLength(3);
    expect(counts.painted).toBe(painter.change);
    expect(slow({}).frame()).toHaveLength(3);
  });
});
