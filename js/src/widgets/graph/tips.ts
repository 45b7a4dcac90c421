/** The numbers of the part that is pointed at or focused, in a box beside it. */

import { aboutBias, aboutUnit, aboutWeight, nodeName, type Rows } from "../../scene/graph_about.js";
import type { GraphFrame } from "../../scene/graph_frame.js";
import type { Part } from "../../scene/graph_hit.js";
import { isLast } from "../../scene/names.js";
import { t } from "../../words.js";
import type { NetworkGraph } from "../network_graph.js";
import { drawTip, type Tip } from "../tip.js";
import { anchorOf } from "./overlay.js";

export function drawPartTip(view: NetworkGraph, frame: GraphFrame): void {
  const part = view.acts.shown;
  const host = view.stage.querySelector(".nnw-graph-tip") as HTMLElement;
  const tip = part && !view.acts.typing ? tipOf(view, frame, part) : null;
  drawTip(host, tip, frame.layout);
}

function tipOf(view: NetworkGraph, frame: GraphFrame, part: Part): Tip {
  const [x, y] = anchorOf(part);
  const beside = part.kind === "unit" ? part.mark.size / 2 : 0;
  return { at: [x + beside, y], ...words(view, frame, part) };
}

function words(view: NetworkGraph, frame: GraphFrame, part: Part): { title: string; rows: Rows } {
  const { state, sample, places, layout } = frame;
  const { spec } = state;
  if (part.kind === "unit") {
    const { layer, unit } = part.mark;
    const where =
      layer < 0
        ? t("input")
        : isLast(spec, layer)
          ? t("output")
          : t("layer {layer}", { layer: layer + 1 });
    return {
      title: `${nodeName(spec, layer, unit)}, ${where}`,
      rows: aboutUnit(state, sample, layer, unit),
    };
  }
  if (part.kind === "band") {
    const { count, first } = part.mark;
    return {
      title: t("units {first} to {last}", { first: first + 1, last: first + count }),
      rows: [[t("click"), t("shows them")]],
    };
  }
  const { layer } = part.mark;
  const index = part.kind === "bias" ? part.mark.index : places[layout.edges.indexOf(part.mark)];
  if (index === null || index === undefined) return { title: t("no numbers"), rows: [] };
  const gradient = view.gradient(frame)?.gradient[index] ?? null;
  const update = gradient === null || state.status.lr === null ? null : -frame.rate * gradient;
  const numbers = { gradient, update };
  if (part.kind === "bias") {
    const rows = aboutBias(state, layer, part.mark.unit, numbers);
    return {
      title: t("bias of unit {unit}, layer {layer}", {
        unit: part.mark.unit + 1,
        layer: layer + 1,
      }),
      rows,
    };
  }
  const many = part.mark.to.count * part.mark.from.count;
  const title =
    part.mark.index === null
      ? t("strongest of {many} weights", { many })
      : t("weight, layer {layer}", { layer: layer + 1 });
  return { title, rows: aboutWeight(state, sample, layer, index, numbers) };
}
