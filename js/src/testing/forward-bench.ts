/**
 * How long what one frame computes takes:
 * `npx esbuild --bundle --format=esm src/testing/forward-bench.ts | node --input-type=module`
 */

import { activate } from "../math/activations.js";
import { backward } from "../math/backward.js";
import { divergingPalette, paintField } from "../math/colour.js";
import { boundaries, fieldInputs } from "../math/field.js";
import { forward, outputs } from "../math/forward.js";
import { drawScore } from "../math/score.js";
import { Workspace } from "../math/workspace.js";
import type { DenseLayer } from "../state/types.js";
import type { ActivationName, Spec } from "../wire.js";
import { specOf } from "./fake-store.js";

const POINTS = 10_000;
const SIZE = [100, 100] as const;
const EXTENT = [-1, 1, -1, 1] as const;
const ACTIVATIONS: ActivationName[] = [
  ...(["tanh", "sigmoid", "relu", "leaky_relu", "elu"] as const),
  ...(["gelu", "silu", "softplus", "sine"] as const),
];

function random(length: number, scale: number): Float64Array {
  return Float64Array.from({ length }, () => scale * (2 * Math.random() - 1));
}

function layer(inputs: number, units: number, name: ActivationName): DenseLayer {
  const weight = random(inputs * units, 2);
  return { inputs, units, weight, bias: random(units, 1), activation: { name } };
}

/** Median milliseconds of 60 calls, after enough of them for the compiler. */
function milliseconds(call: () => void): number {
  const times = Array.from({ length: 120 }, () => {
    const start = performance.now();
    call();
    return performance.now() - start;
  });
  return times.slice(60).sort((a, b) => a - b)[30];
}

function report(name: string, time: number, unit: string): void {
  console.log(`${name.padEnd(40)} ${time.toFixed(2).padStart(8)} ${unit}`);
}

function frame(): void {
  const layers = [layer(2, 8, "tanh"), layer(8, 8, "tanh"), layer(8, 1, "linear")];
  const spec = { task: "binary", head: "linear", outputs: 1 } as Spec;
  const points = random(2 * POINTS, 1);
  const cells = fieldInputs(EXTENT, ...SIZE, [0, 1], [0, 0], 2);
  const pixels = new Uint8ClampedArray(4 * SIZE[0] * SIZE[1]);
  const palette = divergingPalette(0.8);
  const workspace = new Workspace();
  const ofField = new Workspace();
  const field = outputs(layers, "linear", cells, SIZE[0] * SIZE[1]);
  const paint = (values: Float64Array) =>
    paintField(drawScore(spec, values, { workspace: ofField }), SIZE, pixels, palette, 0.8);
  const parts: Record<string, () => void> = {
    "forward of 10 000 points, every layer": () => forward(layers, points, POINTS, workspace),
    "outputs on a field of 100 × 100": () => outputs(layers, "linear", cells, 10_000, ofField),
    "its score and pixels": () => paint(field),
    "its boundary": () => boundaries(spec, field, SIZE, EXTENT),
  };
  let sum = 0;
  for (const [name, call] of Object.entries(parts)) {
    const time = milliseconds(call);
    sum += time;
    report(name, time, "ms");
  }
  report("all of a frame of 2-8-8-1", sum, "ms");
}

function activations(): void {
  const z = random(100_000, 4);
  const a = new Float64Array(z.length);
  for (const name of ACTIVATIONS) {
    report(name, milliseconds(() => activate({ name }, z, a)) * 10, "ns");
  }
  const plain = () => {
    for (let i = 0; i < z.length; i++) a[i] = Math.tanh(z[i]);
  };
  report("Math.tanh, for comparison", milliseconds(plain) * 10, "ns");
}

function gradients(): void {
  const spec: Spec = { ...specOf([784, 64, 32, 10], "relu"), loss: "cross_entropy" };
  const params = random(spec.size, 0.1);
  const workspace = new Workspace();
  const X = random(784 * 200, 1);
  const y = Float64Array.from({ length: 200 }, (_, row) => row % 10);
  for (const n of [1, 200]) {
    const time = milliseconds(() => backward(spec, params, X, y, n, workspace));
    report(`forward and backward, 784-64-32-10, ${n} rows`, time, "ms");
  }
}

frame();
gradients();
activations();
