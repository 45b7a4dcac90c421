/** The loss surface in three dimensions: plotly's, with the ball as the one thing that moves. */

import { loadPlotly, type Plotly, type PlotlyElement, type PlotlyPoint } from "../render/plotly.js";
import {
  ARROW,
  arrowAt,
  BALL,
  ballAt,
  type Ink,
  layoutOf,
  SURFACE,
  tracesOf,
} from "../scene/surface_traces.js";
import type { Surface3d, Surface3dDeps, SurfacePicture } from "../scene/surface_types.js";
import { ballKeys } from "./surface3d_keys.js";

/** A press that moves less is a click, and more turns the surface. */
const CLICK_PX = 4;

/** Attributes by which hosts say which theme they show. */
const THEMES = ["class", "style", "data-theme", "data-jp-theme-name"];

const CONFIG = {
  ...{ displaylogo: false, responsive: false, doubleClick: false },
  modeBarButtons: [["toImage", "resetCameraDefault3d"]],
};

export function mountSurface3d(host: HTMLElement, deps: Surface3dDeps): Surface3d {
  const view = new SurfaceIn3d(host, deps);
  void view.load();
  return view;
}

class SurfaceIn3d implements Surface3d {
  readonly #root = document.createElement("div");
  readonly #note = document.createElement("div");
  readonly #graph = document.createElement("div") as unknown as PlotlyElement;
  readonly #end = new AbortController();
  #plotly: Plotly | null = null;
  #picture: SurfacePicture | null = null;
  /** What plotly shows; null: nothing, or what has to be drawn anew. */
  #drawn: SurfacePicture | null = null;
  #drawing = false;
  #under: PlotlyPoint | null = null;

  constructor(
    host: HTMLElement,
    private readonly deps: Surface3dDeps,
  ) {
    this.#root.className = "nnw-surface3d";
    this.#note.className = "nnw-surface3d-note";
    this.#note.setAttribute("role", "status");
    this.#root.append(this.#graph, this.#note);
    host.append(this.#root);
    const { signal } = this.#end;
    ballKeys(this.#root, () => this.#picture, deps.pick, signal);
    this.#listen(signal);
    this.#follow(signal);
  }

  async load(): Promise<void> {
    this.#say("Loading the 3-D view…");
    try {
      this.#plotly = await loadPlotly(() => this.deps.chunk("plotly"));
    } catch (error) {
      const retry = document.createElement("button");
      retry.type = "button";
      retry.className = "nnw-button";
      retry.textContent = "Try again";
      retry.addEventListener("click", () => void this.load());
      this.#say(`The 3-D view could not be loaded: ${(error as Error).message} `, retry);
      return;
    }
    this.#say("");
    void this.#draw();
  }

  update(picture: SurfacePicture): void {
    this.#picture = picture;
    void this.#draw();
  }

  dispose(): void {
    this.#end.abort();
    this.#picture = null;
    this.#plotly?.purge(this.#graph);
    this.#plotly = null;
    this.#root.remove();
  }

  #say(text: string, ...more: HTMLElement[]): void {
    this.#note.replaceChildren(text, ...more);
    this.#note.hidden = text === "";
  }

  /** Draws the newest picture: one drawing at a time, and none that nobody would see. */
  async #draw(): Promise<void> {
    if (this.#drawing) return;
    this.#drawing = true;
    try {
      while (this.#plotly && this.#picture && this.#visible) {
        const [picture, before] = [this.#picture, this.#drawn];
        if (picture === before) break;
        this.#drawn = picture;
        if (before && onlyMoved(before, picture)) await this.#move(this.#plotly, picture);
        else await this.#whole(this.#plotly, picture);
      }
    } catch (error) {
      this.#say(`The 3-D view could not be drawn: ${(error as Error).message}`);
    } finally {
      this.#drawing = false;
    }
  }

  get #visible(): boolean {
    return this.#root.clientWidth > 0 && this.#root.clientHeight > 0;
  }

  async #whole(plotly: Plotly, picture: SurfacePicture): Promise<void> {
    const { clientWidth, clientHeight } = this.#root;
    const ink = inkOf(this.#root);
    const layout = layoutOf(picture, ink, [clientWidth, clientHeight]);
    const first = this.#graph.on === undefined;
    await plotly.react(this.#graph, tracesOf(picture, ink), layout, CONFIG);
    if (first) this.#hover();
  }

  async #move(plotly: Plotly, picture: SurfacePicture): Promise<void> {
    const [ball, arrow] = [ballAt(picture), arrowAt(picture)];
    const update = { x: [ball.x, arrow.x], y: [ball.y, arrow.y], z: [ball.z, arrow.z] };
    await plotly.restyle(this.#graph, update, [BALL, ARROW]);
  }

  #hover(): void {
    this.#graph.on("plotly_hover", ({ points }) => {
      this.#under = points.find(({ curveNumber }) => curveNumber === SURFACE) ?? null;
    });
    this.#graph.on("plotly_unhover", () => {
      this.#under = null;
    });
  }

  /** plotly calls the press that begins a turn a click, too: here it has to end where it began. */
  #listen(signal: AbortSignal): void {
    let from: readonly [number, number] | null = null;
    const options = { signal, capture: true };
    const root = this.#root;
    root.addEventListener(
      "pointerdown",
      ({ button, clientX, clientY }) => {
        from = button === 0 ? [clientX, clientY] : null;
      },
      options,
    );
    root.addEventListener(
      "pointerup",
      ({ clientX, clientY }) => {
        const under = this.#under;
        if (!from || !under || this.#picture?.stale) return;
        if (Math.hypot(clientX - from[0], clientY - from[1]) > CLICK_PX) return;
        this.deps.pick([under.x, under.y]);
      },
      options,
    );
  }

  /** Draws everything anew where the size or the theme changes. */
  #follow(signal: AbortSignal): void {
    const again = () => {
      this.#drawn = null;
      void this.#draw();
    };
    const size = new ResizeObserver(again);
    size.observe(this.#root);
    const theme = new MutationObserver(again);
    for (const target of [document.documentElement, document.body]) {
      theme.observe(target, { attributeFilter: THEMES });
    }
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again, { signal });
    signal.addEventListener("abort", () => {
      size.disconnect();
      theme.disconnect();
    });
  }
}

/** Whether two pictures differ in nothing but the ball and what hangs on it. */
function onlyMoved(before: SurfacePicture, after: SurfacePicture): boolean {
  const { ball: _, gradient: __, ...still } = after;
  return Object.entries(still).every(
    ([name, value]) => before[name as keyof SurfacePicture] === value,
  );
}

/** The page's colours, as plotly can read them. */
function inkOf(element: HTMLElement): Ink {
  const { color, backgroundColor } = getComputedStyle(element);
  const text = /\d+(\.\d+)?/g;
  const [red, green, blue] = (color.match(text) ?? ["0", "0", "0"]).map(Number);
  return {
    text: `rgb(${red}, ${green}, ${blue})`,
    faint: `rgba(${red}, ${green}, ${blue}, 0.25)`,
    ground: backgroundColor || "white",
  };
}
