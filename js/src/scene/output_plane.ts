/** A network's output seen from above: colours, the line where it decides, and the samples. */

import { classColour, divergingPalette, paintField } from "../math/colour.js";
import { contour } from "../math/field.js";
import { tintPalette } from "../math/palette.js";
import { Kept } from "./kept.js";
import { classesOf } from "./output_heights.js";
import type { OutputPicture } from "./output_types.js";
import { SHADES } from "./samples.js";
import type { CurveMark, FieldMark, PointsMark, Scene } from "./types.js";

/** Faint enough for points to stand before it. */
const OPACITY = 0.75;
const DIVERGING = divergingPalette(OPACITY);

/** Keeps what did not change from frame to frame. */
export class OutputPlane {
  readonly #field = new Kept<Pick<Scene, "field" | "curves">>();
  readonly #points = new Kept<PointsMark>();

  build(picture: OutputPicture): Scene {
    const { names, values, heights, targets } = picture;
    return {
      ...{ xLabel: names[0], yLabel: names[1], lines: [], caption: "" },
      points: this.#points.get([targets.x, targets.kind, targets.target], () => pointsOf(picture)),
      ...this.#field.get([values, heights], () => ({
        field: fieldOf(picture),
        curves: levelOf(picture),
      })),
    };
  }
}

function fieldOf({ values, side, extent, heights }: OutputPicture): FieldMark {
  const { classShown, colours } = heights;
  const pixels = new Uint8ClampedArray(4 * side * side);
  const palette = classShown === null ? DIVERGING : tintPalette(classColour(classShown));
  const score = { task: "regression", k: 1, values, range: colours } as const;
  paintField(score, [side, side], pixels, palette, OPACITY);
  return { pixels, nx: side, ny: side, extent };
}

function levelOf({ values, side, extent, heights: { level, name } }: OutputPicture): CurveMark[] {
  if (level === null) return [];
  return [
    {
      ...{ id: "level", name: `${name} = ${level}`, style: "boundary", colour: "currentColor" },
      paths: contour(values, [side, side], extent, level),
    },
  ];
}

/** Each point wears its class; of other targets the shade on the scale of the colours. */
function pointsOf({ targets, heights }: OutputPicture): PointsMark {
  const { x, y, target } = targets;
  const n = x.length;
  if (!heights.shaded) return { n, x, y, kind: classesOf(targets, heights) };
  const [low, high] = heights.colours;
  const shade = (value: number) => ((value - low) / (high - low)) * (SHADES - 1);
  const shades = Uint8Array.from(target, (value) =>
    Math.round(Math.max(0, Math.min(SHADES - 1, shade(value)))),
  );
  return { n, x, y, kind: shades };
}
