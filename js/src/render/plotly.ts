/** What is used of plotly.js, and how a page gets it: once, whoever asks first. */

type Numbers = Float64Array | readonly number[];

/** A trace, layout or configuration as plotly describes them; what it does not know it ignores. */
export type Description = { readonly [name: string]: unknown };

/** A point of a trace under the pointer. */
export interface PlotlyPoint {
  readonly curveNumber: number;
  readonly x: number;
  readonly y: number;
}

/** An element that plotly has drawn into. */
export interface PlotlyElement extends HTMLElement {
  on(event: "plotly_hover", listener: (event: { points: PlotlyPoint[] }) => void): void;
  on(event: "plotly_unhover", listener: () => void): void;
}

export interface Plotly {
  react(
    element: HTMLElement,
    traces: readonly Description[],
    layout: Description,
    config: Description,
  ): Promise<unknown>;
  /** `update` has one entry for each of `traces`. */
  restyle(
    element: HTMLElement,
    update: { readonly [name: string]: readonly Numbers[] },
    traces: readonly number[],
  ): Promise<unknown>;
  purge(element: HTMLElement): void;
}

const KEY = Symbol.for("plotly.js-gl3d@4");

/**
 * The page's plotly.
 * @param fetch gives its module, gzipped; called only where the page has none yet
 */
export function loadPlotly(fetch: () => Promise<ArrayBuffer>): Promise<Plotly> {
  const page = globalThis as { [KEY]?: Promise<Plotly> };
  const before = page[KEY];
  const found = before
    ? before.catch(() => loadPlotly(fetch)) // who asked first may have gone before it came
    : fetch().then(evaluated);
  if (before) return found;
  page[KEY] = found;
  found.catch(() => {
    if (page[KEY] === found) delete page[KEY];
  });
  return found;
}

async function evaluated(gzipped: ArrayBuffer): Promise<Plotly> {
  const stream = new Blob([gzipped]).stream().pipeThrough(new DecompressionStream("gzip"));
  const code = await new Response(stream).arrayBuffer();
  const url = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
  try {
    return ((await import(url)) as { default: Plotly }).default;
  } finally {
    URL.revokeObjectURL(url);
  }
}
