/**
 * The browser's mathematics for tests in Python: one question a line in, one answer a line out.
 * tests/test_js_forward.py bundles it, keeps one process of it and asks torch the same.
 */

import { createInterface } from "node:readline";
import { activate, activation, derivative } from "../math/activations.js";
import { backward } from "../math/backward.js";
import { throughActivation } from "../math/derivatives.js";
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

interface BackwardQuestion extends Omit<ForwardQuestion, "kind"> {
  kind: "backward";
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

function answerBackward({ spec, params, X, n, y }: BackwardQuestion): object | null {
  const pass = backward(spec, ...floats(params, X, y), n);
  if (pass === null) return null;
  const lists = (arrays: Float64Array[]) => arrays.map((values) => [...values]);
  return {
    ...{ z: lists(pass.z), a: lists(pass.a), dz: lists(pass.dz), da: lists(pass.da) },
    ...{ outputs: [...pass.outputs], loss: pass.loss, losses: [...pass.losses] },
    gradient: [...pass.gradient],
  };
}

function floats(params: number[], X: number[], y: number[]) {
  return [Float64Array.from(params), Float64Array.from(X), Float64Array.from(y)] as const;
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
  const slopes = new Float64Array(z.length).fill(1);
  throughActivation(spec, Float64Array.from(z), batch, slopes, slopes);
  return {
    slopes: [...slopes],
    batch: [...batch],
    exact: z.map((number) => activation(spec, number)),
    derivative: z.map((number) => derivative(spec, number)),
  };
}

type Question = ForwardQuestion | BackwardQuestion | LandscapeQuestion | ActivationQuestion;

function answer(question: Question): object | null {
  if (question.kind === "backward") return answerBackward(question);
  if (question.kind === "forward") return answerForward(question);
  if (question.kind === "landscape") return answerLandscape(question);
  return answerActivation(question);
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(answer(JSON.parse(line) as Question))}\n`);
}
