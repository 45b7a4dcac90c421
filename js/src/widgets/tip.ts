/** The numbers of what is under the pointer, or chosen by keys, in a box beside it. */

import { html, nothing, render } from "lit-html";
import type { Position } from "../scene/types.js";
import type { Rows } from "./about.js";

export interface Tip {
  /** In the plot's pixels. */
  readonly at: Position;
  readonly title: string;
  readonly rows: Rows;
}

/** From the place to the box, in pixels. */
const AWAY = 14;

export function drawTip(
  host: HTMLElement,
  tip: Tip | null,
  room: { readonly width: number; readonly height: number },
): void {
  render(
    tip
      ? html`<div class="nnw-tip" role="status">
          <b>${tip.title}</b>
          ${tip.rows.map(([name, value]) => html`<span>${name}</span><span>${value}</span>`)}
        </div>`
      : nothing,
    host,
  );
  const box = host.querySelector<HTMLElement>(".nnw-tip");
  if (!tip || !box) return;
  box.style.left = `${beside(tip.at[0], box.offsetWidth, room.width)}px`;
  box.style.top = `${beside(tip.at[1], box.offsetHeight, room.height)}px`;
}

/** Where a box begins: after the place where there is room, else before it. */
export function beside(at: number, size: number, room: number): number {
  const after = at + AWAY;
  return after + size <= room ? after : Math.max(0, at - AWAY - size);
}
