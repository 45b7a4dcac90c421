/**
 * The surface of an exported page for tests in Python: one question a line in, one answer a line
 * out. tests/test_js_loss_grid.py bundles it and asks nnw.loss_surface and numpy the same.
 */

import { createInterface } from "node:readline";
import { LossOnPlane } from "../math/loss_grid.js";
import { principal } from "../math/principal.js";
import { layPlane } from "../page/surface_plane.js";
import type { Spec } from "../wire.js";

interface GridQuestion {
  readonly kind: "grid";
  readonly spec: Spec;
  readonly params: number[];
  readonly X: number[];
  readonly y: number[];
  readonly n: number;
  readonly k: number;
  readonly axes: unknown;
  /** Coordinates. */
  readonly across: number[];
  readonly up: number[];
}

interface PrincipalQuestion {
  readonly kind: "principal";
  readonly flats: number[][];
}

function grid({ spec, params, n, k, axes, across, up, ...given }: GridQuestion): object {
  const here = Float64Array.from(params);
  const chosen = { axes, seed: 0, recorded: [], before: null };
  const plane = layPlane({ spec, params: here, ...chosen });
  const [X, y] = [Float64Array.from(given.X), Float64Array.from(given.y)];
  const losses = new LossOnPlane(spec, { n, d: spec.inputs, k, X, y }, plane);
  const z = up.map((v) => across.map((u) => losses.at(u, v)));
  const { origin, directions, names, centre, ranges } = plane;
  const lists = [...directions].map((direction) => [...direction]);
  return { z, origin: [...origin], directions: lists, names, centre, ranges };
}

function answer(question: GridQuestion | PrincipalQuestion): object | null {
  if (question.kind === "grid") return grid(question);
  const found = principal(question.flats);
  return found && { ...found, directions: found.directions.map((each) => [...each]) };
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(answer(JSON.parse(line)))}\n`);
}
