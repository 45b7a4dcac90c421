/** A network's output in three dimensions, and the place it is seen from. */

import { type Camera, cameraOf, type Plotly, type PlotlyElement } from "../render/plotly.js";
import { moved, TARGETS, tracesOf } from "../scene/output_traces.js";
import type { OutputPicture } from "../scene/output_types.js";
import { cameraAt, cornerView, type Eye, roomOf } from "../scene/surface_layout.js";
import type { Description } from "../scene/surface_traces.js";
import { t } from "../words.js";
import { PlotlySpace, type SpaceDeps } from "./plotly_space.js";

export interface OutputSpaceDeps extends SpaceDeps {
  /** Where it is seen from; null: from the corner. */
  eye(): Eye | null;
  /** A hand has turned it. */
  turned(eye: Eye): void;
  /** The pointer is at a sample, the i-th of the picture's; null: at none. */
  pointed(i: number | null): void;
}

/** plotly's cameras are some frames behind the hand. */
const GLIDE_MS = 150;
/** Degrees that an arrow key turns, and how far one may look down or up. */
const [STEP, STEEPEST] = [6, 85];
const TURNS: Record<string, readonly [number, number] | undefined> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

export class OutputSpace {
  readonly #deps: OutputSpaceDeps;
  readonly #space: PlotlySpace<OutputPicture>;
  #plotly: Plotly | null = null;
  #graph: PlotlyElement | null = null;
  /** As plotly has it, with what a hand has moved besides the eye. */
  #camera: { readonly eye: Eye; readonly whole: Camera | Description } | null = null;

  constructor(host: HTMLElement, deps: OutputSpaceDeps) {
    this.#deps = deps;
    this.#space = new PlotlySpace<OutputPicture>(host, deps, {
      ...{ traces: tracesOf, moved },
      layout: ({ names, heights }, ink, size) => {
        const axis = { range: heights.range, autorange: false };
        const eye = deps.eye() ?? cornerView(size);
        const layout = roomOf([...names, heights.name], axis, ink, size, eye);
        const camera = this.#camera && sameEye(this.#camera.eye, eye) ? this.#camera.whole : null;
        const scene = layout.scene as Description;
        return camera ? { ...layout, scene: { ...scene, camera } } : layout;
      },
      begun: (graph, plotly) => this.#begun(graph, plotly),
    });
    this.#keys();
    void this.#space.load();
  }

  update(picture: OutputPicture): void {
    this.#space.update(picture);
  }

  /** Goes to where it is to be seen from now, if that is elsewhere. */
  turn(): void {
    const eye = this.#deps.eye();
    if (!eye || !this.#graph || !this.#plotly || (this.#camera && sameEye(this.#camera.eye, eye))) {
      return;
    }
    const whole = cameraAt(eye);
    this.#camera = { eye, whole };
    void this.#plotly.relayout(this.#graph, { "scene.camera": whole });
  }

  dispose(): void {
    this.#graph = null;
    this.#space.dispose();
  }

  #begun(graph: PlotlyElement, plotly: Plotly): void {
    [this.#graph, this.#plotly] = [graph, plotly];
    graph.on("plotly_relayout", () => this.#follow());
    graph.on("plotly_hover", ({ points }) => {
      const point = points.find(({ curveNumber }) => curveNumber === TARGETS);
      this.#deps.pointed(point?.pointNumber ?? null);
    });
    graph.on("plotly_unhover", () => this.#deps.pointed(null));
  }

  /** A hand has turned it, and it may still be on its way: plotly glides to where it was let go. */
  #follow(): void {
    const whole = this.#graph && cameraOf(this.#graph);
    if (!whole) return;
    const eye: Eye = [whole.eye.x, whole.eye.y, whole.eye.z];
    if (this.#camera && sameEye(this.#camera.eye, eye)) return; // at rest, or turned by us
    this.#camera = { eye, whole };
    this.#deps.turned(eye);
    setTimeout(() => this.#follow(), GLIDE_MS);
  }

  /** Arrow keys turn it, 0 shows it from the corner again. */
  #keys(): void {
    const { root, signal } = this.#space;
    root.tabIndex = 0;
    root.setAttribute("role", "application");
    root.setAttribute("aria-label", t("Output in 3-D: arrow keys turn it"));
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const size = [root.clientWidth, root.clientHeight] as const;
      const now = this.#deps.eye() ?? cornerView(size);
      const by = TURNS[event.key];
      const next = event.key === "0" ? cornerView(size) : by && turnedBy(now, by, event.shiftKey);
      if (!next) return;
      event.preventDefault();
      event.stopPropagation(); // elsewhere in the view, arrow keys train the network
      this.#deps.turned(next);
      this.turn();
    };
    root.addEventListener("keydown", press, { signal });
  }
}

/** @param far three times as far */
export function turnedBy(
  [x, y, z]: Eye,
  [across, up]: readonly [number, number],
  far: boolean,
): Eye {
  const step = ((far ? 3 : 1) * STEP * Math.PI) / 180;
  const distance = Math.hypot(x, y, z);
  const steepest = (STEEPEST * Math.PI) / 180;
  const around = Math.atan2(y, x) + across * step;
  const above = Math.max(-steepest, Math.min(steepest, Math.asin(z / distance) + up * step));
  const flat = distance * Math.cos(above);
  return [flat * Math.cos(around), flat * Math.sin(around), distance * Math.sin(above)];
}

function sameEye(a: Eye, b: Eye): boolean {
  return a.every((each, i) => Math.abs(each - b[i]) < 1e-3);
}
