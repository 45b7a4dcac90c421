/** What GradientFlow draws: curves of every layer, distributions, and the verdict with its rule. */

import type { Rgb } from "../math/colour.js";
import { sequential } from "../math/palette.js";
import { percent, significant } from "../render/format.js";
import type { NetState } from "../state/types.js";
import { key, t } from "../words.js";
import type { Chart, Curve, Heat } from "./chart.js";
import type { Flow } from "./flow_book.js";

/** The end of the scale is too light for lines on a light page. */
const LIGHTEST = 0.78;
/** What is often given as a healthy size of one step's update relative to the weights. */
export const RULE_OF_THUMB = 1e-3;

/** From the first layer, dark, to the last, light: the order is seen. */
export function layerColour(layer: number, count: number): Rgb {
  return sequential(count < 2 ? 0.4 : (LIGHTEST * layer) / (count - 1));
}

export function gradientChart(flow: Flow, hidden: readonly string[], chosen: number | null): Chart {
  const curves = layerCurves(flow, hidden, chosen, (l) => flow.layers[l].values.gradient);
  const heat = chosen === null ? null : heatOf(flow, chosen);
  return {
    ...{ curves, xName: t("epoch"), yName: t("gradient, rms"), log: true },
    ...(heat ? { heat } : {}),
  };
}

/** Whether a trainer told of single steps; else there are only whole epochs to compare. */
export function hasSteps(flow: Flow): boolean {
  return flow.layers.some(({ values }) => values.step.some((value) => !Number.isNaN(value)));
}

export function ratioChart(flow: Flow, hidden: readonly string[], chosen: number | null): Chart {
  const steps = hasSteps(flow);
  const of = (l: number) => {
    const { step, update, weight } = flow.layers[l].values;
    return divided(steps ? step : update, weight);
  };
  const guides = steps ? [{ y: RULE_OF_THUMB, name: t("rule of thumb: 0.001") }] : [];
  return {
    ...{ curves: layerCurves(flow, hidden, chosen, of), guides, xName: t("epoch"), log: true },
    yName: steps ? t("last step / weights") : t("epoch's update / weights"),
    empty: t("from the second recorded epoch on"),
  };
}

function layerCurves(
  flow: Flow,
  hidden: readonly string[],
  chosen: number | null,
  of: (layer: number) => Float64Array,
): Curve[] {
  return flow.layers.flatMap(({ name }, l) => {
    if (hidden.includes(name)) return [];
    const y = of(l);
    return [
      {
        ...{ name, x: flow.epochs, y, colour: layerColour(l, flow.layers.length) },
        ...{ width: l === chosen ? 3.2 : 1.8, opacity: chosen === null || l === chosen ? 1 : 0.45 },
        write: (row: number) => significant(y[row], 3),
      },
    ];
  });
}

function divided(above: Float64Array, below: Float64Array): Float64Array {
  return above.map((value, i) => value / below[i]);
}

function heatOf(flow: Flow, layer: number): Heat {
  const [low, high, per] = flow.decades;
  const bins = (high - low) * per;
  const rows = flow.histograms.map((h) => h.subarray(layer * bins, (layer + 1) * bins));
  return { x: flow.epochs, rows, low, per, colour: layerColour(layer, flow.layers.length) };
}

/** One layer's gradient at one epoch. */
export interface Ridge {
  readonly name: string;
  readonly layer: number;
  readonly colour: Rgb;
  /** Shares of the entries in each bin. */
  readonly shares: Float64Array;
  readonly rms: number;
  /** Share that is exactly 0. */
  readonly zeros: number;
}

export function ridgesOf(flow: Flow, row: number, hidden: readonly string[]): Ridge[] {
  const [low, high, per] = flow.decades;
  const bins = (high - low) * per;
  return flow.layers.flatMap(({ name, size, values }, layer) => {
    if (hidden.includes(name)) return [];
    const counts = flow.histograms[row].subarray(layer * bins, (layer + 1) * bins);
    return [
      {
        ...{ name, layer, colour: layerColour(layer, flow.layers.length) },
        shares: Float64Array.from(counts, (count) => count / size),
        ...{ rms: values.gradient[row], zeros: values.zeros[row] },
      },
    ];
  });
}

/** Exponents of ten from the least to the largest entry of all epochs, so that nothing jumps. */
export function spreadOf(flow: Flow): readonly [number, number] {
  const [low, high, per] = flow.decades;
  const bins = (high - low) * per;
  let [first, last] = [bins, -1];
  for (const counts of flow.histograms) {
    for (let i = 0; i < counts.length; i++) {
      if (counts[i] === 0) continue;
      const bin = i % bins;
      if (bin < first) first = bin;
      if (bin > last) last = bin;
    }
  }
  return last < 0 ? [-6, 0] : [low + Math.floor(first / per), low + Math.ceil((last + 1) / per)];
}

/** The value below which such a share of the entries lies (zeros below all), within a bin. */
export function quantile(ridge: Ridge, share: number, [low, , per]: Flow["decades"]): number {
  let below = ridge.zeros;
  if (share <= below) return 0;
  for (const [bin, own] of ridge.shares.entries()) {
    if (own > 0 && below + own >= share) return 10 ** (low + (bin + (share - below) / own) / per);
    below += own;
  }
  return Number.NaN;
}

