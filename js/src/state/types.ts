/** The one value that flows: what every scene is a function of. */

import type {
  ActivationSpec,
  BufferLike,
  Incoming,
  Outgoing,
  PointEdit,
  ProbeRequest,
  Restructure,
  Spec,
  Status,
  Term,
} from "../wire.js";

export interface DataSet {
  readonly n: number;
  readonly d: number;
  /** Columns of y. */
  readonly k: number;
  /** (n, d), row-major. */
  readonly X: Float64Array;
  /** (n, k), row-major; class indices where the task is multiclass. */
  readonly y: Float64Array;
  /** Points that are only scored. */
  readonly test?: DataSet | null;
}

/** Where the page stands with the kernel. */
export type Link = "live" | "waiting" | "disconnected";

/** What the pointer or keyboard has chosen: shared, so that views highlight the same thing. */
export interface Selection {
  /** Row of the sample, or null. */
  readonly sample: number | null;
  /** Layer and unit whose line is hovered, or null. */
  readonly unit: { readonly layer: number; readonly unit: number } | null;
  /** Flat index of the parameter that is hovered, or null. */
  readonly weight: number | null;
  /** Epoch that is pointed at in a view over time, or null. */
  readonly epoch: number | null;
}

export interface NetState {
  readonly spec: Spec;
  /** Flat parameters: Python's, overlaid with what it has not acknowledged. Never written in place. */
  readonly params: Float64Array;
  readonly initial: Float64Array;
  readonly data: DataSet;
  readonly frozen: ReadonlySet<number>;
  readonly status: Status;
  /**
   * True while the page shows edits that Python has not acknowledged: status.loss and
   * status.accuracy are then of older parameters or points than those here.
   */
  readonly ahead: boolean;
  /** True while a hand holds some of the parameters, and they may change with every frame. */
  readonly held: boolean;
  readonly link: Link;
  readonly error: { readonly message: string; readonly detail: string } | null;
  readonly selection: Selection;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  /** That an earlier epoch is shown than there is; hands change nothing meanwhile. */
  readonly past?: Past;
  /** Grows by one with every change. */
  readonly version: number;
}

export type Listener = (message: Incoming, buffers: readonly BufferLike[]) => void;

export interface Past {
  readonly epoch: number;
  /** What views say of it. */
  readonly words: string;
  /** Why what a hand does is not done. */
  readonly refusal: string;
}

/** What is shown of a state. */
export type Look = (state: NetState) => NetState;

/**
 * The network as the page sees it. One for each Network on a page; every view of it reads `state`
 * and is called once a frame after a change.
 */
export interface Store {
  readonly state: NetState;
  /** Calls `draw` in the next animation frame after any change; all subscribers in the same one. */
  subscribe(draw: (state: NetState) => void): () => void;
  /** Number of the last painted frame: equal in two views that were painted together. */
  readonly frame: number;

  /** A drag or a run of key presses: one step of undo, and what is held stays held while training. */
  begin(label: string, held: Iterable<number>): void;
  end(): void;
  /** Set parameters (flat indices). Frozen ones are left alone. Non-finite values are refused. */
  edit(index: ArrayLike<number>, value: ArrayLike<number>): void;
  editPoint(edit: PointEdit): void;
  undo(): void;
  redo(): void;

  freeze(index: number[], frozen: boolean): void;
  setActivation(value: string | string[]): void;
  /**
   * Add or remove a unit or a hidden layer, where spec.editable; Python answers with another spec
   * (at epoch 0, with nothing to undo), or with an error, as while it trains.
   */
  restructure(change: Restructure): void;
  train(command: Omit<Extract<Outgoing, { type: "train" }>, "type">): void;
  select(selection: Partial<Selection>): void;
  dismissError(): void;
  /** Shows this of every state from now on, such as an epoch that was; null: what there is. */
  show(look: Look | null): void;
  /** A message that the store has no use for itself; false where Python cannot be reached. */
  ask(message: Outgoing): boolean;
  /** Hears every message of Python's that comes from now on; returns how to stop. */
  hear(listener: Listener): () => void;
  /** Parameters at a recorded epoch, from the page's own record or from Python. */
  recall(epoch: number): Promise<Float64Array>;

  /** Fields and activations that only Python can compute (spec.kind "opaque"); the last answer or null. */
  probe(
    request: ProbeRequest,
  ): { readonly data: Float32Array; readonly shape: readonly number[] } | null;
  /** Forget a probe that a view no longer shows. */
  unprobe(key: string): void;
}

/** What the forward pass needs of one layer, sliced out of the flat vector. */
export interface DenseLayer {
  readonly inputs: number;
  readonly units: number;
  /** (units, inputs), row-major */
  readonly weight: Float64Array;
  readonly bias: Float64Array | null;
  readonly activation: ActivationSpec;
  /** It is given these formulas of rows of so many inputs, and not the rows themselves. */
  readonly lift?: { readonly inputs: number; readonly terms: readonly Term[] } | undefined;
}
