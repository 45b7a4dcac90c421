/**
 * What the views of units and of weights compute, for tests in Python: one question a line in, one
 * answer a line out. tests/test_js_units.py bundles it and asks torch and NumPy the same.
 */

import { createInterface } from "node:readline";
import { patternKeys, patternsOf } from "../math/patterns.js";
import { unitHistograms } from "../math/unit_histograms.js";
import { type Thresholds, unitStats } from "../math/unit_stats.js";
import { Derived } from "../scene/derived.js";
import { groupsOf, stackRows, stackSample } from "../scene/layer_rows.js";
import type { Spec } from "../wire.js";
import { stateOf } from "./fake-store.js";

interface UnitsQuestion {
  kind: "units";
  spec: Spec;
  params: number[];
  X: number[];
  y: number[];
  n: number;
  layer: number;
  sample: number;
  limits: Thresholds;
}

function answerUnits({ spec, params, X, y, n, layer, sample, limits }: UnitsQuestion): object {
  const data = { n, d: spec.inputs, k: 1, X: Float64Array.from(X), y: Float64Array.from(y) };
  const state = { ...stateOf(), spec, params: Float64Array.from(params), data };
  const derived = new Derived();
  const rows = stackRows(derived, state, layer);
  if (!rows) throw new Error("only a stack is asked about");
  const stats = unitStats(rows.z, rows.a, rows.units, rows.activation, limits);
  const keys = new Float64Array(rows.n);
  patternKeys([rows], rows.n, keys);
  const groups = groupsOf(state, rows.data);
  const { counts } = unitHistograms(rows.a, rows.units, [-1, 3], 16, groups);
  const one = stackSample(derived, state, layer, sample);
  return {
    ...{ rows: [...rows.rows], mean: [...stats.mean], sd: [...stats.sd], on: [...stats.on] },
    ...{ min: [...stats.min], max: [...stats.max], flat: [...stats.flat].map(nullable) },
    ...{ verdicts: stats.verdicts, patterns: patternsOf(keys).sizes.length },
    ...{ counts: [...counts], groups: groups.count, a: [...(one?.a ?? [])] },
  };
}

const nullable = (value: number) => (Number.isNaN(value) ? null : value);

type Question = UnitsQuestion;

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(answerUnits(JSON.parse(line) as Question))}\n`);
}
