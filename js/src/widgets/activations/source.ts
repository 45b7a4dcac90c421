/** From a state and a view's options to the frame that its pictures are drawn from. */

import type { Layered } from "../../math/patterns.js";
import { type Thresholds, type UnitStats, unitStats } from "../../math/unit_stats.js";
import { derivedOf } from "../../scene/derived.js";
import {
  type Groups,
  groupsOf,
  type LayerRows,
  picked,
  probedRows,
  stackRows,
  stackSample,
} from "../../scene/layer_rows.js";
import type { NetState, Store } from "../../state/types.js";
import { OpaqueLayer } from "../opaque_layer.js";
import type { Options } from "../view.js";
import { Kept, type SampleOf, type UnitsFrame } from "./frame.js";
import type { PatternSource } from "./patterns.js";

/** More units than these are shown page by page. */
export const PAGE = 64;

export class UnitsSource {
  page = 0;
  /** Layer and unit that was clicked or gone to by keys. */
  pinned: { readonly layer: number; readonly unit: number } | null = null;
  readonly #store: Store;
  readonly #options: Options;
  readonly #opaque: OpaqueLayer;
  readonly #stats = new Kept<UnitStats>();
  readonly #groups = new Kept<Groups>();
  readonly #shown = new Kept<readonly number[]>();

  constructor(store: Store, options: Options) {
    this.#store = store;
    this.#options = options;
    this.#opaque = new OpaqueLayer(store);
  }

  layer({ spec }: NetState): number {
    return Math.min(this.#options.get<number>("layer"), spec.layers.length - 1);
  }

  /** Null until Python has sent what the page cannot compute. */
  frame(state: NetState): UnitsFrame | null {
    const layer = this.layer(state);
    const [rows, key] = this.#rows(state, layer);
    if (!rows) return null;
    const limits = this.thresholds();
    const stats = this.#stats.get([...key, ...Object.values(limits)], () =>
      unitStats(rows.z, rows.a, rows.units, rows.activation, limits),
    );
    const groups = this.#groups.get([rows.data, state.spec], () => groupsOf(state, rows.data));
    const hot = state.selection.unit;
    return {
      ...{ state, rows, groups, stats, key },
      shown: this.shown(rows.units),
      unit: hot?.layer === layer ? hot.unit : null,
      pinned: this.#pinnedIn(layer, rows.units),
      sample: this.#sample(state, rows, groups),
      slope: limits.slope,
    };
  }

  thresholds(): Thresholds {
    const { get } = this.#options;
    return { slope: get("flat_slope"), share: get("saturated_share"), dead: get("dead_share") };
  }

  shown(units: number): readonly number[] {
    const given = this.#options.get<readonly number[] | null>("units");
    this.page = Math.min(this.page, Math.ceil(units / PAGE) - 1);
    return this.#shown.get([given, units, this.page], () => {
      const there = given?.filter((unit) => unit < units) ?? [];
      if (there.length > 0) return there;
      const first = this.page * PAGE;
      return Array.from({ length: Math.min(PAGE, units - first) }, (_, i) => first + i);
    });
  }

  /** The sample at hand: the one pointed at anywhere, else the one that is chosen here. */
  chosen({ selection, data }: NetState): number | null {
    const row = selection.sample ?? this.#options.get<number | null>("sample");
    return row !== null && row < data.n ? row : null;
  }

  #pinnedIn(layer: number, units: number): number | null {
    const { pinned } = this;
    return pinned?.layer === layer && pinned.unit < units ? pinned.unit : null;
  }

  patterns = ({ state, rows }: UnitsFrame): PatternSource => {
    const from = this.#options.get<boolean>("with_earlier") ? 0 : rows.layer;
    const pass = derivedOf(this.#store).chosen(state);
    if (!pass) return { layers: null, from, counted: [rows] };
    const counted: Layered[] = [];
    for (let l = from; l <= rows.layer; l++) {
      counted.push({ z: pass.z[l], units: state.spec.layers[l].units });
    }
    return { layers: pass.layers.slice(0, rows.layer + 1), from, counted };
  };

  dispose(): void {
    this.#opaque.dispose();
  }

  /** The layer's numbers, and all that they are made of. */
  #rows(state: NetState, layer: number): [LayerRows | null, readonly unknown[]] {
    const { spec, params, data } = state;
    const derived = derivedOf(this.#store);
    if (spec.kind === "stack") {
      return [stackRows(derived, state, layer), [spec, params, data, layer]];
    }
    const pass = this.#opaque.pass(state, layer);
    if (!pass) return [null, []];
    const rows = this.#taken.get([pass.z[layer], spec, data], () =>
      probedRows(derived, state, layer, pass),
    );
    this.#whole = { z: pass.z[layer], a: pass.a[layer] };
    return [rows, [spec, pass.z[layer], data, layer]];
  }
  readonly #taken = new Kept<LayerRows>();
  #whole: { z: Float64Array; a: Float64Array } | null = null;

  #sample(state: NetState, rows: LayerRows, { count }: Groups): SampleOf | null {
    const row = this.chosen(state);
    if (row === null) return null;
    const values = this.#sampleValues(state, rows, row);
    if (!values) return null;
    const y = state.data.y[row * state.data.k];
    const group = count === 1 ? 0 : state.spec.task === "binary" ? Number(y >= 0.5) : y;
    return { row, group, z: values.z, a: values.a };
  }

  #sampleValues(state: NetState, { layer, units }: LayerRows, row: number) {
    if (state.spec.kind === "stack") {
      return stackSample(derivedOf(this.#store), state, layer, row);
    }
    const whole = this.#whole;
    if (!whole || (row + 1) * units > whole.z.length) return null;
    const one = Int32Array.of(row);
    return { z: picked(whole.z, one, units), a: picked(whole.a, one, units) };
  }
}
