/** The receptive field's arithmetic, line by line, with the numbers in the formulas. */

import { html, nothing, type TemplateResult } from "lit-html";
import { arithmetic, bounds, type FieldRow, type Marks } from "../../math/receptive.js";
import type { MapPicture, Place } from "../../scene/maps.js";
import { key, t } from "../../words.js";

export function fieldTable(
  maps: MapPicture,
  place: Place,
  seen: Marks | undefined,
): TemplateResult {
  const rows = arithmetic(maps.steps, maps.picture, place.step, 0);
  const columns = arithmetic(maps.steps, maps.picture, place.step, 1);
  const head = html`<div class="nnw-heading"><b>${t("Receptive field")}</b> ${seen ? area(seen) : t("is not known here")}</div>`;
  if (!rows || !columns) {
    const why = seen
      ? t("Several ways lead from the picture to this map: no single chain to add up.")
      : "";
    return html`<div class="nnw-field-table">${head}<div class="nnw-soft">${why}</div></div>`;
  }
  const alike = JSON.stringify(rows.map(numbers)) === JSON.stringify(columns.map(numbers));
  return html`<div class="nnw-field-table">
    ${head}
    ${table(maps, rows, alike ? "" : t("rows"))} ${alike ? nothing : table(maps, columns, t("columns"))}
    ${sees("row", rows.at(-1), place.y, seen?.rows)}
    ${sees("column", columns.at(-1), place.x, seen?.columns)}
    <div class="nnw-soft">
      ${t("size ⌊(n + p + p′ − d·(k−1) − 1) / s⌋ + 1 (Dumoulin and Visin 2016); r′ = r + d·(k−1)·j, j′ = s·j (Araujo, Norris and Sim 2019)")}
    </div>
  </div>`;
}

/** What the two axes may differ in. */
function numbers(row: FieldRow): number[] {
  return [row.kernel, row.stride, row.padding, row.dilation, row.sizeBefore, row.sizeAfter];
}

function table(maps: MapPicture, rows: readonly FieldRow[], axis: string): TemplateResult {
  return html`<table>
    <thead>
      <tr>
        <th scope="col">${axis || t("step")}</th>
        <th scope="col" title=${t("kernel")}>k</th>
        <th scope="col" title=${t("stride")}>s</th>
        <th scope="col" title=${t("padding")}>p</th>
        ${rows.some(({ dilation }) => dilation > 1) ? html`<th scope="col" title=${t("dilation")}>d</th>` : nothing}
        <th scope="col">${t("size")}</th>
        <th scope="col" title=${t("pixels of the picture between two neighbours")}>${t("jump j")}</th>
        <th scope="col" title=${t("pixels of the picture that one pixel sees")}>${t("field r")}</th>
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        (row) => html`<tr>
          <th scope="row">${maps.steps[row.step].name}</th>
          <td>${row.kernel}</td>
          <td>${row.stride}</td>
          <td>${row.padding}</td>
          ${rows.some(({ dilation }) => dilation > 1) ? html`<td>${row.dilation}</td>` : nothing}
          <td>${sizeText(row)}</td>
          <td>${row.stride === 1 ? row.jump : `${row.stride}·${row.jumpBefore} = ${row.jump}`}</td>
          <td>${fieldText(row)}</td>
        </tr>`,
      )}
    </tbody>
  </table>`;
}

export function sizeText(row: FieldRow): string {
  const { kernel, stride, padding, after, dilation, sizeBefore, sizeAfter } = row;
  if (kernel === 1 && stride === 1 && padding === 0 && after === 0) return String(sizeAfter);
  const room = [String(sizeBefore)];
  if (padding || after) room.push(padding === after ? `+ 2·${padding}` : `+ ${padding} + ${after}`);
  room.push(dilation > 1 ? `− ${dilation}·${kernel - 1} − 1` : `− ${kernel}`);
  const [open, close] = row.ceil ? ["⌈", "⌉"] : ["⌊", "⌋"];
  const inner = room.join(" ");
  return stride === 1
    ? `${inner} + 1 = ${sizeAfter}`
    : `${open}(${inner})/${stride}${close} + 1 = ${sizeAfter}`;
}

export function fieldText({ kernel, dilation, jumpBefore, fieldBefore, field }: FieldRow): string {
  if (kernel === 1) return String(field);
  const factor = dilation > 1 ? `${dilation}·` : "";
  return `${fieldBefore} + ${factor}${kernel - 1}·${jumpBefore} = ${field}`;
}

const SEES = {
  row: key("row {index} sees rows {start} + {index}·{jump} = {first} to {end}"),
  column: key("column {index} sees columns {start} + {index}·{jump} = {first} to {end}"),
};

function sees(
  axis: keyof typeof SEES,
  last: FieldRow | undefined,
  index: number,
  seen: Uint8Array | undefined,
): TemplateResult {
  if (!last) return html``;
  const first = last.start + index * last.jump;
  const end = first + last.field - 1;
  const real = seen && bounds(seen);
  const cut = real && (real[0] > first || real[1] < end);
  return html`<div class="nnw-line">
    ${t(SEES[axis], { index, start: signed(last.start), jump: last.jump, first: signed(first), end: signed(end) })}${cut ? t(", of which {from} to {to} are in the picture", { from: real[0], to: real[1] }) : ""}
  </div>`;
}

/** "rows 2–6, columns 0–4 of the picture". */
export function area({ rows, columns }: Marks): string {
  const [y, x] = [bounds(rows), bounds(columns)];
  if (!y || !x) return t("lies in the padding");
  const span = ([a, b]: readonly [number, number]) => (a === b ? String(a) : `${a}–${b}`);
  return t("rows {y}, columns {x} of the picture", { y: span(y), x: span(x) });
}

function signed(value: number): string {
  return String(value).replace("-", "−");
}
