/** What is used of plotly.js, and how a page gets it: once, whoever asks first. */

import type { Description, Moved } from "../scene/surface_traces.js";
import { onceAPage } from "./once_a_page.js";

/** A point of a trace under the pointer. */
export interface PlotlyPoint {
  readonly curveNumber: number;
  readonly pointNumber: number;
  readonly x: number;
  readonly y: number;
}

/** Where a scene is seen from, and what a hand has moved besides. */
export interface Camera {
  readonly eye: { readonly x: number; readonly y: number; readonly z: number };
}

/** What plotly keeps of a trace in a scene of three dimensions. */
interface DrawnTrace {
  readonly data: Description;
  update(data: Description): void;
}

interface DrawnScene {
  getCamera(): Camera;
  readonly traces: { readonly [uid: string]: DrawnTrace | undefined };
  readonly glplot: {
    redraw(): void;
    readonly gl: WebGLRenderingContext;
    /** What plotly does once the browser has taken the context away. */
    oncontextloss: (() => void) | null;
  };
  /** What is seen, as the address of a picture. */
  toImage(): string;
}

/** An element that plotly has drawn into. */
export interface PlotlyElement extends HTMLElement {
  readonly data?: readonly Description[];
  readonly _fullData?: readonly { readonly uid: string; customdata?: unknown }[];
  readonly _fullLayout?: { readonly scene?: { readonly _scene?: DrawnScene } };
  on(event: "plotly_hover", listener: (event: { points: PlotlyPoint[] }) => void): void;
  on(event: "plotly_unhover", listener: () => void): void;
  on(event: "plotly_relayout", listener: (change: Description) => void): void;
}

export interface Plotly {
  react(
    element: HTMLElement,
    traces: readonly Description[],
    layout: Description,
    config: Description,
  ): Promise<unknown>;
  relayout(element: HTMLElement, change: Description): Promise<unknown>;
  purge(element: HTMLElement): void;
}

/** Where the scene is seen from now; undefined before it is drawn. */
export function cameraOf(element: PlotlyElement): Camera | undefined {
  return element._fullLayout?.scene?._scene?.getCamera();
}

/** What is seen now, as the address of a picture; null where nothing is drawn. */
export function stillOf(element: PlotlyElement): string | null {
  try {
    return element._fullLayout?.scene?._scene?.toImage() ?? null;
  } catch {
    return null; // a picture is not worth an error
  }
}

/**
 * Calls `lost` where the browser takes the context away. plotly's own way is to look in every frame
 * whether it is back, which it never is where another took its place. It is called once plotly is
 * through with the frame in which it finds out: it would stumble in what is taken away.
 */
export function whenLost(element: PlotlyElement, lost: () => void): void {
  const scene = element._fullLayout?.scene?._scene;
  if (scene?.glplot) scene.glplot.oncontextloss = () => queueMicrotask(lost);
}

/** Takes away what plotly has drawn, and its context, which would wait for the garbage collector. */
export function release(plotly: Plotly, element: PlotlyElement): void {
  const gl = element._fullLayout?.scene?._scene?.glplot?.gl;
  plotly.purge(element);
  gl?.getExtension("WEBGL_lose_context")?.loseContext();
}

/**
 * Moves some traces of a scene and leaves the others alone. plotly's `restyle` makes all of them
 * anew: 40 to 100 ms for a surface of 80 × 80, where this takes 2. It reaches into plotly, whose
 * version is ours to choose; tests/browser/test_surface.py holds it to that.
 *
 * @returns false where one of them was not there before, or is no longer
 */
export function moveTraces(element: PlotlyElement, changes: readonly Moved[]): boolean {
  const scene = element._fullLayout?.scene?._scene;
  if (!scene) return false;
  const done = changes.every((change) => moveTrace(element, scene, change));
  scene.glplot.redraw();
  return done;
}

function moveTrace(element: PlotlyElement, scene: DrawnScene, { trace, ...change }: Moved) {
  const given = element.data?.[trace] as { x?: ArrayLike<number> } | undefined;
  const { to, customdata } = change;
  if (to && given?.x?.length === 0 && to.x.length === 0) return true;
  const whole = element._fullData?.[trace];
  const drawn = scene.traces[whole?.uid ?? ""];
  if (!given || !whole || !drawn || to?.x.length === 0) return false;
  Object.assign(given, changed(given, change)); // for pictures that are saved
  if (customdata) whole.customdata = customdata; // which tips are written from
  if (to) drawn.update({ ...changed(drawn.data, change), _length: to.x.length });
  return true;
}

function changed(trace: Description, change: Omit<Moved, "trace">): Description {
  const { to, shade, customdata, also } = change;
  const { line, marker } = trace as { line?: object; marker?: object };
  const colours = shade && {
    line: { ...line, color: shade },
    marker: { ...marker, color: shade },
  };
  return { ...trace, ...to, ...colours, ...(customdata ? { customdata } : {}), ...also };
}

const KEY = Symbol.for("plotly.js-gl3d@4");

/**
 * The page's plotly.
 * @param fetch gives its module, gzipped; called only where the page has none yet
 */
export function loadPlotly(fetch: () => Promise<ArrayBuffer>): Promise<Plotly> {
  return onceAPage<Plotly>(KEY, fetch);
}
