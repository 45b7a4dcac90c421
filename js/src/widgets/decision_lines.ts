/** DecisionLines: the data, and each hidden unit's line in the plane of two features. */

import { html, nothing } from "lit-html";
import { forward, layersOf } from "../math/forward.js";
import type { Axes } from "../math/lines.js";
import { toParams } from "../math/lines.js";
import type { Plot } from "../render/plot.js";
import {
  type DecisionOptions,
  DecisionScene,
  firstLayer,
  fixedAt,
  ghostLines,
} from "../scene/decision.js";
import { derivedOf } from "../scene/derived.js";
import { around, equalUnits, pad, steady } from "../scene/extent.js";
import { markersOf } from "../scene/palette.js";
import type { CurveMark, Extent, LineMark, Position, Scene } from "../scene/types.js";
import { flatIndices } from "../scene/unit_lines.js";
import type { DenseLayer, NetState } from "../state/types.js";
import { t } from "../words.js";
import { aboutLine, aboutPoint } from "./about.js";
import { Ghost } from "./ghost.js";
import type { LineEditor } from "./line_gestures.js";
import { OpaqueField } from "./opaque_field.js";
import { mountPlane, type Plane, type PlaneView } from "./plane.js";
import { PointTool } from "./point_tool.js";
import { fields, menu, numbered, pair, pairMenus, palette, toggle } from "./toolbar.js";
import type { View, ViewContext } from "./view.js";

/** What another view draws in this one, where it has it inside itself: its option "overlay". */
export type Overlay = (state: NetState, plot: Plot) => readonly CurveMark[];

export const decisionLines: View = (context) => mountPlane(context, new DecisionLinesView(context));

class DecisionLinesView implements PlaneView {
  readonly label = t("Decision lines");
  readonly points: PointTool;
  plane: Plane | null = null;
  readonly #scene = new DecisionScene();
  readonly #ghost: Ghost;
  readonly #opaque: OpaqueField;
  #home: Extent | null = null;
  #homeOf = "";
  /** Around the data that `#home` was made for. */
  #needed: Extent | null = null;

