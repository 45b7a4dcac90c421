/** The truth table beside a network's output: what is wanted of each different row, what it says. */

import { html, nothing, type TemplateResult } from "lit-html";
import { significant } from "../render/format.js";
import type { TruthRow } from "../scene/output_types.js";
import { t } from "../words.js";

export interface Truth {
  readonly rows: readonly TruthRow[];
  readonly features: readonly string[];
  /** What the output is called. */
  readonly name: string;
  /** Row of the data that is pointed at. */
  readonly chosen: number | null;
  /** The largest error that a bar stands for. */
  readonly span: number;
  /** The pointer is at a row of the data; null: at none. */
  point(row: number | null): void;
}

export function truthTable({ rows, features, name, chosen, span, point }: Truth): TemplateResult {
  const counted = rows.some(({ count }) => count > 1);
  return html`<table class="nnw-truth">
    <thead><tr>
      ${features.map((feature) => html`<th scope="col">${feature}</th>`)}
      ${counted ? html`<th scope="col" title=${t("How many samples are alike")}>n</th>` : nothing}
      <th scope="col">${t("target")}</th><th scope="col">${name}</th><th scope="col">${t("error")}</th>
    </tr></thead>
    <tbody @pointerleave=${() => point(null)}>
      ${rows.map(
        (each) => html`<tr class=${each.row === chosen ? "hot" : ""} data-row=${each.row}
          @pointerenter=${() => point(each.row)}>
          ${each.x.map((value) => html`<td>${short(value)}</td>`)}
          ${counted ? html`<td>${each.count}</td>` : nothing}
          <td>${short(each.target)}</td>
          <td data-name="output">${fixed(each.output)}</td>
          <td data-name="error" style=${bar(each.error, span)}>${signed(each.error)}</td>
        </tr>`,
      )}
    </tbody>
  </table>`;
}

/** Whole numbers, which truth tables are of, without the digits that say nothing. */
const short = (value: number) =>
  Number.isInteger(value) ? String(value).replace("-", "−") : significant(value, 3);

/** Steady while it trains: so many decimals, and an exponent only where all would be lost. */
function fixed(value: number): string {
  if (!Number.isFinite(value)) return "–";
  const text = Math.abs(value) < 1e4 ? value.toFixed(4) : significant(value);
  return text.replace("-", "−").replace(/^−(0\.0+)$/, "$1");
}

function signed(value: number): string {
  if (!Number.isFinite(value)) return "–";
  const tiny = value !== 0 && Math.abs(value) < 5e-5;
  const size = tiny ? significant(Math.abs(value), 2) : Math.abs(value).toFixed(4);
  return `${value < 0 ? "−" : "+"}${size}`;
}

/** As long as the error is large, from the cell's outer end; orange where too low. */
function bar(error: number, span: number): string {
  const share = Math.min(1, Math.abs(error) / span);
  if (!(share > 0)) return "";
  const colour = error < 0 ? "var(--nnw-negative)" : "var(--nnw-positive)";
  return `--share: ${(100 * share).toFixed(1)}%; --bar: ${colour}`;
}
