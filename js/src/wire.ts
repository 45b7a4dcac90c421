/**
 * The one wire format, browser side. Its Python twin is nnwidgets/widgets/_wire.py, whose docstring
 * tells the protocol's story; the names and shapes here must match it.
 */

export type ActivationName =
  | "linear"
  | "tanh"
  | "sigmoid"
  | "relu"
  | "leaky_relu"
  | "elu"
  | "gelu"
  | "silu"
  | "softplus"
  | "sine";

export interface ActivationSpec {
  name: ActivationName;
  /** leaky_relu: slope for z < 0 */
  slope?: number;
  /** elu: the limit for z → −∞ is −alpha */
  alpha?: number;
  /** The page's own, never Python's: α in (1 − α)·f(z) + α·z, for a picture of it made linear. */
  blend?: number;
}

export interface LayerSpec {
  /** Path of the module, such as "0" or "net.2". */
  name: string;
  /** Offset of the (units, inputs) row-major weight in the flat vector; null where there is none. */
  weight: number | null;
  bias: number | null;
  inputs: number;
  units: number;
  activation: ActivationSpec | null;
  /** Which layer's activations it reads; −1: the input features; null: something in between. */
  reads: number | null;
}

export interface ParamSpec {
  name: string;
  shape: number[];
  offset: number;
  size: number;
}

/** A formula of a row: input i; the product of i and j; the sine or cosine of a factor times i. */
export type Term = [kind: "x" | "*" | "sin" | "cos", i: number, by?: number];

export type Task = "binary" | "multiclass" | "regression";
export type Head = "linear" | "sigmoid" | "softmax" | "log_softmax";

export interface Spec {
  version: 1;
  /** "stack": the browser computes the forward pass; "opaque": Python does and sends fields. */
  kind: "stack" | "opaque";
  inputs: number;
  outputs: number;
  features: string[];
  classes: string[] | null;
  task: Task;
  loss: "bce" | "mse" | "half_mse" | "cross_entropy" | "custom";
  head: Head;
  dtype: "float32" | "float64";
  /** Whether units and hidden layers can be added and removed: the model was made by us. */
  editable?: boolean;
  /** Of the structure: what an index means changes with it. */
  revision: number;
  size: number;
  layers: LayerSpec[];
  /** Formulas of the inputs that the first layer is given in place of them; null: they themselves. */
  lift?: { names: string[]; terms: Term[] } | null;
  params: ParamSpec[];
}

/** The newest edit of each page that Python has, by the page's number. */
export type Acks = Readonly<Record<string, number>>;

export interface DataMessage {
  n: number;
  d: number;
  k: number;
  X: BufferLike;
  /** A number: X has one byte for each of its numbers, so many of which are 1. */
  steps?: number | null;
  y: BufferLike;
  acks: Acks;
  /** Points that are scored beside these, where there are any and not too many to show. */
  test?: { n: number; X: BufferLike; y: BufferLike } | null;
}

export type TrainingState = "idle" | "playing" | "fitting" | "failed" | "diverged";

export interface Status {
  epoch: number;
  /** null, as is accuracy, where it is no number or a frame leaves it to the page. */
  loss: number | null;
  accuracy: number | null;
  /** At the last recorded epoch; null without test data. */
  test_loss?: number | null;
  test_accuracy?: number | null;
  state: TrainingState;
  message: string;
  traceback: string;
  lr: number | null;
  /** Epochs a second; null = as fast as it can. */
  speed: number | null;
  optimizer: string;
  batch: number | null;
  /** Regularisation: l1 · Σ|w| + l2/2 · Σw² over parameters of two or more dimensions. */
  l1?: number;
  l2?: number;
  /** Grows with every change of the run's history. */
  recorded?: number;
}

/** A run that was left by a branch at an epoch. */
export interface FormerRun {
  name: string;
  epoch: number;
}

