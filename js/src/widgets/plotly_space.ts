/** A picture in three dimensions, drawn by the page's plotly: whole, or only what moves in it. */

import { loadPlotly, moveTraces, type Plotly, type PlotlyElement } from "../render/plotly.js";
import { whileSeen } from "../render/sight.js";
import { watchTheme } from "../render/theme.js";
import type { Description, Ink, Moved } from "../scene/surface_traces.js";
import { t } from "../words.js";

/** Of the text's colour that is in lines behind the picture. */
const FAINT = 0.2;

/** After a whole drawing, so many times as long belongs to others. */
const REST = 4;

const CONFIG = {
  ...{ displaylogo: false, responsive: false, doubleClick: false },
  modeBarButtons: [["toImage", "resetCameraDefault3d"]],
};

/** What there is to draw of a picture. */
export interface Drawing<P> {
  traces(picture: P, ink: Ink): Description[];
  layout(picture: P, ink: Ink, size: readonly [number, number]): Description;
  /** Null where more than some traces' places has changed. */
  moved(before: P, after: P): Moved[] | null;
  /** plotly has drawn for the first time, and can be listened to. */
  begun?(graph: PlotlyElement, plotly: Plotly): void;
}

export interface SpaceDeps {
  /** Asks Python for a file of the package and gives its bytes, gzipped. */
  chunk(name: string): Promise<ArrayBuffer>;
}

export class PlotlySpace<P> {
  readonly root = document.createElement("div");
  readonly #note = document.createElement("div");
  readonly #graph = document.createElement("div") as unknown as PlotlyElement;
  readonly #end = new AbortController();
  readonly #deps: SpaceDeps;
  readonly #drawing: Drawing<P>;
  #plotly: Plotly | null = null;
  #picture: P | null = null;
  /** What plotly shows; null: nothing, or what has to be drawn anew. */
  #drawn: P | null = null;
  #busy = false;
  #rest: ReturnType<typeof setTimeout> | undefined;
  #restUntil = 0;
  #seen = true;

  constructor(host: HTMLElement, deps: SpaceDeps, drawing: Drawing<P>) {
    this.#deps = deps;
    this.#drawing = drawing;
    this.root.className = "nnw-surface3d";
    this.#note.className = "nnw-surface3d-note";
    this.#note.setAttribute("role", "status");
    this.root.append(this.#graph, this.#note);
    host.append(this.root);
    this.#follow(this.signal);
  }

  /** Aborted when the picture goes. */
  get signal(): AbortSignal {
    return this.#end.signal;
  }

  /** The picture that is to be seen. */
  get picture(): P | null {
    return this.#picture;
  }

  async load(): Promise<void> {
    this.#say(t("Loading the 3-D view…"));
    try {
      this.#plotly = await loadPlotly(() => this.#deps.chunk("plotly"));
    } catch (error) {
      const retry = document.createElement("button");
      retry.type = "button";
      retry.className = "nnw-button";
      retry.textContent = t("Try again");
      retry.addEventListener("click", () => void this.load());
      this.#say(
        t("The 3-D view could not be loaded: {message} ", { message: (error as Error).message }),
        retry,
      );
      return;
    }
    this.#say("");
    void this.#draw();
  }

  update(picture: P): void {
    this.#picture = picture;
    void this.#draw();
  }

  dispose(): void {
    this.#end.abort();
    clearTimeout(this.#rest);
    this.#picture = null;
    this.#plotly?.purge(this.#graph);
    this.#plotly = null;
    this.root.remove();
  }

  #say(text: string, ...more: HTMLElement[]): void {
    this.#note.replaceChildren(text, ...more);
    this.#note.hidden = text === "";
  }

  /** Draws the newest picture: one drawing at a time, and none that nobody would see. */
  async #draw(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      while (this.#plotly && this.#picture && this.#picture !== this.#drawn && this.#visible) {
        const [picture, before] = [this.#picture, this.#drawn];
        const changes = before && this.#drawing.moved(before, picture);
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
      this.#say(
        t("The 3-D view could not be drawn: {message}", { message: (error as Error).message }),
      );
    } finally {
      this.#busy = false;
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
    return this.#seen && this.root.clientWidth > 0 && this.root.clientHeight > 0;
  }

  async #whole(plotly: Plotly, picture: P): Promise<void> {
    const { clientWidth, clientHeight } = this.root;
    const ink = inkOf(this.root);
    const layout = this.#drawing.layout(picture, ink, [clientWidth, clientHeight]);
    const first = this.#graph.on === undefined;
    const start = performance.now();
    await plotly.react(this.#graph, this.#drawing.traces(picture, ink), layout, CONFIG);
    const now = performance.now();
    // The first is no measure: most of it is spent on what plotly makes once.
    this.#restUntil = first ? now : now + REST * (now - start);
    if (first) this.#drawing.begun?.(this.#graph, plotly);
  }

  /** Draws everything anew where the size or the theme changes. */
  #follow(signal: AbortSignal): void {
    const again = () => {
      this.#drawn = null;
      void this.#draw();
    };
    const size = new ResizeObserver(again);
    size.observe(this.root);
    const unsee = whileSeen(this.root, (seen) => {
      this.#seen = seen;
      void this.#draw();
    });
    const unwatch = watchTheme(again);
    signal.addEventListener("abort", () => {
      size.disconnect();
      unsee();
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
