/** The network drawn small: what the step uses stands out, the rest is faint. */

import { html, nothing, type SVGTemplateResult, svg, type TemplateResult } from "lit-html";
import { significant } from "../../render/format.js";
import {
  type Bias,
  columnName,
  type Edge,
  type Graph,
  type Node,
} from "../../scene/by_hand/graph.js";
import type { Selection } from "../../state/types.js";
import type { Spec } from "../../wire.js";
import { t } from "../../words.js";

export interface GraphHandlers {
  readonly select: (selection: Partial<Selection>) => void;
  /** A weight or a bias was clicked. */
  readonly edit: (index: number) => void;
  /** A unit was clicked. */
  readonly work: (layer: number, unit: number) => void;
  /** A weight's and a unit's name, for tips. */
  readonly nameOf: (index: number) => string;
  readonly unitOf: (layer: number, unit: number) => string;
}

const RADIUS = 21;
/** Edges between two layers, up to which each has its number. */
const LABELLED = 4;
const DIGITS = 3;
/** Below this a digit less has to do: zeros after the point take its room. */
const SMALL = 0.1;

export function graphView(
  graph: Graph,
  spec: Spec,
  chosen: Selection,
  on: GraphHandlers,
): TemplateResult {
  const { width, height } = graph;
  const used = graph.edges.filter((edge) => edge.used);
  return html`<svg
    class="nnw-hand-graph"
    viewBox="0 0 ${width} ${height}"
    width=${width}
    height=${height}
    role="img"
    aria-label=${t("The network: {inputs} inputs, then layers of {units} units; what this step uses is highlighted", { inputs: spec.inputs, units: spec.layers.map(({ units }) => units).join(", ") })}
  >
    <g>${graph.edges.map((edge) => (edge.used ? nothing : line(graph, edge, chosen, on)))}</g>
    <g>${used.map((edge) => line(graph, edge, chosen, on))}</g>
    <g>${graph.biases.map((bias) => biasMark(bias, chosen, on))}</g>
    <g>${graph.nodes.map((node) => unit(node, chosen, on))}</g>
    <g>${used.length <= LABELLED ? used.map((edge, i) => label(edge, i)) : nothing}</g>
    ${graph.columns.map(
      ({
        layer,
        x,
        more,
        moreY,
      }) => svg`<text class="nnw-hand-column" x=${x} y="12">${columnName(spec, layer)}</text>
        ${more > 0 ? svg`<text class="nnw-hand-column" x=${x} y=${moreY}>${t("… {more} more", { more })}</text>` : nothing}`,
    )}
  </svg>`;
}

function line(
  { largest }: Graph,
  edge: Edge,
  chosen: Selection,
  on: GraphHandlers,
): SVGTemplateResult {
  const { from, to, weight, index, used } = edge;
  const width = 0.8 + (3.2 * Math.abs(weight)) / largest[to.layer];
  const place = { x1: from.x, y1: from.y, x2: to.x, y2: to.y };
  const select = (weight: number | null) => on.select({ weight });
  return svg`<g class="nnw-hand-edge" data-weight=${index} ?data-used=${used} ?data-chosen=${chosen.weight === index}
    @pointerenter=${() => select(index)} @pointerleave=${() => select(null)} @click=${() => on.edit(index)}>
    <line class="nnw-hand-stroke" stroke=${weight < 0 ? "var(--nnw-negative)" : "var(--nnw-positive)"}
      stroke-width=${width} x1=${place.x1} y1=${place.y1} x2=${place.x2} y2=${place.y2}></line>
    <line class="nnw-hand-catch" x1=${place.x1} y1=${place.y1} x2=${place.x2} y2=${place.y2}
      ><title>${t("{name} = {value}: click to type it", { name: on.nameOf(index), value: significant(weight) })}</title></line>
  </g>`;
}

/** At a third of the way and at two thirds in turn, so that crossing edges' numbers keep apart. */
function label({ from, to, weight }: Edge, i: number): SVGTemplateResult {
  const share = i % 2 ? 0.62 : 0.38;
  const [x, y] = [from.x + (to.x - from.x) * share, from.y + (to.y - from.y) * share];
  return svg`<text class="nnw-hand-number" x=${x} y=${y - 4}>${short(weight)}</text>`;
}

function biasMark(
  { index, of, value, used }: Bias,
  chosen: Selection,
  on: GraphHandlers,
): SVGTemplateResult {
  const [x, y] = [of.x - RADIUS, of.y - RADIUS + 1];
  const select = (weight: number | null) => on.select({ weight });
  return svg`<g class="nnw-hand-bias" ?data-used=${used} ?data-chosen=${chosen.weight === index}
    @pointerenter=${() => select(index)} @pointerleave=${() => select(null)} @click=${() => on.edit(index)}>
    <rect x=${x - 5} y=${y - 5} width="10" height="10" rx="2" fill=${value < 0 ? "var(--nnw-negative)" : "var(--nnw-positive)"}>
      <title>${t("{name} = {value}: click to type it", { name: on.nameOf(index), value: significant(value) })}</title></rect>
  </g>`;
}

function unit(
  { layer, unit, x, y, value, used }: Node,
  chosen: Selection,
  on: GraphHandlers,
): SVGTemplateResult {
  const own = chosen.unit?.layer === layer && chosen.unit.unit === unit;
  const select = (selected: boolean) =>
    on.select({ unit: selected && layer >= 0 ? { layer, unit } : null });
  const title = `${on.unitOf(layer, unit)}${value === null ? "" : ` = ${significant(value)}`}`;
  return svg`<g class="nnw-hand-unit" data-unit="${layer}/${unit}" ?data-used=${used} ?data-chosen=${own}
    @pointerenter=${() => select(true)} @pointerleave=${() => select(false)} @click=${() => on.work(layer, unit)}>
    <circle cx=${x} cy=${y} r=${RADIUS}><title>${title}</title></circle>
    <text x=${x} y=${y + 3.5}>${value === null ? "" : short(value)}</text>
  </g>`;
}

function short(value: number): string {
  const text = significant(value, Math.abs(value) < SMALL ? DIGITS - 1 : DIGITS);
  if (text.includes("e")) return significant(value, 1);
  return text.includes(".") ? text.replace(/0+$/, "").replace(/\.$/, "") : text;
}
