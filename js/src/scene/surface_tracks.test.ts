import { describe, expect, it } from "vitest";
import { NEGATIVE, unitColour } from "../math/colour.js";
import { specOf } from "../testing/fake-store.js";
import { chosenAxes, scalarNames } from "./surface_axes.js";
import { nearestMoment, piecesOf, trackColour } from "./surface_tracks.js";
import type { Track } from "./surface_types.js";

function trackOf(n: number, current = true): Track {
  const count = Float64Array.from({ length: n }, (_, i) => i);
  return {
    ...{ name: "run", current, epochs: count, x: count, y: count.map((i) => 10 * i) },
    ...{ off: new Float64Array(n), loss: count.map((i) => 100 - i) },
  };
}

describe("a run", () => {
  it("is in pieces that touch, from a tint to its colour, and leaves no epoch out", () => {
    const pieces = piecesOf(trackOf(101), [0, 0, 0]);
    expect(pieces.length).toBe(24);
    expect(pieces[0].colour).toBe("rgb(191 191 191)");
    expect(pieces.at(-1)?.colour).toBe("rgb(0 0 0)");
    const epochs = pieces.flatMap(({ path }, i) => path.slice(i ? 1 : 0).map(([x]) => x));
    expect(epochs).toEqual([...trackOf(101).x]);
    pieces.slice(1).forEach((piece, i) => {
      expect(piece.path[0]).toEqual(pieces[i].path.at(-1));
    });
  });

  it("of few epochs has as many pieces as steps", () => {
    expect([0, 1, 2, 4].map((n) => piecesOf(trackOf(n), [0, 0, 0]).length)).toEqual([0, 0, 1, 3]);
  });

  it("on a profile is as high as its losses", () => {
    const shading = { low: 1, high: 100, log: true };
    const [piece] = piecesOf(trackOf(2), [0, 0, 0], shading);
    expect(piece.path).toEqual([
      [0, 2],
      [1, Math.log10(99)],
    ]);
  });

  it("has the colour of the network's own, or one of those of the others", () => {
    const tracks = [trackOf(3), trackOf(3, false), trackOf(3, false)];
    const colours = tracks.map((track) => trackColour(tracks, track));
    expect(colours).toEqual([NEGATIVE, unitColour(0), unitColour(1)]);
  });
});

describe("the epoch under a pointer", () => {
  // A run along (i, 10 i), where a pixel is 0.1 across and 1 up.
  const run = trackOf(5);
  const under = (x: number, y: number, reach = 6) => nearestMoment([run], [x, y], [0.1, 1], reach);

  it("is the nearest one within reach, in pixels", () => {
    expect(under(2.3, 22)).toEqual({ track: run, index: 2 });
    expect(under(2, 26)).toEqual({ track: run, index: 2 });
    expect(under(2.7, 20)).toBeNull();
  });

  it("is of the nearest run, and never where a run was no number", () => {
    const other = { ...trackOf(5, false), y: Float64Array.of(0, 10, 21, Number.NaN, 40) };
    const both = nearestMoment([run, other], [2, 21], [0.1, 1], 6);
    expect([both?.track, both?.index]).toEqual([other, 2]);
    expect(nearestMoment([other], [3, 30], [0.1, 1], 3)).toBeNull();
  });

  it("on a profile is where its loss was", () => {
    const shading = { low: 1, high: 100, log: false };
    expect(nearestMoment([run], [3, 97], [0.1, 1], 1, shading)?.index).toBe(3);
    expect(nearestMoment([run], [3, 30], [0.1, 1], 1, shading)).toBeNull();
  });
});

describe("names of axes", () => {
  it("are those of every scalar parameter", () => {
    expect(scalarNames(specOf([2, 2, 1]))).toEqual([
      ...["0.weight[0,0]", "0.weight[0,1]", "0.weight[1,0]", "0.weight[1,1]", "0.bias[0]"],
      ...["0.bias[1]", "2.weight[0,0]", "2.weight[0,1]", "2.bias[0]"],
    ]);
    const scalar = { name: "scale", shape: [], offset: 0, size: 1 };
    expect(scalarNames({ ...specOf([1, 1]), params: [scalar] })).toEqual(["scale"]);
  });

  it("are found again, if they are parameters", () => {
    const names = scalarNames(specOf([1, 1]));
    expect(chosenAxes(names, ["0.bias[0]", "0.weight[0,0]"])).toEqual([1, 0]);
    expect(chosenAxes(names, ["random 1", "random 2"])).toBeNull();
  });
});
