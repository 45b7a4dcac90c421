/**
 * What lies over a graph's canvas: names and numbers as text, and for every part an element that
 * can have the focus and tells a screen reader its numbers.
 */

import { html, nothing, render, svg } from "lit-html";
import { significant } from "../../render/format.js";
import {
  biasName,
  functionName,
  nodeName,
  nodeValue,
  weightName,
} from "../../scene/graph_about.js";
import type { GraphFrame } from "../../scene/graph_frame.js";
import type { Part } from "../../scene/graph_hit.js";
import {
  alongCurve,
  BAND_HEIGHT,
  type ColumnMark,
  type NodeMark,
} from "../../scene/graph_layout.js";
import { placeOf } from "../../scene/graph_values.js";
import { isLast } from "../../scene/names.js";
import type { Spec } from "../../wire.js";
import { key, t } from "../../words.js";

/** Characters of a feature's or class' name beside its unit. */
const LONGEST = 9;

export const shortened = (name: string, longest = LONGEST): string =>
  name.length > longest ? `${name.slice(0, longest - 1)}…` : name;

/** All that does not change with the numbers; which element Tab leads to is set by `focus`. */
export function drawOverlay(host: SVGSVGElement, frame: GraphFrame, labels: boolean): void {
  const { layout, order, state } = frame;
  const { spec } = state;
  render(
    svg`
      ${layout.columns.map((column) => heading(spec, column))}
      <g class="nnw-graph-parts">${order.parts.map((part) => target(part))}</g>
      <g aria-hidden="true">${layout.nodes.map((node) => texts(frame, node, labels))}</g>
      <g aria-hidden="true">${layout.bands.map(
        ({ x, y, side, count }) =>
          svg`<text class="band" x=${x} y=${y + 4}>${side === "after" ? t("… {more} more", { more: count }) : t("… {count} before", { count })}</text>`,
      )}</g>`,
    host,
  );
}

function heading(spec: Spec, { layer, units, x }: ColumnMark) {
  const title =
    layer < 0
      ? t("inputs")
      : isLast(spec, layer)
        ? t("output")
        : t("hidden {layer}", { layer: layer + 1 });
  const applied = layer < 0 ? "" : (functionName(spec, layer) ?? "");
  const below = [units > 1 || layer < 0 ? String(units) : "", applied].filter(Boolean).join(" · ");
  return svg`<g class="heading" aria-hidden="true">
    <text x=${x} y=${16}>${spec.layers.length === 2 && layer === 0 ? t("hidden layer") : title}</text>
    <text class="soft" x=${x} y=${30}>${below}</text>
  </g>`;
}

/** Never painted but for its ring: the pointer is found by where it is. */
function target(part: Part) {
  const id = part.mark.id;
  if (part.kind === "unit") {
    const { x, y, size } = part.mark;
    const half = size / 2 + 3;
    return svg`<rect data-part=${id} tabindex="-1" role="img" class="target" rx="8"
      x=${x - half} y=${y - half} width=${2 * half} height=${2 * half}></rect>`;
  }
  if (part.kind === "band") {
    const { x, y, width } = part.mark;
    return svg`<rect data-part=${id} tabindex="-1" role="button" class="target" rx="10"
      x=${x - width / 2 - 2} y=${y - BAND_HEIGHT / 2 - 2} width=${width + 4} height=${BAND_HEIGHT + 4}></rect>`;
  }
  if (part.kind === "bias") {
    const { x, y } = part.mark;
    return svg`<circle data-part=${id} tabindex="-1" role="slider" class="target" cx=${x} cy=${y} r="12"></circle>`;
  }
  const { curve, index } = part.mark;
  const [x0, y0, x1, y1] = curve;
  const bend = (x1 - x0) / 2;
  return svg`<path data-part=${id} tabindex="-1" role=${index === null ? "button" : "slider"} class="target"
    d="M${x0},${y0}C${x0 + bend},${y0} ${x1 - bend},${y1} ${x1},${y1}"></path>`;
}

function texts(frame: GraphFrame, node: NodeMark, labels: boolean) {
  const { spec } = frame.state;
  const { id, layer, unit, x, y, size } = node;
  const column = frame.layout.columns.find((each) => each.layer === layer) as ColumnMark;
  const side = layer < 0 ? -1 : isLast(spec, layer) ? 1 : 0;
  const name = shortened(nodeName(spec, layer, unit));
  const value = (place: { x: number; y: number }, style: string) =>
    svg`<text class="value ${style}" data-value=${id} x=${place.x} y=${place.y}></text>`;
  if (side !== 0) {
    const at = x + side * (size / 2 + 8);
    const two = size >= 22;
    const anchor = side < 0 ? "end" : "start";
    return svg`
      ${labels ? svg`<text class="name ${anchor}" x=${at} y=${two ? y - 1 : y + 4}>${name}</text>` : nothing}
      ${two ? value({ x: at, y: y + 12 }, anchor) : value({ x, y: y + 3.5 }, "tiny")}`;
  }
  if (column.roomy) {
    const above = y - size / 2 - 4;
    if (!labels) return value({ x, y: above }, "");
    return svg`<text class="name" x=${x} y=${above}>${name}<tspan class="value" data-value=${id}></tspan></text>`;
  }
  return svg`
    ${labels && size >= 22 ? svg`<text class="name inner" data-inner=${id} x=${x} y=${y + 4}>${name}</text>` : nothing}
    ${value({ x, y: y + 3.5 }, "tiny")}`;
}

