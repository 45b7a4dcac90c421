import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { kernelPage } from "../testing/kernel_page.js";
import { FIELDS } from "./checked.js";
import { readState } from "./state.js";

const edges = [0, 1, -1, 2 ** 53, 1e308, -1e308, 5e-324, Number.NaN, Number.POSITIVE_INFINITY];
const scalar = fc.oneof(
  fc.constantFrom<unknown>(null, undefined, true, "", "__proto__", "constructor", "tanh", ...edges),
  fc.integer({ min: -2, max: 9 }),
  fc.string(),
);
const value = fc.oneof(scalar, fc.array(scalar, { maxLength: 4 }), fc.anything());
const field = fc.oneof(
  value,
  fc.constantFrom<unknown>([0], [1, 2], [0.5, 0.5], [1], 0, 1, "move", "add", "play", "step"),
);
const message = fc.oneof(
  value,
  fc.constantFrom(...Object.keys(FIELDS), "hello", "watch", "what", "__proto__").chain((type) =>
    fc
      .record(Object.fromEntries(Object.keys(FIELDS[type] ?? {}).map((name) => [name, field])), {
        noNullPrototype: true,
      })
      .map((fields) => ({ ...fields, type, revision: 0 })),
  ),
);

describe("a kernel in the page", () => {
  test("throws at nothing, and stays whole", () => {
    fc.assert(
      fc.property(fc.array(message, { maxLength: 12 }), (messages) => {
        const { kernel, store, clock } = kernelPage();
        for (const each of messages) {
          kernel.receive(each);
          clock.advance(20);
        }
        kernel.receive({ type: "train", action: "pause" });
        clock.advance(50);
        const { params, spec, data } = store.state;
        expect(params.length).toBe(spec.size);
        expect(params.every(Number.isFinite)).toBe(true);
        expect(data.X.every(Number.isFinite)).toBe(true);
        expect(data.X.length).toBe(data.n * data.d);
        expect(({} as Record<string, unknown>).polluted).toBe(undefined);
        store.dispose();
        kernel.dispose();
      }),
      { numRuns: 200 },
    );
  });
});

describe("the state of an exported page", () => {
  test("is read, or refused by an error of its own, whatever stands in it", async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.json(), fc.string(), fc.constant("null")), async (text) => {
        const read = await readState(text).catch((error: unknown) => error);
        expect(read instanceof Error || (read as { format: number }).format === 1).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test("pollutes no prototype", async () => {
    await readState('{"format":1,"__proto__":{"polluted":1},"nets":[{"__proto__":{"a":1}}]}');
    expect(({} as Record<string, unknown>).polluted).toBe(undefined);
  });
});
