import { describe, expect, it } from "vitest";
import { specOf } from "../testing/fake-store.js";
import type { Spec } from "../wire.js";
import { cellOf, indexOf, leadsOf, matricesOf, referenceOf, rowName } from "./weight_matrices.js";

const spec = specOf([2, 3, 1]);

describe("matrices of a stack", () => {
  const matrices = matricesOf(spec);

  it("are one a layer, with its bias", () => {
    expect(matrices.map(({ name, rows, columns, bias }) => [name, rows, columns, bias])).toEqual([
      ["0", 3, 2, 6],
      ["2", 1, 3, 12],
    ]);
  });

  it("have every parameter in one cell", () => {
    for (let index = 0; index < spec.size; index++) {
      const cell = cellOf(matrices, index);
      expect(cell && indexOf(matrices[cell.matrix], cell.row, cell.column)).toBe(index);
    }
    expect(cellOf(matrices, spec.size)).toBeNull();
  });

  it("name their cells as Python and the field do", () => {
    expect(referenceOf(spec, indexOf(matrices[0], 2, 1))).toBe("0.weight[2,1]");
    expect(referenceOf(spec, indexOf(matrices[0], 2, -1))).toBe("0.bias[2]");
    expect(leadsOf(spec, matrices[0], 2, 1)).toBe("h₃ ← x2");
    expect(leadsOf(spec, matrices[1], 0, 1)).toBe("output ← a₂");
    expect(leadsOf(spec, matrices[1], 0, -1)).toBe("bias of output");
    expect(rowName(spec, matrices[0], 1)).toBe("h₂");
  });
});

it("kernels are rows of a filter each; what is no weight stands alone", () => {
  const param = (name: string, shape: number[], offset: number) => {
    return { name, shape, offset, size: shape.reduce((a, b) => a * b, 1) };
  };
  const params = [
    param("conv.weight", [4, 1, 3, 3], 0),
    param("conv.bias", [4], 36),
    param("norm.weight", [4], 40),
    param("norm.bias", [4], 44),
    param("scale", [], 48),
  ];
  const opaque: Spec = { ...spec, kind: "opaque", params, layers: [], size: 49 };
  const found = matricesOf(opaque);
  expect(
    found.map(({ name, rows, columns, bias, shape }) => [name, rows, columns, bias, shape]),
  ).toEqual([
    ["conv", 4, 9, 36, "4 × 1 × 3 × 3"],
    ["norm", 1, 4, null, "4"],
    ["norm.bias", 1, 4, null, "4"],
    ["scale", 1, 1, null, "1"],
  ]);
  expect(referenceOf(opaque, 13)).toBe("conv.weight[1,0,1,1]");
  expect(leadsOf(opaque, found[0], 1, 2)).toBe("");
});
