import { describe, expect, test } from "vitest";
import type { BufferLike } from "../wire.js";
import { MOST_KEPT, Recording } from "./recording.js";

const vector = (value: number) => new Float64Array(4).fill(value);

function recorded(epochs: number, limit?: number): Recording {
  const recording = new Recording("float64", limit);
  for (let epoch = 0; epoch < epochs; epoch++) {
    recording.add(epoch, { loss: 1 / (epoch + 1) }, vector(epoch));
  }
  return recording;
}

describe("a recording", () => {
  test("is the message that a page asks Python for", () => {
    const made = recorded(5);
    const content = {
      columns: ["epoch", "loss", "accuracy", "test_loss", "test_accuracy", "kept"],
    };
    const read = new Recording("float64");
    const buffers = [made.numbers(0), made.vectors(0)] as BufferLike[];
    read.read({ ...content, stride: made.stride }, buffers, 4);
    expect([read.rows, read.last, read.score("loss", 4)]).toEqual([5, 4, 0.2]);
    expect(read.score("accuracy", 4)).toBe(null);
    expect(read.at(3).params).toEqual(vector(3));
    expect(() => new Recording("float64").read({ ...content, stride: 1 }, buffers, 5)).toThrow(
      "fit",
    );
  });

  test("keeps to its memory: every second epoch, then every fourth, and the last", () => {
    const long = recorded(1001, 100 * 32);
    expect(long.rows).toBe(1001);
    expect(long.stride).toBe(16);
    expect(long.epochs.slice(0, 3)).toEqual([0, 16, 32]);
    expect(long.epochs.length).toBeLessThanOrEqual(100);
    expect(long.epochs.at(-1)).toBe(1000);
    expect(long.nearest(25)).toBe(32);
    expect(long.nearest(24)).toBe(16); // of two as near, the earlier
    expect(() => long.at(25)).toThrow("epoch 25");
    long.add(1001, {}, vector(1001));
    expect(long.epochs.slice(-2)).toEqual([992, 1001]);
    expect(long.vectors(990).length).toBe(2 * 4);
  });

  test("of very many epochs can be kept as a former run", () => {
    const long = recorded(200_000);
    const copy = long.copy();
    long.cutAfter(70);
    expect([copy.rows, copy.last, long.last]).toEqual([200_000, 199_999, 70]);
    expect(copy.epochs.length).toBeLessThanOrEqual(MOST_KEPT);
    expect(copy.at(199_999).params).toEqual(vector(199_999));
  });

  test("tells a page what is new to it, and all of it where it went back", () => {
    const run = recorded(10);
    const { serial } = run;
    expect(run.newSince(-1, 0)).toBe(0);
    expect(run.newSince(serial, 10)).toBe(10);
    run.add(10, { loss: 0 }, vector(10));
    expect(run.newSince(serial, 10)).toBe(10);
    expect([...run.numbers(10)].slice(0, 2)).toEqual([10, 0]);
    run.cutAfter(4);
    expect([run.rows, run.last]).toEqual([5, 4]);
    expect(run.newSince(serial, 10)).toBe(0);
    expect(run.newSince(run.serial, 5)).toBe(5);
    run.add(3, { loss: 9 }, vector(-3)); // again
    expect(run.at(3).params).toEqual(vector(-3));
    expect([run.rows, run.score("loss", 3)]).toEqual([4, 9]);
    run.clear();
    expect([run.rows, run.epochs]).toEqual([0, []]);
  });
});