/** Rows of a history that are new, from row `from` on; its buffers are the numbers and the params. */
export interface HistoryMessage extends Answer {
  type: "history";
  revision: number;
  /** "" is the network's own run. */
  run: string;
  serial: number;
  from: number;
  /** How many there are; fewer came where there is more to ask for. */
  rows: number;
  columns: string[];
  /** Rows that it does not divide have no params, but for the last. */
  stride: number;
  former: FormerRun[];
}

export type BufferLike = ArrayBuffer | ArrayBufferView;

/** What Python says reaches every page of the network: this is meant for one that asked. */
interface Answer {
  page?: number;
}

/** Python → browser, on the Network's comm. */
export type Incoming =
  | { type: "frame"; serial: number; acks: Acks; revision: number; status: Status }
  | { type: "pong"; n: number }
  | ({ type: "error"; message: string; detail: string; seq?: number } & Answer)
  | ({ type: "recalled"; epoch: number } & Answer)
  | HistoryMessage
  | ({ type: "probe"; key: string; serial: number; shape: number[] } & Answer);

export type FieldProbe = {
  key: string;
  kind: "field";
  axes: number[];
  extent: [number, number, number, number];
  size: [number, number];
  fixed: number[];
};
export type LayerProbe = { key: string; kind: "layer"; layer: number };
export type ProbeRequest = FieldProbe | LayerProbe;

export type PointEdit =
  | { op: "move"; row: number; x: number[] }
  | { op: "add"; x: number[]; y: number[] }
  | { op: "delete"; row: number }
  | { op: "label"; row: number; y: number[] };

/** Of the hidden layers, counted from 0; a layer after −1 comes right after the inputs. */
export type Restructure =
  | { op: "add_unit"; layer: number }
  | { op: "remove_unit"; layer: number; unit: number }
  | { op: "add_layer"; after: number; units?: number }
  | { op: "remove_layer"; layer: number };

/** Of which structure an index is, or the place of a unit; Python refuses an outdated one. */
interface Structured {
  revision: number;
}

/** Browser → Python, on the uplink's comm; the uplink adds the number of its page. */
export type Outgoing =
  | { type: "hello" }
  | { type: "got"; serial: number }
  | { type: "ping"; n: number }
  | ({
      type: "edit";
      seq: number;
      index: number[];
      value: number[];
      held: number[];
      got?: number;
    } & Structured)
  | ({ type: "freeze"; index: number[]; frozen: boolean } & Structured)
  | ({ type: "points"; seq: number } & PointEdit)
  | ({ type: "activation"; value: string | string[] } & Structured)
  | ({ type: "structure" } & Restructure & Structured)
  | {
      type: "train";
      action: "play" | "pause" | "step" | "reset" | "set";
      unit?: "epoch" | "batch";
      n?: number;
      lr?: number;
      speed?: number | null;
      l1?: number;
      l2?: number;
    }
  | ({ type: "recall"; epoch: number } & Structured)
  | ({ type: "history"; run: string; serial: number; rows: number } & Structured)
  | ({ type: "branch"; epoch: number; play: boolean } & Structured)
  | { type: "watch"; probes: ProbeRequest[] };

/** One byte for each number, `steps` of which are 1, as numbers of the model's dtype. */
export function counted(
  buffer: BufferLike,
  steps: number,
  dtype: "float32" | "float64",
): Float64Array {
  const bytes = ArrayBuffer.isView(buffer)
    ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
    : new Uint8Array(buffer);
  const values = Float64Array.from({ length: 256 }, (_, byte) => byte / steps);
  const known = dtype === "float32" ? values.map(Math.fround) : values;
  const out = new Float64Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) out[i] = known[bytes[i]];
  return out;
}

/** Bytes as any host hands them over, as numbers of the model's dtype widened to float64. */
export function numbers(buffer: BufferLike, dtype: "float32" | "float64"): Float64Array {
  const bytes = ArrayBuffer.isView(buffer)
    ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
    : new Uint8Array(buffer);
  const aligned = bytes.slice().buffer; // a copy: offsets need not be multiples of the item size
  return dtype === "float64"
    ? new Float64Array(aligned)
    : Float64Array.from(new Float32Array(aligned));
}