export interface Verdict {
  readonly kind: "vanishing" | "exploding" | "even" | "unknown";
  readonly text: string;
}

/** Of the weights, as in Python (training/_flow.py, which says why). */
const [FAINT, FIERCE] = [1e-8, 1e2];

export interface Judged {
  readonly first: number;
  readonly last: number;
  /** Root mean square of the first layer's weights. */
  readonly weight: number;
}

/** The rule; `by` is the clause that it fell under. */
export function judge({ first, last, weight }: Judged, vanishing: number, exploding: number) {
  if (!Number.isFinite(first) || !Number.isFinite(last))
    return { kind: key("unknown"), by: "" } as const;
  if (first < vanishing * last) {
    return {
      kind: key("vanishing"),
      by: t("first < {factor} × last", { factor: short(vanishing) }),
    } as const;
  }
  if (first / weight < FAINT) {
    return {
      kind: key("vanishing"),
      by: t("first < {factor} of its weights", { factor: short(FAINT) }),
    } as const;
  }
  if (first > exploding * last) {
    return {
      kind: key("exploding"),
      by: t("first > {factor} × last", { factor: short(exploding) }),
    } as const;
  }
  if (first / weight > FIERCE) {
    return {
      kind: key("exploding"),
      by: t("first > {factor} × its weights", { factor: short(FIERCE) }),
    } as const;
  }
  return { kind: "even", by: "" } as const;
}

/** The rule in one sentence, with its numbers. */
export function verdictOf(flow: Flow, row: number, vanishing: number, exploding: number): Verdict {
  const { layers, epochs } = flow;
  if (layers.length < 2) return { kind: "unknown", text: t("One layer: nothing to compare.") };
  const [first, last] = [layers[0], layers[layers.length - 1]];
  const [a, b] = [first.values.gradient[row], last.values.gradient[row]];
  const at = t("Epoch {epoch}", { epoch: epochs[row].toLocaleString("en-US") });
  const of = { first: a, last: b, weight: first.values.weight[row] };
  const { kind, by } = judge(of, vanishing, exploding);
  if (kind === "unknown") {
    return { kind, text: t("{at}: no finite gradient in the first or last layer.", { at }) };
  }
  if (kind === "even") {
    const bounds = t("vanishing below {vanishing}, exploding above {exploding}", {
      vanishing: short(vanishing),
      exploding: short(exploding),
    });
    return {
      kind,
      text: t("{at}: first / last layer = {ratio} ({bounds}).", {
        at,
        ratio: significant(a / b, 2),
        bounds,
      }),
    };
  }
  const numbers = t("first layer {first}, last layer {last}", {
    first: significant(a, 2),
    last: significant(b, 2),
  });
  return {
    kind,
    text: t("{at}: {kind} ({numbers}; rule: {by}).", { at, kind: t(kind), numbers, by }),
  };
}

function short(value: number): string {
  return value >= 1e-4 && value < 1e5 ? String(value) : value.toExponential().replace("-", "−");
}

/** Which gradient this is, and how often. */
export function flowCaption(flow: Flow, epoch: number): string {
  const { computed, samples, epochs, every } = flow;
  if (flow.failure) return t("Recording has stopped: {failure}", { failure: flow.failure });
  const [used, all] = samples.map((n) => n.toLocaleString("en-US"));
  const over =
    samples[0] < samples[1]
      ? t("{used} of {all} samples", { used, all })
      : t("all {all} samples", { all });
  const some = computed.some((value) => value === 1);
  const read = computed.some((value) => value === 0);
  const loss = t("of the loss over {over} at each epoch's end, dropout off", { over });
  const what = some && read ? t("{loss}, or p.grad as net.record() found it", { loss }) : loss;
  const parts = [
    t("Gradient {what}", {
      what: some || !read ? what : t("as it stood in p.grad at net.record()"),
    }),
  ];
  const passed = epoch - (epochs[0] ?? 0) + 1;
  if (epochs.length < passed) {
    const why = every === "auto" ? t(": 3 % of the time") : "";
    parts.push(
      t("{n} of {passed} epochs recorded{why}", {
        n: epochs.length,
        passed: passed.toLocaleString("en-US"),
        why,
      }),
    );
  }
  return t("{parts} · weights without biases", { parts: parts.join(" · ") });
}

export function ridgeRows(ridge: Ridge, decades: Flow["decades"]): [string, string][] {
  const q = (share: number) => significant(quantile(ridge, share, decades), 2);
  return [
    ["rms", significant(ridge.rms, 3)],
    [t("median |g|"), q(0.5)],
    [t("5 to 95 %"), t("{low} to {high}", { low: q(0.05), high: q(0.95) })],
    [t("exactly 0"), percent(ridge.zeros)],
  ];
}

/** The layer that another view points at, by a unit or a weight of it. */
export function selectedLayer({ selection, spec }: NetState, flow: Flow): number | null {
  const { unit, weight } = selection;
  let name: string | undefined;
  if (weight !== null) {
    const param = spec.params.find((p) => weight >= p.offset && weight < p.offset + p.size);
    name = param?.name.replace(/\.?[^.]*$/, "");
  } else if (unit) name = spec.layers[unit.layer]?.name;
  const found = flow.layers.findIndex((layer) => layer.name === name);
  return found < 0 ? null : found;
}
