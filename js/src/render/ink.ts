/** The colours that a part of a page is written in, as plotly can read them. */

import type { Ink } from "../scene/surface_traces.js";

/** Of the text's colour that is in lines behind the picture. */
const FAINT = 0.2;

export function inkOf(element: HTMLElement): Ink {
  const { color, backgroundColor } = getComputedStyle(element);
  const [text, ground] = [channels(color, 0), channels(backgroundColor, 255)];
  // Mixed here: plotly's lines in three dimensions are as strong whatever their opacity.
  const faint = text.map((each, i) => Math.round(FAINT * each + (1 - FAINT) * ground[i]));
  return { text: rgb(text), faint: rgb(faint), ground: rgb(ground) };
}

function channels(colour: string, otherwise: number): number[] {
  const found = (colour.match(/\d+(\.\d+)?/g) ?? []).map(Number);
  return found.length >= 3 && found[3] !== 0 ? found.slice(0, 3) : Array(3).fill(otherwise);
}

const rgb = (channels: readonly number[]) => `rgb(${channels.join(", ")})`;
