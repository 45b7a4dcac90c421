import { expect, it } from "vitest";
import { fakeStore } from "../testing/fake-store.js";
import { networkOf } from "../testing/views.js";
import type { ProbeRequest } from "../wire.js";
import { OpaqueLayer } from "./opaque_layer.js";

/** Python answers when it is told to; all numbers of a layer are the layer's own. */
function layers(sizes: number[]) {
  const store = fakeStore(networkOf({ sizes }));
  const answers = new Map<string, { data: Float32Array; shape: number[] }>();
  let asked: ProbeRequest;
  store.probe = (request) => {
    asked = request;
    return answers.get(request.key) ?? null;
  };
  store.unprobe = (key) => void answers.delete(key);
  const view = new OpaqueLayer(store);
  const answer = () => {
    if (asked.kind !== "layer") throw new Error("a layer was asked for");
    const shape = [2, store.state.data.n, store.state.spec.layers[asked.layer].units];
    const size = shape.reduce((product, side) => product * side);
    answers.set(asked.key, { data: new Float32Array(size).fill(asked.layer), shape });
  };
  return { pass: (layer: number) => view.pass(store.state, layer), answer };
}

it("waits for the layer's own numbers, even where another has as many units", () => {
  const { pass, answer } = layers([2, 3, 3, 1]);
  expect(pass(0)).toBeNull();
  answer();
  expect(pass(0)?.z[0][0]).toBe(0);
  expect(pass(1)).toBeNull();
  answer();
  expect([pass(1)?.z[1][0], pass(1)?.a[1][0]]).toEqual([1, 1]);
  expect(pass(0)).toBeNull(); // forgotten: it may have changed since
});
