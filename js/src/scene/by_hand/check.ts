/** Whether what a student typed is right. nnwidgets/core/by_hand.py has the same rule. */

import { t } from "../../words.js";

/** Numbers smaller than this are as good as 0. */
export const NOTHING = 1e-6;

/** Right within a share of the expected number. */
export function isRight(given: number, expected: number, tolerance: number): boolean {
  if (!Number.isFinite(given) || !Number.isFinite(expected)) return false;
  return Math.abs(given - expected) <= Math.max(tolerance * Math.abs(expected), NOTHING);
}

/** What is told of a wrong answer: where to look, not what is right. */
export function hint(given: number, expected: number, tolerance: number): string {
  if (!Number.isFinite(expected)) return t("The network's own number is not finite here.");
  if (isRight(-given, expected, tolerance)) return t("The size is right, the sign is not.");
  if (expected === 0 || Math.abs(expected) <= NOTHING)
    return t("It is smaller than that: look at each factor.");
  const ratio = given / expected;
  const power = Math.log10(Math.abs(ratio));
  if (given !== 0 && Math.abs(power) > 0.5 && Math.abs(power - Math.round(power)) < 0.01) {
    return t("The digits are right, the decimal point is not.");
  }
  if (ratio < 0) return t("The sign is not right.");
  if (isRight(given, expected, 10 * tolerance)) return t("Close: carry more digits.");
  return ratio > 1 ? t("Too far from 0.") : t("Too near to 0.");
}

/** The rule in words. */
export function ruleText(tolerance: number): string {
  const percent = Number((100 * tolerance).toPrecision(3));
  return t("Right within {percent} % (or 0.000001).", { percent });
}
