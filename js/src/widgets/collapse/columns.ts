/** The columns of what is lost: the network as it is, as it is shown, and made linear. */

import { collapse, layerOf } from "../../math/affine.js";
import { layersOf } from "../../math/forward.js";
import type { Regions } from "../../math/regions.js";
import { Measuring } from "../../scene/collapse/lost.js";
import type { Shown } from "../../scene/collapse/window.js";
import type { ChosenPass } from "../../scene/derived.js";
import { Kept } from "../../scene/kept.js";
import type { DenseLayer, NetState } from "../../state/types.js";
import type { Lost } from "./panels.js";

/** What is known of the network that is shown. */
interface Known {
  readonly state: NetState;
  readonly shown: Shown | null;
  readonly said: ChosenPass | null;
  readonly regions: Regions | null;
}

export class Columns {
  readonly #own = new Measuring();
  readonly #now = new Measuring();
  readonly #linear = new Measuring();
  readonly #whole = new Kept<readonly DenseLayer[]>();

  /**
   * @param real the network as it is
   * @param turn the column that is measured, and the others are as they were; null: all
   */
  measure(real: NetState, known: Known, turn: number | null): Omit<Lost, "alpha"> {
    const { state, shown, said, regions } = known;
    const rows = said?.data ?? state.data;
    const one = state.spec === real.spec;
    const idle = (column: number) => turn !== null && turn !== column;
    const now =
      (idle(0) && this.#now.last) || this.#now.measure(state, shown, rows, { ...said, regions });
    const own = (one && now) || (idle(1) && this.#own.last);
    return {
      before: own || this.#own.measure(real, shown, rows),
      now,
      linear: this.#linear.measure(real, shown, rows, { layers: this.#collapsed(real) }),
      ...{ rows: rows.n, of: real.data.n },
    };
  }

  /** The one layer that is left of all. */
  #collapsed({ spec, params }: NetState): readonly DenseLayer[] {
    return this.#whole.get([spec, params], () => {
      const layers = layersOf(spec, params);
      const last = layers.length - 1;
      return [layerOf(collapse(layers)[last], layers[last])];
    });
  }
}
