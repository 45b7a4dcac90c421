/** A layer's z and a where only Python can compute them: asked for, used when they come. */

import { layersOf } from "../math/forward.js";
import type { DataPass } from "../scene/derived.js";
import type { DenseLayer, NetState, Store } from "../state/types.js";
import type { LayerSpec } from "../wire.js";

let views = 0;

export class OpaqueLayer {
  readonly #view = ++views;
  #key = "";
  #pass: { answer: unknown; params: unknown; pass: DataPass } | null = null;

  constructor(readonly store: Store) {}

  /** A pass in which this layer alone has numbers; null until Python has sent them. */
  pass(state: NetState, layer: number): DataPass | null {
    this.#ask(`layer-${this.#view}-${layer}`);
    const answer = this.store.probe({ key: this.#key, kind: "layer", layer });
    if (!answer) return null;
    const { data, shape } = answer;
    const [, n, units] = shape;
    if (n !== state.data.n || units !== state.spec.layers[layer]?.units) return null;
    if (this.#pass?.answer !== answer.data || this.#pass.params !== state.params) {
      const half = n * units;
      const z = sparse(layer, Float64Array.from(data.subarray(0, half)));
      const a = sparse(layer, Float64Array.from(data.subarray(half, 2 * half)));
      const layers = state.spec.layers.map((spec) => layerOf(state, spec));
      const pass = { layers, x: state.data.X, z, a, outputs: new Float64Array() };
      this.#pass = { answer: answer.data, params: state.params, pass };
    }
    return this.#pass.pass;
  }

  /** An answer says nothing of its layer: another layer asks by another name. */
  #ask(key: string): void {
    if (key !== this.#key) this.dispose();
    this.#key = key;
  }

  dispose(): void {
    this.store.unprobe(this.#key);
  }
}

function sparse(layer: number, values: Float64Array): Float64Array[] {
  const out: Float64Array[] = [];
  out[layer] = values;
  return out;
}

/** A Linear's own numbers; of any other module only how many units it has. */
function layerOf({ spec, params }: NetState, layer: LayerSpec): DenseLayer {
  if (layer.weight !== null) return layersOf({ ...spec, layers: [layer] }, params)[0];
  const { inputs, units } = layer;
  return {
    inputs,
    units,
    weight: new Float64Array(),
    bias: null,
    activation: layer.activation ?? { name: "linear" },
  };
}
