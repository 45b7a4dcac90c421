/**
 * The host of an exported page: it has the models that a notebook would have, and mounts the same
 * views on them. What a notebook asks of Python is answered by a kernel in the page.
 */

import type { Clock } from "../state/clock.js";
import type { ModelLike, NetworkStore } from "../state/host.js";
import type { MountView } from "../widgets/view.js";
import { t } from "../words.js";
import { curves } from "./curves.js";
import { Feeder, type FeederContext, type Source } from "./feeder.js";
import { inStep } from "./in_step.js";
import { createKernel, type Kernel, type KernelState } from "./kernel.js";
import { PageModel } from "./model.js";
import type { PageState, ViewEntry } from "./state.js";
import { answerSurface } from "./surface.js";

/** Views that are fed something else than what was recorded. */
const SOURCES: Readonly<Record<string, (context: FeederContext) => Source>> = {
  TrainingCurves: curves,
};

/** What views of the network's own bundle, and libraries, are drawn by. */
interface Exports {
  readonly store: NetworkStore;
  readonly mount: MountView;
  render(context: ViewContext): Promise<() => void>;
}

interface Host {
  getModel(ref: string): Promise<ModelLike>;
  getWidget(ref: string): Promise<{ readonly exports: Exports }>;
}

interface ViewContext {
  readonly model: ModelLike;
  readonly el: HTMLElement;
  readonly host: Host;
  readonly signal: AbortSignal;
}

/** The modules of bundles, as anywidget would load them. */
export interface NetworkModule {
  initialize(context: { readonly model: ModelLike; readonly signal: AbortSignal }): Exports;
}

export interface LibraryModule {
  initialize(): { render(context: ViewContext): Promise<() => void> };
}

export interface HostOptions {
  readonly state: PageState;
  readonly network: NetworkModule;
  readonly libraries: Readonly<Record<string, LibraryModule>>;
  readonly clock: Clock;
  /** Ends everything. */
  readonly signal: AbortSignal;
}

export interface PageHost {
  /** Puts a view of the state into an element. */
  mount(view: number, el: HTMLElement): Promise<void>;
}

export function createHost({ state, network, libraries, clock, signal }: HostOptions): PageHost {
  const models = new Map<string, PageModel>();
  const kernels = new Map<string, Kernel>();
  const widgets = new Map<string, { readonly exports: Exports }>();
  state.nets.forEach(({ traits, history, seed }, i) => {
    const model = new PageModel({ ...traits, _words: state.words, uplink: `uplink:${i}` });
    const uplink = new PageModel({});
    models.set(`net:${i}`, model);
    models.set(`uplink:${i}`, uplink);
    const kernel = kernelOf(model, { traits, seed, ...(history ? { history } : {}) }, clock);
    kernels.set(`net:${i}`, kernel);
    uplink.answer = (content) => kernel.receive(content);
    signal.addEventListener("abort", () => kernel.dispose());
    widgets.set(`net:${i}`, { exports: network.initialize({ model, signal }) });
  });
  linkTraining(state, kernels);
  const host: Host = {
    getModel: async (ref) => found(models, ref),
    getWidget: async (ref) => found(widgets, ref),
  };

  return {
    async mount(place, el) {
      const view = found(state.views, place);
      const net = `net:${view.net}`;
      const model = viewModel(view, { network: found(kernels, net).watched, clock });
      dress(el, model);
      const { exports } = found(widgets, net);
      const drawn = view.library === null ? exports : libraryOf(libraries, view).initialize();
      await drawn.render({ model, el, host, signal });
    },
  };
}

function kernelOf(model: PageModel, state: KernelState, clock: Clock): Kernel {
  return createKernel({
    state,
    clock,
    send: (message, buffers) => model.deliver(message, buffers),
    update: (changed) => model.update(changed),
  });
}

/** Networks under one control, as those of XorSurface are. */
function linkTraining({ nets }: PageState, kernels: ReadonlyMap<string, Kernel>): void {
  nets.forEach((_, leader) => {
    const led = nets.flatMap((net, i) => (net.led?.by === leader ? [{ i, rule: net.led }] : []));
    if (led.length === 0) return;
    const followers = led.map(({ i }) => found(kernels, `net:${i}`));
    inStep(found(kernels, `net:${leader}`), followers, led[0].rule);
  });
}

/** A view's own model: what it asks of Python is answered by its feeder. */
function viewModel(view: ViewEntry, around: Omit<FeederContext, "model" | "fed">): PageModel {
  const model = new PageModel({ ...view.traits, net: `net:${view.net}` });
  const { fed } = view;
  const source = SOURCES[model.get("_view") as string] ?? (() => ({ whole: () => fed }));
  const context = { ...around, model, fed };
  const feeder = new Feeder(context, source(context));
  const surface = model.get("_view") === "LossSurface" ? answerSurface(context) : null;
  model.answer = (content) => {
    const message = content as { type?: string };
    if (message.type === "chunk") throw new Error(t("this is not in the page"));
    if (message.type === "option" || surface?.answer(message)) return;
    feeder.take(message);
  };
  return model;
}

/** What a notebook's host does with a view's layout: its width, and classes that hide parts. */
function dress(el: HTMLElement, model: PageModel): void {
  el.classList.add(...((model.get("_dom_classes") as string[] | undefined) ?? []));
  const resize = () => {
    const width = model.get("width");
    if (typeof width === "number") el.style.width = `${width}px`; // at most all there is: the sheet
  };
  model.on("change:width", resize);
  resize();
}

function libraryOf(libraries: Readonly<Record<string, LibraryModule>>, { library }: ViewEntry) {
  return found(new Map(Object.entries(libraries)), library ?? "");
}

function found<K, V>(all: { get(key: K): V | undefined } | readonly V[], key: K): V {
  const value = "get" in all ? all.get(key) : all[key as number];
  if (value === undefined) throw new Error(`this page has no ${key}`);
  return value;
}
