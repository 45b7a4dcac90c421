/**
 * How long a step of training takes: one question a line in, one answer a line out.
 * benchmarks/steps.py bundles it and asks it for our trainer and for nn.ts of tensorflow/playground,
 * of which a bundle is given: none of it is in this repository.
 */

import { createInterface } from "node:readline";
import type { OptimizerName } from "../math/optimizers.js";
import { StackTrainer } from "../math/train.js";
import type { Spec } from "../wire.js";

interface Question {
  readonly side: "ours" | "theirs";
  /** Where the bundle of nn.ts is; for their side. */
  readonly nn: string;
  readonly spec: Spec;
  readonly optimizer: OptimizerName;
  readonly lr: number;
  readonly batch: number;
  readonly params: number[];
  readonly X: number[];
  readonly y: number[];
  /** Rows of each epoch, in order. */
  readonly orders: number[][];
}

/** The parts of nn.ts that are used, with our own words for what they are. */
interface PeerNode {
  bias: number;
  readonly inputLinks: { weight: number }[];
}
interface Peer {
  readonly Activations: Readonly<Record<string, object>>;
  readonly Errors: { readonly SQUARE: object };
  buildNetwork(...given: unknown[]): PeerNode[][];
  forwardProp(network: PeerNode[][], inputs: readonly number[]): number;
  backProp(network: PeerNode[][], target: number, error: object): void;
  updateWeights(network: PeerNode[][], lr: number, regularisation: number): void;
}

function ours({ spec, optimizer, lr, batch, params, X, y, orders }: Question): object {
  const trainer = new StackTrainer(spec, Float64Array.from(params), { optimizer, lr });
  const [rows, targets] = [Float64Array.from(X), Float64Array.from(y)];
  const n = rows.length / spec.inputs;
  const data = { n, d: spec.inputs, k: targets.length / n, X: rows, y: targets };
  const start = performance.now();
  for (const order of orders) {
    for (let at = 0; at < n; at += batch) trainer.step(data, order, at, Math.min(n, at + batch));
  }
  return { milliseconds: performance.now() - start, params: [...trainer.params] };
}

/** As playground.ts goes about it, with the inputs of each row ready in an array. */
function theirs(nn: Peer, { spec, lr, batch, params, X, y, orders }: Question): object {
  const { inputs, layers } = spec;
  const shape = [inputs, ...layers.map(({ units }) => units)];
  const [hidden, last] = [layers[0], layers[layers.length - 1]].map(
    ({ activation }) => nn.Activations[(activation?.name ?? "linear").toUpperCase()],
  );
  const ids = Array.from({ length: inputs }, (_, i) => `x${i}`);
  const network = nn.buildNetwork(shape, hidden, last, null, ids);
  put(network, params);
  const rows = Array.from(y, (_, row) => X.slice(row * inputs, (row + 1) * inputs));
  const start = performance.now();
  for (const order of orders) {
    for (let i = 0; i < order.length; i++) {
      nn.forwardProp(network, rows[order[i]]);
      nn.backProp(network, y[order[i]], nn.Errors.SQUARE);
      if ((i + 1) % batch === 0 || i + 1 === order.length) nn.updateWeights(network, lr, 0);
    }
  }
  return { milliseconds: performance.now() - start, params: taken(network) };
}

function put(network: PeerNode[][], params: readonly number[]): void {
  let at = 0;
  for (const nodes of network.slice(1)) {
    for (const { inputLinks } of nodes) for (const link of inputLinks) link.weight = params[at++];
    for (const node of nodes) node.bias = params[at++];
  }
}

function taken(network: PeerNode[][]): number[] {
  return network
    .slice(1)
    .flatMap((nodes) => [
      ...nodes.flatMap(({ inputLinks }) => inputLinks.map(({ weight }) => weight)),
      ...nodes.map(({ bias }) => bias),
    ]);
}

for await (const line of createInterface({ input: process.stdin })) {
  const question = JSON.parse(line) as Question;
  const answer =
    question.side === "ours" ? ours(question) : theirs(await import(question.nn), question);
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
