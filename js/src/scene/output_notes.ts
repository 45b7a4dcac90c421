/** What keeps a network from its targets, in words, with the rule that was used. */

import { backward } from "../math/backward.js";
import { losses } from "../math/loss.js";
import { canDie } from "../math/unit_stats.js";
import { Workspace } from "../math/workspace.js";
import { significant } from "../render/format.js";
import type { DataSet, NetState } from "../state/types.js";
import type { Spec } from "../wire.js";
import { key, t } from "../words.js";
import { unitName } from "./names.js";

export interface Note {
  /** "stuck": training goes nowhere from here. */
  readonly kind: "stuck" | "dead" | "linear";
  readonly text: string;
}

/** Every |∂L/∂w| below this: the network is at rest. */
export const AT_REST = 1e-4;
/** A loss above this share of what the best constant answer costs has not been solved. */
const UNSOLVED = 0.05;
/** Unit names in a note. */
const MOST_NAMES = 6;

export class OutputNotes {
  readonly #work = new Workspace();

  /** @param rows the samples that are looked at; null where there is nothing to be said */
  of(state: NetState, rows: DataSet): Note | null {
    const { spec, params } = state;
    if (spec.kind !== "stack" || rows.n === 0) return null;
    const pass = backward(spec, params, rows.X, rows.y, rows.n, this.#work);
    if (!pass) return null;
    const units = unitsOf(spec, pass.z, rows.n);
    const rest = pass.gradient.every((slope) => Math.abs(slope) < AT_REST);
    const unsolved = pass.loss > UNSOLVED * constantLoss(spec, rows);
    const said = linear(spec) ? t(LINEAR) : kinks(units, rows.n);
    if (rest && unsolved) {
      const why = said || t("a minimum, or a saddle, of this start.");
      return {
        kind: "stuck",
        text: t("Stuck at loss {loss}: {why} {rule}", {
          loss: significant(pass.loss, 3),
          why,
          rule: t(RULE, { least: AT_REST }),
        }),
      };
    }
    if (linear(spec)) return { kind: "linear", text: capital(t(LINEAR)) };
    return units.dead.length > 0 ? { kind: "dead", text: capital(said) } : null;
  }
}

const RULE = key("(Stuck: every |∂L/∂w| is below {least}.)");
const LINEAR = key("with linear units the output is a plane, whatever the weights.");
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

function linear({ layers }: Spec): boolean {
  return layers.slice(0, -1).every(({ activation }) => (activation?.name ?? "linear") === "linear");
}

interface Units {
  readonly all: number;
  /** Names of those with z ≤ 0 on every row. */
  readonly dead: readonly string[];
  /** Of those with z > 0 on every row. */
  readonly on: readonly string[];
}

/** ReLU units whose weighted sum has one sign on all rows, so that they bend nothing there. */
function unitsOf(spec: Spec, z: readonly Float64Array[], n: number): Units {
  const [dead, on]: [string[], string[]] = [[], []];
  let all = 0;
  spec.layers.slice(0, -1).forEach(({ activation, units }, layer) => {
    if (!activation || !canDie(activation.name)) return;
    all += units;
    for (let unit = 0; unit < units; unit++) {
      let positive = 0;
      for (let row = 0; row < n; row++) if (z[layer][row * units + unit] > 0) positive++;
      if (positive === 0) dead.push(unitName(spec, layer, unit));
      if (positive === n) on.push(unitName(spec, layer, unit));
    }
  });
  return { all, dead, on };
}

function kinks({ all, dead, on }: Units, n: number): string {
  if (dead.length + on.length === 0) return "";
  const parts = [
    dead.length > 0
      ? t("{n} of {all} ReLU units dead ({dead}: z ≤ 0 on all {samples} samples, so no gradient)", {
          n: dead.length,
          all,
          dead: listed(dead),
          samples: n,
        })
      : "",
    on.length > 0
      ? t("{n} of {all} bending nothing ({on}: z > 0 on all)", {
          n: on.length,
          all,
          on: listed(on),
        })
      : "",
  ].filter(Boolean);
  const whole =
    dead.length + on.length === all ? t(": on these samples the network is linear") : "";
  const said =
    parts.length > 1 ? t("{one}, {other}", { one: parts[0], other: parts[1] }) : parts[0];
  return t("{said}{whole}.", { said, whole });
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).join(", ");
  return names.length > MOST_NAMES ? `${shown}, …` : shown;
}

/** What the best constant answer costs: the mean, or the classes' shares. */
export function constantLoss(spec: Spec, { n, k, y }: DataSet): number {
  if (spec.task === "multiclass") return entropy(shares(y.subarray(0, n), spec.outputs));
  let sum = 0;
  for (let column = 0; column < k; column++) {
    let mean = 0;
    for (let row = 0; row < n; row++) mean += y[row * k + column] / n;
    if (spec.loss === "bce") sum += entropy([mean, 1 - mean]) / k;
    else {
      const own = Float64Array.from({ length: n }, (_, row) => y[row * k + column]);
      const out = new Float64Array(n);
      losses({ ...spec, outputs: 1 }, new Float64Array(n).fill(mean), own, out);
      sum += out.reduce((total, each) => total + each, 0) / n / k;
    }
  }
  return sum;
}

function shares(y: Float64Array, classes: number): number[] {
  return Array.from(
    { length: classes },
    (_, c) => y.filter((each) => each === c).length / y.length,
  );
}

function entropy(shares: readonly number[]): number {
  return shares.reduce((sum, share) => sum - (share > 0 ? share * Math.log(share) : 0), 0);
}
