import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DataSet } from "../state/types.js";
import { specOf } from "../testing/fake-store.js";
import { dataOf } from "../testing/views.js";
import type { Spec, Task } from "../wire.js";
import { activationName, className, subscript, superscript, unitName } from "./names.js";
import { classMarker, markersOf, unitLook } from "./palette.js";
import { CLASS_KINDS, featureMeans, kinds, means, rangeOf, SHADES, samples } from "./samples.js";

const specFor = (task: Task, outputs = 1): Spec => ({ ...specOf([2, 2, outputs]), task });

const targets = (values: number[]): DataSet =>
  dataOf(
    values.map(() => [0, 0]),
    values.map((value) => [value]),
  );

describe("means", () => {
  it("are the columns' sums over n", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 5, maxLength: 40 }),
        (d, values) => {
          const n = Math.floor(values.length / d);
          const X = Float64Array.from(values.slice(0, n * d));
          const column = (m: number) => values.slice(0, n * d).filter((_, i) => i % d === m);
          const sums = Array.from({ length: d }, (_, m) => column(m).reduce((a, b) => a + b));
          expect([...means({ X, n, d })]).toEqual(sums.map((sum) => sum / n));
        },
      ),
    );
  });

  it("of the features are computed once for one data set", () => {
    const data = dataOf(
      [
        [1, 2],
        [3, 6],
      ],
      [[0], [1]],
    );
    expect([...Array.from(featureMeans(data))]).toEqual([2, 4]);
    expect(featureMeans(data)).toBe(featureMeans(data));
    expect(featureMeans({ ...data })).not.toBe(featureMeans(data));
  });
});

describe("kinds", () => {
  it("are the class of a binary target, soft targets rounded", () => {
    expect([...kinds(specFor("binary"), targets([0, 1, 0.49, 0.5]))]).toEqual([0, 1, 0, 1]);
  });

  it("are the class index of several, and come round where markers end", () => {
    const spec = specFor("multiclass", 70);
    expect([...kinds(spec, targets([0, 2, 59, 60, 69]))]).toEqual([0, 2, 59, 0, 9]);
    expect(markersOf(spec).length).toBe(CLASS_KINDS);
  });

  it("are shades of a continuous target from its lowest to its highest", () => {
    const spec = specFor("regression");
    expect([...kinds(spec, targets([-3, 0, 3]))]).toEqual([0, 12, SHADES - 1]);
    expect(markersOf(spec).length).toBe(SHADES);
  });

  it("are the middle shade where all targets are one number", () => {
    expect([...kinds(specFor("regression"), targets([7, 7]))]).toEqual([12, 12]);
    expect([...kinds(specFor("regression"), targets([7]))]).toEqual([12]);
  });

  it("go by the first column where there are several", () => {
    const data = dataOf(
      [[0], [0]],
      [
        [0, 9],
        [1, -9],
      ],
    );
    expect([...kinds(specFor("regression"), data)]).toEqual([0, SHADES - 1]);
  });
});

describe("rangeOf", () => {
  it("is the targets' range where a regression has one", () => {
    const spec = specFor("regression");
    expect(rangeOf({ spec, data: targets([2, -1, 0]) })).toEqual([-1, 2]);
    expect(rangeOf({ spec, data: targets([2, 2]) })).toBeNull();
    expect(rangeOf({ spec: specFor("binary"), data: targets([0, 1]) })).toBeNull();
  });
});

describe("samples", () => {
  const data = dataOf(
    [
      [1, 2, 3],
      [4, 5, 6],
    ],
    [[0], [2]],
  );

  it("are where the two features say", () => {
    const { n, x, y } = samples(specFor("binary"), data, [2, 0]);
    expect([n, [...x], [...y]]).toEqual([2, [3, 6], [1, 4]]);
  });

  it("of one feature are as high as their target", () => {
    expect([...samples(specFor("regression"), data, [1]).y]).toEqual([0, 2]);
  });

  it("of several classes lie on the axis, beside probabilities up to one", () => {
    const { y, kind } = samples(specFor("multiclass", 3), data, [1]);
    expect([[...y], [...kind]]).toEqual([
      [0, 0],
      [0, 2],
    ]);
  });
});

describe("names", () => {
  it("write digits small", () => {
    expect([subscript(10), superscript(23)]).toEqual(["₁₀", "²³"]);
  });

  it("tell layers apart only where there are several hidden ones", () => {
    expect(unitName(specOf([2, 3, 1]), 0, 1)).toBe("h₂");
    expect(unitName(specOf([2, 3, 3, 1]), 1, 1)).toBe("h₂⁽²⁾");
    expect(activationName(specOf([2, 3, 3, 1]), 0, 0, "z")).toBe("z₁⁽¹⁾");
  });

  it("name outputs by what they are", () => {
    const spec = specOf([2, 2, 3]);
    const classes = ["cat", "dog", "cow"];
    expect(unitName(specOf([2, 2, 1]), 1, 0)).toBe("output");
    expect(unitName({ ...spec, task: "multiclass", classes }, 1, 2)).toBe("cow");
    expect(unitName({ ...spec, task: "multiclass" }, 1, 2)).toBe("class 2");
    // Of a regression, or of three yes-or-no answers, outputs are no classes.
    expect(unitName({ ...spec, task: "regression" }, 1, 2)).toBe("output 3");
    expect(unitName({ ...spec, task: "binary", classes: ["no", "yes"] }, 1, 1)).toBe("output 2");
  });

  it("call the last unit that is seen of an opaque model a hidden one", () => {
    expect(unitName({ ...specOf([2, 2]), kind: "opaque" }, 0, 0)).toBe("h₁");
  });

  it("number classes without a name", () => {
    expect(className({ ...specOf([2, 1]), classes: ["a"] }, 0)).toBe("a");
    expect(className({ ...specOf([2, 1]), classes: ["a"] }, 1)).toBe("class 1");
  });
});

describe("looks", () => {
  it("differ between any two of ten classes, in colour and not only in shape", () => {
    const fills = Array.from({ length: 10 }, (_, index) => classMarker(index).fill);
    expect(new Set(fills).size).toBe(10);
    const looks = Array.from({ length: 30 }, (_, index) => JSON.stringify(classMarker(index)));
    expect(new Set(looks).size).toBe(30);
  });

  it("tell the first two classes apart by shape as well", () => {
    expect(classMarker(0).shape).not.toBe(classMarker(1).shape);
  });

  it("are symmetric about the middle of a regression's shades", () => {
    const shares = markersOf(specFor("regression")).map(({ fill }) => /(\d+)%/.exec(fill)?.[1]);
    expect(shares.slice(0, SHADES / 2)).toEqual(shares.slice(SHADES / 2).reverse());
    expect(shares[0]).toBe("100");
  });

  it("differ between any two of thirty-two units", () => {
    const looks = Array.from({ length: 32 }, (_, unit) => JSON.stringify(unitLook(unit)));
    expect(new Set(looks).size).toBe(32);
  });
});
