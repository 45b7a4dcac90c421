/** Taking hold of a unit's curve: its bias follows, so that the curve stays under the pointer. */

import type { Plot } from "../render/plot.js";
import type { CurveMark, Position } from "../scene/types.js";
import type { Store } from "../state/types.js";

/** What the bias changes by with a press of an arrow key. */
const STEP = 0.05;

const WAY: Record<string, number | undefined> = {
  ...{ ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1 },
};

export class CurveGestures {
  held: CurveMark | null = null;
  /** The unit's z where it was taken, which is 0 but for the pointer's distance to the curve. */
  #level = 0;

  /** @param z of a curve's unit at a place, with the parameters of now */
  constructor(
    readonly plot: Plot,
    readonly store: Store,
    readonly z: (mark: CurveMark, at: Position) => number,
  ) {}

  take(mark: CurveMark, event: PointerEvent): void {
    if (!mark.bias) return;
    this.held = mark;
    this.#level = this.z(mark, this.plot.toData(event));
    this.store.begin(`move ${mark.name}`, [mark.bias.index]);
  }

  drag(event: PointerEvent): void {
    if (this.held) this.#shift(this.held, this.#level - this.z(this.held, this.plot.toData(event)));
  }

  release(): void {
    if (!this.held) return;
    this.held = null;
    this.store.end();
  }

  /** True where the key meant something to this curve. */
  key(event: KeyboardEvent, mark: CurveMark): boolean {
    const way = WAY[event.key];
    if (way === undefined) return false;
    this.#shift(mark, way * STEP * (event.shiftKey ? 10 : 1) * (event.altKey ? 0.1 : 1));
    return true;
  }

  #shift({ bias }: CurveMark, by: number): void {
    if (!bias || !Number.isFinite(by)) return;
    this.store.edit([bias.index], [this.store.state.params[bias.index] + by]);
  }
}
