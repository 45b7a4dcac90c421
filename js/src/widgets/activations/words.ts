/** Names and numbers of units, for titles, tips and screen readers. */

import { percent, significant } from "../../render/format.js";
import { activationName, className, isLast, unitName } from "../../scene/names.js";
import type { NetState } from "../../state/types.js";
import { t } from "../../words.js";
import type { Rows } from "../about.js";
import type { UnitsFrame } from "./frame.js";

/** a₁⁽²⁾ of a hidden layer, the class or output at the end. */
export function nameOf({ state: { spec }, rows }: UnitsFrame, unit: number): string {
  return isLast(spec, rows.layer) && spec.kind === "stack"
    ? unitName(spec, rows.layer, unit)
    : activationName(spec, rows.layer, unit);
}

export function groupName({ spec }: NetState, group: number): string {
  return className(spec, group);
}

/** Short: what a unit is called besides its name, or "". */
export function verdictOf({ stats }: UnitsFrame, unit: number): string {
  const verdict = stats.verdicts[unit];
  if (verdict === "dead") return t("dead");
  return verdict === "saturated" ? t("saturated") : "";
}

export function aboutUnit(frame: UnitsFrame, unit: number): Rows {
  const { stats, sample, rows } = frame;
  const { mean, sd, min, max, on, flat } = stats;
  const about: [string, string][] = [
    [t("mean ± sd"), `${significant(mean[unit], 3)} ± ${significant(sd[unit], 3)}`],
    [t("from, to"), `${significant(min[unit], 3)}, ${significant(max[unit], 3)}`],
    [t("on (z > 0)"), percent(on[unit])],
  ];
  if (!Number.isNaN(flat[unit])) {
    about.push([`|da/dz| < ${frame.slope}`, percent(flat[unit])]);
  }
  const verdict = verdictOf(frame, unit);
  if (verdict) about.push([t("the unit is"), verdict]);
  return [...about, ...(sample && unit < rows.units ? aboutSample(frame, unit) : [])];
}

function aboutSample({ sample }: UnitsFrame, unit: number): Rows {
  if (!sample) return [];
  return [
    [t("sample {row}: z", { row: sample.row }), significant(sample.z[unit])],
    ["a", significant(sample.a[unit])],
  ];
}
