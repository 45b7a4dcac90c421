/** A plot of 500 by 500 pixels over [-5, 5]², for the tests of gestures: y points up. */

import { scaleLinear } from "d3-scale";
import type { Plot } from "../render/plot.js";

export function fakePlot(): Plot {
  const x = scaleLinear([-5, 5], [0, 500]);
  const y = scaleLinear([-5, 5], [500, 0]);
  const part: Partial<Plot> = {
    ...{ x, y, extent: [-5, 5, -5, 5] },
    toData: ({ clientX, clientY }) => [x.invert(clientX), y.invert(clientY)],
  };
  return part as Plot;
}

/** A pointer at a place given in data coordinates. */
export function pointerAt(x: number, y: number): PointerEvent {
  return { clientX: 250 + 50 * x, clientY: 250 - 50 * y } as PointerEvent;
}

export function press(key: string, modifiers: Partial<KeyboardEvent> = {}): KeyboardEvent {
  return { key, shiftKey: false, altKey: false, ...modifiers } as KeyboardEvent;
}