/** Writes the numbers of the frame where they are others than those that stand there. */
export function drawNumbers(host: SVGSVGElement, frame: GraphFrame): void {
  const { spec } = frame.state;
  const texts = host.querySelectorAll<SVGElement>("[data-value]");
  const { nodes } = frame.layout;
  texts.forEach((text, i) => {
    const { layer, unit } = nodes[i];
    const value = nodeValue(spec, frame.sample, layer, unit);
    const equals = text.localName === "tspan" ? " = " : "";
    const written = value === null ? "" : equals + significant(value, 2);
    if (text.textContent !== written) text.textContent = written;
  });
  host.classList.toggle("has-sample", frame.sample !== null);
}

/** The words for a screen reader, for one part or for all of them. */
export function describe(host: SVGSVGElement, frame: GraphFrame, only: Part | null = null): void {
  for (const part of only ? [only] : frame.order.parts) {
    const element = elementOf(host, part.mark.id);
    if (element) tell(element, frame, part);
  }
}

/** What one of the numbers is called that a mode shows. */
const ONE_OF = {
  weights: key("weight"),
  gradients: key("gradient"),
  updates: key("update"),
} as const;

export function elementOf(host: SVGSVGElement, id: string): SVGElement | null {
  return host.querySelector<SVGElement>(`[data-part="${CSS.escape(id)}"]`);
}

function tell(element: SVGElement, frame: GraphFrame, part: Part): void {
  const { label, value } = wordsOf(frame, part);
  if (element.getAttribute("aria-label") !== label) element.setAttribute("aria-label", label);
  if (value === null || element.getAttribute("role") !== "slider") return;
  element.setAttribute("aria-valuenow", String(Number(value.toPrecision(7))));
  element.setAttribute("aria-valuetext", significant(value));
}

export function wordsOf(frame: GraphFrame, part: Part): { label: string; value: number | null } {
  const { state, values, places, layout, mode } = frame;
  const { spec, params } = state;
  if (part.kind === "unit") {
    const { layer, unit } = part.mark;
    const value = nodeValue(spec, frame.sample, layer, unit);
    const where =
      layer < 0
        ? t("input")
        : isLast(spec, layer)
          ? t("output")
          : t("hidden layer {layer}", { layer: layer + 1 });
    const number =
      value === null
        ? ""
        : t(" is {value} for sample {row}", {
            value: significant(value),
            row: frame.sample?.row ?? "",
          });
    return {
      label: t("{name}{number}, {where}, unit {unit}", {
        name: nodeName(spec, layer, unit),
        number,
        where,
        unit: unit + 1,
      }),
      value,
    };
  }
  if (part.kind === "band") {
    const { side, count, layer } = part.mark;
    const where = layer < 0 ? t("inputs") : t("units of layer {layer}", { layer: layer + 1 });
    return {
      label:
        side === "after"
          ? t("{count} more {where}: show them", { count, where })
          : t("{count} earlier {where}: show them", { count, where }),
      value: null,
    };
  }
  const shown = (index: number) =>
    mode === "weights" ? "" : `, ${t(ONE_OF[mode])} ${significant(values[index])}`;
  if (part.kind === "bias") {
    const { layer, unit, index } = part.mark;
    const value = params[index];
    return {
      label: t("{name} is {value}{shown}", {
        name: biasName(spec, layer, unit),
        value: significant(value),
        shown: shown(index),
      }),
      value,
    };
  }
  const { layer, index } = part.mark;
  const place = index ?? places[layout.edges.indexOf(part.mark)];
  if (place === null) return { label: t("an edge without a number"), value: null };
  const { unit, input } = placeOf(spec, layer, place);
  const name = weightName(spec, layer, unit, input);
  const way = t("from {name} to unit {unit} of layer {layer}", {
    name: nodeName(spec, layer - 1, input),
    unit: unit + 1,
    layer: layer + 1,
  });
  const strongest =
    index === null
      ? t("the strongest of {count}: ", { count: part.mark.to.count * part.mark.from.count })
      : "";
  return {
    label: t("{strongest}{name} is {value}{shown}, {way}", {
      strongest,
      name,
      value: significant(params[place]),
      shown: shown(place),
      way,
    }),
    value: params[place],
  };
}

/** Where a part's tooltip and field stand: an edge's at a place that its neighbours leave free. */
export function anchorOf(part: Part): readonly [number, number] {
  if (part.kind === "edge") return alongCurve(part.mark.curve, 0.5);
  return [part.mark.x, part.mark.y];
}

const STAGE = (label: string) => html`
  <div class="nnw-graph-stage" role="group" aria-label=${label}>
    <canvas class="nnw-graph-canvas" aria-hidden="true"></canvas>
    <canvas class="nnw-graph-flow" aria-hidden="true"></canvas>
    <svg class="nnw-graph-overlay" role="group"
      aria-label=${t("Units and weights. Left and right follow the numbers, Page up and Page down go from weight to weight, up and down change a weight, Enter types one.")}></svg>
    <div class="nnw-graph-probe" aria-hidden="true"></div>
    <div class="nnw-graph-modules"></div>
    <div class="nnw-graph-structure" role="group" aria-label=${t("Units and layers")}></div>
    <div class="nnw-graph-tip"></div>
    <div class="nnw-graph-editor"></div>
  </div>
`;

export const FRAME =
  () => html`<div class="nnw nnw-graph" data-lm-suppress-shortcuts="true" tabindex="-1">
  <div class="nnw-title nnw-graph-title"></div>
  ${STAGE(t("Network graph"))}
  <div class="nnw-caption nnw-graph-caption" aria-live="polite"></div>
  <div class="nnw-toolbar nnw-graph-toolbar" role="toolbar" aria-label=${t("View")}></div>
  <div class="nnw-foot nnw-graph-foot"></div>
</div>`;
