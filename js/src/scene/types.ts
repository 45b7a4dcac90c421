/** What a two-dimensional view draws, in data coordinates. Renderers know nothing else. */

import type { Extent, Line, Point } from "../math/lines.js";

export type { Extent, Line };

/** A place in the plane: (x, y). */
export type Position = Point;

export type Shape = "circle" | "square" | "triangle" | "diamond" | "down" | "hexagon";

/** How one kind of point looks. */
export interface Marker {
  readonly shape: Shape;
  readonly fill: string;
}

/** Drawn again only where it is another object: the arrays of an earlier one may be used again. */
export interface PointsMark {
  readonly n: number;
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Which marker of the palette each point wears. */
  readonly kind: Uint8Array;
  /** Points of other data, drawn hollow behind these. */
  readonly test?: PointsMark | null;
  /** Which samples these are, ascending, where they are not all of them. */
  readonly rows?: Int32Array | null;
  /** The chosen sample where it is none of `rows`. */
  readonly beside?: PointMark | null;
}

/** One sample. */
export interface PointMark {
  readonly row: number;
  readonly x: number;
  readonly y: number;
  readonly kind: number;
}

export interface LineMark {
  readonly id: string;
  readonly layer: number;
  readonly unit: number;
  readonly name: string;
  readonly colour: string;
  /** SVG dash array; units that share a colour differ in it. */
  readonly dash: string;
  readonly line: Line;
  /** Where the line crosses the visible plane. */
  readonly segment: readonly [Position, Position];
  /** Its bias can change: the line can be moved along itself. */
  readonly slides: boolean;
  /** Its weights can change: the line can be turned and made steeper. */
  readonly turns: boolean;
  /** True in a plane of one feature: the line is upright and can only slide. */
  readonly upright: boolean;
}

export interface CurveMark {
  readonly id: string;
  readonly colour: string;
  readonly paths: readonly (readonly Position[])[];
  readonly style: "boundary" | "ghost" | "unit" | "grid" | "model" | "whole" | "region";
  readonly name: string;
  /** The parameter that moves it, where a hand may: its place in the flat vector, and its value. */
  readonly bias?: { readonly index: number; readonly value: number } | null;
}

/** Colours of low-resolution cells, as a picture: its first row is the uppermost. */
export interface FieldMark {
  readonly pixels: Uint8ClampedArray;
  readonly nx: number;
  readonly ny: number;
  readonly extent: Extent;
}

export interface Scene {
  readonly xLabel: string;
  readonly yLabel: string;
  readonly field: FieldMark | null;
  readonly points: PointsMark | null;
  readonly lines: readonly LineMark[];
  readonly curves: readonly CurveMark[];
  /** Said under the plot, such as where the other features are held. */
  readonly caption: string;
}
