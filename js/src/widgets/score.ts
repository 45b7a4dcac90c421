/**
 * Loss and accuracy to show: Python's, or the page's own while Python has not seen the last edits or
 * has left it to the page to work them out. Of more data than a frame has time for, they are worked
 * out of evenly chosen samples while the network moves, and then say so.
 */

import { accuracy, loss } from "../math/loss.js";
import { percent, significant } from "../render/format.js";
import { rowsCaption } from "../scene/chosen_rows.js";
import { answered, Derived } from "../scene/derived.js";
import type { DataSet, NetState } from "../state/types.js";
import { t } from "../words.js";

export interface Score {
  readonly loss: number | null;
  readonly accuracy: number | null;
  /** Whether the numbers are of parameters since moved, because only Python can compute them. */
  readonly stale: boolean;
  /** Of how many samples they are, where not of all. */
  readonly rows?: { readonly n: number; readonly of: number };
}

interface Computed {
  readonly data: DataSet;
  readonly rows: number;
  readonly score: Score;
}

/** By parameters, because the control bars of several views ask for the same ones in one frame. */
const computed = new WeakMap<Float64Array, Computed>();

/** @param derived where the forward pass of this state may already be */
export function scoreOf(state: NetState, derived = new Derived()): Score {
  const { spec, status } = state;
  const computable = spec.kind === "stack" && spec.loss !== "custom";
  if (computable && (state.ahead || status.loss === null)) return ownScore(state, derived);
  return { loss: status.loss, accuracy: status.accuracy, stale: state.ahead };
}

/** How a loss reads: "0.1234", or "≈ 0.1234" where it is of some of the samples. */
export function lossText({ loss, rows }: Score): string {
  return about(rows, significant(loss));
}

export function accuracyText({ accuracy, rows }: Score): string {
  return accuracy === null ? percent(accuracy) : about(rows, percent(accuracy));
}

/** What there is to be known of the numbers; nothing where they are what they seem. */
export function scoreNote({ stale, rows }: Score): string {
  if (stale) return t("Before the last change: the kernel has yet to compute it");
  return rows ? rowsCaption(rows.n, rows.of, String) : "";
}

function about(rows: Score["rows"], text: string): string {
  return rows ? `≈ ${text}` : text;
}

function ownScore(state: NetState, derived: Derived): Score {
  const { spec, params, data } = state;
  const before = computed.get(params);
  const count = answered(state);
  if (before?.data === data && before.rows === count) return before.score;
  const answers = derived.answers(state);
  const out = answers?.outputs ?? new Float64Array();
  const seen = answers?.data ?? data;
  const score = {
    loss: finite(loss(spec, out, seen)), // null as in Python's status
    accuracy: accuracy(spec, out, seen),
    stale: false,
    ...(count < data.n ? { rows: { n: count, of: data.n } } : {}),
  };
  computed.set(params, { data, rows: count, score });
  return score;
}

function finite(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}
