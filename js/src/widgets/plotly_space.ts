/** A picture in three dimensions, drawn by the page's plotly: whole, or only what moves in it. */

import { inkOf } from "../render/ink.js";
import {
  type Camera,
  cameraOf,
  loadPlotly,
  moveTraces,
  type Plotly,
  type PlotlyElement,
  release,
  stillOf,
  whenLost,
} from "../render/plotly.js";
import { whileSeen } from "../render/sight.js";
import { watchTheme } from "../render/theme.js";
import { triedWebgl } from "../render/webgl.js";
import { enter, exit, roomFor, unseen } from "../render/webgl_room.js";
import type { Description, Ink, Moved } from "../scene/surface_traces.js";
import { t } from "../words.js";
import { again } from "./again_button.js";

/** After a whole drawing, so many times as long belongs to others. */
const REST = 4;

/** A context that is lost is made anew so much later, but not where the last was lost just now. */
const [ANEW_MS, JUST_NOW_MS] = [300, 10_000];

const CONFIG = {
  ...{ displaylogo: false, responsive: false, doubleClick: false },
  modeBarButtons: [["toImage", "resetCameraDefault3d"]],
};

/** What there is to draw of a picture. */
export interface Drawing<P> {
  traces(picture: P, ink: Ink): Description[];
  /** @param camera where it was seen from when it was last drawn, if it was */
  layout(picture: P, ink: Ink, size: readonly [number, number], camera?: Camera): Description;
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
  /** What waits for the end of a drawing. */
  readonly #waiting: (() => void)[] = [];
  #rest: ReturnType<typeof setTimeout> | undefined;
  #restUntil = 0;
  #seen = typeof IntersectionObserver === "undefined"; // else one is told so
  /** Others draw in its place; it shows what it last drew. */
  #away = false;
  #camera: Camera | undefined;
  #lostAt = Number.NEGATIVE_INFINITY;
  readonly #guest = {
    seen: () => this.#visible,
    leave: () => this.#leave(),
    back: () => this.#use(),
  };

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
      this.#say(
        t("The 3-D view could not be loaded: {message} ", { message: (error as Error).message }),
        again(() => void this.load()),
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
    const plotly = this.#plotly;
    [this.#plotly, this.#picture] = [null, null];
    exit(this.#guest);
    this.#afterwards(() => {
      if (plotly) release(plotly, this.#graph);
    });
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
      while (this.#plotly && this.#picture && this.#picture !== this.#drawn && this.#mayDraw) {
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
      for (const wait of this.#waiting.splice(0)) wait();
    }
  }

  /** What plotly is drawing it has to end: it would go on, and stumble, in what is taken away. */
  #afterwards(call: () => void): void {
    if (this.#busy) this.#waiting.push(call);
    else call();
  }

  /** Another took its place while it was seen, or not. */
  #leave(): void {
    this.#away = true;
    this.#afterwards(() => this.#giveBack());
  }

  /** Gives its context back; what is in sight stays there as a still picture, and is told so. */
  #giveBack(): void {
    if (!this.#plotly || !this.#away || this.#graph.on === undefined) return;
    const seen = this.#visible;
    const still = seen ? stillOf(this.#graph) : null;
    this.#undraw(this.#plotly);
    this.#showStill(still);
    if (!seen) return;
    this.#say(
      t("A still picture: {n} others move in 3-D on this page. Point at this one to wake it.", {
        n: roomFor(),
      }),
    );
  }

  #showStill(address: string | null): void {
    this.root.style.backgroundImage = address ? `url(${address})` : "";
    this.root.toggleAttribute("data-still", address !== null);
  }

  #undraw(plotly: Plotly): void {
    this.#camera = cameraOf(this.#graph);
    release(plotly, this.#graph);
    this.#drawn = null;
  }

  /** Pointed at, in sight again, or others have left. */
  #use(): void {
    if (this.#away) {
      this.#away = false;
      void this.#draw();
    } else if (this.#drawn) {
      enter(this.#guest);
    }
  }

  /** The browser took the context away: another page's, or another widget's, is in its place. */
  #lose(): void {
    exit(this.#guest);
    this.#afterwards(() => {
      if (this.#plotly) this.#undraw(this.#plotly);
    });
    const now = performance.now();
    const twice = now - this.#lostAt < JUST_NOW_MS;
    this.#lostAt = now;
    clearTimeout(this.#rest);
    this.#away = true;
    const draw = () => {
      if (triedWebgl()) this.#use();
      else this.#sayLost();
    };
    if (twice) this.#sayLost();
    else this.#rest = setTimeout(draw, ANEW_MS);
  }

  #sayLost(): void {
    this.#say(
      t("The browser took this 3-D view away: it has room for few on all pages."),
      again(() => {
        this.#lostAt = Number.NEGATIVE_INFINITY;
        this.#use();
      }),
    );
  }

  /** A surface that follows training is drawn as often as leaves time for everything else. */
  #mayRest(): boolean {
    const wait = this.#restUntil - performance.now();
    if (wait <= 0) return false;
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => void this.#draw(), wait);
    return true;
  }

  get #mayDraw(): boolean {
    return this.#visible && !this.#away;
  }

  get #visible(): boolean {
    return this.#seen && this.root.clientWidth > 0 && this.root.clientHeight > 0;
  }

  async #whole(plotly: Plotly, picture: P): Promise<void> {
    const { clientWidth, clientHeight } = this.root;
    const ink = inkOf(this.root);
    const size = [clientWidth, clientHeight] as const;
    const layout = this.#drawing.layout(picture, ink, size, this.#camera);
    const first = this.#graph.on === undefined;
    if (first) enter(this.#guest);
    const start = performance.now();
    await plotly.react(this.#graph, this.#drawing.traces(picture, ink), layout, CONFIG);
    const now = performance.now();
    // The first is no measure: most of it is spent on what plotly makes once.
    this.#restUntil = first ? now : now + REST * (now - start);
    if (!first || this.signal.aborted) return;
    this.#showStill(null);
    this.#say("");
    whenLost(this.#graph, () => this.#lose());
    this.#drawing.begun?.(this.#graph, plotly);
  }

  /** Draws everything anew where the size or the theme changes. */
  #follow(signal: AbortSignal): void {
    const anew = () => {
      this.#drawn = null;
      if (this.#away) this.#showStill(null); // of another size, or in other colours
      void this.#draw();
    };
    const size = new ResizeObserver(anew);
    size.observe(this.root);
    const unsee = whileSeen(this.root, (seen) => {
      this.#seen = seen;
      if (!seen) unseen(this.#guest);
      else if (this.#away) this.#use();
      else void this.#draw();
    });
    for (const kind of ["pointerenter", "focusin"]) {
      this.root.addEventListener(kind, () => this.#use(), { signal });
    }
    const unwatch = watchTheme(anew);
    signal.addEventListener("abort", () => {
      size.disconnect();
      unsee();
      unwatch();
    });
  }
}
