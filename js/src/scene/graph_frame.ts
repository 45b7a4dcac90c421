/** All that one picture of a graph is made of, from the state and the view's options. */

import type { NetState } from "../state/types.js";
import type { Spec } from "../wire.js";
import type { Derived } from "./derived.js";
import type { Gradient } from "./gradients.js";
import { intensity, nodeValue, type SamplePass } from "./graph_about.js";
import { GraphOrder } from "./graph_hit.js";
import { columnsThatFit, type GraphLayout, layoutOf } from "./graph_layout.js";
import { type GraphPlan, type Pages, planOf } from "./graph_plan.js";
import {
  type EdgeMode,
  largestShown,
  shownNumbers,
  strongest,
  WidthScale,
} from "./graph_values.js";
import { Kept } from "./kept.js";

export interface GraphOptions {
  readonly edges: EdgeMode;
  /** Whose gradient: the data's or the chosen sample's. */
  readonly of: "data" | "sample";
  readonly sample: number | null;
  readonly most: number;
  readonly pages: Pages;
  readonly width: number;
  readonly height: number;
  /** The numbers change with every frame, or have just changed. */
  readonly moving: boolean;
}

export interface GraphFrame {
  readonly state: NetState;
  readonly plan: GraphPlan;
  readonly layout: GraphLayout;
  readonly order: GraphOrder;
  readonly mode: EdgeMode;
  /** Flat numbers that edges and biases show; NaN where they are not known. */
  readonly values: Float64Array;
  /** Which of them each edge shows. */
  readonly places: readonly (number | null)[];
  readonly scale: number;
  readonly sample: SamplePass | null;
  readonly gradient: Gradient | null;
  /** η of the updates. */
  readonly rate: number;
}

export class GraphScene {
  readonly #plan = new Kept<GraphPlan>();
  readonly #layout = new Kept<GraphLayout>();
  readonly #order = new Kept<GraphOrder>();
  readonly #scales = {
    weights: new WidthScale(),
    gradients: new WidthScale(),
    updates: new WidthScale(),
  };
  #updates = new Float64Array();

  build(state: NetState, options: GraphOptions, derived: Derived): GraphFrame {
    const { spec, params, status } = state;
    const { width, height, most, pages, edges: mode } = options;
    const plan = this.#plan.get([spec, most, width, pages], () =>
      planOf(spec, most, columnsThatFit(width), pages),
    );
    const layout = this.#layout.get([spec, plan, width, height], () =>
      layoutOf(spec, plan, width, height),
    );
    const order = this.#order.get([layout], () => new GraphOrder(layout));
    const sample = samplePass(state, options.sample, derived);
    const gradient = mode === "weights" ? null : gradientOf(state, options, sample, derived);
    const rate = status.lr ?? 1;
    if (this.#updates.length !== params.length) this.#updates = new Float64Array(params.length);
    const values = shownNumbers(mode, params, gradient?.gradient ?? null, rate, this.#updates);
    const places = layout.edges.map((edge) => strongest(spec, edge, values));
    const scale = this.#scales[mode].of(
      Math.max(
        largestShown(places, values),
        largestShown(
          layout.biases.map((b) => b.index),
          values,
        ),
      ),
    );
    return { state, plan, layout, order, mode, values, places, scale, sample, gradient, rate };
  }
}

/** The gradient that edges show; also for a tooltip, where they show weights. */
export function gradientOf(
  state: NetState,
  options: GraphOptions,
  sample: SamplePass | null,
  derived: Derived,
): Gradient | null {
  const one = options.of === "sample" && sample ? sample.row : null;
  return derived.gradient(state, one, options.moving);
}

function samplePass(state: NetState, row: number | null, derived: Derived): SamplePass | null {
  const pass = row === null ? null : derived.sample(state, row);
  if (row === null || !pass) return null;
  // Copies: the pass is of whichever sample a view asked for last.
  return {
    row,
    x: pass.x.slice(),
    z: pass.z.map((z) => z.slice()),
    a: pass.a.map((a) => a.slice()),
    outputs: pass.outputs.slice(),
  };
}

/** How strongly the sample's numbers colour the units that are shown. */
export function tintsOf({ state: { spec }, layout, sample }: GraphFrame): Map<string, number> {
  const tints = new Map<string, number>();
  if (!sample) return tints;
  const largest = new Map<number, number>();
  for (const { id, layer, unit } of layout.nodes) {
    if (!largest.has(layer)) largest.set(layer, largestIn(spec, sample, layer));
    const value = nodeValue(spec, sample, layer, unit) as number;
    tints.set(id, intensity(spec, layer, value, largest.get(layer) as number));
  }
  return tints;
}

function largestIn(spec: Spec, sample: SamplePass, layer: number): number {
  const values = layer < 0 ? sample.x : sample.a[layer];
  const bounded = layer >= 0 && spec.layers[layer].activation?.name === "tanh";
  let most = bounded ? 1 : 0;
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs(values[i]);
    if (size > most && size < Infinity) most = size;
  }
  return most;
}
