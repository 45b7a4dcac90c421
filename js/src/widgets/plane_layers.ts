/** What a plane draws as SVG: curves behind the points, and lines, names and the chosen point. */

import { nothing, type SVGTemplateResult, svg } from "lit-html";
import { drawGhost, drawLine, drawName, type LineShape, type Part } from "../render/lines.js";
import { outline } from "../render/markers.js";
import type { Plot } from "../render/plot.js";
import { radiusFor } from "../render/points.js";
import type { CurveMark, LineMark, Marker, Scene } from "../scene/types.js";
import type { Selection } from "../state/types.js";
import type { Rows } from "./about.js";

export interface Picture {
  readonly plot: Plot;
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

function line(shape: LineShape, { selection, held, about }: Picture): SVGTemplateResult {
  const { mark } = shape;
  const { unit } = selection;
  let said: string | null = null; // the same for all parts, and not for nothing
  return drawLine(shape, {
    hovered: unit?.layer === mark.layer && unit.unit === mark.unit,
    held: held?.id === mark.id ? held.part : null,
    say: () => {
      said ??= about(mark)
        .map(([name, value]) => `${name} ${value}`)
        .join(", ");
      return said;
    },
  });
}

function drawCurve({ colour, paths, style, name }: CurveMark, { x, y }: Plot): SVGTemplateResult {
  const d = paths
    .map((path) => `M${path.map(([a, b]) => `${tenth(x(a))} ${tenth(y(b))}`).join("L")}`)
    .join("");
  return svg`<path class=${`nnw-curve ${style}`} d=${d} style="--line: ${colour}"><title>${name}</title></path>`;
}

/** A tenth of a pixel is enough; toFixed would take ten times as long. */
const tenth = (pixels: number) => Math.round(pixels * 10) / 10;

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
