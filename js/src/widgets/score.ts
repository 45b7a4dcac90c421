/**
 * Loss and accuracy to show: Python's, or the page's own while Python has not seen the last edits or
 * has left it to the page to work them out.
 */

import { accuracy, loss } from "../math/loss.js";
import { Derived } from "../scene/derived.js";
import type { DataSet, NetState } from "../state/types.js";

export interface Score {
  readonly loss: number | null;
  readonly accuracy: number | null;
  /** Whether the numbers are of parameters since moved, because only Python can compute them. */
  readonly stale: boolean;
}

/** By parameters, because the control bars of several views ask for the same ones in one frame. */
const computed = new WeakMap<Float64Array, { data: DataSet; score: Score }>();

/** @param derived where the forward pass of this state may already be */
export function scoreOf(state: NetState, derived = new Derived()): Score {
  const { spec, status } = state;
  const computable = spec.kind === "stack" && spec.loss !== "custom";
  if (computable && (state.ahead || status.loss === null)) return ownScore(state, derived);
  return { loss: status.loss, accuracy: status.accuracy, stale: state.ahead };
}

function ownScore(state: NetState, derived: Derived): Score {
  const { spec, params, data } = state;
  const before = computed.get(params);
  if (before?.data === data) return before.score;
  const out = derived.pass(state)?.outputs ?? new Float64Array();
  const score = {
    loss: finite(loss(spec, out, data)), // null as in Python's status
    accuracy: accuracy(spec, out, data),
    stale: false,
  };
  computed.set(params, { data, score });
  return score;
}

function finite(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}
