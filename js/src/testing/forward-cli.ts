/**
 * The browser's mathematics for tests in Python: one question a line in, one answer a line out.
 * tests/test_js_forward.py bundles it, keeps one process of it and asks torch the same.
 */

import { createInterface } from "node:readline";
import { activate, activation, derivative } from "../math/activations.js";
import { forward, layersOf, outputs } from "../math/forward.js";
import { lossAt, slopes } from "../math/landscape.js";
import { accuracy, loss } from "../math/loss.js";
import type { ActivationSpec, Spec } from "../wire.js";

interface ForwardQuestion {
  kind: "forward";
  spec: Spec;
  params: number[];
  X: number[];
  n: number;
  /** (n, k) targets, row-major. */
  y: number[];
  k: number;
}

interface LandscapeQuestion extends Omit<ForwardQuestion, "kind"> {
  kind: "landscape";
  d: number;
  /** Flat, each as long as `params`. */
  directions: number[][];
}

interface ActivationQuestion {
  kind: "activation";
  spec: ActivationSpec;
  z: number[];
}

function answerForward({ spec, params, X, n, y, k }: ForwardQuestion): object {
  const layers = layersOf(spec, Float64Array.from(params));
  const rows = Float64Array.from(X);
  const { z, a } = forward(layers, rows, n);
  const out = outputs(layers, spec.head, rows, n);
  const data = { n, k, y: Float64Array.from(y) };
  return {
    z: z.map((values) => [...values]),
    a: a.map((values) => [...values]),
    outputs: [...out],
    loss: loss(spec, out, data),
    accuracy: accuracy(spec, out, data),
  };
}

function answerLandscape({ spec, params, X, n, d, y, k, directions }: LandscapeQuestion): object {
  const data = { n, d, k, X: Float64Array.from(X), y: Float64Array.from(y) };
  const at = Float64Array.from(params);
  const along = directions.map((direction) => Float64Array.from(direction));
  return { loss: lossAt(spec, at, data), slopes: slopes(spec, at, data, along) };
}

function answerActivation({ spec, z }: ActivationQuestion): object {
  const batch = Float64Array.from(z);
  activate(spec, batch, batch);
  return {
    batch: [...batch],
    exact: z.map((number) => activation(spec, number)),
    derivative: z.map((number) => derivative(spec, number)),
  };
}

type Question = ForwardQuestion | LandscapeQuestion | ActivationQuestion;

function answer(question: Question): object {
  if (question.kind === "forward") return answerForward(question);
  if (question.kind === "landscape") return answerLandscape(question);
  return answerActivation(question);
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(answer(JSON.parse(line) as Question))}\n`);
}
