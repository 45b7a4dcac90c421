/** FeatureSpace: the samples where a layer puts them, with the next layer's lines there. */

import { html, nothing } from "lit-html";
import { layersOf } from "../math/forward.js";
import { toParams } from "../math/lines.js";
import type { Plot } from "../render/plot.js";
import { placeOf } from "../scene/chosen_rows.js";
import { derivedOf } from "../scene/derived.js";
import { steady } from "../scene/extent.js";
import {
  type FeatureFrame,
  type FeatureOptions,
  FeatureScene,
  heldUnits,
} from "../scene/feature.js";
import { activationName, isLast } from "../scene/names.js";
import { markersOf } from "../scene/palette.js";
import type { Extent, LineMark, Scene } from "../scene/types.js";
import { flatIndices } from "../scene/unit_lines.js";
import type { NetState } from "../state/types.js";
import { t } from "../words.js";
import { aboutLine, aboutPoint } from "./about.js";
import type { LineEditor } from "./line_gestures.js";
import { Morph } from "./morph.js";
import { OpaqueLayer } from "./opaque_layer.js";
import { mountPlane, type Plane, type PlaneView } from "./plane.js";
import { fields, menu, numbered, pair, pairMenus, toggle } from "./toolbar.js";
import type { View, ViewContext } from "./view.js";

export const featureSpace: View = (context) => mountPlane(context, new FeatureSpaceView(context));

class FeatureSpaceView implements PlaneView {
  readonly label = t("Feature space");
  plane: Plane | null = null;
  readonly #scene = new FeatureScene();
  readonly #opaque: OpaqueLayer;
  readonly #morph: Morph;
  #home: Extent | null = null;
  #homeOf = "";
  /** Where hidden units are held while one of the next layer's lines is dragged. */
  #held: Float64Array | null = null;

  constructor(readonly context: ViewContext) {
    this.#opaque = new OpaqueLayer(context.store);
    this.#morph = new Morph(context.options, () => this.plane?.redraw());
  }

  scene(state: NetState, plot: Plot): Scene {
    const frame = this.#frame(state);
    if (!frame) return { ...EMPTY, caption: t("Computed by Python…") };
    if (!this.plane?.lines.held) this.#held = null;
    plot.home = this.#window(frame, plot);
    return this.#scene.build(frame, plot.extent, plot.inner);
  }

  markers = ({ spec }: NetState) => markersOf(spec);

  ghosts = () => [];

  editor(mark: LineMark, state: NetState): LineEditor {
    const frame = this.#frame(state) as FeatureFrame;
    const { layer, unit } = mark;
    const axes = frame.options.units;
    const fixed = heldUnits(frame);
    this.#held = fixed;
    const { weights, bias } = flatIndices(state, { layer, axes }, unit);
    const own = state.spec.layers[layer];
    return {
      weights,
      bias: mark.slides ? bias : null,
      // The layer of now: while a line is held, training moves the weights that are not shown.
      write: (line) => {
        const { spec, params } = this.context.store.state;
        const [now] = layersOf({ ...spec, layers: [own] }, params);
        return toParams(line, now, unit, axes, fixed, own);
      },
    };
  }

  aboutPoint(state: NetState, row: number) {
    const { features, layer, units } = this.#options(state);
    const shown = isLast(state.spec, layer) ? { features } : { features, layer, units };
    const pass = derivedOf(this.context.store).sample(state, row);
    return aboutPoint(state, pass, row, shown, 0);
  }

  aboutLine(state: NetState, mark: LineMark) {
    const { layer, units } = this.#options(state);
    return aboutLine(
      state,
      mark,
      units.map((unit) => activationName(state.spec, layer, unit)),
    );
  }

  toolbar(state: NetState) {
    const { options } = this.context;
    const { spec } = state;
    const { layer, units, grid, field } = this.#options(state);
    const count = spec.layers[layer]?.units ?? 0;
    const names = Array.from({ length: count }, (_, unit) => activationName(spec, layer, unit));
    const layers = spec.layers.slice(0, Math.max(1, spec.layers.length - 1));
    return html`
      ${
        layers.length > 1
          ? menu(
              t("layer"),
              numbered(layers.map((_, l) => String(l + 1))),
              String(layer),
              (value) => options.set("layer", Number(value)),
            )
          : nothing
      }
      ${count > 2 ? pairMenus(names, units, (next) => options.set("units", next)) : nothing}
      ${this.#morph.controls()}
      ${spec.kind === "stack" ? menu(t("field"), fields(), field, (value) => options.set("field", value)) : nothing}
      ${
        spec.kind === "stack" && spec.inputs <= 2
          ? toggle(t("grid"), t("Show the grid of input space, bent by the layer"), grid, (on) =>
              options.set("grid", on),
            )
          : nothing
      }
    `;
  }

  fit(): void {
    this.#home = null;
  }

  dispose(): void {
    this.#morph.dispose();
    this.#opaque.dispose();
  }

  #options(state: NetState): FeatureOptions {
    const { options } = this.context;
    const { layers, inputs } = state.spec;
    const layer = Math.min(options.get<number>("layer"), layers.length - 1);
    const count = layers[layer]?.units ?? 1;
    return {
      layer,
      units: pair(options.get<number[]>("units"), count),
      features: pair(options.get<number[]>("features"), inputs),
      morph: this.#morph.value,
      grid: options.get("grid"),
      lines: options.get("show_lines"),
      field: options.get("field"),
    };
  }

  #frame(state: NetState): FeatureFrame | null {
    const options = this.#options(state);
    const frame = { state, options, held: this.#held };
    const derived = derivedOf(this.context.store);
    const chosen = derived.chosen(state);
    if (!chosen) {
      const pass = this.#opaque.pass(state, options.layer);
      return pass && { ...frame, pass, data: state.data, rows: null, beside: null };
    }
    const { data } = chosen;
    const rows = data === state.data ? null : chosen.rows;
    return { ...frame, pass: chosen, data, rows, beside: this.#beside(state, rows) };
  }

  /** The chosen sample, where it is none of those that are drawn. */
  #beside(state: NetState, rows: Int32Array | null): FeatureFrame["beside"] {
    const { sample } = state.selection;
    if (!rows || sample === null || placeOf(rows, sample) >= 0) return null;
    const pass = derivedOf(this.context.store).sample(state, sample);
    return pass && { row: sample, pass };
  }

  #window(frame: FeatureFrame, plot: Plot): Extent {
    const given = this.context.options.get<Extent | null>("extent");
    if (given) return given;
    const { options } = frame;
    const { needed, wanted } = this.#scene.home(frame, plot.inner);
    const moving = options.morph !== Math.round(options.morph);
    const of = `${options.layer},${options.units},${options.morph},${plot.width},${plot.height}`;
    const old = of === this.#homeOf && !moving ? this.#home : null;
    this.#home = steady(old, wanted, needed);
    this.#homeOf = of;
    return this.#home;
  }
}

const EMPTY: Scene = {
  xLabel: "",
  yLabel: "",
  field: null,
  points: null,
  lines: [],
  curves: [],
  caption: "",
};
