/** What a stack returns over a plane of two of its inputs: pixels, and lines between classes. */

import { classColour, css, divergingPalette, paintField } from "../math/colour.js";
import { boundaries, contour, fieldInputs, type Size } from "../math/field.js";
import { forward, outputs } from "../math/forward.js";
import { rowWidth } from "../math/lift.js";
import type { Axes } from "../math/lines.js";
import { drawScore, flatten } from "../math/score.js";
import { Workspace } from "../math/workspace.js";
import { isMoving } from "../state/moving.js";
import type { DenseLayer, NetState } from "../state/types.js";
import type { Spec } from "../wire.js";
import { t } from "../words.js";
import { unitName } from "./names.js";
import { unbroken } from "./paths.js";
import type { Range } from "./samples.js";
import type { CurveMark, Extent, FieldMark, Position, Scene } from "./types.js";

export interface FieldPlane {
  readonly spec: Spec;
  readonly layers: readonly DenseLayer[];
  readonly axes: Axes;
  readonly fixed: ArrayLike<number>;
  readonly extent: Extent;
  readonly size: Size;
  /** In flat colours. */
  readonly discrete?: boolean | undefined;
}

/** Faint enough for points and lines to stand before it. */
const OPACITY = 0.5;
const PALETTE = divergingPalette(OPACITY);

/** What is drawn behind the points. */
export type FieldChoice = "none" | "output" | "boundary" | "both";

export interface FieldPicture {
  readonly field: FieldMark;
  /** To be read before the next picture, whose numbers take the place of these. */
  readonly boundaries: readonly (readonly Position[])[];
}

export type Behind = Pick<Scene, "field" | "curves">;

const NOTHING: Behind = { field: null, curves: [] };

/** The part of a picture that is shown. */
export function chosen(picture: FieldPicture, choice: FieldChoice): Behind {
  if (choice === "output") return { field: picture.field, curves: [] };
  const boundary: CurveMark = {
    ...{ id: "boundary", name: t("decision boundary"), style: "boundary" },
    ...{ colour: "currentColor", paths: picture.boundaries },
  };
  return { field: choice === "boundary" ? null : picture.field, curves: [boundary] };
}

/** Buffers for one view's field: used again in each frame. */
export class PlaneField {
  readonly #work = new Workspace();
  #pixels = new Uint8ClampedArray();

