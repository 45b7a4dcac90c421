/** The track of a timeline: curves of losses, the playhead, and the hand that moves it. */

import { html, nothing, render, svg } from "lit-html";
import { css } from "../math/colour.js";
import { nearestIndex } from "../math/curves.js";
import { significant } from "../render/format.js";
import { Measured } from "../render/measured.js";
import { Kept } from "../scene/kept.js";
import {
  abscissa,
  type Box,
  type Track,
  type TrackPicture,
  trackPicture,
} from "../scene/timeline.js";
import { t } from "../words.js";
import { drawTip } from "./tip.js";

export interface TrackHand {
  /** The hand is at an epoch; `moving` until it lets go. */
  go(epoch: number, moving: boolean): void;
  /** Points without pressing. */
  point(epoch: number | null): void;
  changed(): void;
}

export interface TrackState {
  readonly tracks: readonly Track[];
  readonly last: number;
  readonly log: boolean;
  readonly epoch: number;
  readonly live: boolean;
  /** What is pointed at here or in another view. */
  readonly pointed: number | null;
  /** What a screen reader says of the playhead. */
  readonly text: string;
}

const PAD = 8;
const AXIS = 16;

export class TimelineTrack {
  readonly el: HTMLElement;
  readonly #curves: SVGSVGElement;
  readonly #over: SVGSVGElement;
  readonly #tip: HTMLElement;
  readonly #measured: Measured;
  readonly #picture = new Kept<TrackPicture>();
  readonly #drawn = new Kept<void>();
  #pressed = false;
  #over_ = false;
  #last = 0;

  constructor(
    host: HTMLElement,
    private readonly hand: TrackHand,
  ) {
    render(FRAME, host);
    this.el = host.querySelector(".nnw-reel") as HTMLElement;
    this.el.setAttribute("aria-label", t("Timeline"));
    [this.#curves, this.#over] = this.el.querySelectorAll("svg");
    this.#tip = this.el.querySelector(".nnw-reel-tip") as HTMLElement;
    this.#measured = new Measured(this.el, () => hand.changed());
    this.#listen();
  }

  draw(state: TrackState): void {
    const { tracks, last, log, epoch, live, pointed } = state;
    this.#last = last;
    const box = this.#box;
    const picture = this.#picture.get([tracks, last, log, box.width, box.height], () =>
      trackPicture(tracks, last, log, box),
    );
    this.#drawn.get([picture, tracks], () => render(curvesOf(tracks, picture, box), this.#curves));
    const x = abscissa(last, box);
    const at = x(Math.min(epoch, Math.max(1, last)));
    render(
      svg`${pointed === null || pointed > last ? nothing : svg`<line class="nnw-reel-pointed" x1=${x(pointed)} x2=${x(pointed)} y1="0" y2=${box.height} />`}
        <line class="nnw-playhead" ?data-live=${live} x1=${at} x2=${at} y1="0" y2=${box.height} />
        <circle class="nnw-playhead-grip" ?data-live=${live} cx=${at} cy=${box.height} r="6" />`,
      this.#over,
    );
    this.#tell(state);
    this.#drawTip(state, at);
  }

  dispose(): void {
    this.#measured.dispose();
  }

  get #box(): Box {
    const { width, height } = this.#measured;
    return { width, height: Math.max(10, height - AXIS), pad: PAD };
  }

  #tell({ last, epoch, text }: TrackState): void {
    const { el } = this;
    const said = { valuemin: 0, valuemax: last, valuenow: epoch, valuetext: text };
    for (const [name, value] of Object.entries(said))
      el.setAttribute(`aria-${name}`, String(value));
  }

  /** The numbers of the epoch under the pointer, of every run. */
  #drawTip({ tracks, pointed, last }: TrackState, _at: number): void {
    const box = this.#box;
    const shows = pointed !== null && this.#over_ && !this.#pressed;
    const rows = shows ? tracks.map((track) => rowOf(track, pointed)) : [];
    const tip = shows
      ? {
          at: [abscissa(last, box)(pointed), 0] as const,
          rows,
          title: t("epoch {epoch}", { epoch: pointed }),
        }
      : null;
    drawTip(this.#tip, tip, { width: box.width, height: box.height });
  }

  #listen(): void {
    const { el, hand } = this;
    el.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      (el.closest(".nnw") as HTMLElement).dataset.by = "pointer";
      el.focus({ preventScroll: true });
      el.setPointerCapture?.(event.pointerId);
      this.#pressed = true;
      hand.point(null);
      hand.go(this.#at(event), true);
    });
    el.addEventListener("pointermove", (event) => {
      if (this.#pressed) hand.go(this.#at(event), true);
      else if (event.pointerType !== "touch") {
        this.#over_ = true;
        hand.point(this.#at(event));
      }
    });
    const up = (event: PointerEvent) => {
      if (!this.#pressed) return;
      this.#pressed = false;
      hand.go(this.#at(event), false);
    };
    el.addEventListener("pointerup", up);
    el.addEventListener("pointercancel", up);
    el.addEventListener("pointerleave", () => {
      this.#over_ = false;
      if (!this.#pressed) hand.point(null);
    });
  }

  #at(event: PointerEvent): number {
    const left = event.clientX - this.el.getBoundingClientRect().left;
    const epoch = Math.round(abscissa(this.#last, this.#box).invert(left));
    return Math.max(0, Math.min(this.#last, epoch));
  }
}

function rowOf({ name, epochs, losses }: Track, epoch: number): [string, string] {
  const row = nearestIndex(epochs, epoch);
  const beyond = row < 0 || epoch > (epochs.at(-1) as number);
  return [name, beyond ? "–" : significant(losses[row])];
}

function curvesOf(tracks: readonly Track[], { paths, ticks, range }: TrackPicture, box: Box) {
  const y = box.height;
  return svg`<line class="nnw-reel-axis" x1=${box.pad} x2=${box.width - box.pad} y1=${y} y2=${y} />
    ${ticks.map(({ x, text }) => svg`<text class="nnw-reel-tick" x=${x} y=${y + 14}>${text}</text>`)}
    ${paths.map(
      (path, i) => svg`<path class="nnw-reel-curve" d=${path} stroke=${css(tracks[i].colour)}
        stroke-dasharray=${tracks[i].dashed ? "5 4" : nothing} />`,
    )}
    ${
      range
        ? svg`<text class="nnw-reel-range" x=${box.width - box.pad} y="10">${t(
            "loss {low} to {high}",
            {
              low: significant(range[0]),
              high: significant(range[1]),
            },
          )}</text>`
        : nothing
    }`;
}

const FRAME = html`<div class="nnw-reel" tabindex="0" role="slider" aria-orientation="horizontal">
  <svg aria-hidden="true"></svg>
  <svg aria-hidden="true"></svg>
  <div class="nnw-reel-tip"></div>
</div>`;
