import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addRows } from "./matmul.js";

const sizes = fc.record({
  sums: fc.integer({ min: 1, max: 7 }),
  count: fc.integer({ min: 1, max: 11 }),
  width: fc.integer({ min: 1, max: 6 }),
  transposed: fc.boolean(),
});
const half = () => (Math.random() < 0.5 ? 0 : 2 * Math.random() - 1);

describe("addRows", () => {
  it("is the matrix product by definition, either way round, for every number of rows", () => {
    fc.assert(
      fc.property(sizes, ({ sums, count, width, transposed }) => {
        const [alongI, alongJ] = transposed ? [1, sums] : [count, 1];
        const c = Float64Array.from({ length: sums * count }, half);
        const rows = Float64Array.from({ length: count * width }, half);
        const out = new Float64Array(3 + sums * width).fill(1);
        addRows(c, alongI, alongJ, sums, rows, count, width, out, 3);
        expect([...out.slice(0, 3)]).toEqual([1, 1, 1]);
        for (let i = 0; i < sums; i++) {
          for (let d = 0; d < width; d++) {
            let wanted = 1;
            for (let j = 0; j < count; j++) {
              wanted += c[i * alongI + j * alongJ] * rows[j * width + d];
            }
            expect(out[3 + i * width + d]).toBeCloseTo(wanted, 12);
          }
        }
      }),
    );
  });
});
