/**
 * The map of a loss surface: colours, contours, runs, and the ball that can be dragged. Colours and
 * contours are drawn anew only with another grid, scale or zoom; a frame of a drag moves the ball.
 */

import { svg } from "lit-html";
import { guard } from "lit-html/directives/guard.js";
import { count, significant } from "../render/format.js";
import { pathData } from "../render/path_data.js";
import { Plot } from "../render/plot.js";
import { straight } from "../render/straight.js";
import { pad } from "../scene/extent.js";
import { Kept } from "../scene/kept.js";
import { cellsOf, contoursOf, fieldOf, heightOf, valueAt } from "../scene/surface.js";
import { lossOf, type Moment, nearestMoment } from "../scene/surface_tracks.js";
import type { SurfacePicture } from "../scene/surface_types.js";
import type { Extent, Position, Scene } from "../scene/types.js";
import { t } from "../words.js";
import { aboutBall, BallHand, type BallMover } from "./ball.js";
import { ballAt, drawBallAndSlope, drawSpots, drawTracks, pixelOf } from "./surface_marks.js";
import { drawTip, type Tip } from "./tip.js";

export interface MapDeps {
  readonly mover: BallMover;
  /** Size, zoom or theme changed: `draw` is due. */
  readonly changed: () => void;
}

/** How near the pointer must be to an epoch of a run to ask for its numbers, in pixels. */
const REACH = 7;
/** Room above and below a profile. */
const ROOM = 0.06;

export class ContourMap {
  readonly plot: Plot;
  readonly hand: BallHand;
  readonly #deps: MapDeps;
  readonly #tipHost = document.createElement("div");
  readonly #scene = new Kept<Scene>();
  /** In data coordinates: a zoom draws them anew and does not search for them again. */
  readonly #curves = new Kept<readonly Paths[]>();
  readonly #drawn = new Kept<string[]>();
  readonly #listening = new AbortController();
  /** What the tip tells of: the ball, a place in data coordinates, or nothing. */
  #about: "ball" | Position | null = null;
  #picture: SurfacePicture | null = null;

  constructor(host: HTMLElement, deps: MapDeps) {
    this.#deps = deps;
    this.plot = new Plot({
      host,
      label: t("Loss surface, seen from above"),
      changed: deps.changed,
      claims: (target) => (this.hand?.held ?? false) || isBall(target),
    });
    this.hand = new BallHand(this.plot, deps.mover);
    this.plot.el.append(this.#tipHost);
    this.#listen();
  }

  /** False while the page has not laid it out. */
  get ready(): boolean {
    return this.plot.width > 0;
  }

  draw(picture: SurfacePicture): void {
    this.#picture = picture;
    const { grid, shading } = picture;
    this.plot.home = homeOf(picture);
    const scene = this.#scene.get([grid, shading], () => sceneOf(picture));
    const marks = [drawTracks(picture, this.plot), drawSpots(picture, this.plot)];
    this.plot.paint(scene, [], {
      under: svg`${this.#lines(picture)}`,
      over: svg`${marks}${drawBallAndSlope(picture, this.plot, this.hand.held)}`,
    });
    this.drawTip();
  }

  drawTip(): void {
    drawTip(this.#tipHost, this.#tip(), this.plot);
  }

  dispose(): void {
    this.#listening.abort();
    this.plot.dispose();
    this.#tipHost.remove();
  }

  #lines(picture: SurfacePicture) {
    const { grid, shading } = picture;
    const { x, y } = this.plot;
    const curves = this.#curves.get([grid, shading], () => curvesOf(picture));
    const data = this.#drawn.get([curves, x, y], () =>
      curves.map((paths) => pathData(paths, x, y)),
    );
    const kind = grid.ny > 1 ? "nnw-contour" : "nnw-profile";
    return guard([data], () => data.map((d) => svg`<path class=${kind} d=${d} />`));
  }

