/** The loss surface in three dimensions: plotly's, with the ball as the one thing that moves. */

import { loadPlotly, moveTraces, type Plotly, type PlotlyElement } from "../render/plotly.js";
import { watchTheme } from "../render/theme.js";
import { layoutOf } from "../scene/surface_layout.js";
import { type Ink, moved, tracesOf } from "../scene/surface_traces.js";
import type { Surface3d, Surface3dDeps, SurfacePicture } from "../scene/surface_types.js";
import { barTicks } from "./colour_bar.js";
import { SurfaceHand } from "./surface3d_hand.js";

/** Of the text's colour that is in lines behind the surface. */
const FAINT = 0.2;

/** After a whole drawing, so many times as long belongs to others. */
const REST = 4;

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
  #rest: ReturnType<typeof setTimeout> | undefined;
  #restUntil = 0;
  readonly #hand: SurfaceHand;

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
    const picture = () => this.#picture;
    this.#hand = new SurfaceHand({ root: this.#root, picture, pick: deps.pick, signal });
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
    clearTimeout(this.#rest);
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
      while (this.#plotly && this.#picture && this.#picture !== this.#drawn && this.#visible) {
        const [picture, before] = [this.#picture, this.#drawn];
        const changes = before && moved(before, picture);
        if (changes && moveTraces(this.#graph, changes)) {
          this.#drawn = picture;
        } else if (before && this.#mayRest()) {
          break;
        } else {
          this.#drawn = picture;
          await this.#whole(this.#plotly, picture);
        }
      }
    } catch (error) {
      this.#say(`The 3-D view could not be drawn: ${(error as Error).message}`);
    } finally {
      this.#drawing = false;
    }
  }

  /** A surface that follows training is drawn as often as leaves time for everything else. */
  #mayRest(): boolean {
    const wait = this.#restUntil - performance.now();
    if (wait <= 0) return false;
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => void this.#draw(), wait);
    return true;
  }

  get #visible(): boolean {
    return this.#root.clientWidth > 0 && this.#root.clientHeight > 0;
  }

  async #whole(plotly: Plotly, picture: SurfacePicture): Promise<void> {
    const { clientWidth, clientHeight } = this.#root;
    const ink = inkOf(this.#root);
    const layout = layoutOf(picture, ink, [clientWidth, clientHeight], barTicks(picture.shading));
    const first = this.#graph.on === undefined;
    const start = performance.now();
    await plotly.react(this.#graph, tracesOf(picture, ink), layout, CONFIG);
    const now = performance.now();
    this.#restUntil = now + REST * (now - start);
    if (first) this.#hand.follow(this.#graph);
  }

  /** Draws everything anew where the size or the theme changes. */
  #follow(signal: AbortSignal): void {
    const again = () => {
      this.#drawn = null;
      void this.#draw();
    };
    const size = new ResizeObserver(again);
    size.observe(this.#root);
    const unwatch = watchTheme(again);
    signal.addEventListener("abort", () => {
      size.disconnect();
      unwatch();
    });
  }
}

/** The page's colours, as plotly can read them. */
function inkOf(element: HTMLElement): Ink {
  const { color, backgroundColor } = getComputedStyle(element);
  const [text, ground] = [channels(color, 0), channels(backgroundColor, 255)];
  // Mixed here: plotly's lines in three dimensions are as strong whatever their opacity.
  const faint = text.map((each, i) => Math.round(FAINT * each + (1 - FAINT) * ground[i]));
  return { text: rgb(text), faint: rgb(faint), ground: rgb(ground) };
}

function channels(colour: string, otherwise: number): number[] {
  const found = (colour.match(/\d+(\.\d+)?/g) ?? []).map(Number);
  return found.length >= 3 && found[3] !== 0 ? found.slice(0, 3) : Array(3).fill(otherwise);
}

const rgb = (channels: readonly number[]) => `rgb(${channels.join(", ")})`;