  constructor(readonly context: ViewContext) {
    const redraw = () => this.plane?.redraw();
    this.#ghost = new Ghost(context.store, redraw);
    this.#opaque = new OpaqueField(context.store);
    this.points = new PointTool(context.store, this.#pointPlane(), redraw);
    this.points.position = (row) => {
      const { store } = context;
      const { x, y } = this.#scene.points(store.state, this.#axes(store.state));
      return row < x.length ? [x[row], y[row]] : null;
    };
  }

  scene(state: NetState, plot: Plot): Scene {
    const options = this.#options(state);
    plot.home = this.#window(state, options, plot);
    const window = { extent: plot.extent, inner: plot.inner };
    const scene = this.#scene.build(state, options, window);
    const complete = this.#opaque.complete(scene, state, options, window);
    const more = this.context.options.get<Overlay | undefined>("overlay")?.(state, plot);
    return more ? { ...complete, curves: [...complete.curves, ...more] } : complete;
  }

  markers = ({ spec }: NetState) => markersOf(spec);

  ghosts(state: NetState, plot: Plot): readonly LineMark[] {
    const params = this.#ghost.params(state, this.context.options.get("ghost"));
    return params ? ghostLines(state, params, this.#options(state), plot.extent) : [];
  }

  editor(mark: LineMark, state: NetState): LineEditor {
    const [axes, fixed] = [this.#axes(state), this.#fixed(state)];
    const { weights, bias } = flatIndices(state, { layer: 0, axes }, mark.unit);
    const spec = state.spec.layers[0];
    return {
      weights,
      bias: mark.slides ? bias : null,
      // The layer of now: while a line is held, training moves the weights that are not shown.
      write: (line) => {
        const layer = firstLayer(this.context.store.state) as DenseLayer;
        return toParams(line, layer, mark.unit, axes, fixed, spec);
      },
    };
  }

  aboutPoint(state: NetState, row: number) {
    const features = this.#axes(state);
    const pass = derivedOf(this.context.store).sample(state, row);
    return aboutPoint(state, pass, row, { features }, 0);
  }

  aboutLine(state: NetState, mark: LineMark) {
    const names = this.#axes(state).map((axis) => state.spec.features[axis]);
    return aboutLine(state, mark, names);
  }

  level(mark: CurveMark, at: Position): number {
    const { spec, params } = this.context.store.state;
    const [layer, unit] = mark.id.split("/").map(Number);
    const row = Float64Array.from(this.#pointPlane().place(at, []).x);
    return forward(layersOf(spec, params).slice(0, layer + 1), row, 1).z[layer][unit];
  }

  toolbar(state: NetState) {
    const { options } = this.context;
    const { spec } = state;
    const { axes, field, layer, test, discrete } = this.#options(state);
    const hidden = spec.kind === "stack" ? spec.layers.length - 1 : 1;
    return html`
      ${
        spec.inputs > 2
          ? pairMenus(spec.features, axes, (next) => options.set("axes", next))
          : nothing
      }
      ${
        hidden > 1
          ? menu(
              t("layer"),
              numbered(spec.layers.slice(0, hidden).map((_, l) => String(l + 1))),
              String(layer),
              (value) => options.set("layer", Number(value)),
            )
          : nothing
      }
      ${
        spec.inputs > 1
          ? menu(t("field"), fields(), field, (value) => options.set("field", value))
          : nothing
      }
      ${
        spec.inputs > 1 && (field === "both" || field === "output")
          ? toggle(
              t("flat"),
              t("Flat colours: what is decided, not how surely"),
              !!discrete,
              (on) => options.set("discrete", on),
            )
          : nothing
      }
      ${
        state.data.test
          ? toggle(t("○ test"), t("Show the test data, as hollow points"), !!test, (on) =>
              options.set("show_test", on),
            )
          : nothing
      }
      ${this.#ghost.menu(state, options)}
      ${options.get("editable") ? palette(state, this.points) : nothing}
    `;
  }

  fit(): void {
    this.#home = null;
  }

  dispose(): void {
    this.#opaque.dispose();
  }

  #options(state: NetState): DecisionOptions {
    const { options } = this.context;
    return {
      axes: this.#axes(state),
      fixed: options.get("fixed"),
      field: options.get("field"),
      layer: options.get("layer"),
      lines: options.get("show_lines"),
      points: options.get("show_points"),
      test: options.get("show_test"),
      discrete: options.get("discrete"),
    };
  }

  #axes(state: NetState): Axes {
    return pair(this.context.options.get<number[]>("axes"), state.spec.inputs);
  }

  #fixed(state: NetState): ArrayLike<number> {
    return fixedAt(state, { fixed: this.context.options.get("fixed") });
  }

  /** Around the data, steady while points are moved. */
  #window(state: NetState, options: DecisionOptions, plot: Plot): Extent {
    const given = this.context.options.get<Extent | null>("extent");
    if (given) return given;
    // A point pulled over the rim would push it away with every move, ever faster.
    if (this.#home && this.points.dragging !== null) return this.#home;
    const { x, y } = this.#scene.points(state, options.axes);
    const needed = around(x, y) ?? [-1, 1, -1, 1];
    const { width, height } = plot.inner;
    const flat = options.axes.length === 1;
    const room = pad(needed, flat ? 0.12 : 0.25);
    const wanted = flat ? room : equalUnits(room, width, height);
    const of = `${options.axes},${width},${height}`;
    const same = of === this.#homeOf && !otherData(this.#needed, needed);
    this.#home = steady(same ? this.#home : null, wanted, needed);
    this.#homeOf = of;
    this.#needed = needed;
    return this.#home;
  }

  #pointPlane() {
    const { store } = this.context;
    return {
      place: (at: Position, y: readonly number[]) => {
        const axes = this.#axes(store.state);
        const x = Array.from(this.#fixed(store.state));
        x[axes[0]] = at[0];
        if (axes[1] !== undefined) x[axes[1]] = at[1];
        return {
          x,
          y: spread(store.state, axes.length === 1 && isRegression(store.state) ? [at[1]] : y),
        };
      },
      moved: (row: number, at: Position) => {
        const { X, d, y, k } = store.state.data;
        const axes = this.#axes(store.state);
        const x = Array.from(X.subarray(row * d, row * d + d));
        x[axes[0]] = at[0];
        if (axes[1] !== undefined) x[axes[1]] = at[1];
        const upward = axes.length === 1 && isRegression(store.state);
        const target = [at[1], ...y.subarray(row * k + 1, row * k + k)];
        return { x, y: upward ? target : null };
      },
      target: (digit: number) => targetOf(store.state, digit),
    };
  }
}

/** A point moved reaches two sides at most: where none is as it was, these are other data. */
function otherData(old: Extent | null, needed: Extent): boolean {
  return !!old && needed.every((side, i) => side !== old[i]);
}

const isRegression = ({ spec }: NetState) => spec.task === "regression";

/** A target with as many columns as the data's. */
function spread({ data }: NetState, y: readonly number[]): number[] {
  return Array.from({ length: data.k }, (_, column) => y[column] ?? y[0]);
}

function targetOf(state: NetState, digit: number): number[] | null {
  const { spec } = state;
  if (spec.task === "regression") return null;
  const classes = spec.task === "binary" ? 2 : spec.outputs;
  return digit < classes ? spread(state, [digit]) : null;
}
