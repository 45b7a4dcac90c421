/** What a plane draws as SVG: curves behind the points, and lines, names and the chosen point. */

import { nothing, type SVGTemplateResult, svg } from "lit-html";
import { guard } from "lit-html/directives/guard.js";
import { drawGhost, drawLine, drawName, type LineShape, type Part } from "../render/lines.js";
import { outline } from "../render/markers.js";
import { pathData } from "../render/path_data.js";
import type { Plot } from "../render/plot.js";
import { radiusFor } from "../render/points.js";
import type { CurveMark, LineMark, Marker, Scene } from "../scene/types.js";
import type { Selection } from "../state/types.js";
import type { Spec } from "../wire.js";
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
      .map((each) => drawCurve(each, plot));
  const remembered = ghosts.map(({ segment: [a, b], colour }) =>
    drawGhost([plot.x(a[0]), plot.y(a[1])], [plot.x(b[0]), plot.y(b[1])], colour),
  );
  const lines = shapes.map((shape) => line(shape, picture));
  return {
    under: svg`${curves(true)}`,
    over: svg`${curves(false)}${remembered}${lines}${shapes.map(drawName)}${ring(picture)}`,
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

function drawCurve({ colour, paths, style, name }: CurveMark, { x, y }: Plot): SVGTemplateResult {
  return svg`<path class=${`nnw-curve ${style}`} d=${pathData(paths, x, y)} style="--line: ${colour}"><title>${name}</title></path>`;
}

/** Around the chosen point. */
function ring({ plot, scene, markers, selection }: Picture): SVGTemplateResult | typeof nothing {
  const { points } = scene;
  const row = selection.sample;
  if (row === null || !points || row >= points.n) return nothing;
  const marker = markers[points.kind[row]];
  const [cx, cy] = [plot.x(points.x[row]), plot.y(points.y[row])];
  if (!Number.isFinite(cx + cy)) return nothing;
  return svg`<path class="nnw-chosen" d=${outline(marker.shape, radiusFor(points.n) + 3)}
    transform="translate(${cx} ${cy})" fill=${marker.fill} />`;
}
