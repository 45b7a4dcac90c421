/**
 * A Store for the tests of views: it holds a state, notes every call, and paints when told to.
 * What it does to the state is the least a view needs to see (edits, freezing, link, undo flags).
 */

import type { Listener, Look, NetState, Store } from "../state/types.js";
import type { Options } from "../widgets/view.js";
import type {
  ActivationName,
  BufferLike,
  Incoming,
  LayerSpec,
  ParamSpec,
  Spec,
  Status,
} from "../wire.js";

export type Call = { readonly name: keyof Store; readonly args: readonly unknown[] };

export interface FakeStore extends Store {
  /** What was called, oldest first. */
  readonly calls: Call[];
  /** Arguments of the calls of one method. */
  of(name: keyof Store): readonly (readonly unknown[])[];
  /** Replace parts of the state and paint. */
  patch(change: Partial<NetState>): void;
  /** Replace parts of the status and paint. */
  status(change: Partial<Status>): void;
  /** Run the subscribers, as an animation frame would. */
  paint(): void;
  readonly subscribers: number;
  /** What Python says. */
  say(message: Incoming, buffers?: readonly BufferLike[]): void;
}

/** The spec of a multilayer perceptron such as [2, 2, 1], laid out as torch's nn.Sequential is. */
export function specOf(sizes: readonly number[], activation: ActivationName = "tanh"): Spec {
  const layers: LayerSpec[] = [];
  const params: ParamSpec[] = [];
  let offset = 0;
  for (let l = 0; l + 1 < sizes.length; l++) {
    const [inputs, units] = [sizes[l], sizes[l + 1]];
    const name = String(2 * l); // an activation module lies between two Linear layers
    const weight = offset;
    const bias = weight + inputs * units;
    offset = bias + units;
    const last = l + 2 === sizes.length;
    params.push({
      name: `${name}.weight`,
      shape: [units, inputs],
      offset: weight,
      size: bias - weight,
    });
    params.push({ name: `${name}.bias`, shape: [units], offset: bias, size: units });
    const spec = { name: last ? ("linear" as const) : activation };
    layers.push({ name, weight, bias, inputs, units, activation: spec, reads: l - 1 });
  }
  const [inputs, outputs] = [sizes[0], sizes[sizes.length - 1]];
  const features = Array.from({ length: inputs }, (_, i) => `x${i + 1}`);
  return {
    ...{ version: 1, kind: "stack", inputs, outputs, features, classes: null, task: "binary" },
    ...{ loss: "bce", head: "linear", dtype: "float64", revision: 0, size: offset, layers, params },
  };
}

export const IDLE: Status = {
  epoch: 0,
  loss: 0.6875,
  accuracy: 0.5,
  state: "idle",
  message: "",
  traceback: "",
  lr: 0.05,
  speed: 20,
  optimizer: "adam",
  batch: 16,
};

/** The four points of XOR, a network of `sizes` with parameters 0.1, 0.2, 0.3, … */
export function stateOf(sizes: readonly number[] = [2, 2, 1]): NetState {
  const spec = specOf(sizes);
  const initial = Float64Array.from({ length: spec.size }, (_, i) => (i + 1) / 10);
  const X = new Float64Array([0, 0, 0, 1, 1, 0, 1, 1]);
  const y = new Float64Array([0, 1, 1, 0]);
  return {
    ...{ spec, params: initial.slice(), initial, data: { n: 4, d: 2, k: 1, X, y } },
    ...{ frozen: new Set<number>(), status: IDLE, ahead: false, link: "live", error: null },
    ...{
      selection: { sample: null, unit: null, weight: null, epoch: null },
      canUndo: false,
      canRedo: false,
      version: 0,
      held: false,
    },
  };
}

/** What a state becomes where Python adds or removes units or layers: a patch for it. */
export function restructured({ spec }: NetState, sizes: readonly number[]): Partial<NetState> {
  const { params, initial, ...state } = stateOf(sizes);
  const revision = spec.revision + 1;
  return { params, initial, selection: state.selection, spec: { ...state.spec, revision } };
}

export function fakeStore(initial: NetState = stateOf()): FakeStore {
  let state = initial;
  let frame = 0;
  let look: Look | null = null;
  const listeners = new Set<Listener>();
  const calls: Call[] = [];
  const subscribers = new Set<(state: NetState) => void>();
  const note =
    <A extends unknown[]>(name: keyof Store, effect: (...args: A) => void = () => {}) =>
    (...args: A) => {
      calls.push({ name, args });
      effect(...args);
    };
  const change = (part: Partial<NetState>) => {
    state = { ...state, ...part, version: state.version + 1 };
  };
  const paint = () => {
    frame++;
    for (const draw of [...subscribers]) draw(look?.(state) ?? state);
  };

  return {
    get state() {
      return look?.(state) ?? state;
    },
    get frame() {
      return frame;
    },
    get subscribers() {
      return subscribers.size;
    },
    calls,
    paint,
    of: (name) => calls.filter((call) => call.name === name).map((call) => call.args),
    patch(part) {
      change(part);
      paint();
    },
    status(part) {
      change({ status: { ...state.status, ...part } });
      paint();
    },
    subscribe(draw) {
      subscribers.add(draw);
      return () => subscribers.delete(draw);
    },
    begin: note("begin", (_label: string, _held: Iterable<number>) => {}),
    end: note("end"),
    edit: note("edit", (index: ArrayLike<number>, value: ArrayLike<number>) => {
      const params = state.params.slice();
      for (let i = 0; i < index.length; i++) {
        if (!state.frozen.has(index[i])) params[index[i]] = value[i];
      }
      change({ params });
    }),
    editPoint: note("editPoint"),
    undo: note("undo"),
    redo: note("redo"),
    freeze: note("freeze", (index: number[], frozen: boolean) => {
      const next = new Set(state.frozen);
      for (const i of index) frozen ? next.add(i) : next.delete(i);
      change({ frozen: next });
    }),
    setActivation: note("setActivation"),
    restructure: note("restructure"),
    train: note("train"),
    select: note("select", (part: Partial<NetState["selection"]>) => {
      change({ selection: { ...state.selection, ...part } });
    }),
    show: note("show", (next: Look | null) => {
      look = next;
    }),
    ask: (message) => {
      note("ask")(...([message] as never[]));
      return state.link !== "disconnected";
    },
    hear: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    say: (message, buffers = []) => {
      for (const listener of [...listeners]) listener(message, buffers);
    },
    dismissError: note("dismissError", () => change({ error: null })),
    recall: () => Promise.resolve(state.initial),
    probe: () => null,
    unprobe: note("unprobe"),
  };
}

/** Options of a view that a test can change as Python would. */
export function fakeOptions(values: Record<string, unknown> = {}): Options {
  const current = new Map(Object.entries(values));
  const subscribers = new Set<() => void>();
  return {
    get: <T>(name: string) => current.get(name) as T,
    set(name, value) {
      current.set(name, value);
      for (const changed of [...subscribers]) changed();
    },
    subscribe(changed) {
      subscribers.add(changed);
      return () => subscribers.delete(changed);
    },
  };
}
