/** What a hand does to the 3-D view of a loss surface: click a place on it, or press arrow keys. */

import type { PlotlyElement, PlotlyPoint } from "../render/plotly.js";
import { SURFACE } from "../scene/surface_traces.js";
import type { SurfacePicture } from "../scene/surface_types.js";
import type { Position } from "../scene/types.js";
import { t } from "../words.js";
import { stepOf } from "./ball.js";

/** A press that moves less is a click; one that moves more turns the surface. */
const CLICK_PX = 4;

interface Hand {
  readonly root: HTMLElement;
  picture(): SurfacePicture | null;
  pick(at: Position): void;
  readonly signal: AbortSignal;
}

/** Moves the ball. */
export class SurfaceHand {
  readonly #hand: Hand;
  #under: PlotlyPoint | null = null;

  constructor(hand: Hand) {
    this.#hand = hand;
    this.#click();
    this.#keys();
  }

  /** Learns from plotly which place is under the pointer. */
  follow(graph: PlotlyElement): void {
    graph.on("plotly_hover", ({ points }) => {
      this.#under = points.find(({ curveNumber }) => curveNumber === SURFACE) ?? null;
    });
    graph.on("plotly_unhover", () => {
      this.#under = null;
    });
  }

  /** plotly calls the press that begins a turn a click, too: here it has to end where it began. */
  #click(): void {
    const { root, pick, signal } = this.#hand;
    const options = { signal, capture: true };
    let from: Position | null = null;
    const press = ({ button, clientX, clientY }: PointerEvent) => {
      from = button === 0 ? [clientX, clientY] : null;
    };
    const release = ({ clientX, clientY }: PointerEvent) => {
      const under = this.#under;
      if (!from || !under) return;
      if (Math.hypot(clientX - from[0], clientY - from[1]) <= CLICK_PX) pick([under.x, under.y]);
    };
    root.addEventListener("pointerdown", press, options);
    root.addEventListener("pointerup", release, options);
  }

  #keys(): void {
    const { root, picture, pick, signal } = this.#hand;
    root.tabIndex = 0;
    root.setAttribute("role", "application");
    root.setAttribute("aria-label", t("Loss surface in 3-D: arrow keys move the ball"));
    const press = (event: KeyboardEvent) => {
      const shown = picture();
      const step = shown && stepOf(event, shown.grid.extent);
      if (!step) return;
      event.preventDefault();
      event.stopPropagation(); // elsewhere in the view, arrow keys train the network
      pick([shown.ball.x + step[0], shown.ball.y + step[1]]);
    };
    root.addEventListener("keydown", press, { signal });
  }
}
