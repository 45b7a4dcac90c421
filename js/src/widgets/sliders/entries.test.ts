import { describe, expect, it } from "vitest";
import { specOf } from "../../testing/fake-store.js";
import type { Spec } from "../../wire.js";
import { type Entry, groupsOf, matches } from "./entries.js";

function entriesOf(spec: Spec): Entry[] {
  return groupsOf(spec).flatMap((group) =>
    Array.from({ length: group.size }, (_, k) => group.entry(k)),
  );
}

const small = entriesOf(specOf([2, 3, 1]));

describe("groupsOf", () => {
  it("has a group for each layer, in order", () => {
    const groups = groupsOf(specOf([2, 3, 1]));
    expect(groups.map(({ title, name, size }) => [title, name, size])).toEqual([
      ["Layer 1", "0", 9],
      ["Layer 2", "2", 4],
    ]);
  });

  it("names every entry once, in the order of the flat vector", () => {
    expect(small.map((entry) => entry.index)).toEqual([...Array(13).keys()]);
    expect(small[1].reference).toBe("0.weight[0,1]");
    expect(small[2].reference).toBe("0.weight[1,0]"); // row-major (units, inputs), as in torch
    expect(small[8].reference).toBe("0.bias[2]");
    expect(small[12].reference).toBe("2.bias[0]");
  });

  it("typesets counting from 1, with a comma where a number may have two digits", () => {
    expect(small[1].symbol).toEqual({ letter: "w", layer: "1", subscript: "12" });
    expect(small[8].symbol).toEqual({ letter: "b", layer: "1", subscript: "3" });
    const wide = entriesOf(specOf([12, 1]));
    expect(wide[11].symbol.subscript).toBe("1,12");
  });

  it("takes parameters of modules that are no layer, of any number of axes", () => {
    const spec: Spec = {
      ...specOf([2, 2]),
      kind: "opaque",
      layers: [],
      params: [
        { name: "scale", shape: [], offset: 0, size: 1 },
        { name: "net.conv.weight", shape: [2, 1, 3], offset: 1, size: 6 },
      ],
    };
    expect(groupsOf(spec).map((group) => group.title)).toEqual(["scale", "net.conv"]);
    const entries = entriesOf(spec);
    expect(entries[0].reference).toBe("scale");
    expect(entries[0].symbol).toEqual({ letter: "scale", layer: "", subscript: "" });
    expect(entries[5].reference).toBe("net.conv.weight[1,0,1]");
  });

  it("refuses an entry beyond the last", () => {
    expect(() => groupsOf(specOf([2, 3, 1]))[0].entry(9)).toThrow(RangeError);
  });
});

describe("matches", () => {
  const found = (query: string) => small.filter((e) => matches(e, query)).map((e) => e.reference);

  it.each([
    ["0.weight", 6],
    ["bias", 4],
    ["", 13],
    ["w", 13 - 4],
    ["0.weight[0,1]", 1],
    ["nothing", 0],
  ])("%j leaves %i", (query, count) => {
    expect(found(query)).toHaveLength(count);
  });

  it("knows the typeset names, also pasted ones and those with a layer", () => {
    expect(found("w12")).toEqual(["0.weight[0,1]", "2.weight[0,1]"]);
    expect(found("W₁₂")).toEqual(found("w12"));
    expect(found("w(2)12")).toEqual(["2.weight[0,1]"]);
    expect(found("b3")).toEqual(["0.bias[2]"]);
  });

  it("wants every word", () => {
    expect(found("2.weight w12")).toEqual(["2.weight[0,1]"]);
  });
});
