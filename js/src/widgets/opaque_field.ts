/** The field of a model that only Python can compute: asked for, drawn when it comes. */

import { type DecisionOptions, fixedAt, type Window } from "../scene/decision.js";
import { chosen, PlaneField } from "../scene/plane_field.js";
import { rangeOf } from "../scene/samples.js";
import type { Scene } from "../scene/types.js";
import type { NetState, Store } from "../state/types.js";
import { t } from "../words.js";

/** Coarser than what the browser computes itself: it crosses the wire. */
const SIDE = 64;
let views = 0;

export class OpaqueField {
  readonly #key = `field-${++views}`;
  readonly #field = new PlaneField();
  #drawn: { values: unknown; mark: Pick<Scene, "field" | "curves"> } | null = null;

  constructor(readonly store: Store) {}

  /** The scene with what Python last sent behind it; a stack's scene is left as it is. */
  complete(scene: Scene, state: NetState, options: DecisionOptions, window: Window): Scene {
    if (state.spec.kind !== "opaque" || (options.field === "none" && options.axes.length > 1)) {
      return scene;
    }
    const flat = options.axes.length === 1;
    const size: [number, number] = flat ? [4 * SIDE, 1] : [SIDE, SIDE];
    const answer = this.store.probe({
      key: this.#key,
      kind: "field",
      axes: [...options.axes],
      extent: [...window.extent],
      size,
      fixed: Array.from(fixedAt(state, options)),
    });
    if (!answer) return { ...scene, caption: scene.caption || t("Computed by Python…") };
    if (this.#drawn?.values !== answer.data) {
      this.#drawn = { values: answer.data, mark: this.#mark(answer, state, options, window) };
    }
    return { ...scene, ...this.#drawn.mark };
  }

  dispose(): void {
    this.store.unprobe(this.#key);
  }

  #mark(
    { data, shape }: { readonly data: Float32Array; readonly shape: readonly number[] },
    state: NetState,
    { axes, field }: DecisionOptions,
    { extent }: Window,
  ): Pick<Scene, "field" | "curves"> {
    const [k, ny, nx] = shape;
    const cells = cellsFirst(data, k, nx * ny);
    const plane = {
      spec: state.spec,
      layers: [],
      axes,
      fixed: [],
      extent,
      size: [nx, ny] as const,
    };
    if (axes.length === 1) return { field: null, curves: this.#field.modelCurves(plane, cells) };
    return chosen(this.#field.pictureOf(plane, cells, rangeOf(state)), field);
  }
}

/** (outputs, cells) as it crosses the wire → (cells, outputs) as the forward pass has it. */
function cellsFirst(data: Float32Array, k: number, cells: number): Float64Array {
  const out = new Float64Array(k * cells);
  for (let output = 0; output < k; output++) {
    for (let cell = 0; cell < cells; cell++) out[cell * k + output] = data[output * cells + cell];
  }
  return out;
}