  #tip(): Tip | null {
    const picture = this.#picture;
    const about = this.#about;
    if (!picture || !about || this.hand.held) return null;
    if (about === "ball") {
      return {
        at: ballAt(picture, this.plot).at,
        title: t("the network"),
        rows: aboutBall(picture),
      };
    }
    const moment = this.#momentAt(picture, about);
    return moment ? this.#momentTip(picture, moment) : this.#placeTip(picture, about);
  }

  #momentAt({ tracks, grid, shading }: SurfacePicture, at: Position): Moment | null {
    const { x, y } = this.plot;
    const scale: Position = [1 / straight(x).slope, 1 / straight(y).slope];
    return nearestMoment(tracks, at, scale, REACH, grid.ny > 1 ? null : shading);
  }

  #momentTip(picture: SurfacePicture, { track, index }: Moment): Tip {
    const loss = lossOf(track, index, picture.grid);
    const spot = { at: [track.x[index], track.y[index]] as const, loss };
    const rows: [string, string][] = [
      ["epoch", count(track.epochs[index])],
      ["loss", significant(spot.loss)],
      [t("off the plane by"), significant(track.off[index], 3)],
    ];
    return { at: pixelOf(picture, this.plot, spot), title: track.name, rows };
  }

  #placeTip({ grid }: SurfacePicture, place: Position): Tip | null {
    const value = valueAt(grid, place);
    if (value === null) return null;
    const axes = grid.names.slice(0, grid.ny > 1 ? 2 : 1);
    const rows = axes.map((name, side) => [name, significant(place[side])] as const);
    const at: Position = [this.plot.x(place[0]), this.plot.y(place[1])];
    return { at, title: t("the surface"), rows: [...rows, [t("loss"), significant(value)]] };
  }

  #listen(): void {
    const { el } = this.plot;
    const { signal } = this.#listening;
    const on = <K extends keyof HTMLElementEventMap>(
      type: K,
      act: (event: HTMLElementEventMap[K]) => void,
    ) => el.addEventListener(type, act, { signal });
    on("pointerdown", (event) => this.#press(event));
    on("pointermove", (event) => this.#move(event));
    for (const type of ["pointerup", "pointercancel", "lostpointercapture"] as const) {
      on(type, () => this.#release());
    }
    on("pointerleave", () => this.#hover(null));
    on("dblclick", (event) => this.#double(event));
    on("focusin", (event) => isBall(event.target as Element) && this.#hover("ball"));
    on("focusout", () => this.#hover(null));
  }

  #press(event: PointerEvent): void {
    const ball = isBall(event.target as Element);
    if (event.button !== 0 || !ball) return;
    this.hand.take(event);
    this.plot.el.setPointerCapture(event.pointerId);
    (event.target as Element).closest<SVGElement>(".nnw-ball")?.focus({ preventScroll: true });
    event.preventDefault();
  }

  /** Puts the ball there, wherever in the frame that is. */
  #double(event: MouseEvent): void {
    // The press on a ball took the pointer for the whole plot: the event does not say what was hit.
    const page = this.plot.el.getRootNode() as Document | ShadowRoot;
    const hit = page.elementFromPoint(event.clientX, event.clientY);
    const at = this.plot.toData(event);
    const [x0, x1, y0, y1] = this.plot.extent;
    const inside = at[0] >= x0 && at[0] <= x1 && at[1] >= y0 && at[1] <= y1;
    if (inside && !(hit && isBall(hit))) this.#deps.mover.put(at);
  }

  #move(event: PointerEvent): void {
    if (this.hand.held) this.hand.drag(event);
    else if (event.buttons === 0) {
      this.#hover(isBall(event.target as Element) ? "ball" : this.plot.toData(event));
    }
  }

  #release(): void {
    if (!this.hand.held) return;
    this.hand.release();
    this.#deps.changed();
  }

  #hover(about: "ball" | Position | null): void {
    this.#about = about;
    this.drawTip();
  }
}

type Paths = readonly (readonly Position[])[];

function isBall(target: Element): boolean {
  return !!target.closest?.(".nnw-ball");
}

/** What is shown when nothing is zoomed: the whole grid. */
function homeOf({ grid, shading }: SurfacePicture): Extent {
  const [x0, x1, y0, y1] = grid.extent;
  if (grid.ny > 1) return [x0, x1, y0, y1];
  const heights = [shading.low, shading.high].map((loss) => heightOf(loss, shading));
  const [, , low, high] = pad([x0, x1, heights[0], heights[1]], ROOM);
  return [x0, x1, low, high];
}

function sceneOf({ grid, shading }: SurfacePicture): Scene {
  const profile = grid.ny === 1;
  return {
    xLabel: grid.names[0],
    yLabel: profile ? t("loss{more}", { more: shading.log ? t(", log₁₀") : "" }) : grid.names[1],
    field: profile ? null : fieldOf(cellsOf(grid), shading),
    ...{ points: null, lines: [], curves: [], caption: "" },
  };
}

/** Contours, or the one line of a profile. */
function curvesOf(picture: SurfacePicture): readonly Paths[] {
  const { grid, shading } = picture;
  if (grid.ny === 1) return [[profileOf(picture)]];
  return contoursOf(cellsOf(grid), shading).map(({ paths }) => paths);
}

function profileOf({ grid, shading }: SurfacePicture): Position[] {
  const places = [...grid.x].map((x, i): Position => [x, heightOf(grid.z[i], shading)]);
  return places.filter(([, height]) => Number.isFinite(height));
}
