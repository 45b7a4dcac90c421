import { describe, expect, test } from "vitest";
import { EpochRecord, RECORD_BYTES } from "./record.js";

describe("the record of epochs", () => {
  test("keeps the first parameters seen of an epoch, in the model's precision", () => {
    const record = new EpochRecord();
    record.add(0, Float64Array.of(0.1), "float64");
    record.add(0, Float64Array.of(9), "float64");
    record.add(1, Float64Array.of(0.1), "float32");
    expect(record.at(0)).toEqual(Float64Array.of(0.1));
    expect(record.at(1)).toEqual(Float64Array.of(Math.fround(0.1)));
    expect(record.at(2)).toBe(null);
  });

  test("is not written to by whoever reads it", () => {
    const record = new EpochRecord();
    record.add(0, Float64Array.of(1), "float64");
    record.at(0)?.fill(7);
    expect(record.at(0)).toEqual(Float64Array.of(1));
  });

  test("stays within its bytes by doubling the stride", () => {
    const record = new EpochRecord(80); // ten parameters of eight bytes
    for (let epoch = 0; epoch <= 100; epoch++) record.add(epoch, Float64Array.of(epoch), "float64");
    const kept = Array.from({ length: 101 }, (_, epoch) => epoch).filter((e) => record.at(e));
    expect(kept.length).toBeLessThanOrEqual(10);
    expect(kept.length).toBeGreaterThan(5);
    const strides = new Set(kept.slice(1).map((epoch, k) => epoch - kept[k]));
    expect(strides).toEqual(new Set([16]));
    for (const epoch of kept) expect(record.at(epoch)).toEqual(Float64Array.of(epoch));
  });

  test("keeps one epoch that is larger than all its bytes", () => {
    const record = new EpochRecord(8);
    record.add(3, new Float64Array(10), "float64");
    expect(record.at(3)).toHaveLength(10);
    record.add(5, new Float64Array(10), "float64");
    expect([3, 5].filter((epoch) => record.at(epoch)).length).toBeLessThanOrEqual(1);
    expect(RECORD_BYTES).toBe(16 * 1024 * 1024);
  });
});
