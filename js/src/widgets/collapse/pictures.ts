/** The network's own views of the blended network: its lines, and its last hidden layer's space. */

import { regionAt } from "../../math/regions.js";
import type { Plot } from "../../render/plot.js";
import { CollapseOverlay } from "../../scene/collapse/overlay.js";
import { fixedOf, type Shown } from "../../scene/collapse/window.js";
import type { Position } from "../../scene/types.js";
import type { Lens } from "../../state/lens.js";
import type { NetState } from "../../state/types.js";
import type { Overlay } from "../decision_lines.js";
import { pair } from "../toolbar.js";
import type { MountView, Options } from "../view.js";
import { NestedOptions } from "./nested_options.js";

interface Given {
  readonly lens: Lens;
  readonly options: Options;
  readonly mount: MountView;
  /** The pointer is elsewhere. */
  readonly moved: () => void;
}

/** They fill their columns, however wide these are. */
const WIDTH = 4000;
const PLAIN = { controls: false, title: "", editable: true, show_lines: true, width: WIDTH };

export class Pictures {
  readonly el = document.createElement("div");
  readonly overlay = new CollapseOverlay();
  /** Under the pointer, in the plane's coordinates. */
  at: Position | null = null;
  /** The number of its region. */
  #under = -1;
  #plot: Plot | null = null;
  readonly #lines = document.createElement("div");
  readonly #space = document.createElement("div");
  readonly #lineOptions: NestedOptions;
  readonly #spaceOptions: NestedOptions;
  readonly #unmountLines: () => void;
  #unmountSpace: (() => void) | null = null;

  constructor(private readonly given: Given) {
    const { options, lens, mount } = given;
    this.el.className = "nnw-collapse-pictures";
    this.el.append(this.#lines, this.#space);
    this.#lines.className = "nnw-collapse-plane";
    this.#space.className = "nnw-collapse-plane";
    const size = { height: "height" };
    const draw: Overlay = (state, plot) => this.#over(state, plot);
    this.#lineOptions = new NestedOptions(
      options,
      { axes: "axes", fixed: "fixed", field: "field", extent: "extent", ...size },
      { ...PLAIN, layer: 0, ghost: "none", show_points: true, show_test: false, overlay: draw },
    );
    this.#spaceOptions = new NestedOptions(
      options,
      { features: "axes", ...size },
      { ...PLAIN, layer: 0, units: [0, 1], grid: true, morph: 2, field: "boundary", extent: null },
    );
    this.#unmountLines = mount("DecisionLines", {
      store: lens,
      options: this.#lineOptions,
      el: this.#lines,
    });
    this.#lines.addEventListener("pointermove", (event) => this.#point(event));
    this.#lines.addEventListener("pointerleave", () => this.#point(null));
  }

  /** The feature space is there where a layer has two units to show. */
  update({ spec }: NetState): void {
    const last = spec.layers.length - 2;
    const wanted = last >= 0 && spec.layers.some(({ units }, l) => l <= last && units > 1);
    this.#space.hidden = !wanted;
    if (wanted && !this.#unmountSpace) {
      this.#spaceOptions.set("layer", last);
      const { lens, mount } = this.given;
      const el = document.createElement("div"); // a view leaves its traces on the one it had
      this.#space.replaceChildren(el);
      this.#unmountSpace = mount("FeatureSpace", { store: lens, options: this.#spaceOptions, el });
    }
    if (!wanted) this.#leaveSpace();
  }

  /** What of the inputs is visible; null where nothing is laid out yet. */
  shown(state: NetState): Shown | null {
    const plot = this.#plot;
    if (!plot || plot.width === 0) return null;
    const { options } = this.given;
    return {
      axes: pair(options.get<number[]>("axes"), state.spec.inputs),
      fixed: fixedOf(state, options.get<readonly number[] | null>("fixed")),
      extent: plot.extent,
      inner: plot.inner,
    };
  }

  /** The chosen sample's place in the plane, or the pointer's. */
  place(state: NetState, shown: Shown): Position | null {
    const [i, j] = shown.axes;
    const row = state.selection.sample;
    const { X, d, n } = state.data;
    if (row !== null && row < n) return [X[row * d + i], j === undefined ? 0 : X[row * d + j]];
    return this.at;
  }

  /** Whether what the network made linear does is in sight; null where nothing is laid out. */
  line(state: NetState): boolean | null {
    const shown = this.shown(state);
    return shown && this.overlay.whole(state, shown).length > 0;
  }

  dispose(): void {
    this.#unmountLines();
    this.#leaveSpace();
    this.#lineOptions.dispose();
    this.#spaceOptions.dispose();
  }

  #leaveSpace(): void {
    this.#unmountSpace?.();
    this.#unmountSpace = null;
  }

  #over(state: NetState, plot: Plot) {
    this.#plot = plot;
    const shown = this.shown(state);
    if (!shown) return [];
    return this.overlay.curves(state, shown, this.place(state, shown));
  }

  #point(event: PointerEvent | null): void {
    const plot = this.#plot;
    const at = event && plot ? plot.toData(event) : null;
    const inside = at && plot && within(at, plot.extent) && event?.buttons === 0;
    if (!inside && this.at === null) return;
    this.at = inside ? at : null;
    const under = this.#regionUnder();
    if (under !== this.#under) this.#lineOptions.touch(); // to draw its outline
    this.#under = under;
    this.given.moved();
  }

  #regionUnder(): number {
    const { state } = this.given.lens;
    const shown = this.shown(state);
    const regions = shown && this.overlay.regions(state, shown);
    return regions?.complete && this.at ? regionAt(regions, this.at) : -1;
  }
}

function within([x, y]: Position, [x0, x1, y0, y1]: readonly number[]): boolean {
  return x >= x0 && x <= x1 && y >= y0 && y <= y1;
}