  picture(plane: FieldPlane, range: Range | null): FieldPicture {
    const { spec, layers, size } = plane;
    return this.pictureOf(
      plane,
      outputs(layers, spec.head, this.#inputs(plane), size[0] * size[1], this.#work),
      range,
    );
  }

  /** The same of outputs that Python computed, (cells, outputs) after the head. */
  pictureOf(
    { spec, extent, size, discrete }: FieldPlane,
    values: Float64Array,
    range: Range | null,
  ): FieldPicture {
    const options = { workspace: this.#work, ...(range ? { range } : {}) };
    const score = drawScore(spec, values, options);
    if (discrete) flatten(score);
    const [nx, ny] = size;
    if (this.#pixels.length !== 4 * nx * ny) this.#pixels = new Uint8ClampedArray(4 * nx * ny);
    const pixels = this.#pixels;
    paintField(score, size, pixels, PALETTE, OPACITY);
    return {
      field: { pixels, nx, ny, extent },
      // Searched for when asked for: that costs more than the pixels.
      get boundaries() {
        return boundaries(spec, values, size, extent);
      },
    };
  }

  /** What was chosen of a stack's picture. */
  behind(plane: FieldPlane, choice: FieldChoice, range: Range | null): Behind {
    return choice === "none" ? NOTHING : chosen(this.picture(plane, range), choice);
  }

  /** Where each unit of a deeper layer is zero: a curve in the plane of the inputs. */
  unitCurves(plane: FieldPlane, layer: number, units: number): Position[][][] {
    const [nx, ny] = plane.size;
    const upTo = plane.layers.slice(0, layer + 1);
    const z = forward(upTo, this.#inputs(plane), nx * ny, this.#work).z[layer];
    const width = upTo[layer].units;
    const values = this.#work.floats("unit", nx * ny);
    return Array.from({ length: Math.min(units, width) }, (_, unit) => {
      for (let cell = 0; cell < values.length; cell++) values[cell] = z[cell * width + unit];
      return contour(values, plane.size, plane.extent, 0);
    });
  }

  /** What the model returns along one input: probabilities, or values of a regression. */
  profile(plane: FieldPlane): CurveMark[] {
    const { spec, layers, size } = plane;
    return this.modelCurves(
      plane,
      outputs(layers, spec.head, this.#inputs(plane), size[0], this.#work),
    );
  }

  /** The same of outputs that Python computed. */
  modelCurves({ spec, extent, size: [n] }: FieldPlane, raw: Float64Array): CurveMark[] {
    const { values, k } = drawScore(spec, raw, { workspace: this.#work });
    const [x0, x1] = extent;
    const path = (output: number) =>
      Array.from(
        { length: n },
        (_, i) => [x0 + ((x1 - x0) * i) / (n - 1), values[i * k + output]] as const,
      );
    return Array.from({ length: k }, (_, output) => ({
      id: `model/${output}`,
      colour: k > 1 ? css(classColour(output)) : "currentColor",
      style: "model",
      name: k > 1 ? unitName(spec, spec.layers.length - 1, output) : t("model"),
      paths: unbroken(path(output)),
    }));
  }

  #inputs({ extent, size: [nx, ny], axes, fixed, layers }: FieldPlane): Float64Array {
    const d = rowWidth(layers[0]);
    const out = this.#work.floats("inputs", nx * ny * d);
    return fieldInputs(extent, nx, ny, axes, fixed, d, out);
  }
}

/** Pixels to a cell, and how many cells at least and at most along one side. */
const CELL = 5;
const LEAST_CELLS = 24;
/** And where so few cost more products than a frame has time for: two layers of 128 units do. */
const FEWEST_CELLS = 16;
const DEAR = 6_000_000;
const MOST_CELLS = 120;

/** Products, and activations as so many, that a field may cost while a hand moves the network. */
const MOST_WORK = 450_000;
const ACTIVATION = 6;
/** And while it trains, or stands still: only large networks come near. */
const TRAINING_WORK = 8_000_000;
const RESTING_WORK = 128_000_000;

/**
 * How many cells a field of this many pixels has.
 *
 * @param layers what each cell has to go through where it is drawn again with every frame: the
 *   cells are then so large that a deep network is as quick as a small one
 * @param work what they may cost
 */
export function fieldSize(
  inner: { width: number; height: number },
  layers?: readonly DenseLayer[],
  work = MOST_WORK,
): Size {
  const cells = (pixels: number, cell: number, least = LEAST_CELLS) =>
    Math.max(least, Math.min(MOST_CELLS, Math.round(pixels / cell)));
  const [nx, ny] = [cells(inner.width, CELL), cells(inner.height, CELL)];
  const each = layers ? costOf(layers) : 0;
  const coarser = Math.max(1, Math.sqrt((nx * ny * each) / work));
  const least = LEAST_CELLS ** 2 * each > DEAR ? FEWEST_CELLS : LEAST_CELLS;
  const cell = CELL * coarser;
  return [cells(inner.width, cell, least), cells(inner.height, cell, least)];
}

/** Products that one row costs on its way through layers. */
export function costOf(layers: readonly DenseLayer[]): number {
  return layers.reduce((sum, { inputs, units }) => sum + units * (inputs + ACTIVATION), 0);
}

/** What a field may cost in a state: more where the next frame need not come at once. */
export function fieldWork(state: Pick<NetState, "held" | "status">): number {
  if (state.held) return MOST_WORK;
  return isMoving(state) ? TRAINING_WORK : RESTING_WORK;
}
