/**
 * What the view of linear collapse computes, for tests in Python: one question a line in, one
 * answer a line out. tests/test_js_collapse.py bundles it and asks torch the same.
 */

import { createInterface } from "node:readline";
import { type Affine, collapse, tangent } from "../math/affine.js";
import { areas, bend } from "../math/bend.js";
import { type Alpha, blended } from "../math/blend.js";
import { layersOf } from "../math/forward.js";
import type { Axes, Extent } from "../math/lines.js";
import { linearRegions } from "../math/regions.js";
import type { Spec } from "../wire.js";

interface Of {
  readonly spec: Spec;
  readonly params: number[];
  readonly alpha: Alpha;
}

interface AffineQuestion extends Of {
  readonly kind: "affine";
  readonly x: number[];
}

interface RegionsQuestion extends Of {
  readonly kind: "regions";
  readonly axes: Axes;
  readonly fixed: number[];
  readonly extent: Extent;
}

interface GridQuestion {
  readonly kind: "grid";
  readonly values: number[];
  readonly labels: number[];
  readonly size: [number, number];
  readonly k: number;
}

const layers = ({ spec, params, alpha }: Of) =>
  layersOf(blended(spec, alpha), Float64Array.from(params));

const lists = ({ weight, bias }: Affine) => ({ weight: [...weight], bias: [...bias] });

function answerAffine(question: AffineQuestion): object {
  const stack = layers(question);
  const { map, slopes } = tangent(stack, question.x);
  return {
    tangent: lists(map),
    slopes: slopes.map((each) => [...each]),
    collapsed: collapse(stack).map(lists),
  };
}

function answerRegions(question: RegionsQuestion): object | null {
  const { axes, fixed, extent } = question;
  const found = linearRegions(layers(question), axes, fixed, extent);
  return found && { complete: found.complete, corners: found.regions.map((each) => each.corners) };
}

function answerGrid({ values, labels, size, k }: GridQuestion): object {
  return { bend: bend(values, size, k), areas: areas(labels, size) };
}

type Question = AffineQuestion | RegionsQuestion | GridQuestion;

function answer(question: Question): object | null {
  if (question.kind === "affine") return answerAffine(question);
  return question.kind === "regions" ? answerRegions(question) : answerGrid(question);
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(answer(JSON.parse(line) as Question))}\n`);
}
