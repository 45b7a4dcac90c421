/**
 * The hand over a plane: what pointer and keys mean there. A press on a line takes the line, one
 * near a point the point; a pointer that rests asks for numbers, which the tip shows.
 */

import type { LineShape, Part } from "../render/lines.js";
import { radiusFor } from "../render/points.js";
import { pointOf } from "../scene/samples.js";
import type { CurveMark, Position } from "../scene/types.js";
import type { NetState } from "../state/types.js";
import { t } from "../words.js";
import { isHidden } from "./hidden.js";
import type { Plane } from "./plane.js";
import { nearest } from "./point_tool.js";
import { drawTip, type Tip } from "./tip.js";
import { trainingKeys } from "./training_bar.js";

/** How near a press must be to a point to mean it, in pixels beyond its radius. */
const REACH = 5;

export class PlaneHand {
  /** What the tip tells of. */
  #about: { readonly row: number } | { readonly line: string; readonly at: Position } | null = null;
  readonly #tipHost = document.createElement("div");
  readonly #plane: Plane;

  constructor(plane: Plane) {
    this.#plane = plane;
    this.#listen();
  }

  drawTip(): void {
    drawTip(this.#tipHost, this.#tip(this.#plane.store.state), this.#plane.plot);
  }

  /** A press that takes a line or a point, or that a tool waits for, is no pan. */
  claims(target: Element): boolean {
    if (this.#held || this.#plane.view.points?.busy) return true;
    return !!target.closest(".nnw-grab");
  }

  /** Numbers of now: training goes on under a pointer that rests. */
  #tip(state: NetState): Tip | null {
    const about = this.#about;
    if (!about || this.#held || this.#movesPoint) return null;
    if ("row" in about) return this.#pointTip(state, about.row);
    const mark = this.#plane.shapes.get(about.line)?.mark;
    if (!mark) return null;
    return { at: about.at, title: mark.name, rows: this.#plane.view.aboutLine(state, mark) };
  }

  #pointTip(state: NetState, row: number): Tip | null {
    const points = this.#plane.scene?.points;
    const point = points && row === state.selection.sample ? pointOf(points, row) : null;
    if (!point) return null;
    const at: Position = [this.#plane.plot.x(point.x), this.#plane.plot.y(point.y)];
    return { at, title: t("point {row}", { row }), rows: this.#plane.view.aboutPoint(state, row) };
  }

  #listen(): void {
    const { el } = this.#plane.plot;
    el.append(this.#tipHost);
    el.addEventListener("pointerdown", (event) => this.#press(event));
    el.addEventListener("pointermove", (event) => this.#move(event));
    el.addEventListener("pointerup", () => this.#release());
    el.addEventListener("pointercancel", () => this.#release());
    el.addEventListener("lostpointercapture", () => this.#release());
    el.addEventListener("pointerleave", () => this.#leave());
    el.addEventListener("dblclick", (event) => this.#double(event));
    this.#plane.root.addEventListener("keydown", (event) => this.#key(event));
  }

  #grabbed(target: EventTarget | null): { shape: LineShape; part: Part } | null {
    const part = (target as Element | null)?.closest?.<SVGElement>("[data-part]");
    const shape = this.#plane.shapes.get(
      part?.closest<SVGElement>("[data-line]")?.dataset.line ?? "",
    );
    return part && shape
      ? { shape: this.#plane.atHand(shape), part: part.dataset.part as Part }
      : null;
  }

  get #held(): boolean {
    return !!(this.#plane.lines.held ?? this.#plane.curves.held);
  }

  #curve(target: EventTarget | null): CurveMark | null {
    const part = (target as Element | null)?.closest?.<SVGElement>("[data-curve]");
    const id = part?.dataset.curve;
    return this.#plane.scene?.curves.find((curve) => curve.bias && curve.id === id) ?? null;
  }

  #press(event: PointerEvent): void {
    this.#plane.root.dataset.by = "pointer"; // rings of focus are for those who use keys
    if (event.button !== 0) return;
    if (!this.#plane.editable) return;
    this.#plane.settle();
    const { points } = this.#plane.view;
    const taken = this.#grabbed(event.target);
    const line = taken && (event.target as Element).closest(".nnw-grab");
    if (line && (points?.tool ?? "move") === "move") {
      this.#plane.lines.take(taken.shape, taken.part, event); // a line wins: it is what most came for
      this.#capture(event);
      return;
    }
    const curve = this.#curve(event.target);
    if (curve && (points?.tool ?? "move") === "move") {
      this.#plane.curves.take(curve, event);
      this.#capture(event);
      return;
    }
    if (this.#pointsLocked) return;
    const row = this.#pointAt(event, REACH);
    const used = row === null ? points?.place(this.#plane.plot.toData(event)) : points?.take(row);
    if (used) this.#capture(event);
  }

  #capture(event: PointerEvent): void {
    this.#about = null; // it would cover what is being moved
    this.#plane.plot.el.setPointerCapture(event.pointerId);
    const focusable = (event.target as Element).closest<SVGElement>("[tabindex]");
    focusable?.focus({ preventScroll: true });
    event.preventDefault();
  }

  #move(event: PointerEvent): void {
    if (this.#plane.lines.held) {
      const shape = this.#plane.shapes.get(this.#plane.lines.held.id);
      this.#plane.lines.drag(event, shape && this.#plane.atHand(shape));
    } else if (this.#plane.curves.held) {
      this.#plane.curves.drag(event);
    } else if (this.#movesPoint) {
      this.#plane.view.points?.drag(this.#plane.plot.toData(event));
    } else if (event.buttons === 0) {
      this.#hover(event);
    }
  }

  get #movesPoint(): boolean {
    return typeof this.#plane.view.points?.dragging === "number";
  }

  #release(): void {
    this.#plane.lines.release();
    this.#plane.curves.release();
    this.#plane.view.points?.release();
  }

  #hover(event: PointerEvent): void {
    const box = this.#plane.plot.surface.getBoundingClientRect();
    const at: Position = [event.clientX - box.left, event.clientY - box.top];
    const taken = this.#grabbed(event.target);
    const row = taken ? null : this.#pointAt(event, REACH);
    const mark = taken?.shape.mark ?? null;
    const unit = mark ?? unitOf(this.#curve(event.target));
    this.#about = row !== null ? { row } : mark && { line: mark.id, at };
    this.#plane.root.dataset.over = row !== null && this.#plane.view.points ? "point" : "";
    this.#plane.store.select({
      sample: row,
      unit: unit ? { layer: unit.layer, unit: unit.unit } : null,
    });
    this.drawTip();
  }

  #leave(): void {
    if (this.#held || this.#movesPoint) return;
    this.#about = null;
    this.#plane.store.select({ sample: null, unit: null });
    this.drawTip();
  }

  #double(event: MouseEvent): void {
    this.#plane.settle();
    // The press took the pointer for the whole plot, so the event does not say what was hit.
    const page = this.#plane.root.getRootNode() as Document | ShadowRoot;
    const taken = this.#grabbed(page.elementFromPoint(event.clientX, event.clientY));
    if (taken && this.#plane.editable) this.#plane.lines.flip(taken.shape.mark);
    else if (!taken) this.#plane.fit();
  }

  #key(event: KeyboardEvent): void {
    this.#plane.root.dataset.by = "keys";
    this.#plane.settle();
    const taken = this.#grabbed(event.target);
    const typing = (event.target as Element).closest("input, select, textarea");
    const curve = this.#curve(event.target);
    const plain = !event.ctrlKey && !event.metaKey;
    const used =
      (!typing && curve && plain && this.#plane.editable
        ? this.#plane.curves.key(event, curve)
        : false) ||
      (!typing && taken && this.#plane.editable && plain
        ? this.#plane.lines.key(event, taken.shape, taken.part)
        : false) ||
      (!typing && this.#planeKey(event)) ||
      trainingKeys(event, this.#plane.store);
    if (used) {
      event.preventDefault();
      event.stopPropagation();
    }
  }

  #planeKey(event: KeyboardEvent): boolean {
    if (event.ctrlKey || event.metaKey) return false;
    if (event.key === "+" || event.key === "=") this.#plane.plot.zoomBy(1.3);
    else if (event.key === "-") this.#plane.plot.zoomBy(1 / 1.3);
    else if (event.key === "0" && this.#plane.store.state.selection.sample === null)
      this.#plane.fit();
    else return this.#plane.editable && this.#pointKey(event);
    return true;
  }

  get #pointsLocked(): boolean {
    return isHidden(this.#plane.root, "points");
  }

  /** Keys on points; the numbers of the one they choose are shown. */
  #pointKey(event: KeyboardEvent): boolean {
    if (this.#pointsLocked && ![",", ".", "Escape"].includes(event.key)) return false;
    if (!this.#plane.view.points?.key(event, this.#plane.plot)) return false;
    const { sample } = this.#plane.store.state.selection;
    this.#about = sample === null ? null : { row: sample };
    return true;
  }

  #pointAt(event: MouseEvent, reach: number): number | null {
    const points = this.#plane.scene?.points;
    if (!points) return null;
    const box = this.#plane.plot.surface.getBoundingClientRect();
    const at: Position = [event.clientX - box.left, event.clientY - box.top];
    const { x, y } = this.#plane.plot;
    const place = nearest(points, x, y, at, radiusFor(points.n) + reach);
    return place === null ? null : (points.rows?.[place] ?? place);
  }
}

/** Of which unit a curve is. */
function unitOf(curve: CurveMark | null): { layer: number; unit: number } | null {
  if (!curve) return null;
  const [layer, unit] = curve.id.split("/").map(Number);
  return { layer, unit };
}
