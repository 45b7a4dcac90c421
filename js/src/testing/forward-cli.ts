/**
 * The browser's mathematics for tests in Python: one question a line in, one answer a line out.
 * tests/test_js_forward.py bundles it, keeps one process of it and asks torch the same.
 */

import { createInterface } from "node:readline";
import { activate, activation, derivative } from "../math/activations.js";
import { forward, layersOf, outputs } from "../math/forward.js";
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

function answerActivation({ spec, z }: ActivationQuestion): object {
  const batch = Float64Array.from(z);
  activate(spec, batch, batch);
  return {
    batch: [...batch],
    exact: z.map((number) => activation(spec, number)),
    derivative: z.map((number) => derivative(spec, number)),
  };
}

for await (const line of createInterface({ input: process.stdin })) {
  const question = JSON.parse(line) as ForwardQuestion | ActivationQuestion;
  const answer = question.kind === "forward" ? answerForward(question) : answerActivation(question);
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
