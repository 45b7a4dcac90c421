/** What a plane draws as SVG: curves behind the points, and lines, names and the chosen point. */

import { nothing, type SVGTemplateResult, svg } from "lit-html";
import { guard } from "lit-html/directives/guard.js";
import { drawGhost, drawLine, drawName, type LineShape, type Part } from "../render/lines.js";
import { outline } from "../render/markers.js";
import { pathData } from "../render/path_data.js";
import type { Plot } from "../render/plot.js";
import { radiusFor } from "../render/points.js";
import { pointOf } from "../scene/samples.js";
import type { CurveMark, LineMark, Marker, Position, Scene } from "../scene/types.js";
import type { Selection } from "../state/types.js";
import type { Spec } from "../wire.js";
import { t } from "../words.js";
import type { Rows } from "./about.js";

export interface Picture {
  readonly plot: Plot;
  readonly spec: Spec;
  readonly scene: Scene;
  /** One for each of the scene's lines, as they are at hand. */
  readonly shapes: readonly LineShape[];
  readonly ghosts: readonly LineMark[];
  readonly markers: readonly Marker[];
  readonly selection: Selection;
  readonly held: { readonly id: string; readonly part: Part } | null;
  about(mark: LineMark): Rows;
}

export function layers(picture: Picture): { under: SVGTemplateResult; over: SVGTemplateResult } {
  const { plot, scene, shapes, ghosts } = picture;
  const curves = (grid: boolean) =>
    scene.curves
      .filter(({ style }) => (style === "grid") === grid)
      .map((each) => drawCurve(each, plot, picture.selection));
  const remembered = ghosts.map(({ segment: [a, b], colour }) =>
    drawGhost([plot.x(a[0]), plot.y(a[1])], [plot.x(b[0]), plot.y(b[1])], colour),
  );
  const lines = shapes.map((shape) => line(shape, picture));
  return {
    under: svg`${curves(true)}`,
    over: svg`${curves(false)}${remembered}${lines}${shapes.map(drawName)}${curveNames(picture)}${ring(picture)}`,
  };
}

/** Only the lines that moved: in most gestures that is one of many. */
function line(shape: LineShape, { spec, scene, selection, held, about }: Picture) {
  const { mark, from, to, handles } = shape;
  const { unit } = selection;
  const look = {
    hovered: unit?.layer === mark.layer && unit.unit === mark.unit,
    held: held?.id === mark.id ? held.part : null,
  };
  const { id, name, colour, dash, slides, turns, line, upright } = mark;
  const drawnOf = [
    spec,
    scene.xLabel,
    scene.yLabel,
    id,
    name,
    colour,
    dash,
    slides,
    turns,
    upright,
    line.b,
    ...line.w,
  ];
  const { body, start, end, tip } = handles;
  const places = [...from, ...to, ...body, ...start, ...end, ...tip];
  return guard([...drawnOf, ...places, look.hovered, look.held], () => {
    let said: string | null = null; // the same for all parts
    const say = () => {
      said ??= about(mark)
        .map(([name, value]) => `${name} ${value}`)
        .join(", ");
      return said;
    };
    return drawLine(shape, { ...look, say });
  });
}

function drawCurve(mark: CurveMark, { x, y }: Plot, { unit }: Selection): SVGTemplateResult {
  const { id, colour, paths, style, name, bias } = mark;
  const d = pathData(paths, x, y);
  const drawn = svg`<path class=${`nnw-curve ${style}`} d=${d} style="--line: ${colour}"><title>${name}</title></path>`;
  if (!bias) return drawn;
  const hot = unit && id === `${unit.layer}/${unit.unit}` ? " hot" : "";
  return svg`<g class=${`nnw-line${hot}`} style="--line: ${colour}">${drawn}
    <path class="nnw-grab body" data-curve=${id} d=${d} tabindex="0" role="slider"
      aria-label=${t("{name}: move", { name })} aria-valuenow=${bias.value} />
  </g>`;
}

/** Names of more curves than these would hide the data. */
const MOST_NAMES = 12;

/** Each at its curve's outermost place, in a direction of its own: there it stays in training. */
function curveNames({ scene, plot }: Picture): SVGTemplateResult[] {
  const named = scene.curves.filter(({ bias, style }) => style === "unit" && bias !== undefined);
  if (named.length > MOST_NAMES) return [];
  const { left, right, top, bottom } = plot.bounds;
  return named.flatMap(({ paths, name, colour }, i) => {
    const [dx, dy] = [Math.cos(2.4 * i + 0.6), Math.sin(2.4 * i + 0.6)]; // by the golden angle
    let [best, most] = [null as Position | null, Number.NEGATIVE_INFINITY];
    for (const path of paths) {
      for (const [px, py] of path) {
        const at: Position = [plot.x(px), plot.y(py)];
        const far = at[0] * dx + at[1] * dy;
        const seen = at[0] >= left && at[0] <= right && at[1] >= top && at[1] <= bottom;
        if (seen && far > most) [best, most] = [at, far];
      }
    }
    if (!best) return [];
    const half = 4 + 3.6 * name.length;
    const cx = Math.min(Math.max(best[0] + (10 + half) * dx, left + half), right - half);
    const cy = Math.min(Math.max(best[1] + 14 * dy, top + 10), bottom - 8);
    return svg`<text class="nnw-name" style="--line: ${colour}" x=${cx} y=${cy + 4} text-anchor="middle">${name}</text>`;
  });
}

/** Around the chosen point. */
function ring({ plot, scene, markers, selection }: Picture): SVGTemplateResult | typeof nothing {
  const { points } = scene;
  const row = selection.sample;
  const point = points && row !== null ? pointOf(points, row) : null;
  if (!points || !point) return nothing;
  const marker = markers[point.kind];
  const [cx, cy] = [plot.x(point.x), plot.y(point.y)];
  if (!Number.isFinite(cx + cy)) return nothing;
  return svg`<path class="nnw-chosen" d=${outline(marker.shape, radiusFor(points.n) + 3)}
    transform="translate(${cx} ${cy})" fill=${marker.fill} />`;
}
